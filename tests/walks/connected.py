"""The whole house on virtual time with every way that the scene asks for: a modem joined in memory, and the provider
over real HTTP on loopback, with its own SDK, in both directions. Time stands still while anything is on a socket."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Connection, Row, select, text

import kentongan
from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from config.provider_read import load_provider
from config.provider_settings import ProviderSettings
from config.settings import AfricasTalkingSettings, ModemSettings, Settings
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.health import judge
from gateway.messages import Lane, Outbound
from gateway.pulse import Part, Status
from gateway.registry import Resident, read_rows
from gateway.store import put
from gateway.store.listing import Listed, letters
from gateway.store.people import save
from gateway.virtual import FakeProvider, Pace, open_provider
from gateway.virtual.account import CALLBACKS
from gateway.virtual.poster import Heard
from gateway.web import add_callbacks
from ivr.web import add_sounds
from modem.virtual import Behaviour, Network, NetworkSettings, Phone, VirtualModem, memory_opener
from modem.virtual.world import settle
from tests.fixtures.murmur import murmuring
from tests.walks.house import GINA, HADI, PACK, made
from tests.walks.indoors import EPOCH, LIMIT_S

T = TypeVar("T")

SECRET = "walk-walk-walk-walk-walk"
PROVIDER, MODEM = "africastalking", "walk"
SHORT = "38411"  # the fake provider's short code
CODE = re.compile(r"Balas (\d{4}) untuk terima")
NONE = ""
DESCRIBED = "described"  # the same provider, known by a description only
DESCRIPTION = """name = "described"
[values]
api = ""
key = ""
[sms]
from = "from"
text = "text"
id = "id"
[delivery]
reference = "id"
status = "status"
[delivery.states]
delivered = ["Success"]
failed = ["Failed", "Rejected"]
otherwise = "trying"
[ussd]
session = "sessionId"
number = "phoneNumber"
path = "text"
[ussd.more]
text = "CON {text}"
[ussd.end]
text = "END {text}"
[send]
method = "POST"
url = "{api}/version1/messaging"
[send.headers]
apiKey = "{key}"
Accept = "application/json"
[send.form]
username = "kentongan"
to = "{to}"
message = "{text}"
[send.id]
json = "SMSMessageData.Recipients.0.messageId"
[[send.answer]]
json = "SMSMessageData.Recipients.0.statusCode"
is = ["100", "101", "102"]
means = "sent"
"""
ULANG = "(ulang)"  # how a repeat of a doubtful emergency is marked


@dataclass(slots=True)
class Connected:
    """The town, its ways, the running house."""

    clock: VirtualClock
    network: Network
    city: City
    house: kentongan.House
    provider: FakeProvider
    arrived: list[str] = field(default_factory=list)
    """The numbers to which letters of ``queue`` came, in order."""

    @property
    def modem(self) -> VirtualModem:
        return self.network.modems[0]

    def phone(self, number: str) -> Phone:
        return self.network.phone(number)

    # -- what happens to the ways

    async def cut_provider(self) -> None:
        """Its port is closed; connections break, nothing is posted."""
        self.provider.fault("down")
        await self.provider.turned()

    async def mend_provider(self) -> None:
        self.provider.heal()
        await self.provider.turned()

    # -- letters

    async def queue(
        self, count: int, lane: Lane, *, name: str = "", valid: timedelta = timedelta(hours=6)
    ) -> list[str]:
        """That many letters, each to a phone of its own; the numbers."""
        start = {Lane.EMERGENCY: 100_000, Lane.SERVICE: 200_000, Lane.BULK: 300_000}[lane] + 5000 * bool(name)
        numbers = [f"+62855009{start + at:06d}" for at in range(count)]
        until, name = self.clock.now() + valid, name or lane.value
        for number in numbers:
            self.phone(number).on_sms = lambda _, to=number: self.arrived.append(to)  # type: ignore[misc]

        def work(tx: object) -> None:
            for at, number in enumerate(numbers):
                put(
                    tx,  # type: ignore[arg-type]
                    Outbound(to=number, text=f"{name} {at}", lane=lane, key=f"{name}/{at}", expires_at=until),
                )

        await self.house.store.write(work)
        self.house.post.outbox.wake()
        return numbers

    def texts(self, number: str) -> list[str]:
        """What stands on a phone."""
        return [sms.text for sms in self.network.phone(number).inbox]

    def told(self, number: str, words: str) -> bool:
        """Whether a text on that phone holds these words."""
        return any(words in text for text in self.texts(number))

    def offers(self) -> list[tuple[str, str]]:
        """Officers that were offered an incident by SMS, with the newest code each."""
        found = []
        for number in sorted(self.city.roster_numbers()):
            codes = [code[1] for text in self.texts(number) if (code := CODE.search(text))]
            found += [(number, codes[-1])] if codes else []
        return found

    async def hanging(self, older_s: float) -> list[str]:
        """Calls of the ledger that have been under way for that long."""
        before = self.clock.now() - timedelta(seconds=older_s)

        def work(tx: Connection) -> list[str]:
            wired = EFFECT.c.kind.in_(("siren", "call", "call_back"))
            waiting = EFFECT.c.state.in_(("intended", "doing")) & (EFFECT.c.intended_at < before)
            return [str(row.key) for row in tx.execute(select(EFFECT).where(wired, waiting))]

        return await self.house.store.read(work)

    async def incidents(self) -> list[Row[Any]]:
        """All that were opened."""
        asked = select(INCIDENT).order_by(INCIDENT.c.id)
        return await self.house.store.read(lambda tx: list(tx.execute(asked)))

    async def shown(self, phone: Phone) -> str:
        """What a USSD session shows once it was answered."""
        async with self.clock.timeout(15.0):
            return await phone.settled()

    async def bad_ends(self) -> list[Listed]:
        """Letters that did not leave."""
        return [one for one in await self.letters() if one.state in ("dead", "refused", "expired", "unknown")]

    def before_the_last(self, urgent: Sequence[str]) -> int:
        """How many other letters had come when the last of these numbers had its first."""
        came = list(dict.fromkeys(self.arrived))
        return max(came.index(number) for number in urgent) + 1 - len(urgent)

    async def letters(self, state: str | None = None) -> list[Listed]:
        """As ``letters list`` shows them."""
        return await self.house.store.read(lambda tx: letters(tx, state=state, at_most=10_000))

    async def states(self, lane: Lane) -> dict[str, int]:
        """How many letters of that lane stand in which state."""
        count: dict[str, int] = {}
        for one in await self.letters():
            if one.direction == "out" and one.lane == lane.value:
                count[one.state] = count.get(one.state, 0) + 1
        return count

    async def most_tries(self, lane: Lane) -> int:
        """How often the letter of that lane was tried that was tried most."""
        asked = "SELECT max(tries) FROM outbound WHERE lane = :lane"
        return int(await self.house.store.read(lambda tx: tx.execute(text(asked), {"lane": lane.value}).scalar()) or 0)

    # -- health

    def part(self, kind: str, name: str) -> Part:
        """One line of ``/health``."""
        return next(part for part in self.house.pulse.parts() if (part.kind, part.name) == (kind, name))

    def overall(self) -> Status:
        """What ``/health`` says of everything."""
        return judge(self.house.pulse.parts()).status

    async def until(self, true: Callable[[], bool], what: str, within_s: float) -> float:
        """Wait; the seconds it took. Fails when it is not so in time."""
        begun = self.clock.monotonic()
        while not true():
            assert self.clock.monotonic() - begun < within_s, f"not in {within_s:.0f} s: {what}"
            await self.clock.sleep(0.25)
        return self.clock.monotonic() - begun


def connected(
    folder: Path,
    scene: Callable[[Connected], Awaitable[T]],
    *,
    modem: str | None = "all",
    provider: str = PROVIDER,
    network: NetworkSettings | None = None,
    pack: str | Path = PACK,
    begins: datetime = EPOCH,
    limit_s: float = LIMIT_S,
    voice: bool = False,
    welcome: bool = False,
    answer: bool = False,
) -> T:
    """Open the house, play the scene, close it. ``modem``: its ``use``, None: there is none. ``provider``: by which
    adapter it is spoken to: ``PROVIDER``, ``DESCRIBED``, or none. ``pack``: which town; ``begins``: when;
    ``limit_s``: virtual seconds that the scene may take; ``voice``: the provider carries calls too; ``welcome``: who
    writes for the first time is welcomed; ``answer``: the modem answers who calls. The store works on the loop's own
    thread: virtual time waits for every other, and the walks of the real program have them."""

    async def main(clock: VirtualClock) -> T:
        city = load_city(pack)
        city = replace(city, telling=replace(city.telling, welcome=city.telling.welcome and welcome))
        net = Network(clock, settings=network)
        settle(net, city, (GINA, HADI))
        fake = FakeProvider(net, clock, pace=Pace(hand_over_s=1.0))
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(net.close)
            await stack.enter_async_context(clock.timeout(limit_s))
            url = await stack.enter_async_context(open_provider(fake))
            settings = replace(_settings(folder, net, url, modem, provider, answer=answer), city=str(pack))
            if voice:
                account, number = settings.africastalking, fake.account.voice_number
                account = replace(account, voice_number=number, voice_url=url)
                settings = replace(settings, africastalking=account)
            opener = memory_opener(net)
            opening = kentongan.open_house(settings, city, clock, opener=opener, speaking=murmuring(), inline=True)
            house = await stack.enter_async_context(opening)
            if house.post.callbacks is not None:
                await stack.enter_async_context(_doors(house, fake, clock, provider))
            rows = read_rows((city.path / "residents-sample.csv").read_bytes(), city, clock.now())
            people = [row for row in rows if isinstance(row, Resident)]
            await house.store.write(lambda tx: [save(tx, one) for one in people])
            await clock.sleep(5.0)
            return await scene(Connected(clock, net, city, house, fake))

    return run_virtual(main, begins)


def _settings(
    folder: Path, net: Network, url: str, modem: str | None, provider: str, *, answer: bool = False
) -> Settings:
    ports = [
        ModemSettings(
            name=f"{MODEM}-{at}" if at else MODEM,
            port=one.name,
            audio=f"{one.name}-audio",
            number=one.number,
            use=modem or "all",
            answer=answer,
        )
        for at, one in enumerate(net.modems)
    ]
    made(folder / "var")
    account = AfricasTalkingSettings(username="kentongan", api_key="atsk_virtual", sms_url=url, secrets=(SECRET,))
    return Settings(
        city=str(PACK),
        data_dir=folder / "var",
        modem=tuple(ports) if modem else (),
        africastalking=account if provider == PROVIDER else AfricasTalkingSettings(),
        provider=(_described(folder, url),) if provider == DESCRIBED else (),
    )


def _described(folder: Path, url: str) -> ProviderSettings:
    """The fake provider, spoken to by a description instead of its SDK."""
    file = folder / "described.toml"
    file.write_text(DESCRIPTION, encoding="utf-8")
    return ProviderSettings(
        description=str(file),
        name=DESCRIBED,
        secrets=(SECRET,),
        values={"api": url, "key": "atsk_virtual"},
        senders=(SHORT,),
        described=load_provider(file),
    )


@contextlib.asynccontextmanager
async def _doors(house: kentongan.House, fake: FakeProvider, clock: VirtualClock, provider: str) -> AsyncIterator[None]:
    """Our callbacks on a port of loopback, where the provider posts to."""
    app = web.Application()
    assert house.post.callbacks is not None
    add_callbacks(app, house.post.callbacks)
    if house.voices.sounds is not None:
        add_sounds(app, house.voices.sounds)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    house.voices.listening(url)
    base = f"{url}/callbacks/{provider}/{SECRET}"
    known = {"sms", "delivery", "ussd"} if provider == DESCRIBED else CALLBACKS
    fake.callbacks = {what: f"{base}/{what}" for what in known}
    over_http, fetched = fake.poster.send, fake.poster.get

    async def send(url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        with clock.busy():
            return await over_http(url, body, headers)

    async def get(url: str) -> Heard:
        with clock.busy():
            return await fetched(url)

    fake.poster.send, fake.poster.get = send, get
    try:
        yield
    finally:
        await runner.cleanup()


def accepts(person: Phone, after_s: float = 2.0) -> None:
    """From now on an officer who is rung picks up and presses 1."""
    person.behave(Behaviour(answer_after_s=after_s, keys="1", key_after_s=1.0))


async def nothing_waits(here: Connected, within_s: float) -> None:
    """Every letter has come to its end."""
    asked = text("SELECT count(*) FROM outbound WHERE state IN ('queued', 'doing')")
    async with here.clock.timeout(within_s):
        while await here.house.store.read(lambda tx: tx.execute(asked).scalar()):
            await asyncio.sleep(0)
            await here.clock.sleep(1.0)

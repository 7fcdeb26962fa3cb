"""A town whose tax bills are in the city's own system, on virtual time: the real desks, inbox, USSD and calls; the
system at the other end of a line in memory. And what each face is told."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

import dispatch.store  # noqa: F401  # its tables
from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from config.crash import CrashPoint, no_crash
from config.settings_systems import SourceSettings
from dispatch.cries import Cries
from dispatch.desk import EmergencyDesk
from dispatch.locate import Locator
from dispatch.reading import Reader
from dispatch.talk import with_emergencies
from eservices.desk import LastDesk
from eservices.lookup.sources.questions import Questions
from eservices.lookup.sources.systems import Systems
from eservices.lookup.sources.wire import MOST_BODY, Away, Client, Opener, Reply, Request
from eservices.lookup.tables import Tables
from eservices.services import services
from eservices.virtual.system import CitySystem
from gateway.callback import Came, UssdReply
from gateway.conversation import Conversation
from gateway.inbox import Inbox
from gateway.pulse import Part, Pulse
from gateway.spool import Spool
from gateway.store import Store
from gateway.store.outbound import OUTBOUND
from gateway.ussd import Ussd
from ivr.events import Pressed
from ivr.flow_read import flows
from ivr.switchboard import Desk, Switchboard
from ivr.talking import Talking
from tests.fixtures.engines import fresh, leave, open_store
from tests.gateway.room import EPOCH, SITI, Waits
from tests.ivr.callers import Caller, Dispatching

T = TypeVar("T")

TOWN = Path(__file__).parents[2] / "fixtures" / "tinytown"
BILL, PAID, NOBODYS = "127503000400501230", "127503000400501240", "127503000400501299"
LIMIT_S = 3 * 86400.0
SERVICE = """sample = true
words = ["pbb"]
labels = {{ id = "{label}" }}
[key]
form = "digits"
column = "nop"
least = 18
most = 18
example = "12.75.030.004.005-0123.0"
[key.asks]
id = "Ketik 18 angka NOP."
[columns.nop]
width = 18
[columns.name]
form = "name"
[columns.amount]
form = "money"
[columns.due]
form = "date"
[columns.paid]
form = "date"
[source]
table = "{id}.csv"
[[answer]]
when = {{ paid = ["*"] }}
id = "PBB {{name}}: Rp {{amount}}, LUNAS {{paid}}."
[[answer]]
id = "PBB {{name}}: Rp {{amount}}, BELUM LUNAS sampai {{due}}."
[none]
id = "NOP {{key}} tidak ada."
[line]
id = "Rp {{amount}}"
"""
ROWS = """nop,name,amount,due,paid
12.75.030.004.005-0123.0,Siti Aminah,"187.500",2026-11-30,
12.75.030.004.005-0124.0,Budi Hartono,"92.000",2026-11-30,2026-08-14
"""
AWAY, KEPT = "belum bisa dibuka", "(Keadaan 21/11/2026"


@cache
def city() -> City:
    """The tests' town, with two look-ups of tax bills."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "town"
        shutil.copytree(TOWN, made)
        services = made / "services"
        services.mkdir(exist_ok=True)
        for id, label, word in (("pajak", "Pajak PBB", "pbb"), ("air", "Tagihan air", "airku")):
            text = SERVICE.format(id=id, label=label).replace('["pbb"]', f'["{word}"]')
            (services / f"{id}.toml").write_text(text, encoding="utf-8")
            (services / f"{id}.csv").write_text(ROWS, encoding="utf-8")
        return load_city(made)


@dataclass(slots=True)
class Memory(Client):
    """The line to the system, without a wire."""

    system: CitySystem
    clock: VirtualClock

    async def get(self, request: Request) -> Reply:
        parts = urlsplit(request.url)
        headers = {name.lower(): value for name, value in request.headers.items()}
        name, key = parts.path.rpartition("/")[2], parse_qs(parts.query)["nomor"][0]
        fault = self.system.faults.now
        if fault is not None and fault.name == "off":
            raise Away("localhost: Connection refused")
        well = self.system.answer(name, key, headers)
        self.system.faults.strike()
        if fault is None:
            return Reply(well.status, well.body)
        match fault.name:
            case "hang":
                await self.clock.sleep(3600)
            case "slow":
                await self.clock.sleep(fault.value)
            case "drip":
                await self.clock.sleep(float(len(well.body)))
            case "cut":
                raise Away("localhost: it hung up")
        said = self.system.spoilt(fault.name, well)
        if len(said.body) > MOST_BODY:
            raise Away("localhost: more than 256 kB")
        return Reply(said.status, said.body)


@dataclass(slots=True)
class Far:
    """The town at work. ``system``: the other end."""

    clock: VirtualClock
    store: Store
    pulse: Pulse
    system: CitySystem
    systems: Systems
    inbox: Inbox
    ussd: Ussd
    board: Switchboard
    loops: list[asyncio.Task[None]] = field(default_factory=list)
    calls: int = 0

    def fault(self, name: str, **more: Any) -> None:
        self.system.faults.put(name, **more)

    @property
    def asked(self) -> int:
        """Questions of people, without the probes."""
        return sum(one.key != BILL or one.at > 0 for one in self.system.log)

    def part(self, name: str = "pajak") -> Part:
        """Its line of health."""
        return next(one for one in self.pulse.parts() if (one.kind, one.name) == ("look-up", name))

    # -- the faces

    async def writes(self, text: str, sender: str = SITI) -> None:
        """An SMS comes in."""
        self.calls += 1
        await self.inbox.came("sms", Came(id=f"sms-{self.calls}", sender=sender, text=text))

    async def letters(self, to: str = SITI) -> list[str]:
        """What was written to that number."""
        rows = select(OUTBOUND.c.text).where(OUTBOUND.c.recipient == to).order_by(OUTBOUND.c.id)
        return await self.store.read(lambda tx: list(tx.execute(rows).scalars()))

    async def by_sms(self, key: str, sender: str = SITI) -> tuple[str, float]:
        """The answer, and the seconds that it took."""
        began, before = self.clock.monotonic(), len(await self.letters(sender))
        await self.writes(f"PBB {key}", sender)
        while len(found := await self.letters(sender)) == before:
            assert self.clock.monotonic() - began < 60
            await self.clock.sleep(0.01)
        assert len(found) == before + 1, found
        return found[-1], self.clock.monotonic() - began

    async def by_ussd(self, key: str, sender: str = SITI) -> tuple[str, float]:
        from tests.gateway.ussd_room import Handset

        self.calls += 1
        phone = Handset(self, sender, session=f"s{self.calls}")  # type: ignore[arg-type]
        await phone.dial(path_to(await self.lines(phone)))
        began = self.clock.monotonic()
        reply = await phone.press(key)
        return reply.text, self.clock.monotonic() - began

    async def lines(self, phone: Any) -> list[str]:
        """The list behind the menu, as it is shown."""
        reply: UssdReply = await phone.dial("6")
        return reply.text.splitlines()

    async def by_voice(self, key: str, sender: str = SITI) -> tuple[str, float]:
        self.calls += 1
        session = self.board.inbound(sender, "modem1", str(self.calls))
        caller = Caller(session, await session.begin("modem1"))
        for label in ("Layanan lain", "Info dan layanan kota", "Pajak PBB"):
            await caller.chooses(label)
        began = self.clock.monotonic()
        heard = await caller.does(Pressed(key))
        return heard, self.clock.monotonic() - began


def path_to(lines: list[str]) -> str:
    """The keys to the tax bills."""
    return "6*" + next(line.split()[0] for line in lines if "Pajak PBB" in line)


Face = Callable[..., Coroutine[Any, Any, tuple[str, float]]]
FACES: dict[str, Face] = {"sms": Far.by_sms, "ussd": Far.by_ussd, "voice": Far.by_voice}


@contextlib.asynccontextmanager
async def far(
    clock: VirtualClock,
    path: Path | None = None,
    *,
    system: CitySystem | None = None,
    crash: CrashPoint = no_crash,
    inline: bool = True,
    sources: Callable[[tuple[SourceSettings, ...]], tuple[SourceSettings, ...]] = lambda those: those,
    town: City | None = None,
) -> AsyncIterator[Far]:
    """The town from start to stop (or crash). ``path``: of a store that is used again; ``sources``: changes the
    settings; ``inline`` False: the store writes in a thread, as in the running program."""
    town, pulse = town or city(), Pulse(clock)
    there = system or CitySystem.of(city(), clock)

    @contextlib.asynccontextmanager
    async def line(_connections: int) -> AsyncIterator[Client]:
        yield Memory(there, clock)

    opener: Callable[[int], Opener] = line
    systems = Systems(town, sources(there.sources("http://localhost:9")), Tables(town), clock, pulse, open=opener)
    dialogues = with_emergencies(town, services(town, Locator(town), Reader(town), b"k" * 32, systems))
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        own = path or folder / "kentongan.db"
        if not own.exists():
            fresh(own)
        store = await open_store(own, clock, inline=inline)
        stack.push_async_callback(store.abandon)
        if path is None:
            stack.callback(leave, own)
        last = LastDesk(town, clock, talks=lambda: talks)
        desk = EmergencyDesk(town, clock, otherwise=last)
        desks: list[Any] = []
        inbox = Inbox(store, desks, clock, no_crash, pulse, waits=Waits())
        questions = Questions(systems, store, lambda: talks, clock, pulse, crash)
        talks = Conversation(
            dialogues, town, clock, otherwise=(desk, last), alarms=Cries(town), inbox=inbox, wake=questions.look
        )
        desks += (talks.hurried, talks, desk, last)
        spool = Spool.open(folder / "ussd.spool", size=16 * 1024)
        stack.callback(spool.close)
        ussd = Ussd(store, inbox, dialogues, town, clock, spool, pulse)
        spoken = Desk(store=store, catalogue=town, clock=clock, flows=flows(town), recordings=folder / "recordings")
        board = Switchboard(spoken)
        board.serve(Talking(dialogues, town, inbox), Dispatching())
        runs = [inbox.run(), ussd.run(), questions.run(), *(source.run() for source in systems.sources.values())]
        loops = [asyncio.create_task(run) for run in runs]
        try:
            await clock.sleep(0.01)  # the lines are there, and each system was probed
            yield Far(clock, store, pulse, there, systems, inbox, ussd, board, loops)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)


def play(main: Callable[[VirtualClock], Coroutine[Any, Any, T]]) -> T:
    """Run it on virtual time."""

    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(LIMIT_S):
            return await main(clock)

    return run_virtual(limited, EPOCH)


def scene(main: Callable[[Far], Coroutine[Any, Any, T]]) -> T:
    """One town, from start to stop."""

    async def on(clock: VirtualClock) -> T:
        async with far(clock) as there:
            return await main(there)

    return play(on)

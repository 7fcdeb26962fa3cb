"""The town of a story, alive on virtual time: the real program on virtual modems, killed and started again as told."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path

from config.city import City, Modem, load_city
from config.clock import VirtualClock
from config.settings import ModemSettings, Settings
from gateway.registry import Resident, read_rows
from gateway.store import Store, Tx
from gateway.store.people import save
from kentongan import House, built_house
from modem.virtual import Behaviour, Network, VirtualModem, memory_opener
from modem.virtual.journal import Event
from modem.virtual.phone import Phone, PhoneSms
from modem.virtual.world import settle
from tests.fixtures.engines import open_store
from tests.fixtures.murmur import murmuring
from tests.simulator.story import ACT_S, CALM_S, STILL_S, WHOLE_CALM, Deed, Story

PACK = Path(__file__).parents[1] / "fixtures" / "tinytown"
SECOND = "+6285500000102"  # the town's second gateway SIM, in the stories that have one
STRANGERS = ("+6281311112222", "+6281311113333")  # not in the registry
DOWN_S = (1.0, 20.0)  # seconds until a dead program is started again
LOOK_S = 5.0  # between two looks at the invariants


class Crashed(BaseException):
    """The process died here."""


@cache
def town(modems: int) -> City:
    """The tiny pack, with one or two gateway SIMs on every whitelist."""
    city = load_city(PACK)
    extra = (Modem(number=SECOND, use="all", sample=True),) if modems == 2 else ()
    gateway = (*city.modems, *extra)
    numbers = frozenset(one.number for one in gateway)
    stations = {
        name: replace(one, siren=one.siren and replace(one.siren, whitelist=numbers))
        for name, one in city.stations.items()
    }
    return replace(city, modems=gateway, stations=stations)


@cache
def people() -> tuple[str, ...]:
    """Numbers of the registered residents."""
    text = (PACK / "residents-sample.csv").read_text()
    return tuple(line.split(",")[0] for line in text.splitlines()[1:] if line)


class CrashBox:
    """Hands the program a crash point that dies as the story says, one death after the other."""

    def __init__(self, crashes: tuple[tuple[str, int], ...]) -> None:
        self._left = list(crashes)
        self._passed = 0
        self.died: list[str] = []

    def __call__(self, point: str) -> None:
        if not self._left or self._left[0][0] != point:
            return
        self._passed += 1
        if self._passed >= self._left[0][1]:
            self._left.pop(0)
            self._passed = 0
            self.died.append(point)
            raise Crashed(point)

    def calm(self) -> None:
        self._left.clear()


@dataclass(slots=True)
class Town:
    """What a run leaves to be judged. ``faults``: exceptions that the program logged of itself."""

    story: Story
    city: City
    clock: VirtualClock
    network: Network
    path: Path
    box: CrashBox
    house: House | None = None
    up_since: float = 0.0
    stops: int = 0
    faults: list[str] = field(default_factory=list)
    reader: sqlite3.Connection | None = None  # what the judge looks through
    keys: list[tuple[datetime, str, str]] = field(default_factory=list)  # when, by which phone, which key; heard first

    def note(self, event: Event) -> None:
        """Remember keys that people press after they heard something: the judge believes no ledger."""
        if event.kind != "key":
            return
        by, call = str(event.fields["from"]), self.network.exchange.call(int(str(event.fields["call"])))
        heard = call.heard(self.network.phone(by)) if call is not None else None
        if heard is not None and heard.voiced:
            self.keys.append((event.t, by, str(event.fields["key"])))

    @property
    def residents(self) -> tuple[str, ...]:
        return (*people(), *STRANGERS)

    @property
    def officers(self) -> tuple[str, ...]:
        return tuple(sorted(self.city.roster_numbers() | {post.number for post in self.city.operators}))

    @property
    def sirens(self) -> tuple[str, ...]:
        return tuple(one.siren.number for one in self.city.stations.values() if one.siren)


def build(story: Story, clock: VirtualClock, path: Path) -> Town:
    """The town before anything happens."""
    network = Network(clock, seed=story.seed)
    city = town(story.modems)
    found = Town(story=story, city=city, clock=clock, network=network, path=path, box=CrashBox(story.crashes))
    settle(network, city, found.residents)
    network.subscribe(found.note)
    settings = network.settings
    settings.delay_s, settings.duplicate, settings.reorder = story.delay_s, story.duplicate, story.reorder
    settings.air_s, settings.setup_s, settings.boot_s = story.air_s, story.setup_s, 15.0
    for at, number in enumerate(found.officers):
        phone = network.phone(number)
        phone.behave(story.officers[at])
        if (wait := story.replies_s[at]) is not None:
            _replies(found, phone, wait)
    return found


def _replies(town: Town, phone: Phone, wait: float) -> None:
    """The officer reads the code in an offer and sends it back."""
    forms = [offer_form(town.city, key) for key in ("offer", "offer_unverified")]

    def answer(code: str) -> None:
        phone.sms(town.city.modems[0].number, code)

    def read(sms: PhoneSms) -> None:
        found = next((found for form in forms if (found := form.fullmatch(sms.text))), None)
        if found is not None:
            town.network.timers.after(wait, partial(answer, found["reply"]))

    phone.on_sms = read


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.*)", re.escape(template)), re.DOTALL)


def offer_form(city: City, key: str) -> re.Pattern[str]:
    """A text of the pack as a pattern with its placeholders as groups."""
    return _pattern(city.texts[city.languages[0]][key])


async def live(town: Town, look: Callable[[Town], None], still: Callable[[Town], bool]) -> None:
    """Play the whole story; ``look`` is called every few seconds. It ends early when it is ``still`` for STILL_S."""
    with _listening(town):
        program = asyncio.create_task(_program(town), name="program")
        try:
            await town.clock.sleep(3.0)
            begun = town.clock.monotonic()
            for deed in town.story.deeds:
                await _until(town, begun + deed.at_s, look)
                _do(town, deed)
            await _until(town, begun + ACT_S, look)
            _mend(town)
            await _calm(town, begun + ACT_S + CALM_S, look, still)
        finally:
            program.cancel()
            await asyncio.gather(program, return_exceptions=True)


async def _until(town: Town, instant: float, look: Callable[[Town], None]) -> None:
    while (left := instant - town.clock.monotonic()) > 0:
        await town.clock.sleep(min(left, LOOK_S))
        look(town)


async def _calm(town: Town, end: float, look: Callable[[Town], None], still: Callable[[Town], bool]) -> None:
    moved = town.clock.monotonic()
    while (now := town.clock.monotonic()) < end:
        if not still(town):
            moved = now
        elif now - moved >= STILL_S and town.story.seed % WHOLE_CALM:
            return
        await _until(town, min(now + LOOK_S, end), look)


async def _program(town: Town) -> None:
    """The process, over and over: open, run until it dies, stay down, start again."""
    first = True
    while True:
        store = await open_store(town.path, town.clock, inline=True)
        if first:
            rows = read_rows((PACK / "residents-sample.csv").read_bytes(), town.city, town.clock.now())
            known = [row for row in rows if isinstance(row, Resident)]
            await store.write(partial(_register, known))
            first = False
        await _one_life(town, store)
        town.stops += 1
        await town.clock.sleep(town.network.random.uniform(*DOWN_S))


def _register(known: list[Resident], tx: Tx) -> None:
    for one in known:
        save(tx, one)


async def _one_life(town: Town, store: Store) -> None:
    modems = tuple(
        ModemSettings(name=f"m{at}", port=one.name, audio=f"{one.name}-audio", number=one.number)
        for at, one in enumerate(town.network.modems, 1)
    )
    settings = Settings(city=town.city.name, data_dir=town.path.parent, modem=modems)
    died: list[BaseException] = []
    opener = memory_opener(town.network)
    async with built_house(settings, town.city, town.clock, store, opener, town.box, murmuring()) as house:
        tasks = [asyncio.ensure_future(run()) for name, run in house.loops.items() if name != "disk"]
        town.house, town.up_since = house, town.clock.monotonic()
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            died = [fault for task in done if (fault := task.exception()) is not None]
        finally:
            town.house = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await store.abandon()
    town.faults += [f"loop ended by {fault!r}" for fault in died if not isinstance(fault, Crashed)]


def _do(town: Town, deed: Deed) -> None:
    network, gateway = town.network, town.city.modems[deed.who % len(town.city.modems)].number
    match deed.what:
        case "write":
            network.phone(town.residents[deed.who % len(town.residents)]).sms(gateway, deed.text)
        case "ring":
            phone = network.phone(town.residents[deed.who % len(town.residents)])
            if not phone.engaged():
                phone.call(gateway, ring_s=deed.seconds)
        case "ring_back":
            phone = network.phone(town.officers[deed.who])
            if not phone.engaged() and not phone.behaviour.off:
                phone.call(gateway, ring_s=deed.seconds)
        case "behave" if deed.behaviour is not None:
            network.phone(town.officers[deed.who]).behave(deed.behaviour)
        case "siren":
            network.siren(town.sirens[deed.who], state=deed.text)
        case "fault":
            network.modems[deed.who].fault(deed.text, for_s=deed.seconds)
        case "unplug":
            modem = network.modems[deed.who]
            modem.unplug()
            network.timers.after(deed.seconds, modem.plug)
        case _:
            raise ValueError(deed.what)


def _mend(town: Town) -> None:
    """Everything that was broken works from now on, and every officer answers and accepts."""
    town.box.calm()
    settings = town.network.settings
    settings.duplicate = settings.reorder = 0.0
    for modem in town.network.modems:
        _mend_modem(modem)
    for number in town.sirens:
        town.network.siren(number, state="well")
    for number in town.officers:
        town.network.phone(number).behave(Behaviour(answer_after_s=4.0, keys="1", key_after_s=2.0))


def _mend_modem(modem: VirtualModem) -> None:
    modem.heal()
    if not modem.plugged:
        modem.plug()


@contextmanager
def _listening(town: Town) -> Iterator[None]:
    """Whatever the program logs of its own faults is a finding."""

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info and record.exc_info[1] is not None:
                town.faults.append(f"{record.getMessage()}: {record.exc_info[1]!r}")

    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    try:
        yield
    finally:
        root.removeHandler(ear)

"""A town on virtual time: the real store on disk, inbox, desks, loop and outbox; scripted phones and air round them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from config.city import City, load_city
from config.clock import VirtualClock, run_virtual
from config.crash import no_crash
from dispatch import acceptance
from dispatch import store as verbs
from dispatch.acceptance import Who
from dispatch.case import Case, Offer
from dispatch.cries import Cries
from dispatch.desk import EmergencyDesk
from dispatch.loop import Dispatch
from dispatch.plan import EffectKind, EffectRow
from dispatch.talk import with_emergencies
from dispatch.voice import Lines
from dispatch.voice_caller import hands
from eservices.desk import LastDesk
from eservices.services import services
from gateway.channel import ChannelKind
from gateway.conversation import Conversation
from gateway.dialogue import Dialogue
from gateway.inbox import Desk, Inbox
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.outbox import Outbox
from gateway.pulse import Bell, Pulse
from gateway.registry import Resident
from gateway.store import Tx
from gateway.store.inbound import INBOUND, add_letter
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from ivr.flow_data import Flow
from ivr.flow_read import flows
from ivr.legs import Legs
from ivr.switchboard import Desk as Board
from ivr.switchboard import Switchboard
from ivr.talking import Talking
from tests.fixtures.engines import fresh, open_store
from tests.ivr.scripted import TURNS_AWAY, QuickSpeaker, ScriptedModem, World

T = TypeVar("T")

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)  # Wednesday, 11.00 in the town
LIMIT_S = 14 * 86400.0  # virtual seconds a scene may take

HULU_SIREN, POLRES_SIREN = "+6285500001001", "+6285500001002"
ANI, DODI, EKO, POSKO = "+6285500002001", "+6285500002004", "+6285500002005", "+6285500000201"
GINA, HADI, STRANGER = "+6285500003001", "+6285500003002", "+6281234567890"
HULU = "99.01.01.1001"


@cache
def town() -> City:
    return load_city(Path(__file__).parents[1] / "fixtures" / "tinytown")


@cache
def spoken() -> Mapping[str, Flow]:
    return flows(town())


@cache
def dialogues() -> Sequence[Dialogue]:
    """What residents talk with; what is said to whom stands in the store."""
    return with_emergencies(town(), services(town()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    at: datetime
    to: str
    text: str


@dataclass(slots=True)
class Air:
    """A ``Channel`` that takes three seconds a letter and delivers it; it outlives crashes."""

    clock: VirtualClock
    sent: list[Sms] = field(default_factory=list)
    name: str = "air"
    kind: ChannelKind = "modem"
    number: str = ""
    operator: str = ""
    calls: bool = False
    well: bool = True
    occupied: bool = False

    def serves(self, to: str, lane: Lane) -> bool:
        return True

    def reports(self, lane: Lane) -> bool:
        return True

    def cost(self, letter: Outbound, parts: int) -> float:
        return 0.0

    async def probe(self) -> None:
        return

    def parts(self, letter: Outbound) -> int:
        return 1

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        await self.clock.sleep(3)
        self.sent.append(Sms(at=self.clock.now(), to=letter.to, text=letter.text))
        return str(len(self.sent))


class Killed(BaseException):
    """The program was killed at a crash point."""


class Stage:
    """One running program in its world. ``go`` lets time pass and raises what ends a loop."""

    def __init__(self, path: Path, clock: VirtualClock, *, lines: int = 2) -> None:
        self.clock, self.path, self.city = clock, path / "town.sqlite", town()
        self.world, self.air, self.speaker = World(), Air(clock), QuickSpeaker(clock)
        for siren in (HULU_SIREN, POLRES_SIREN):
            self.world.phone(siren, TURNS_AWAY)
        self.lines = lines
        self.relays = True
        self._begun = False
        self._up = asyncio.Event()
        self._relaying: list[asyncio.Task[int]] = []
        self.world.turned_away = self._turned_away
        self._ids = itertools.count(1)
        self._codes = itertools.count(1001)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, *, crash: Callable[[str], None] = no_crash) -> None:
        if not self._begun:
            fresh(self.path)
            self._begun = True
        self.store = await open_store(self.path, self.clock, inline=True)
        self.pulse, self.page = Pulse(self.clock), Bell()
        self.modems = [
            ScriptedModem(self.world, self.clock, name=f"modem{n}", number="+6285500000101") for n in range(self.lines)
        ]
        self.outbox = Outbox(self.store, [self.air], self.clock, crash, self.pulse, doubt_s=self.city.clocks.doubt_s)
        self.leg = Legs(self.modems, self.clock, speaker=self.speaker)
        self.switchboard = self._switchboard(crash)
        self.dispatch = Dispatch(
            self.store,
            self.city,
            self.leg,
            self.switchboard,
            self.clock,
            self.pulse,
            crash=crash,
            bells=[self.page],
            outbox=self.outbox.wake,
            new_code=self.new_code,
        )
        last = LastDesk(self.city, self.clock, talks=lambda: self.conversation)
        self.desk = EmergencyDesk(
            self.city,
            self.clock,
            otherwise=last,
            look=self._look,
            new_code=self.new_code,
            asked=self.dispatch.ringing_back.awaits,
        )
        await self.desk.pick_up(self.store)
        self.conversation = Conversation(
            dialogues(),
            self.city,
            self.clock,
            otherwise=(self.desk, last),
            alarms=Cries(self.city),
            inbox=self,
            wake=self.outbox.wake,
        )
        await self.conversation.pick_up(self.store)
        desks: Sequence[Desk] = (self.conversation.hurried, self.conversation, self.desk, last)
        self.inbox = Inbox(self.store, desks, self.clock, crash, self.pulse, waits=self.city.clocks)
        loops = (self.dispatch.run(), self.inbox.run(), self.outbox.run())
        self._tasks = [asyncio.create_task(loop) for loop in loops]
        self._up.set()

    def _switchboard(self, crash: Callable[[str], None]) -> Switchboard:
        desk = Board(
            store=self.store,
            catalogue=self.city,
            clock=self.clock,
            flows=spoken(),
            recordings=self.path.parent / "recordings",
            crash=crash,
        )
        board = Switchboard(desk, done=self._done)
        lines = Lines(free=self.leg.free, voices=self.leg.free_voices)
        board.serve(*hands(self.city, lines, new_code=self.new_code), Talking(dialogues(), self.city, self))
        return board

    def _done(self) -> None:
        """Something was done for a caller: every loop looks."""
        self.inbox.wake()
        self.outbox.wake()
        self.dispatch.look()

    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool) -> None:
        """What a conversation says (the inbox is built after its desks)."""
        self.inbox.put_in(tx, letter, urgent=urgent)

    def judged(self, letter: Inbound) -> bool:
        """The same: whether a desk takes it for urgent."""
        return self.inbox.judged(letter)

    def wake(self) -> None:
        """The same: there are new letters."""
        self.inbox.wake()

    def new_code(self) -> str:
        return str(next(self._codes))

    def _look(self, numbers: list[int]) -> None:
        self.dispatch.look(numbers)

    async def go(self, seconds: float) -> None:
        """Let time pass. Raises what ended one of the loops."""
        with suppress(TimeoutError):
            async with self.clock.timeout(seconds):
                done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                raise AssertionError("a loop ended")

    def _turned_away(self, number: str) -> None:
        """The first station's controller tells by SMS that its relay closed."""
        if number == HULU_SIREN and self.relays:
            self._relaying.append(asyncio.create_task(self._relay()))

    async def _relay(self) -> int:
        await self.clock.sleep(5)
        await self._up.wait()  # the network and the SIM keep it while the program is down
        return await self.letter(HULU_SIREN, "Relay ON")

    async def stop(self, *, drop: bool = False) -> None:
        """An orderly stop; ``drop``: as a crash leaves it."""
        self._up.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await (self.store.abandon() if drop else self.store.close())

    async def without_dispatch(self) -> None:
        """Stop the loop of the life path alone."""
        self._tasks[0].cancel()
        await asyncio.gather(self._tasks[0], return_exceptions=True)

    async def end(self) -> None:
        """The end of the world."""
        for task in self._relaying:
            task.cancel()
        await asyncio.gather(*self._relaying, return_exceptions=True)
        await self.stop()

    async def passes(self, seconds: float) -> None:
        """A long time in which nothing happens, spent asleep: an orderly stop, and a start when it is over."""
        await self.stop()
        await self.clock.sleep(seconds)
        await self.start()

    # -- what comes in

    async def resident(self, phone: str = GINA, **said: Any) -> None:
        """Register one."""
        known: dict[str, Any] = {
            "phone": phone,
            "name": "Gina Contoh",
            "kelurahan": HULU,
            "address": "Jl. Bambu Kuning No. 1",
            "lat": -0.89,
            "lon": 119.81,
            "language": "id",
            "quiet": False,
            "notes": "",
            "confirmed": True,
            "panic_button": False,
            "address_at": self.clock.now(),
        }
        await self.store.write(lambda tx: save(tx, Resident(**(known | said))))

    async def letter(self, sender: str, text: str, kind: Kind = Kind.SMS, whole: str = "", *, doubt: str = "") -> int:
        """Keep a letter as the inbox would."""
        letter = Inbound(
            id=0,
            channel="air",
            kind=kind,
            sender=sender,
            text=text,
            sent_at=self.clock.now(),
            received_at=self.clock.now(),
            external_id=f"letter-{next(self._ids)}-{self.clock.now().timestamp()}",
            whole=whole,
            doubt=doubt,
        )
        number = await self.store.write(lambda tx: add_letter(tx, letter, urgent=True))
        self.inbox.wake()
        return int(number)

    async def sms(self, sender: str, text: str, *, then: float = 1.0, doubt: str = "") -> None:
        """Somebody writes; ``then`` seconds pass. ``doubt``: something was wrong with the callback that brought it."""
        await self.letter(sender, text, doubt=doubt)
        await self.go(then)

    async def rings(self, caller: str | None, *, then: float = 1.0) -> None:
        """Somebody rings and is turned away."""
        await self.inbox.missed("air", caller, self.clock.now())
        await self.go(then)

    async def act(self, what: str, number: int = 1) -> None:
        """An operator does it on the page."""
        who, verb = Who(name="Operator", how="page"), getattr(acceptance, what)
        await self.store.write(lambda tx: verb(tx, self.city, number, who, self.clock.now()))
        self.dispatch.look()

    async def drilled(self, number: int = 1) -> None:
        """The incident is a drill."""

        def work(tx: Tx) -> None:
            case = verbs.load_case(tx, number)
            verbs.save_case(tx, replace(case, incident=replace(case.incident, drill=True)))

        await self.store.write(work)

    # -- what became of it

    async def cases(self) -> list[Case]:
        found = await self.store.read(lambda tx: verbs.listed(tx, latest=100))
        return sorted(found, key=lambda case: case.incident.id)

    async def case(self, number: int = 1) -> Case:
        return await self.store.read(lambda tx: verbs.load_case(tx, number))

    async def rows(self, number: int = 1, kind: EffectKind | None = None) -> list[EffectRow]:
        rows = await self.store.read(lambda tx: verbs.followed_ledger(tx, number))
        return [row for row in rows if kind is None or row.effect.kind is kind]

    async def offers(self, officer: str, number: int = 1) -> list[Offer]:
        made = await self.store.read(lambda tx: verbs.offers_of(tx, number))
        return [offer for offer in made if offer.number == officer]

    async def code(self, officer: str, number: int = 1) -> str:
        return (await self.offers(officer, number))[-1].code

    async def said(self, number: int = 1) -> str:
        events = await self.store.read(lambda tx: verbs.events_of(tx, number))
        return "\n".join(f"{event.kind}: {event.text}" for event in events)

    async def incident_of(self, letter: int) -> int | None:
        from dispatch.store.tables import INCIDENT_LETTER

        def work(tx: Tx) -> int | None:
            found = select(INCIDENT_LETTER.c.incident).where(INCIDENT_LETTER.c.letter == letter)
            return tx.execute(found).scalar()

        return await self.store.read(work)

    async def letter_state(self, letter: int) -> str:
        def work(tx: Tx) -> str:
            return str(tx.execute(select(INBOUND.c.state).where(INBOUND.c.id == letter)).scalar_one())

        return await self.store.read(work)

    async def queued(self, to: str) -> list[str]:
        """Every text written to that phone, sent or not."""

        def work(tx: Tx) -> list[str]:
            found = select(OUTBOUND.c.text).where(OUTBOUND.c.recipient == to, OUTBOUND.c.state != "cancelled")
            return list(tx.execute(found.order_by(OUTBOUND.c.id)).scalars())

        return await self.store.read(work)

    def heard(self, number: str) -> list[str]:
        """What was said to that phone on its calls."""
        return [words for to, words in self.speaker.heard if to == number]

    def texts(self, to: str) -> list[str]:
        """What that phone received."""
        return [sms.text for sms in self.air.sent if sms.to == to]


def play(path: Path, scene: Callable[[Stage], Coroutine[Any, Any, T]], *, lines: int = 2) -> T:
    """Run a scene in a fresh town."""

    async def main(clock: VirtualClock) -> T:
        stage = Stage(path, clock, lines=lines)
        await stage.start()
        try:
            async with clock.timeout(LIMIT_S):
                return await scene(stage)
        finally:
            await stage.end()

    return run_virtual(main, EPOCH)

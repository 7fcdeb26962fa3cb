"""People on the phone, with the real dialogues, store, inbox and switchboard behind the menu's flow."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.city import load_city
from config.clock import Clock, VirtualClock
from config.crash import no_crash
from dispatch.locate import locator_of
from dispatch.reading import reader_of
from dispatch.talk import with_emergencies
from eservices.services import services
from gateway.dialogue import Dialogue
from gateway.inbox import Inbox
from gateway.messages import Inbound
from gateway.pulse import Pulse
from gateway.registry import Resident
from gateway.store import Resident as StoredResident
from gateway.store import Store, Tx
from gateway.store.inbound import new_letters
from gateway.store.listing import Listed, letters
from gateway.store.people import save
from ivr.conversation import Turn
from ivr.events import Done, End, Event, Listen, Pressed
from ivr.flow_data import ActSpec
from ivr.flow_read import flows
from ivr.session import Call, Session
from ivr.switchboard import Desk, Switchboard
from ivr.talking import Talking
from tests.gateway.room import EPOCH, SITI, Notebook, Waits, opened, play

CITY = load_city("binjai")
FLOWS = flows(CITY)


def dialogues() -> tuple[Dialogue, ...]:
    """Every one that a phone in Binjai can hold."""
    return with_emergencies(CITY, services(CITY, locator_of(CITY), reader_of(CITY), b"k" * 32))


def living(number: str = SITI, address: str = "Jl. Melati 3", name: str = "Siti Aminah") -> Resident:
    """A confirmed resident of the first kelurahan."""
    return Resident(
        phone=number,
        name=name,
        kelurahan=next(iter(CITY.areas)),
        address=address,
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=EPOCH,
    )


@dataclass(slots=True)
class Dispatching:
    """Does what dispatch would for the menu's flow, and writes it down."""

    did: list[str] = field(default_factory=list)

    @property
    def acts(self) -> Mapping[str, ActSpec]:
        return {name: FLOWS["menu"].acts[name] for name in FLOWS["menu"].acts}

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        self.did.append(act)
        if act == "confirm":
            return Done("confirmed")
        fields = dict.fromkeys(self.acts[act].fields, "")
        return Done("wait", {**fields, "station": "Polsek Utara", "officer": "Budi"}, say="hold_calling")


@dataclass(slots=True)
class Caller:
    """One call, from the answer on."""

    session: Session
    turn: Turn

    @property
    def heard(self) -> str:
        """The words of the last turn."""
        return " ".join(one.text for one in self.turn.say)

    @property
    def over(self) -> bool:
        return isinstance(self.turn.then, End)

    def offered(self) -> dict[str, str]:
        """Key → what it does, as it was said."""
        said = [one.text.rstrip(".").rpartition(", tekan ") for one in self.turn.say]
        return {key: label for label, _, key in said if label and len(key) == 1}

    async def does(self, *events: Event) -> str:
        for event in events:
            self.turn = await self.session.take(self.turn.seq, event)
        return self.heard

    async def presses(self, keys: str) -> str:
        """One after the other."""
        return await self.does(*(Pressed(key) for key in keys))

    async def chooses(self, label: str) -> str:
        """The key that was said for it, turning over where it must be."""
        for _ in range(20):
            keys = [key for key, said in self.offered().items() if said == label]
            if keys:
                return await self.presses(keys[0])
            assert isinstance(self.turn.then, Listen)
            assert "#" in self.turn.then.keys, f"{label!r} is not offered: {self.heard}"
            await self.presses("#")
        raise AssertionError(f"{label!r} is not offered")


@dataclass(slots=True)
class Exchange:
    """The menu, answered."""

    store: Store
    board: Switchboard
    talking: Talking
    dispatch: Dispatching
    calls: int = 0

    async def lives(self, *people: StoredResident) -> None:
        await self.store.write(lambda tx: [save(tx, one) for one in people])

    async def calls_in(self, number: str = SITI) -> Caller:
        self.calls += 1
        session = self.board.inbound(number, "modem1", str(self.calls))
        return Caller(session, await session.begin("modem1"))

    async def said(self) -> list[tuple[Inbound, bool]]:
        """The letters that callers said, and which are urgent, in their order."""

        def work(tx: Tx) -> list[tuple[Inbound, bool]]:
            urgent = {letter.id for letter, _ in new_letters(tx, at_most=1000, urgent_only=True)}
            return [(letter, letter.id in urgent) for letter, _ in new_letters(tx, at_most=1000)]

        return sorted(await self.store.write(work), key=lambda one: one[0].id)

    async def sent(self) -> list[Listed]:
        """The letters that wait to be sent."""
        return await self.store.read(lambda tx: letters(tx, state=None, at_most=1000))


@contextlib.asynccontextmanager
async def exchange(clock: Clock) -> AsyncIterator[Exchange]:
    """A city's exchange with an empty store."""
    async with opened(clock) as store:
        with tempfile.TemporaryDirectory() as folder:
            inbox = Inbox(store, (Notebook(),), clock, no_crash, Pulse(clock), waits=Waits())
            desk = Desk(store=store, catalogue=CITY, clock=clock, flows=FLOWS, recordings=Path(folder) / "recordings")
            board, talking, dispatch = Switchboard(desk), Talking(dialogues(), CITY, inbox), Dispatching()
            board.serve(talking, dispatch)
            yield Exchange(store, board, talking, dispatch)


def scene(main: Callable[[Exchange], Coroutine[Any, Any, None]]) -> None:
    """Run it on virtual time."""

    async def on(clock: VirtualClock) -> None:
        async with exchange(clock) as there:
            await main(there)

    play(on)


def call_of(number: str = SITI, turn: str = "t1", **fields: str) -> Call:
    return Call(
        id="c", flow="menu", number=number, language="id", leg="m", fields=fields, about="", at=EPOCH, turn=turn
    )


async def acted(there: Exchange, call: Call, act: str, **arguments: str) -> Done:
    return await there.store.write(lambda tx: there.talking.act(tx, call, act, arguments))

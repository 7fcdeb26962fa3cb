"""USSD on virtual time with the real store, spool and inbox, and small dialogues of every shape; phones that dial."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.city import City, load_city
from config.clock import Clock
from config.crash import CrashPoint, no_crash
from gateway.callback import UssdReply, UssdTurn
from gateway.dialogue import Choice, Dialogue, Effect, Register, Say, Screen, State, Step, Who
from gateway.inbox import Inbox
from gateway.pulse import Pulse
from gateway.spool import Spool
from gateway.store import Resident, Store
from gateway.store.listing import letters
from gateway.together import Writing
from gateway.ussd import Ussd
from tests.fixtures.engines import fresh, leave, open_store
from tests.gateway.room import SITI, Notebook, Waits

CITY = load_city("tests/fixtures/tinytown")
SPOOL_SIZE = 16 * 1024  # bytes
KINDS = ("RAMPOK", "API", "SAKIT", "LAKA", "BANJIR", "KERASAN", "HILANG", "LAIN", "SOS")
PLACES = tuple(f"Kelurahan nomor {n}" for n in range(1, 21))


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(key=str(n), label=label) for n, label in enumerate(labels, 1))


@dataclass(slots=True)
class Toy(Dialogue):
    """A dialogue of screens in a row. ``ends``: what the last one says; ``says``: what answering a screen does."""

    name: str
    screens: tuple[Screen, ...]
    words: Sequence[str] = ()
    goto: tuple[str, ...] = ()
    says: Callable[[int, Sequence[str], Who], tuple[Effect, ...]] = lambda nth, answers, who: ()
    ends: str = "Terima kasih."

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=self.screens[0], state={"nth": "0"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        nth = int(state["nth"])
        screen = self.screens[nth]
        keys = [choice.key for choice in screen.choices]
        if keys and typed not in keys:
            return Step(screen=replace(screen, text=f"Angka saja. {screen.text}"), state=state, understood=False)
        if self.goto:
            return Step(screen=screen, goto=self.goto[keys.index(typed)])
        answers = [*(state[f"a{n}"] for n in range(nth)), typed]
        effects = self.says(nth, answers, who)
        if nth + 1 == len(self.screens):
            return Step(screen=Screen(text=f"{self.ends} {'/'.join(answers)}", last=True), effects=effects)
        then = {"nth": str(nth + 1)} | {f"a{n}": answer for n, answer in enumerate(answers)}
        return Step(screen=self.screens[nth + 1], state=then, effects=effects)


def _cries(nth: int, answers: Sequence[str], who: Who) -> tuple[Effect, ...]:
    said = KINDS[int(answers[0]) - 1] if nth == 0 else answers[-1]
    return (Say(text=said, urgent=nth == 0),)


def _registers(nth: int, answers: Sequence[str], who: Who) -> tuple[Effect, ...]:
    if nth < 2 or not who.number:
        return ()
    resident = Resident(
        phone=who.number,
        name=answers[0],
        kelurahan=answers[1],
        address="",
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=False,
        panic_button=False,
        address_at=who.at,
    )
    return (Register(resident=resident),)


MENU = Toy(
    "menu",
    (Screen(text="Layanan", choices=choices("Darurat", "Daftar", "Bacaan")),),
    goto=("emergency", "registration", "reading"),
)
EMERGENCY = Toy(
    "emergency",
    (Screen(text="", choices=choices(*KINDS)), Screen(text="Dicatat. Di mana?")),
    says=_cries,
    ends="Dicatat:",
)
REGISTRATION = Toy(
    "registration",
    (
        Screen(text="Nama Anda?"),
        Screen(text="Kelurahan?", choices=choices(*PLACES)),
        Screen(text="Benar?", choices=choices("Ya", "Tidak")),
    ),
    says=_registers,
)
READING = Toy("reading", (Screen(text="Bab mana?", choices=choices("Satu", "Dua")),), ends="kata " * 120)
DIALOGUES: tuple[Dialogue, ...] = (MENU, EMERGENCY, REGISTRATION, READING)


@dataclass(slots=True)
class UssdRoom:
    """Everything that is there while the process lives. ``desk``: what the desks got."""

    clock: Clock
    store: Store
    spool: Spool
    inbox: Inbox
    ussd: Ussd
    pulse: Pulse
    desk: Notebook

    async def texts(self) -> list[str]:
        """The letters in the store, whatever became of them, in order of their texts."""
        return sorted(one.text for one in await self.store.read(lambda tx: letters(tx, state=None, at_most=10_000)))


@contextlib.asynccontextmanager
async def house(
    clock: Clock,
    folder: Path | None = None,
    *,
    crash: CrashPoint = no_crash,
    dialogues: Sequence[Dialogue] = DIALOGUES,
    city: City = CITY,
    inline: bool = True,
    looping: bool = True,
    wrapped: Callable[[Store], Writing] = lambda store: store,
) -> AsyncIterator[UssdRoom]:
    """A process from start to crash or stop. ``folder``: its data directory, used again after a restart. ``looping``:
    the loops of inbox and USSD run. ``wrapped``: what stands before the store for USSD alone."""
    with tempfile.TemporaryDirectory() as own:
        path = (folder or Path(own)) / "kentongan.db"
        if not path.exists():
            fresh(path)
        spool = Spool.open(path.with_name("ussd.spool"), size=SPOOL_SIZE)
        store = await open_store(path, clock, inline=inline)
        pulse, desk = Pulse(clock), Notebook()
        inbox = Inbox(store, (desk,), clock, no_crash, pulse, waits=Waits())
        ussd = Ussd(wrapped(store), inbox, dialogues, city, clock, spool, pulse, crash=crash)
        loops = [asyncio.create_task(run()) for run in (inbox.run, ussd.run)] if looping else []
        try:
            yield UssdRoom(clock, store, spool, inbox, ussd, pulse, desk)
        finally:
            for loop in loops:
                loop.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            await store.abandon()
            spool.close()
            if folder is None:
                leave(path)


@dataclass(slots=True)
class Handset:
    """A phone in a session: the provider joins what it types. ``told``: every screen it saw."""

    room: UssdRoom
    number: str = SITI
    session: str = "ATUid_1"
    channel: str = "africastalking"
    path: str | None = None
    told: list[UssdReply] = field(default_factory=list)

    async def dial(self, path: str = "") -> UssdReply:
        self.path = path
        return await self.post(path)

    async def press(self, *typed: str) -> UssdReply:
        """Type them one after the other, and say what is shown at last."""
        for one in typed:
            assert self.path is not None
            self.path = f"{self.path}*{one}" if self.path else one
            await self.post(self.path)
        return self.told[-1]

    async def post(self, path: str) -> UssdReply:
        """The provider posts, perhaps again."""
        turn = UssdTurn(session=self.session, number=self.number, code="*384#", path=path)
        reply = await self.room.ussd.turn(self.channel, turn)
        self.told.append(reply)
        return reply

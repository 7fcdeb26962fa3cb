"""A small flow, hands that count what they did in the store, and a switchboard over them, for tests of calls."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import insert, select

from config.clock import VirtualClock, run_virtual
from config.crash import CrashPoint, no_crash
from gateway.dialogue import Choice, Screen
from gateway.store import Store, Tx
from gateway.store.people import SETTING
from ivr.events import Done
from ivr.flow_data import ActSpec, Flow, Key, Kind, Node
from ivr.session import Call
from ivr.switchboard import Desk, Switchboard
from tests.fixtures.engines import fresh, leave, open_store

T = TypeVar("T")

LIMIT_S = 500 * 86400.0  # virtual seconds a test may take
EPOCH = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
OFFICER = "+6285500002001"

PROMPTS = {
    "what": "Kebakaran di {place}.",
    "to_accept": "Untuk menerima",
    "to_talk": "Untuk bicara",
    "to_record": "Untuk merekam",
    "to_wait": "Untuk menunggu",
    "press": "{label}, tekan {key}.",
    "wrong_key": "Nomor itu tidak ada.",
    "accepted": "Diterima oleh {by}.",
    "speak": "Bicaralah.",
    "kept": "Tersimpan.",
    "nobody": "Tidak ada jawaban.",
    "sorry": "Maaf, ada gangguan. Belum tercatat.",
    "hold_on": "Tunggu.",
    "more_choices": "Untuk pilihan lain, tekan pagar.",
    "go_back": "Untuk kembali, tekan nol.",
    "speak_now": "Bicaralah setelah nada.",
    "gap": "Ini {missing}.",
}
SPECS = {
    "accept": ActSpec(results=frozenset({"accepted", "taken"}), fields=frozenset({"by"})),
    "breaks": ActSpec(results=frozenset({"never"})),
    "lies": ActSpec(results=frozenset({"one"})),
    "how": ActSpec(results=frozenset({"waits", "came"})),
    "talk.begin": ActSpec(results=frozenset({"screen", "gone"})),
    "talk.step": ActSpec(results=frozenset({"screen", "gone"})),
}


def _menu(**keys: tuple[str, str]) -> dict[str, Key]:
    return {key.removeprefix("k"): Key(label=label, next=to) for key, (label, to) in keys.items()}


FLOW = Flow(
    name="menu",
    start="ask",
    sorry="sorry",
    fields=frozenset({"place"}),
    acts=SPECS,
    instead="sorry",
    nodes={
        node.name: node
        for node in (
            Node(
                name="ask",
                kind=Kind.MENU,
                prompts=("what", "gap"),
                timeout_s=4,
                tries=2,
                silent="nobody",
                keys=_menu(
                    k1=("to_accept", "accept"), k2=("to_talk", "talk"), k3=("to_record", "say"), k4=("to_wait", "wait")
                )
                | {"5": Key(label="to_talk", next="broken"), "6": Key(label="to_talk", next="unknown")}
                | {"7": Key(label="to_talk", next="lying")},
            ),
            Node(name="accept", kind=Kind.ACT, act="accept", results={"accepted": "thanks", "taken": "nobody"}),
            Node(name="thanks", kind=Kind.SAY, prompts=("accepted",), next="say"),
            Node(
                name="say",
                kind=Kind.RECORD,
                prompts=("speak",),
                seconds=30,
                timeout_s=5,
                tries=2,
                into="words",
                next="kept",
                silent="nobody",
            ),
            Node(name="kept", kind=Kind.END, prompts=("kept",)),
            Node(name="nobody", kind=Kind.END, prompts=("nobody",)),
            Node(name="sorry", kind=Kind.END, prompts=("sorry",)),
            Node(name="broken", kind=Kind.ACT, act="breaks", results={"never": "nobody"}),
            Node(name="unknown", kind=Kind.ACT, act="nobody_does", results={"x": "nobody"}),
            Node(name="lying", kind=Kind.ACT, act="lies", results={"one": "nobody"}),
            Node(
                name="wait",
                kind=Kind.HOLD,
                act="how",
                seconds=10,
                tries=3,
                silent="nobody",
                next="kept",
                results={"came": "kept"},
                keys={},
            ),
            Node(name="talk", kind=Kind.TALK, dialogue="clinic", next="kept", timeout_s=6, tries=2, silent="nobody"),
        )
    },
)


@dataclass(frozen=True, slots=True)
class Words:
    """A catalogue of one language."""

    languages: tuple[str, ...] = ("id",)
    prompts: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: {"id": PROMPTS})

    def prompt(self, lang: str, id: str, **fields: str) -> str:
        return self.prompts[lang][id].format_map(fields)


class Counting:
    """Hands that write down, in the transaction, what they did and for which turn."""

    def __init__(self) -> None:
        self.acts: Mapping[str, ActSpec] = SPECS
        self.seen: list[tuple[str, Call]] = []

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        self.seen.append((act, call))
        if act == "how":
            return Done("waits", say="hold_on")
        count(tx, f"{act}|{call.turn}")
        match act:
            case "breaks":
                raise RuntimeError("a fault of ours")
            case "lies":
                return Done("two")
            case "talk.begin":
                return Done("screen", screen=Screen(text="Poli mana?", choices=(Choice(key="1", label="Umum"),)))
            case "talk.step":
                return Done("screen", screen=Screen(text=f"Tiket {arguments['typed']}.", last=True))
        return Done("accepted", {"by": "Rizal"})


def count(tx: Tx, name: str) -> None:
    """Write it down; raises when it stands there already."""
    tx.execute(insert(SETTING), {"name": f"did/{name}", "value": b""})


def did(tx: Tx) -> list[str]:
    """What was done and stands."""
    found = tx.execute(select(SETTING.c.name).where(SETTING.c.name.startswith("did/")).order_by(SETTING.c.name))
    return [name.removeprefix("did/") for name in found.scalars()]


@dataclass(slots=True)
class Room:
    """A switchboard over a store, which a crash may take away."""

    clock: VirtualClock
    folder: Path
    store: Store
    hands: Counting
    board: Switchboard
    bells: list[str] = field(default_factory=list)

    async def crashed(self, crash: CrashPoint = no_crash) -> None:
        """The program dies here, and begins again."""
        await self.store.abandon()
        self.store = await open_store(self.folder / "k.db", self.clock)
        self.connect(crash)

    def connect(self, crash: CrashPoint = no_crash) -> None:
        desk = Desk(
            store=self.store,
            catalogue=Words(),
            clock=self.clock,
            flows={"menu": FLOW, "officer": FLOW},
            recordings=self.folder / "recordings",
            crash=crash,
        )
        self.board = Switchboard(desk, done=lambda: self.bells.append("done"))
        self.board.serve(self.hands)

    def call(self, key: str = "1/call/1", number: str = OFFICER, **fields: str) -> Any:
        """An officer's conversation of that key."""
        said = {"place": "Paya Roba"} | fields
        return self.board.conversation("officer", number, language="id", about="1/call", fields=said, key=key)

    async def did(self) -> list[str]:
        return await self.store.read(did)

    async def rows(self, sql: Any) -> list[Any]:
        return await self.store.read(lambda tx: list(tx.execute(sql)))


def play(main: Callable[[Room], Coroutine[Any, Any, T]], crash: CrashPoint = no_crash) -> T:
    """Run a scene on virtual time with a store of the engine of now."""

    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(LIMIT_S), room(clock, crash) as there:
            return await main(there)

    return run_virtual(limited, EPOCH)


@contextlib.asynccontextmanager
async def room(clock: VirtualClock, crash: CrashPoint) -> AsyncIterator[Room]:
    with tempfile.TemporaryDirectory(prefix="kentongan-") as folder:
        path = Path(folder) / "k.db"
        fresh(path)
        there = Room(clock, Path(folder), await open_store(path, clock), Counting(), None)  # type: ignore[arg-type]
        there.connect(crash)
        try:
            yield there
        finally:
            await there.store.close()
            leave(path)


def spoken(turn: Any) -> list[str]:
    """The words of a turn."""
    return [one.text for one in turn.say]

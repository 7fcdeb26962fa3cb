"""The gateway on virtual time with a store on disk: PDUs as the network makes them, a desk and a channel that say what
happened to them."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from config.clock import Clock, VirtualClock, run_virtual
from config.crash import CrashPoint, no_crash
from gateway.channel import Busy, Channel, ChannelKind, Doubtful, Refused
from gateway.inbox import Desk, Inbox
from gateway.messages import Inbound, Lane, Outbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.store import Store, Tx, put
from gateway.store.listing import Listed, letters
from modem.inbound import StoredSms
from modem.virtual import tpdu
from tests.fixtures.engines import fresh, leave, open_store

T = TypeVar("T")

EPOCH = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SITI, BUDI, CENTRE = "+6281234567890", "+6281234567891", "+62816124"
IMSI = "510010000000001"
LIMIT_S = 40 * 86400.0  # virtual seconds a test may take
ZERO = bytes(7)  # a time stamp of zeros, as some centres send


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The clocks of a city pack."""

    part_wait_s: float = 90.0
    part_window_s: float = 86400.0
    repeat_s: float = 86400.0
    repeat_unsure_s: float = 600.0


def play(main: Callable[[VirtualClock], Coroutine[Any, Any, T]]) -> T:
    """Run ``main`` on virtual time, with a limit."""

    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(LIMIT_S):
            return await main(clock)

    return run_virtual(limited, EPOCH)


def pdus(
    text: str, sender: str = SITI, *, at: datetime | bytes = EPOCH, ref: int = 7, dcs_class: int | None = None
) -> list[str]:
    """``text`` as the network hands it to a modem: one PDU a part."""
    stamp = at if isinstance(at, bytes) else tpdu.stamp(at, timedelta(hours=7))
    head = tpdu.service_centre(CENTRE)
    parts = tpdu.user_data(text, ref, dcs_class=dcs_class)
    return [(head + tpdu.deliver(sender, stamp, data)).hex().upper() for data in parts]


def report(reference: int, to: str, status: int, *, at: datetime = EPOCH) -> str:
    """A status report as a modem hands it over."""
    stamp = tpdu.stamp(at, timedelta(hours=7))
    return (tpdu.service_centre(CENTRE) + tpdu.status_report(reference, to, stamp, stamp, status)).hex().upper()


def stored(*pdus: str) -> list[StoredSms]:
    return [StoredSms(memory="SM", index=index, pdu_hex=pdu) for index, pdu in enumerate(pdus, 1)]


@dataclass(slots=True)
class Notebook:
    """A desk that writes down what it was given. ``words``: takes only letters with one of these; ``fails``: raises on
    letters that hold this; ``answers``: puts a reply in the same transaction."""

    name: str = "notebook"
    urgent: bool = False
    words: tuple[str, ...] = ()
    fails: str = "\0"
    answers: bool = False
    letters: list[Inbound] = field(default_factory=list)
    woken: int = 0

    def takes(self, letter: Inbound) -> bool:
        return not self.words or any(word in letter.text for word in self.words)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        if self.answers:
            until = letter.received_at + timedelta(hours=1)
            put(tx, letter.reply("diterima", lane=Lane.EMERGENCY, key=f"reply-{letter.id}", expires_at=until))
        if self.fails in letter.text:
            raise ValueError("this desk cannot read that")
        self.letters.append(letter)

    def wake(self) -> None:
        self.woken += 1

    @property
    def texts(self) -> list[str]:
        return [letter.text for letter in self.letters]


@contextlib.asynccontextmanager
async def opened(clock: Clock, path: Path | None = None, *, inline: bool = True) -> AsyncIterator[Store]:
    """A store: a new one, or the one at ``path``."""
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "kentongan.db"
        if path is None:
            fresh(own)
        store = await open_store(path or own, clock, inline=inline)
        try:
            yield store
        finally:
            await store.close()
            leave(own)


@contextlib.asynccontextmanager
async def reading(
    store: Store,
    clock: Clock,
    *desks: Desk,
    crash: CrashPoint = no_crash,
    sheds: Callable[[], bool] = lambda: False,
    stranded: Callable[[Inbound], None] = lambda letter: None,
) -> AsyncIterator[Inbox]:
    """An inbox whose loop runs."""
    inbox = Inbox(store, desks, clock, crash, Pulse(clock), waits=Waits(), sheds=sheds, stranded=stranded)
    loop = asyncio.create_task(inbox.run())
    try:
        yield inbox
    finally:
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop


def letter(text: str = "halo", to: str = SITI, **changes: Any) -> Outbound:
    """An emergency letter that holds for an hour."""
    fields: dict[str, Any] = {
        "to": to,
        "text": text,
        "lane": Lane.EMERGENCY,
        "key": f"{to}-{text}",
        "expires_at": EPOCH + timedelta(hours=1),
    }
    return Outbound(**{**fields, **changes})


async def states(store: Store) -> dict[str, str]:
    """Text → state of every letter that goes out."""
    return {one.text: one.state for one in await listed(store) if one.direction == "out"}


async def listed(store: Store, state: str | None = None) -> Sequence[Listed]:
    return await store.read(lambda tx: letters(tx, state=state, at_most=100_000))


class Crash(BaseException):
    """The process is gone."""


@dataclass(slots=True)
class Radio:
    """A channel that does as it is told. ``moods`` are used up one a send, then ``mood`` holds: ok, busy, refused,
    doubtful, broken (a fault of ours). ``air_s``: how long a send takes; ``price``: Rupiah a part."""

    clock: Clock
    name: str = "m1"
    kind: ChannelKind = "modem"
    number: str = ""
    operator: str = ""
    calls: bool = False
    price: float = 0.0
    report: bool = False
    well: bool = True
    occupied: bool = False
    mood: str = "ok"
    moods: list[str] = field(default_factory=list)
    air_s: float = 1.0
    carries: Callable[[str, Lane], bool] = lambda to, lane: True
    sent: list[tuple[str, int, int, datetime]] = field(default_factory=list)
    on_air: int = 0
    most_on_air: int = 0
    before_return: Callable[[str, str], Coroutine[Any, Any, None]] | None = None

    def serves(self, to: str, lane: Lane) -> bool:
        return self.carries(to, lane)

    def reports(self, lane: Lane) -> bool:
        return self.report

    def parts(self, letter: Outbound) -> int:
        return max(1, -(-len(letter.text) // 153))

    def cost(self, letter: Outbound, parts: int) -> float:
        return self.price * parts

    async def probe(self) -> None:
        if not self.well:
            raise Busy("not now")

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        mood = self.moods.pop(0) if self.moods else self.mood
        if mood == "busy" or not self.well:
            raise Busy("not now")
        if mood == "refused":
            raise Refused("never")
        self.sent.append((letter.text, part, reference, self.clock.now()))
        self.on_air += 1
        self.most_on_air = max(self.most_on_air, self.on_air)
        try:
            await self.clock.sleep(self.air_s)
        finally:
            self.on_air -= 1
        if mood == "doubtful":
            raise Doubtful("no answer")
        if mood == "broken":
            raise RuntimeError("a fault of ours")
        said = str(len(self.sent) % 256)
        if self.before_return is not None:
            await self.before_return(said, letter.to)
        return said

    @property
    def texts(self) -> list[str]:
        return [text for text, part, _, _ in self.sent if part == 0]


@contextlib.asynccontextmanager
async def sending(
    store: Store, clock: Clock, *channels: Channel, crash: CrashPoint = no_crash
) -> AsyncIterator[Outbox]:
    """An outbox whose loop runs; a doubtful emergency is repeated after 45 s."""
    outbox = Outbox(store, channels, clock, crash, Pulse(clock), doubt_s=45.0)
    loop = asyncio.create_task(outbox.run())
    try:
        yield outbox
    finally:
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError, Crash):
            await loop


async def post(store: Store, outbox: Outbox, *letters: Outbound) -> None:
    for one in letters:
        await store.write(lambda tx, one=one: put(tx, one))  # type: ignore[misc]
    outbox.wake()

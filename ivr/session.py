"""A call's conversation, kept: every turn is one transaction (where it stands, what was done, what is said next).

    take(seq, event): load · step · each Do → Hands.act → Done → step … · save · commit ── then the words are spoken

So nobody hears of what was not kept, a crash at any point neither forgets a key nor does its work twice, and the same
turn may be posted again on any leg.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from config.clock import Clock
from config.crash import CrashPoint
from gateway.ahead import fetched
from gateway.store import Store, StoreFault, Tx
from ivr.conversation import Conversation, Turn, Utterance
from ivr.events import Begun, End, Event, Hold
from ivr.packing import unpacked_turn
from ivr.recordings import Recordings
from ivr.store import CallRow, call_by_key, end_call
from ivr.turning import Call, Hands, Kept, Turning, kept

__all__ = ["Call", "Ground", "Hands", "Session"]

log = logging.getLogger(__name__)

STUCK_S = 10.0  # seconds: nobody keeps a silent phone at the ear for longer; a store that takes more counts as away


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every conversation stands on. ``done``: called after a commit in which something was done; ``moved``: when a
    call is up, or over."""

    store: Store
    clock: Clock
    crash: CrashPoint
    recordings: Recordings
    done: Callable[[], None]
    moved: Callable[[], None]


class Session(Conversation):
    """See the module. ``row``: the call as it is stored, or will be when it is up (``seq`` 0). ``fields``: what is
    known when it begins."""

    def __init__(self, ground: Ground, turning: Turning, row: CallRow, fields: Mapping[str, str]) -> None:
        self._ground, self._turning = ground, turning
        self._row = row
        self._fields = dict(fields)
        self._number = row.number
        self._one = asyncio.Lock()  # one turn after the other
        self.holds = False  # its line waits in a HOLD

    @property
    def id(self) -> str:
        return self._row.id

    @property
    def number(self) -> str:
        return self._number

    @property
    def live(self) -> bool:
        return self._row.ended_at is None

    @property
    def begun(self) -> bool:
        """It was up once."""
        return self._row.seq > 0

    def first(self) -> Sequence[Utterance]:
        return self._turning.first(self._row, self._fields) if not self._row.seq else ()

    async def begin(self, leg: str) -> Turn:
        return await self._turned(None, Begun(), leg)

    async def take(self, seq: int, event: Event) -> Turn:
        return await self._turned(seq, event, "")

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        try:
            return await self._ground.recordings.keep(self.id, seq, self._number, audio, rate)
        except (StoreFault, OSError) as fault:
            log.error("call %s: what was recorded is lost: %s", self.id, fault)
            return ""

    async def over(self, why: str = "") -> None:
        async with self._one:
            self.holds = False
            if not self.live:
                return
            now = self._ground.clock.now()
            self._row = replace(self._row, ended_at=now, why=why)
            self._ground.moved()
            try:
                await self._ground.store.write(lambda tx: end_call(tx, self.id, now, why))
            except StoreFault as fault:
                log.error("call %s: its end is not kept: %s", self.id, fault)

    async def _turned(self, seq: int | None, event: Event, leg: str) -> Turn:
        """``seq`` None: the call is up, or up again."""
        async with self._one:
            try:
                done = await self._committed(seq, event, leg)
            except (StoreFault, TimeoutError) as fault:
                log.error("call %s: the store keeps nothing: %s", self.id, fault)
                return self._turning.sorry(self._row, self._fields)
            except Exception:
                log.exception("call %s: no apology of %s can be kept", self.id, self._turning.flow.name)
                return self._turning.sorry(self._row, self._fields)
            up, self._row, self.holds = self._row.seq == 0, done.row, isinstance(done.turn.then, Hold)
        self._ground.crash("turn")
        if up or not self.live:
            self._ground.moved()
        if done.acted:
            self._ground.done()
        return done.turn

    async def _committed(self, seq: int | None, event: Event, leg: str) -> Kept:
        """Where something of ours fails, all of the turn is undone, and the flow's apology takes its place. Raises
        what the store raises, and what fails in the apology."""
        store, clock = self._ground.store, self._ground.clock
        if seq == self._row.seq and self.live:  # else it is a repeat, or nothing comes of it
            await fetched(lambda: self._turning.ahead(self._row, event, self._fields, clock.now()), clock)
        async with clock.timeout(STUCK_S):
            try:
                return await store.write(lambda tx: self._take(tx, seq, event, leg, failed=False))
            except StoreFault:
                raise
            except Exception:
                log.exception("call %s: %s failed at %r", self.id, self._turning.flow.name, event)
            return await store.write(lambda tx: self._take(tx, seq, event, leg, failed=True))

    def _take(self, tx: Tx, seq: int | None, event: Event, leg: str, *, failed: bool) -> Kept:
        known = call_by_key(tx, self._row.key)
        row = known or self._row
        if row.ended_at is not None and (seq is None or not row.turn):  # nothing more will be said
            return Kept(row=row, turn=Turn(seq=row.seq, say=(), then=End()))
        if seq is not None and row.turn:
            turn = unpacked_turn(row.turn)
            if seq != row.seq or isinstance(turn.then, End):  # a key that comes after the hanging up still counts
                return Kept(row=row, turn=turn)
        row = replace(row, leg=leg or row.leg, number=row.number or self._number)
        row = replace(row, language=row.language or self._turning.language(tx, row.number))
        done = self._turning.take(tx, row, event, self._fields, self._ground.clock.now(), failed=failed)
        if known is None and self._row.seq:  # whoever calls was forgotten meanwhile
            done = replace(done, row=replace(done.row, number=""))
        kept(tx, known, done.row)
        return done

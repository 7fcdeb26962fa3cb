"""The history of health: when a way, a siren, the store, the disk or the clock became ill, and when it was well again.

One loop looks at every part and writes what changed. Nobody waits for it: a write that fails is tried again at the
next look, from the state of then. A row is opened at once; it is closed when the part has been well for ``HOLD_S``, so
a part that flaps has one row, and never more than one a minute.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Clock
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store, StoreFault, Tx
from gateway.store import outages as kept

log = logging.getLogger(__name__)

KINDS = ("modem", "sim", "provider", "siren", "store", "disk", "clock")
"""Parts whose illness is kept. Loops and checks are the program's own affair."""
SETTLE_S = 60.0  # after the start: modems are set up, providers are asked
LOOK_S = 15.0  # between two looks
HOLD_S = 60.0  # so long must a part be well, or less ill, before its row says so
BEAT_S = 300.0  # between two beats that are written: a killed program was last seen alive at most so long before
STUCK_S = 120.0  # without a look for that long the loop counts as stuck
STOP_S = 2.0  # for the last beat of a program that is told to stop
RENEW = timedelta(days=31)  # a run that lasts has a row a month, so that old ones go at their term

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as it stands: its id, and what it says."""

    row: int
    ill: kept.Ill


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a look found. ``close``: from when on the row says no more; ``begin``: a new one; ``worse``: the row's new
    status."""

    key: Key
    close: datetime | None = None
    begin: kept.Ill | None = None
    worse: str = ""


def change_of(part: Part, seen: Seen | None, now: datetime, watched: datetime) -> Change | None:
    """What has to be written of a part whose row is ``seen``. ``watched``: since when anybody looks. Pure."""
    key, hold = (part.kind, part.name), timedelta(seconds=HOLD_S)
    ill = part.status is not Status.OK
    begins = max(part.since, watched)
    if seen is None:
        return Change(key=key, begin=_ill(part, begins)) if ill else None
    turned = max(begins, seen.ill.began_at)
    if part.status.value == seen.ill.status:
        return None
    if part.status is Status.FAILED:  # worse: at once, in a row of its own unless this one is young
        young = now - seen.ill.began_at < hold
        return (
            Change(key=key, worse=part.status.value)
            if young
            else Change(key=key, close=turned, begin=_ill(part, turned))
        )
    if now - part.since < hold:
        return None
    return Change(key=key, close=turned, begin=_ill(part, turned) if ill else None)


def _ill(part: Part, since: datetime) -> kept.Ill:
    return kept.Ill(kind=part.kind, name=part.name, status=part.status.value, began_at=since, ended_at=None)


class Outages:
    """See the module. ``parts``: how everything is now."""

    def __init__(
        self, store: Store, clock: Clock, pulse: Pulse, parts: Callable[[], Awaitable[Sequence[Part]]]
    ) -> None:
        self._store, self._clock, self._pulse, self._parts = store, clock, pulse, parts
        self._watch: int | None = None
        self._began = self._beaten = clock.now()
        self._seen: dict[Key, Seen] = {}
        self._missing: dict[Key, datetime] = {}

    async def run(self) -> None:
        """Look for ever; the last beat is written when the program is told to stop."""
        self._pulse.beat("outages", limit_s=STUCK_S)
        try:
            await self.begin()
            await self._clock.sleep(SETTLE_S)
            while True:
                self._pulse.beat("outages", limit_s=STUCK_S)
                await self.look()
                await self._clock.sleep(LOOK_S)
        finally:
            with contextlib.suppress(StoreFault, TimeoutError):
                async with self._clock.timeout(STOP_S):
                    await self._write(())

    async def begin(self) -> None:
        """Close what an earlier run left open, and watch from now on."""
        await self._try(())

    async def look(self) -> None:
        """Write what changed since the last look; a beat now and then."""
        parts = self._known(await self._parts())
        now = self._clock.now()
        found = (change_of(one, self._seen.get((one.kind, one.name)), now, self._began) for one in parts)
        changes = [one for one in found if one is not None]
        if changes or self._watch is None or (now - self._beaten).total_seconds() >= BEAT_S:
            await self._try(changes)

    def _known(self, parts: Sequence[Part]) -> list[Part]:
        """Those whose illness is kept; one that is no longer there is well since it went."""
        here = {(one.kind, one.name): one for one in parts if one.kind in KINDS}
        now = self._clock.now()
        for key in [*self._missing]:
            if key in here:
                del self._missing[key]
        lost = [key for key in self._seen if key not in here]
        gone = [
            Part(kind=kind, name=name, status=Status.OK, since=self._missing.setdefault((kind, name), now))
            for kind, name in lost
        ]
        return [*here.values(), *gone]

    async def _try(self, changes: Sequence[Change]) -> None:
        try:
            await self._write(changes)
        except StoreFault as fault:
            log.error("the history of outages waits: %s", fault)

    async def _write(self, changes: Sequence[Change]) -> None:
        now, watch = self._clock.now(), self._watch
        renews = watch is not None and now - self._began >= RENEW

        def work(tx: Tx) -> tuple[int, dict[Key, Seen]]:
            kept.close_left(tx)
            if watch is not None:
                kept.beat(tx, watch, now)
            fresh = watch
            if fresh is None or renews:
                fresh = kept.begin_watch(tx, self._began if watch is None else now)
            for one in changes:
                _carry_out(tx, one, self._seen.get(one.key))
            return fresh, {key: Seen(row, ill) for key, (row, ill) in kept.own_open(tx).items()}

        self._watch, self._seen = await self._store.write(work)
        self._began = now if renews else self._began
        self._beaten = now


def _carry_out(tx: Tx, change: Change, seen: Seen | None) -> None:
    if seen is not None and change.worse:
        kept.worsen(tx, seen.row, change.worse)
    if seen is not None and change.close is not None:
        kept.close_row(tx, seen.row, change.close)
    if change.begin is not None:
        kept.open_row(tx, change.begin)

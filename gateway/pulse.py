"""Every loop's heartbeat, and the bells that wake the loops.

The table is the truth, the bell only makes it quicker: each loop reads its table at start, on the bell, and every few
seconds. ``Pulse`` knows since when each part is well; ``/health`` and the watchdog read it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from config.clock import Clock

log = logging.getLogger(__name__)


class Bell:
    """Wakes one loop. Ring it after the commit, never inside."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()

    async def wait(self, clock: Clock, at_most: float) -> None:
        """Return when rung (also if rung before the call), or after ``at_most`` seconds."""
        try:
            async with clock.timeout(at_most):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()


class Status(StrEnum):
    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part's health. ``kind``: loop, modem, sim, siren, disk, store … ``since``: when it came into this status."""

    name: str
    kind: str
    status: Status
    since: datetime
    detail: str = ""


@dataclass(slots=True)
class _Beat:
    last: datetime
    limit_s: float
    since: datetime


class Pulse:
    """Collects beats (``beat`` by a loop, judged by age) and reports (``report`` by whoever knows a part's state)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, _Beat] = {}
        self._parts: dict[tuple[str, str], Part] = {}

    def beat(self, loop: str, *, limit_s: float) -> None:
        """``loop`` is alive; it counts as failed when it has not said so again within ``limit_s`` seconds."""
        now = self._clock.now()
        known = self._beats.get(loop)
        fresh = known is not None and (now - known.last).total_seconds() <= known.limit_s
        self._beats[loop] = _Beat(now, limit_s, known.since if known and fresh else now)

    def report(self, kind: str, name: str, status: Status, detail: str = "") -> None:
        """State of a part as its owner sees it; ``since`` moves only when the status changes."""
        old = self._parts.get((kind, name))
        since = old.since if old and old.status is status else self._clock.now()
        self._parts[kind, name] = Part(name=name, kind=kind, status=status, since=since, detail=detail)

    def forget(self, kind: str, name: str) -> None:
        """The part is no longer ours to watch."""
        self._parts.pop((kind, name), None)

    def parts(self) -> list[Part]:
        """Every part's health, loops first."""
        return [*(self._loop(name, beat) for name, beat in self._beats.items()), *self._parts.values()]

    def _loop(self, name: str, beat: _Beat) -> Part:
        age = (self._clock.now() - beat.last).total_seconds()
        if age <= beat.limit_s:
            return Part(name=name, kind="loop", status=Status.OK, since=beat.since)
        detail = f"silent for {age:.0f} s (limit {beat.limit_s:.0f} s)"
        return Part(name=name, kind="loop", status=Status.FAILED, since=beat.last, detail=detail)

    def beating(self, *loops: str) -> bool:
        """True while every named loop has beaten within its limit."""
        alive = {part.name for part in self.parts() if part.kind == "loop" and part.status is Status.OK}
        return all(loop in alive for loop in loops)


@contextlib.asynccontextmanager
async def all_running(
    loops: Mapping[str, Callable[[], Awaitable[None]]], clock: Clock
) -> AsyncIterator[Mapping[str, asyncio.Task[None]]]:
    """Run every loop under supervision until the context ends; then those that still run are cancelled and waited
    for."""
    tasks = {name: asyncio.create_task(supervise(name, run, clock), name=name) for name, run in loops.items()}
    try:
        yield tasks
    finally:
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)


async def supervise(name: str, loop: Callable[[], Awaitable[None]], clock: Clock, *, pause_s: float = 1.0) -> None:
    """Run a loop until it returns: what it raises is logged and it is started again after a pause, so that one fault
    never ends the others. Cancelling ends it; what is no ``Exception`` (a simulated crash) passes through."""
    while True:
        try:
            return await loop()
        except Exception:
            log.exception("%s stopped by a fault and is started again", name)
        await clock.sleep(pause_s)

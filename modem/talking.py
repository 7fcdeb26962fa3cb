"""What runs on an answered call: the talk as a task of its own, whose faults are the call's and nobody else's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock
from modem.errors import LineError
from modem.port import PortLost
from modem.voice import Audio, Player, Talk

log = logging.getLogger(__name__)

END_S = 10.0  # seconds for a cancelled talk to commit what it must; a stuck store says so after 5
STUBBORN = 3  # times it is cancelled before it is left to itself


@dataclass(slots=True, kw_only=True)
class AnsweredCall:
    """The driver's ``CallLine``."""

    name: str
    wanted: asyncio.Event
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    audio: Audio | None = None
    player: Player | None = None


class Talking:
    """A talk under way. ``over`` is called when it ends by itself."""

    def __init__(self, talk: Talk, line: AnsweredCall, clock: Clock, over: Callable[[], None]) -> None:
        self._clock = clock
        self._task = asyncio.ensure_future(_run(talk, line))
        self._task.add_done_callback(lambda task: over())

    @property
    def done(self) -> bool:
        return self._task.done()

    @property
    def fault(self) -> BaseException | None:
        """What it raised, if anything."""
        if not self._task.done():
            return None
        return asyncio.CancelledError() if self._task.cancelled() else self._task.exception()

    @property
    def failed(self) -> bool:
        """It ended by a fault of ours: not by itself, not with the call, not with the line."""
        return isinstance(self.fault, Exception) and not self.line_fault

    @property
    def line_fault(self) -> str:
        """The line under it failed: why."""
        return str(self.fault) or "lost" if isinstance(self.fault, PortLost | LineError) else ""

    def cancel(self) -> None:
        """The call is over: tell it so."""
        self._task.cancel()

    async def ended(self) -> None:
        """Wait until it has, once it was cancelled: ``END_S``, then it is cancelled again, ``STUBBORN`` times in all;
        what does not end then is named and left."""
        for _ in range(STUBBORN):
            if not self._task.done():
                await self._for_a_while()
        if not self._task.done():
            log.error("what was said on a call does not end although the call has")
        elif self.failed:
            log.error("a talk failed", exc_info=self.fault)
        elif self.line_fault:
            log.warning("a talk lost its line: %s", self.line_fault)

    async def _for_a_while(self) -> None:
        try:
            async with self._clock.timeout(END_S):
                await asyncio.wait({self._task})
        except TimeoutError:
            self._task.cancel()


async def _run(talk: Talk, line: AnsweredCall) -> None:
    await talk(line)

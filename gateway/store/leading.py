"""Which of the processes on one store leads: its desks read letters and its dispatch rings. The others keep letters,
send their share of the outbox, and take over when the leader is gone. Where one process has the store, it leads."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from gateway.store.process import Process


class Leading:
    """The loop's view of it; ``away`` and ``leading`` are called by the writer's thread (``backend.Told``)."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._loop = asyncio.get_running_loop()
        self._won, self._lost = asyncio.Event(), asyncio.Event()
        self._when_away: list[Callable[[str], None]] = []

    def when_away(self, tell: Callable[[str], None]) -> None:
        """Call ``tell`` on the loop's thread when the server is lost (why), and when it is there again (empty)."""
        self._when_away.append(tell)

    async def won(self) -> None:
        """Return while this process leads."""
        await self._won.wait()

    async def lost(self) -> None:
        """Return when this process does not lead any more."""
        await self._lost.wait()

    def away(self, why: str) -> None:
        self._call(lambda: [tell(why) for tell in self._when_away])

    def leading(self, leads: bool) -> None:
        self._call(lambda: self.set(leads=leads))

    def set(self, *, leads: bool) -> None:
        """On the loop's thread."""
        now, before = (self._won, self._lost) if leads else (self._lost, self._won)
        before.clear()
        now.set()

    def _call(self, tell: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(tell)

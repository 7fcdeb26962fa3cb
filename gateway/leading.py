"""One process of several on a store leads: its desks read letters and its dispatch rings; the others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from config.clock import Clock
from gateway.pulse import Pulse, Status
from gateway.store import Store

TICK_S = 5.0  # who stands by says so as often as a loop that works
BEAT_S = 60.0  # without a beat for that long it counts as stuck
LEADS, STANDS_BY = "the desks and dispatch run here", "another process leads: letters are kept and sent here"


class Led:
    """Runs loops that may run in one process only, while this process leads. ``before`` is awaited each time it begins
    to lead on a store that others have too: so does what was decided elsewhere become known here."""

    def __init__(self, store: Store, clock: Clock, pulse: Pulse, before: Callable[[], Awaitable[None]]) -> None:
        self._store, self._clock, self._pulse, self._before = store, clock, pulse, before

    def loop(self, name: str, run: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """``run``, while this process leads. Where one process has the store it leads from the start."""

        async def led() -> None:
            while True:
                await self._wait(name)
                if self._store.shared:
                    await self._before()
                    self._pulse.report("lead", "lead", Status.OK, LEADS)
                if await self._until_deposed(name, run):
                    return

        return led

    async def _wait(self, name: str) -> None:
        while not self._store.leading:
            self._pulse.report("lead", "lead", Status.OK, STANDS_BY)
            self._pulse.beat(name, limit_s=BEAT_S)
            try:
                async with self._clock.timeout(TICK_S):
                    await self._store.lead()
            except TimeoutError:
                continue

    async def _until_deposed(self, name: str, run: Callable[[], Awaitable[None]]) -> bool:
        """Whether the loop ended by itself; raises what it raised."""
        if not self._store.shared:
            await run()
            return True
        work = asyncio.ensure_future(run())
        lost = asyncio.ensure_future(self._store.deposed())
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            both = (work, lost)
            ended = work.done()
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        if ended:
            work.result()
        return ended

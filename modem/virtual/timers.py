"""Timers of the virtual network, on the Clock: first set, first fired where two are due at one instant."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock

EARLY = 1e-6  # seconds; a loop may wake a sleeper by its own resolution too soon


@dataclass(order=True, slots=True)
class Timer:
    """One set timer. ``cancel`` it and it never fires."""

    due: float
    order: int
    callback: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Idempotent; harmless after it has fired."""
        self.cancelled = True


class Timers:
    """All timers of one network: a heap, and one task that sleeps until the earliest.

    A callback that raises is reported to the loop's exception handler; the others go on.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Timer] = []
        self._order = 0
        self._sleeper: asyncio.Task[None] | None = None
        self._wakes = 0.0

    def after(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` after that long; never before the caller has returned."""
        self._order += 1
        timer = Timer(self._clock.monotonic() + max(0.0, seconds), self._order, callback)
        heapq.heappush(self._heap, timer)
        self._arm()
        return timer

    def close(self) -> None:
        """Forget every timer."""
        self._heap.clear()
        if self._sleeper is not None:
            self._sleeper.cancel()
            self._sleeper = None

    def _arm(self) -> None:
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        if not self._heap:
            return
        due = self._heap[0].due
        if self._sleeper is not None:
            if self._wakes <= due:
                return
            self._sleeper.cancel()
        self._wakes = due
        self._sleeper = asyncio.get_running_loop().create_task(self._sleep(due), name="virtual-network-timer")

    async def _sleep(self, due: float) -> None:
        await self._clock.sleep(max(0.0, due - self._clock.monotonic()))
        self._sleeper = None
        self._fire()

    def _fire(self) -> None:
        last = self._order  # what is set meanwhile waits for the next turn of the loop
        put_off: list[Timer] = []
        while self._heap and self._heap[0].due <= self._clock.monotonic() + EARLY:
            timer = heapq.heappop(self._heap)
            if timer.cancelled:
                continue
            if timer.order > last:
                put_off.append(timer)
                continue
            try:
                timer.callback()
            except Exception as error:
                asyncio.get_running_loop().call_exception_handler(
                    {"message": "a timer of the virtual network failed", "exception": error}
                )
        for timer in put_off:
            heapq.heappush(self._heap, timer)
        self._arm()

"""Time as a port: nobody else calls ``datetime.now`` or ``asyncio.sleep``.

``SystemClock`` is the wall clock. ``VirtualClock`` reads a ``VirtualLoop``: an asyncio loop whose time stands
still while anything real is under way (a thread job, a readable descriptor) and jumps to the next timer when
nothing is. A two-hour escalation then runs in milliseconds, with the same code and the same timers.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import selectors
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

STUCK_AFTER = 60.0  # real seconds a virtual loop waits for a thread before it calls the program stuck


class Clock(Protocol):
    """What every room sees of time. All instants are aware and in UTC; all durations are seconds."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that only grow; comparable with each other and with nothing else."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long on this clock."""

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        """``async with clock.timeout(5):`` raises ``TimeoutError`` when the time has passed on this clock."""

    def busy(self) -> contextlib.AbstractContextManager[None]:
        """Real work outside the loop (a thread, a process) is under way: virtual time waits for it."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)

    def busy(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


class _VirtualSelector(selectors.DefaultSelector):
    """A selector that, instead of sleeping, moves its loop's time on."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.outstanding:
            ready = super().select(STUCK_AFTER)
            if not ready:
                raise RuntimeError(f"virtual time waited {STUCK_AFTER:.0f} s for a thread that never came back")
            return ready
        if timeout is None:
            raise RuntimeError("virtual time has nothing to wait for: no timer, no thread, nothing to read")
        self.loop.advance(timeout)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time. Thread jobs started by ``run_in_executor`` are waited for by themselves;
    other real work announces itself with ``VirtualClock.busy()``.

    Descriptors are served when they are readable, yet time does not wait for bytes still inside the kernel:
    join the two ends of a wire in memory when time is virtual.
    """

    def __init__(self) -> None:
        selector = _VirtualSelector()
        selector.loop = self
        self.outstanding = 0
        self._virtual_time = 0.0
        super().__init__(selector)

    def time(self) -> float:
        return self._virtual_time

    @property
    def _clock_resolution(self) -> float:
        """No timer is called before its time, not even by a nanosecond as on a real clock: who looks at the clock and
        waits for the rest would wait for ever, while others keep the loop busy and time stands still."""
        return math.ulp(self._virtual_time)

    @_clock_resolution.setter
    def _clock_resolution(self, _of_the_machine: float) -> None:
        """asyncio's own is not used."""

    def advance(self, seconds: float) -> None:
        """Move time on by ``seconds`` (never back)."""
        self._virtual_time += max(0.0, seconds)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        self.outstanding += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._came_back)
        return future

    def _came_back(self, _future: object) -> None:
        self.outstanding -= 1

    async def shutdown_default_executor(self) -> None:
        """Wait for the thread pool's end: that is real work too."""
        self.outstanding += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self.outstanding -= 1


class VirtualClock:
    """A clock that reads the time of the ``VirtualLoop`` on which it is used."""

    def __init__(self, loop: VirtualLoop, epoch: datetime) -> None:
        if epoch.tzinfo is None:
            raise ValueError("epoch must be aware")
        self._loop = loop
        self._epoch = epoch.astimezone(UTC)

    def now(self) -> datetime:
        return self._epoch + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        return asyncio.timeout(seconds)

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        self._loop.outstanding += 1
        try:
            yield
        finally:
            self._loop.outstanding -= 1


def run_virtual(main: Callable[[VirtualClock], Coroutine[Any, Any, T]], epoch: datetime) -> T:
    """Run ``main(clock)`` to its end on a fresh virtual loop that starts at ``epoch``."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, VirtualLoop)
        return runner.run(main(VirtualClock(loop, epoch)))

"""The one writer: a thread that owns the writing connection, commits together what waits, and checkpoints.

``InlineWriter`` does the same on the loop's own thread, in an order that depends on nothing but the program: a
simulator that must replay a seed needs that.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from config.clock import Clock
from gateway.store.faults import StoreBroken, StoreFault
from gateway.store.group import LARGEST, Done, Work

SLOW_COMMIT = 0.002  # s; above it (an SD card) lingering joins groups that would split: 1,155 to 1,849 commits/s at 16
LINGER = 0.1  # of the last commit's time
IDLE = 0.25  # s between checkpoints

Job = tuple[Work, "asyncio.Future[Any]"]
OnBroken = Callable[[StoreBroken], None]


class Connected(Protocol):
    """A writing connection, used by one thread. ``rest_s``: seconds between two looks at it (``checkpoint``) while
    nothing is asked of it; None: only what was committed asks for one."""

    rest_s: float | None

    def run(self, works: Sequence[Work]) -> list[Done]:
        """Commit the works together; never raises."""

    def checkpoint(self) -> bool:
        """Move what was committed from the log into the file, waiting for nobody. True: some is left. Never raises."""

    def close(self) -> None:
        """Give the connection back."""


class Writer(Protocol):
    """Takes jobs from the loop's thread."""

    broken: StoreBroken | None

    def submit(self, work: Work) -> asyncio.Future[Any]:
        """The work's outcome, once it is durable."""

    async def close(self, *, drop: bool = False) -> None:
        """Finish what was submitted (``drop``: let it go, as a crash would), then give the connection back."""


class InlineWriter:
    """The writer on the loop's own thread: what was submitted since the last turn is one group."""

    def __init__(self, connect: Callable[[], Connected], on_broken: OnBroken) -> None:
        self.broken: StoreBroken | None = None
        self._on_broken = on_broken
        self._connected = connect()
        self._loop = asyncio.get_running_loop()
        self._jobs: list[Job] = []

    def submit(self, work: Work) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = self._loop.create_future()
        if not self._jobs:
            self._loop.call_soon(self._run)
        self._jobs.append((work, future))
        return future

    def _run(self) -> None:
        jobs, self._jobs = self._jobs, []
        if not jobs:
            return
        done = self._connected.run([work for work, _ in jobs])
        fault = settle(jobs, done, self._on_broken)
        self.broken = self.broken or fault

    async def close(self, *, drop: bool = False) -> None:
        if drop:
            self._jobs.clear()
        self._run()
        self._connected.close()


class ThreadWriter:
    """The writer of the running program."""

    def __init__(self, connect: Callable[[], Connected], clock: Clock, on_broken: OnBroken) -> None:
        self.broken: StoreBroken | None = None
        self._connect = connect
        self._clock = clock
        self._on_broken = on_broken
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.Queue[Job | None] = queue.Queue()  # never SimpleQueue: see _take
        self._in_flight = 0
        self._busy: AbstractContextManager[None] | None = None
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._thread = threading.Thread(target=self._live, name="store-writer", daemon=True)

    async def open(self) -> None:
        """Start the thread and wait for its connection. Raises what connecting raises."""
        with self._clock.busy():
            self._thread.start()
            await self._opened

    def submit(self, work: Work) -> asyncio.Future[Any]:
        # Held until the thread is through, not until the caller is: a cancelled caller's job still runs.
        if not self._in_flight:
            self._busy = self._clock.busy()
            self._busy.__enter__()
        self._in_flight += 1
        future: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put((work, future))
        return future

    async def close(self, *, drop: bool = False) -> None:
        with self._clock.busy():
            if drop:
                self._drain(StoreFault("the store was abandoned"))
            self._jobs.put(None)
            await self._ended
            self._thread.join()

    def _settle(self, group: list[Job], done: list[Done]) -> None:
        fault = settle(group, done, self._on_broken)  # in any case: somebody waits for every job
        self.broken = self.broken or fault
        self._in_flight -= len(group)
        if not self._in_flight and self._busy is not None:
            self._busy.__exit__(None, None, None)
            self._busy = None

    def _drain(self, error: StoreFault) -> None:
        """On the loop's thread: fail what nobody will run any more."""
        group: list[Job] = []
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                group.append(job)
        self._settle(group, [Done(error=error)] * len(group))

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *args)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            return

    def _live(self) -> None:
        try:
            connected = self._connect()
        except BaseException as error:
            self._tell(self._opened.set_exception, error)
            return
        self._tell(self._opened.set_result, None)
        try:
            self._serve(connected)
        except BaseException as error:
            self._tell(self._die, StoreBroken(f"the writer ended: {error!r}"))
        finally:
            connected.close()
            self._tell(self._ended.set_result, None)

    def _die(self, error: StoreBroken) -> None:
        self.broken = self.broken or error
        self._on_broken(error)
        self._drain(error)

    def _serve(self, connected: Connected) -> None:
        took, left, last_checkpoint, more = 0.0, False, time.perf_counter(), True
        while more:
            group, more = self._take(took, IDLE if left else connected.rest_s)
            if group:
                start = time.perf_counter()
                done = connected.run([work for work, _ in group])
                took, left = time.perf_counter() - start, True
                self._tell(self._settle, group, done)
            if (left or (more and not group)) and (not group or time.perf_counter() - last_checkpoint > IDLE):
                left, last_checkpoint = connected.checkpoint() and bool(group), time.perf_counter()

    def _take(self, took: float, wait: float | None) -> tuple[list[Job], bool]:
        """What waits together, and whether to go on; an empty group when nothing came within ``wait`` seconds.

        CPython's ``SimpleQueue.get(timeout=…)`` waits for ever where its thread lost its turn for longer than a short
        timeout (seen on 3.11.7): a letter that was taken from it then waited, unwritten, for the next one.
        """
        group: list[Job] = []
        linger = took * LINGER if took > SLOW_COMMIT else 0.0
        try:
            job = self._jobs.get(timeout=wait)
            deadline = time.perf_counter() + linger
            while job is not None:
                group.append(job)
                if len(group) >= LARGEST:
                    return group, True
                left = deadline - time.perf_counter()
                job = self._jobs.get(timeout=left) if left > 0 else self._jobs.get_nowait()
        except queue.Empty:
            return group, True
        return group, False


def settle(jobs: Sequence[Job], done: Sequence[Done], on_broken: OnBroken) -> StoreBroken | None:
    """Hand each job its outcome; the fault that broke the store, if one did."""
    broken = next((end.error for end in done if isinstance(end.error, StoreBroken)), None)
    if broken is not None:
        on_broken(broken)
    for (_, future), end in zip(jobs, done, strict=True):
        if future.cancelled():
            continue
        if end.error is not None:
            future.set_exception(end.error)
        else:
            future.set_result(end.value)
    return broken

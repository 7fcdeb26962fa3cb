"""The writer's thread on a machine that gives it no turn: what was handed to it is written without waiting for more."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from config.clock import SystemClock
from gateway.store.group import Done, Work
from gateway.store.writer import SLOW_COMMIT, ThreadWriter

ROUNDS = 400  # with a queue that forgets its timeout one of the first few waited for ever
SHORT = 1e-3  # of the last commit's time: the writer lingers for some 2 us, in which its thread easily loses its turn
AT_MOST_S = 20.0  # for one job; it takes a hundredth of a second
OTHERS = 3  # threads that want the processor as well

pytestmark = pytest.mark.sqlite_only("the thread, before any engine")


class Disk:
    """A slow one: after each commit the writer lingers for what else may come."""

    rest_s: float | None = None

    def run(self, works: Sequence[Work]) -> list[Done]:
        time.sleep(1.2 * SLOW_COMMIT)
        return [Done(value=None) for _ in works]

    def checkpoint(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing is open."""


@contextlib.contextmanager
def crowd() -> Iterator[None]:
    """Threads that take their turns and never give one away."""
    over, before = threading.Event(), sys.getswitchinterval()

    def spin() -> None:
        while not over.is_set():
            sum(range(200))

    spinning = [threading.Thread(target=spin) for _ in range(OTHERS)]
    sys.setswitchinterval(1e-5)
    try:
        for one in spinning:
            one.start()
        yield
    finally:
        over.set()
        sys.setswitchinterval(before)
        for one in spinning:
            one.join()


def nothing(tx: Any) -> None:
    """Work that is done at once."""


async def test_a_job_is_written_without_another_however_late_its_thread_gets_a_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.store.writer.LINGER", SHORT)
    writer = ThreadWriter(Disk, SystemClock(), lambda fault: None)
    await writer.open()
    try:
        with crowd():
            for nth in range(ROUNDS):
                first = writer.submit(nothing)
                await asyncio.sleep(SLOW_COMMIT / 2)  # it is being written
                second = writer.submit(nothing)
                try:
                    async with asyncio.timeout(AT_MOST_S):
                        await asyncio.gather(first, second)
                except TimeoutError:
                    pytest.fail(f"in round {nth} a job waited for another")
    finally:
        await writer.close()

"""Virtual time: no timer is called before its time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from config.clock import VirtualClock, run_virtual

EPOCH = datetime(2026, 11, 22, tzinfo=UTC)


def test_of_two_timers_less_than_a_nanosecond_apart_the_later_one_is_not_called_with_the_first() -> None:
    """Its waiter would look at the clock, find some of its time left, and wait for that: for ever, on a busy loop."""

    async def scene(clock: VirtualClock) -> list[float]:
        early: list[float] = []
        loop, until = asyncio.get_running_loop(), 1.0
        for ahead in (3e-13, 0.0):
            loop.call_at(until - ahead, lambda due=until - ahead: early.append(due - loop.time()))  # type: ignore[misc]
        await clock.sleep(until - 3e-13)
        await clock.sleep(1.0)
        return early

    assert [ahead for ahead in run_virtual(scene, EPOCH) if ahead > 0] == []

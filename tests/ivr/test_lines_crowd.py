"""A crowd of orders before one line: hundreds wait in a mass event, and the loop has other things to do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from config.clock import VirtualClock, run_virtual
from ivr.leg import CallOrder, CallResult, Urgency
from ivr.lines import LOOK_AGAIN_S, Lines, Started

CROWD = 150
LONG_S = 20.0
OURS = "+6285500000101"
EPOCH = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


@dataclass
class Line:
    """One line that is occupied at first. ``asked``: how often somebody looked whether it may ring him."""

    name: str = "one"
    number: str = OURS
    well: bool = True
    speaks: bool = True
    free: int = 0
    open_to_sirens: bool = False
    asked: int = 0
    carried: list[str] = field(default_factory=list)

    def may(self, order: CallOrder) -> bool:
        self.asked += 1
        return True

    async def carry(self, order: CallOrder, started: Started) -> CallResult:
        raise NotImplementedError


def order(at: int, urgency: Urgency = Urgency.OFFICER) -> CallOrder:
    since, ours = EPOCH + timedelta(seconds=at), frozenset({OURS})
    return CallOrder(to=f"+62855{at:06d}", ring_s=25.0, urgency=urgency, since=since, from_numbers=ours)


@pytest.mark.parametrize("others", [[], [Line(name="two", number="", free=1)]], ids=["alone", "beside a free one"])
def test_who_waits_for_an_occupied_line_does_not_look_at_everybody_each_time(others: list[Line]) -> None:
    async def main(clock: VirtualClock) -> None:
        line = Line()
        lines = Lines([line, *others], clock)
        waiting = [asyncio.create_task(lines.wait(order(at))) for at in range(CROWD)]
        await clock.sleep(LONG_S)
        begun = CROWD * CROWD if others else 0  # each that comes looks once at those that are there
        assert line.asked - begun < 4 * CROWD * LONG_S / LOOK_AGAIN_S, "not each at all the others each time"
        line.free = 1  # it came back by itself, and nobody said so
        await clock.sleep(1.0)
        given = [task for task in waiting if task.done()]
        assert given == waiting[:1], "who has waited longest has it within a second"
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    run_virtual(main, EPOCH)


def test_a_siren_that_comes_to_a_crowd_goes_first() -> None:
    async def main(clock: VirtualClock) -> None:
        line = Line()
        lines = Lines([line], clock)
        waiting = [asyncio.create_task(lines.wait(order(at))) for at in range(CROWD)]
        await clock.sleep(0.3)
        siren = asyncio.create_task(lines.wait(order(CROWD, Urgency.SIREN)))
        await clock.sleep(0.1)
        line.open_to_sirens = True
        await clock.sleep(1.0)
        assert siren.done()
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    run_virtual(main, EPOCH)


def test_a_line_that_is_open_to_none_of_a_crowd_is_not_looked_at_for_each_that_comes() -> None:
    async def main(clock: VirtualClock) -> None:
        line = Line()
        lines = Lines([line], clock)
        line.open_to_sirens = True  # somebody talks on it who gives way, and a siren's call is to be next
        assert await lines.wait(order(0, Urgency.SIREN)) is line
        begun = line.asked
        waiting = [asyncio.create_task(lines.wait(order(at))) for at in range(CROWD)]
        await clock.sleep(LOOK_AGAIN_S / 2)
        assert line.asked - begun < 4 * CROWD, "not everybody for each that comes"
        lines.back(line, order(0, Urgency.SIREN))
        await clock.sleep(LOOK_AGAIN_S / 2)
        assert [task for task in waiting if task.done()] == waiting[:1], "who has waited longest is next on it"
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)

    run_virtual(main, EPOCH)

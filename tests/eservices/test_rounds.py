"""What is done by the clock: in time, once, and never one chore at the cost of another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from config.clock import VirtualClock
from eservices.rounds import TICK_S, Rounds
from gateway.pulse import Pulse, Status
from gateway.store import Tx
from tests.gateway.room import EPOCH, opened, play


@dataclass
class Alarm:
    """Does something at each of its instants; ``faulty``: stumbles until then."""

    name: str
    due: list[datetime] = field(default_factory=list)
    done: list[datetime] = field(default_factory=list)
    looked: int = 0
    faulty: datetime | None = None

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        self.looked += 1
        if self.faulty is not None and now < self.faulty:
            raise RuntimeError("a fault of ours")
        if self.due and self.due[0] <= now:
            self.due.pop(0)
            self.done.append(now)
        return self.due[0] if self.due else None


def after(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


async def going(clock: VirtualClock, *chores: Alarm, seconds: float) -> tuple[int, Pulse]:
    """Let the rounds go for so long; how often something was committed, and the pulse."""
    woken, pulse = [0], Pulse(clock)

    def wake() -> None:
        woken[0] += 1

    async with opened(clock) as store:
        rounds = Rounds(chores, store, clock, pulse, wake=wake)
        task = asyncio.create_task(rounds.run())
        await clock.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return woken[0], pulse


def test_a_chore_is_done_at_its_instant_and_not_at_the_next_tick() -> None:
    async def main(clock: VirtualClock) -> None:
        chore = Alarm("reminders", due=[after(7), after(7.2), after(100)])
        woken, _ = await going(clock, chore, seconds=120)
        late = [
            (done - due).total_seconds()
            for done, due in zip(chore.done, (after(7), after(7.2), after(100)), strict=True)
        ]
        assert all(0 <= one < 1 for one in late)
        assert woken == chore.looked

    play(main)


def test_a_chore_that_stumbles_is_shown_tried_again_and_stops_no_other() -> None:
    async def main(clock: VirtualClock) -> None:
        bad, good = Alarm("offers", due=[after(1)], faulty=after(90)), Alarm("reminders", due=[after(5), after(50)])
        _, pulse = await going(clock, bad, good, seconds=60)
        assert len(good.done) == 2
        assert bad.done == []
        assert [(part.name, part.status) for part in pulse.parts() if part.name == "offers"] == [
            ("offers", Status.DEGRADED)
        ]

    play(main)


def test_a_chore_that_recovered_is_shown_well_again() -> None:
    async def main(clock: VirtualClock) -> None:
        bad = Alarm("offers", due=[after(1)], faulty=after(40))
        _, pulse = await going(clock, bad, seconds=3 * TICK_S)
        assert len(bad.done) == 1
        assert [part.status for part in pulse.parts() if part.name == "offers"] == [Status.OK]

    play(main)


def test_the_outbox_is_woken_once_a_round_however_many_chores_there_are() -> None:
    async def main(clock: VirtualClock) -> None:
        many = [Alarm(f"chore {at}", due=[]) for at in range(5)]
        woken, _ = await going(clock, *many, seconds=10 * TICK_S)
        assert {one.looked for one in many} == {woken}

    play(main)

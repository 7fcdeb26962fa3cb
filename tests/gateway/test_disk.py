"""The disk is warned of early, and something is in hand when it is full."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from config.clock import SystemClock, VirtualClock
from gateway.disk import Disk
from gateway.pulse import Pulse, Status
from tests.gateway.room import play

GIB = 2**30


@pytest.mark.parametrize(
    ("free", "status", "sheds"),
    [(0.5, Status.OK, False), (0.19, Status.DEGRADED, False), (0.04, Status.FAILED, True), (0.0, Status.FAILED, True)],
)
def test_free_space_is_shown_and_below_five_percent_only_emergencies_go_on(
    tmp_path: Path, free: float, status: Status, sheds: bool
) -> None:
    async def main(clock: VirtualClock) -> None:
        pulse = Pulse(clock)
        disk = Disk(tmp_path, clock, pulse, ballast=1000, usage=lambda folder: (GIB, int(GIB * free)))
        loop = asyncio.create_task(disk.run())
        await clock.sleep(1)
        (part,) = pulse.parts()
        assert (part.kind, part.status, disk.sheds) == ("disk", status, sheds)
        assert disk.ballast.exists() == (status is Status.OK)
        loop.cancel()
        await asyncio.wait([loop])

    play(main)


def test_the_ballast_is_real_space_given_back_when_needed(tmp_path: Path) -> None:
    disk = Disk(tmp_path, SystemClock(), Pulse(SystemClock()), ballast=2**20, usage=lambda folder: (GIB, GIB))
    disk.look()
    assert disk.ballast.stat().st_blocks * 512 >= 2**20
    disk.drop_ballast()
    disk.drop_ballast()
    assert not disk.ballast.exists()


def test_a_disk_that_cannot_be_measured_counts_as_full(tmp_path: Path) -> None:
    def gone(folder: Path) -> tuple[int, int]:
        raise OSError("gone")

    disk = Disk(tmp_path, SystemClock(), Pulse(SystemClock()), usage=gone)
    disk.look()
    assert disk.sheds

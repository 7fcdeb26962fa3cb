"""What letters' stamps say of this machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock, run_virtual
from gateway.messages import Inbound, Kind
from gateway.pulse import Pulse, Status
from gateway.store.inbound import add_letter
from gateway.timekeeping import Timekeeping, judged
from tests.fixtures.engines import fresh, open_store

EPOCH = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ahead_s", "back_s", "status", "off_s"),
    [
        ([], 0, Status.OK, None),
        ([-3, -4], 0, Status.OK, None),
        ([-3, -4000, -20], 0, Status.OK, None),  # one came late
        ([-3, 75], 0, Status.FAILED, -75),  # a letter is never early
        ([-400, -402, -405], 0, Status.DEGRADED, 400),
        ([-400, -2000, -405], 0, Status.OK, None),  # delays that differ are the network's
        ([-400, -402], 0, Status.OK, None),  # too few for a guess
        ([3600, 3598], 0, Status.OK, None),  # a stamp of another zone
        ([25200 - 4], 0, Status.OK, None),
        ([], 3000, Status.FAILED, -3000),
    ],
)
def test_the_clock_is_judged_by_what_is_known(
    ahead_s: list[float], back_s: float, status: Status, off_s: float | None
) -> None:
    found = judged(ahead_s, back_s)
    assert (found.status, found.off_s) == (status, off_s)


def test_a_slow_clock_is_reported_from_letters_of_modems_alone(tmp_path: Path) -> None:
    async def scene(clock: VirtualClock) -> None:
        fresh(tmp_path / "s.sqlite")
        async with await open_store(tmp_path / "s.sqlite", clock) as store:
            pulse = Pulse(clock)
            keeping = Timekeeping(store, clock, pulse, ["m1"])

            async def came(channel: str, ahead_s: float) -> None:
                letter = Inbound(
                    id=0,
                    channel=channel,
                    kind=Kind.SMS,
                    sender="+6281260000001",
                    text="halo",
                    sent_at=clock.now() + timedelta(seconds=ahead_s),
                    received_at=clock.now(),
                    external_id=f"{channel}{ahead_s}",
                )
                await store.write(lambda tx: add_letter(tx, letter, urgent=False))
                await keeping.look()

            await came("provider", 500)
            assert [part.status for part in pulse.parts()] == [Status.OK]
            await came("m1", -2)
            assert [part.detail for part in pulse.parts()] == ["as the network's, to 2 s"]
            await came("m1", 200)
            assert [part.status for part in pulse.parts()] == [Status.FAILED]

    run_virtual(scene, EPOCH)

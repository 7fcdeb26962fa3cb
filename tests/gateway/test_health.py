"""What counts as failed: nothing kept, nobody dispatched, or no way in and out at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gateway.health import LIFE, judge
from gateway.pulse import Part, Status

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OK, DEGRADED, FAILED = Status.OK, Status.DEGRADED, Status.FAILED


def part(kind: str, name: str, status: Status) -> Part:
    return Part(kind=kind, name=name, status=status, since=AT)


LOOPS = [part("loop", name, OK) for name in LIFE]


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        pytest.param([("modem", OK)], OK, id="a modem alone"),
        pytest.param([("provider", OK)], OK, id="a provider alone"),
        pytest.param([("modem", FAILED), ("provider", OK)], DEGRADED, id="the modem is gone"),
        pytest.param([("modem", OK), ("provider", FAILED)], DEGRADED, id="the internet is gone"),
        pytest.param([("modem", DEGRADED), ("provider", FAILED)], DEGRADED, id="one limps, one is gone"),
        pytest.param([("modem", FAILED), ("provider", FAILED)], FAILED, id="both are gone"),
        pytest.param([("modem", FAILED)], FAILED, id="the only way is gone"),
        pytest.param([], FAILED, id="there is no way at all"),
        pytest.param([("sim", OK), ("way", OK)], FAILED, id="what carries nothing is no way"),
    ],
)
def test_the_loss_of_one_way_is_degraded_and_of_all_is_failed(ways: list[tuple[str, Status]], expected: Status) -> None:
    parts = [part(kind, f"{kind}-{at}", status) for at, (kind, status) in enumerate(ways)]
    assert judge([*LOOPS, *parts]).status is expected


@pytest.mark.parametrize("silent", LIFE)
def test_a_silent_loop_of_the_life_path_is_failed_whatever_the_ways_say(silent: str) -> None:
    loops = [one for one in LOOPS if one.name != silent]
    assert judge([*loops, part("loop", silent, FAILED), part("modem", "m", OK)]).status is FAILED


def test_a_broken_store_is_failed() -> None:
    assert judge([*LOOPS, part("modem", "m", OK), part("store", "store", FAILED)]).status is FAILED

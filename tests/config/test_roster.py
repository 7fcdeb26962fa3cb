"""Duty by shift: over midnight, by weekday, in the city's own time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.roster import Shift, empty_hours, hours_said, read_days

MONDAY = datetime(2026, 1, 12)  # noqa: DTZ001 - a wall clock


def shift(days: str, begins: str, until: str) -> Shift:
    return Shift(
        station="x",
        name="x",
        number="+628120000001",
        days=read_days(days) or frozenset(),
        begins=time.fromisoformat(begins),
        until=time.fromisoformat(until),
        order=1,
        sample=True,
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily", "0123456"),
        ("mon-fri", "01234"),
        ("sat|sun", "56"),
        ("fri-mon", "4560"),
        ("wed", "2"),
        ("mon|wed-fri", "0234"),
    ],
)
def test_days_are_read(text: str, days: str) -> None:
    assert read_days(text) == frozenset(int(day) for day in days)


@pytest.mark.parametrize("text", ["", "monday", "mon-", "-", "mon,tue", "senin", "mon-foo"])
def test_other_days_are_not(text: str) -> None:
    assert read_days(text) is None


@pytest.mark.parametrize(
    ("one", "at", "on"),
    [
        (("mon", "19:00", "07:00"), timedelta(hours=19), True),
        (("mon", "19:00", "07:00"), timedelta(days=1, hours=6, minutes=59), True),
        (("mon", "19:00", "07:00"), timedelta(days=1, hours=7), False),
        (("mon", "19:00", "07:00"), timedelta(hours=6), False),
        (("mon", "07:00", "19:00"), timedelta(hours=7), True),
        (("mon", "07:00", "19:00"), timedelta(hours=19), False),
        (("sun", "19:00", "07:00"), timedelta(hours=3), True),
        (("mon", "06:00", "06:00"), timedelta(days=1, hours=5), True),
        (("mon", "06:00", "06:00"), timedelta(hours=5), False),
    ],
)
def test_a_shift_covers_its_hours(one: tuple[str, str, str], at: timedelta, on: bool) -> None:
    assert shift(*one).covers(MONDAY + at) is on


CLOCK = st.builds(lambda hour, quarter: f"{hour:02}:{quarter * 15:02}", st.integers(0, 23), st.integers(0, 3))
DAYS = st.sampled_from(["daily", "mon-fri", "sat|sun", "sun", "mon", "fri-mon"])


@given(st.lists(st.tuples(DAYS, CLOCK, CLOCK), max_size=4))
def test_the_empty_hours_are_those_with_a_minute_nobody_covers(rows: list[tuple[str, str, str]]) -> None:
    shifts = [shift(*row) for row in rows]
    quarters = [MONDAY + timedelta(minutes=15 * step) for step in range(7 * 96)]
    bare = {(at.weekday(), at.hour) for at in quarters if not any(one.covers(at) for one in shifts)}
    assert empty_hours(shifts) == sorted(bare)


def test_empty_hours_are_said_in_words() -> None:
    assert hours_said([(0, 0), (0, 1), (0, 5), (6, 23)]) == "mon 00:00-02:00, mon 05:00-06:00, sun 23:00-24:00"
    assert datetime(2026, 1, 12, tzinfo=UTC).weekday() == 0

"""Quiet hours by a wall clock that is put: no hour of the night is guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.city import City, load_city
from gateway.broadcast.quiet import ends_after, is_quiet, next_turn

CITY = load_city("binjai")
ZONES = (
    *("Europe/Berlin", "America/New_York", "Asia/Jakarta", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Antarctica/Troll"),  # by half an hour, by two hours
    *("America/Havana", "Asia/Beirut"),  # at midnight
    *("Africa/Casablanca", "Pacific/Apia"),  # thrice a year and more; a day that there was not
)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PURE = pytest.mark.sqlite_only("pure")


def city(zone: str, begins: int, ends: int) -> City:
    telling = replace(CITY.telling, quiet_from=begins, quiet_until=ends)
    return replace(CITY, timezone=ZoneInfo(zone), telling=telling)


@lru_cache(1000)
def put_in(zone: str, year: int) -> tuple[datetime, ...]:
    """When its clocks were put that year, to the hour; the year's first day where they never were."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    hours = [first + nth * HOUR for nth in range(366 * 24)]
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in hours]
    found = tuple(after for after, one, other in zip(hours[1:], offsets, offsets[1:], strict=False) if one != other)
    return found or (first,)


@st.composite
def nights(draw: st.DrawFn) -> tuple[City, datetime]:
    """A city around the hour in which its clock is put, whose quiet begins and ends around that hour or anywhere."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(2005, 2034))
    put = draw(st.sampled_from(put_in(zone, year)))
    wall = put.astimezone(ZoneInfo(zone))
    near = st.integers(-150, 150).map(lambda off: (wall.hour * 60 + wall.minute + off) % 1440)
    begins, ends = draw(near | st.integers(0, 1439)), draw(near | st.integers(0, 1439))
    at = put + timedelta(seconds=draw(st.integers(-26 * 3600, 26 * 3600)))
    return city(zone, begins, ends), at


def first_change(there: City, at: datetime) -> datetime | None:
    """By looking at every minute."""
    one = at.replace(second=0)
    for _ in range(60 * 60):
        one += MINUTE
        if is_quiet(there, one) is not is_quiet(there, at):
            return one
    return None


@PURE
@given(nights())
@example((city("Europe/Berlin", 20 * 60, 150), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)))  # until 02.30: there is none
@example((city("Europe/Berlin", 20 * 60, 150), datetime(2026, 10, 25, 0, 40, tzinfo=UTC)))  # 02.40, and 02.00 comes
@example((city("Pacific/Apia", 20 * 60, 7 * 60), datetime(2011, 12, 30, 9, 0, tzinfo=UTC)))
def test_a_turn_is_where_somebody_who_looks_at_every_minute_sees_one(night: tuple[City, datetime]) -> None:
    there, at = night
    seen = first_change(there, at)
    turn = next_turn(there, at)
    assert turn == seen if seen is not None else turn > at + 2 * DAY


@PURE
@given(nights(), st.integers(1, 3 * 86400))
def test_work_takes_its_time_outside_of_quiet_hours(night: tuple[City, datetime], work_s: int) -> None:
    there, at = night
    ends = ends_after(there, at, work_s)
    awake, one = timedelta(), at
    while one < ends:
        turn = min(next_turn(there, one), ends)
        awake += timedelta() if is_quiet(there, one) else turn - one
        one = turn
    assert awake == timedelta(seconds=work_s)


@PURE
def test_an_hour_that_comes_twice_is_quiet_twice_and_one_that_is_left_out_never() -> None:
    there, zone = city("Europe/Berlin", 20 * 60, 150), ZoneInfo("Europe/Berlin")
    spring = next_turn(there, datetime(2026, 3, 29, 0, 0, tzinfo=zone))
    assert spring == datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "02.00 becomes 03.00: 02.30 is over"
    one = datetime(2026, 10, 25, 0, 0, tzinfo=zone)
    turns = list[datetime]()
    for _ in range(3):
        one = next_turn(there, one)
        turns.append(one)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert turns == [first, first + 30 * MINUTE, first + HOUR], "02.30, 02.00 once more, 02.30 once more"

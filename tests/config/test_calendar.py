"""Working days, office hours and holidays, against a slow count of each minute and day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.city import load_city
from config.city_calendar import USUAL, Calendar, Holiday, Hours

ZONE = ZoneInfo("Asia/Jakarta")
FIRST = date(2026, 1, 1)
days = st.integers(0, 800).map(lambda many: FIRST + timedelta(days=many))
instants = st.builds(
    lambda day, minutes: datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes), days, st.integers(0, 1439)
)
hours = st.builds(
    lambda begins, length: Hours(begins=time(begins), until=time(begins + length)),
    st.integers(5, 12),
    st.integers(1, 8),
)
calendars = st.builds(
    lambda weekdays, free: Calendar(
        timezone=ZONE, hours=weekdays, holidays={day: Holiday(date=day, name="libur") for day in free}
    ),
    st.dictionaries(st.integers(0, 6), hours, min_size=1),
    st.sets(days, max_size=60),
)


def brute_opening(calendar: Calendar, at: datetime) -> datetime:
    """Minute by minute."""
    while True:
        local = at.astimezone(ZONE)
        day = calendar.hours.get(local.weekday())
        if day is not None and local.date() not in calendar.holidays and day.begins <= local.time() < day.until:
            return at
        at += timedelta(minutes=1)


@given(calendars, instants)
def test_the_next_opening_is_the_first_open_instant(calendar: Calendar, at: datetime) -> None:
    found = calendar.next_open(at)
    assume(found - at < timedelta(days=3))  # the slow count is slow
    assert found == brute_opening(calendar, at)
    assert calendar.is_open(found)
    assert calendar.is_open(at) is (found == at)


@given(calendars, instants, st.integers(0, 20))
def test_the_deadline_is_the_end_of_the_nth_working_day(calendar: Calendar, at: datetime, n: int) -> None:
    opening = calendar.next_open(at)
    deadline = calendar.working_days_after(at, n)
    last, first = calendar.day_of(deadline), calendar.day_of(opening)
    assert deadline == calendar.closes(last)
    between = (first + timedelta(days=one) for one in range(1, (last - first).days + 1))
    assert sum(calendar.is_working(day) for day in between) == n
    assert calendar.is_working(last)
    assert opening < deadline
    assert calendar.working_days_after(opening, n) == deadline


@given(calendars, instants, instants, st.integers(0, 10), st.integers(0, 10))
def test_a_later_report_or_more_days_never_end_sooner(
    calendar: Calendar, one: datetime, other: datetime, n: int, m: int
) -> None:
    first, second = sorted((one, other))
    assert calendar.working_days_after(first, min(n, m)) <= calendar.working_days_after(second, max(n, m))


@given(calendars, days, st.integers(1, 20))
def test_as_many_steps_back_as_forward_lead_to_a_working_day(calendar: Calendar, day: date, steps: int) -> None:
    there = calendar.working_day(day, steps)
    back = calendar.working_day(there, -steps)
    assert calendar.is_working(there)
    assert back <= day
    assert not any(calendar.is_working(back + timedelta(days=one)) for one in range(1, (day - back).days + 1))


@given(calendars, instants)
def test_the_zone_in_which_an_instant_is_given_changes_nothing(calendar: Calendar, at: datetime) -> None:
    assert calendar.next_open(at.astimezone(UTC)) == calendar.next_open(at)
    assert calendar.working_days_after(at.astimezone(UTC), 3) == calendar.working_days_after(at, 3)


def test_lebaran_pushes_a_deadline_over_the_whole_week() -> None:
    """Reported on Tuesday before Nyepi: Wednesday to the Tuesday after next are free, in Binjai."""
    calendar = load_city("binjai").calendar
    at = datetime(2026, 3, 17, 10, 0, tzinfo=ZONE)
    assert calendar.working_days_after(at, 1) == datetime(2026, 3, 25, 16, 0, tzinfo=ZONE)
    assert calendar.next_open(at + timedelta(days=1)) == datetime(2026, 3, 25, 8, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 8, 17), False),  # Independence Day, a Monday
        (date(2026, 8, 18), True),
        (date(2026, 12, 24), False),  # joint leave
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 23), True),
        (date(2027, 3, 10), False),
    ],
)
def test_the_shipped_city_knows_when_its_offices_work(day: date, works: bool) -> None:
    assert load_city("binjai").calendar.is_working(day) is works


def test_a_holiday_says_what_it_is() -> None:
    holidays = load_city("binjai").calendar.holidays
    assert holidays[date(2026, 12, 24)].joint_leave
    assert not holidays[date(2026, 12, 25)].joint_leave
    assert holidays[date(2027, 3, 10)].estimated  # the moon decides
    assert not any(one.estimated for day, one in holidays.items() if day.year == 2026)


def test_without_a_word_of_it_offices_keep_the_usual_hours() -> None:
    calendar = Calendar(timezone=ZONE)
    assert calendar.hours is USUAL
    friday = datetime(2026, 11, 20, 16, 15, tzinfo=ZONE)
    assert calendar.is_open(friday)
    assert not calendar.is_open(friday - timedelta(days=1))

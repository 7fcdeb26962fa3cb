"""A city whose clocks change twice a year: over both nights nothing is said twice, no day is left out, and what is
at an hour of the wall clock stays there."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.city import City, load_city
from eservices.clinic.daytime import is_day, later
from eservices.clinic.schedule import sessions_on
from eservices.lookup.standing.daytime import is_decent, next_decent
from eservices.lookup.standing.reminding.plan import next_look
from gateway.broadcast.quiet import ends_after, is_quiet, next_turn

BERLIN = ZoneInfo("Europe/Berlin")
TOWN = Path(__file__).parents[1] / "fixtures" / "tinytown"
STEP, HOUR = timedelta(minutes=10), timedelta(hours=1)
NIGHTS = [date(2026, 3, 29), date(2026, 10, 25)]  # one of 23 hours, one of 25

pytestmark = pytest.mark.sqlite_only("no store is looked at")
both = pytest.mark.parametrize("night", NIGHTS, ids=["shorter", "longer"])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    made = Path(shutil.copytree(TOWN, tmp_path_factory.mktemp("berlin") / "town"))
    top = made / "city.toml"
    zone = load_city(TOWN).timezone.key
    top.write_text(top.read_text().replace(f'timezone = "{zone}"', 'timezone = "Europe/Berlin"'))
    loaded = load_city(made)
    assert loaded.timezone == BERLIN
    return loaded


def days(night: date) -> list[date]:
    return [night + timedelta(days=step) for step in range(-3, 4)]


def around(night: date) -> Iterator[datetime]:
    """Every ten minutes from two days before it to three days after."""
    at = datetime.combine(night - timedelta(days=2), time(), UTC)
    while at < datetime.combine(night + timedelta(days=3), time(), UTC):
        yield at
        at += STEP


@both
def test_the_quiet_of_broadcasts_begins_and_ends_once_a_day(city: City, night: date) -> None:
    turns: Counter[tuple[date, bool]] = Counter()
    for at in around(night):
        turn, now = next_turn(city, at), is_quiet(city, at)
        assert at < turn <= at + timedelta(hours=25)
        assert is_quiet(city, turn) != now
        assert is_quiet(city, turn - timedelta(minutes=1)) == now
        if turn - at <= STEP:
            turns[turn.astimezone(BERLIN).date(), now] += 1
        ends = ends_after(city, at, 3600)
        assert not is_quiet(city, ends - timedelta(seconds=1))
        assert ends - at >= HOUR
    whole = [night + timedelta(days=step) for step in (-1, 0, 1)]
    assert [turns[day, before] for day in whole for before in (False, True)] == [1] * 6


@both
def test_reminders_are_looked_at_each_morning_at_nine(night: date) -> None:
    look = datetime.combine(night - timedelta(days=4), time(20), UTC)
    for day in days(night):
        look = next_look(look, BERLIN).astimezone(UTC)
        assert look.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(day, time(9)), "no day twice, none left"
    for at in around(night):
        first = next_decent(at, BERLIN)
        assert first >= at
        assert is_decent(first, BERLIN)
        assert first == at or not is_decent(first - STEP, BERLIN)


@both
def test_deadlines_count_each_working_day_once_and_never_go_back(city: City, night: date) -> None:
    calendar, before = city.calendar, None
    for at in around(night):
        opens, due = calendar.next_open(at), calendar.working_days_after(at, 2)
        assert opens >= at
        assert calendar.is_open(opens)
        assert due.astimezone(BERLIN).time() == calendar.hours[calendar.day_of(due).weekday()].until
        between = (calendar.day_of(opens) + timedelta(days=step) for step in range(1, 15))
        assert calendar.day_of(due) == [day for day in between if calendar.is_working(day)][1]
        assert before is None or due >= before, "who writes later is not due earlier"
        before = due


@both
def test_the_queue_of_a_clinic_has_each_session_of_each_day_once_at_its_hour(city: City, night: date) -> None:
    planned = {one.begins for clinic in city.clinics.clinics.values() for one in clinic.schedules}
    seen: Counter[tuple[str, str, str, datetime]] = Counter()
    for day in days(night):
        found = list(sessions_on(city, day))
        for one in found:
            assert one.begins.astimezone(BERLIN).date() == day
            assert one.begins.astimezone(BERLIN).time() in planned
            assert one.begins.astimezone(UTC) < one.until.astimezone(UTC)
        seen.update((one.clinic, one.service, one.room, one.begins.astimezone(UTC)) for one in found)
    assert seen
    assert set(seen.values()) == {1}


@both
def test_what_waits_for_the_day_waits_for_as_much_of_it(night: date) -> None:
    for at in around(night):
        ends = later(at, HOUR, BERLIN)
        passed = sum(
            is_day(at + timedelta(minutes=one), BERLIN) for one in range(int((ends - at) / timedelta(minutes=1)))
        )
        assert passed == 60

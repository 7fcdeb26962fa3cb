"""The plan of notices: for any holidays, hours and absences each is sent once, in order, and nobody out of hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.city_calendar import Calendar, Holiday, Hours
from config.city_offices import Offices, Official
from eservices.complaints.offices.deadlines import LIST_AT, REMINDERS, Round, What, due, following, may_send, plan
from eservices.complaints.ticket import State
from tests.eservices.complaints.office_room import MONDAY, ZONE, town

ORDER = list(What)
calendars = st.builds(
    lambda weekdays, free: Calendar(
        timezone=ZONE,
        hours={day: Hours(begins=time(8), until=time(16)) for day in weekdays},
        holidays={day: Holiday(date=day, name="libur") for day in free},
    ),
    st.sets(st.integers(0, 6), min_size=1),
    st.sets(st.integers(0, 120).map(lambda many: MONDAY.date() + timedelta(days=many)), max_size=30),
)
moments = st.integers(0, 14 * 1440).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
looks = st.lists(st.integers(1, 20 * 1440), max_size=40)  # minutes between two looks of the clock


def offices(inspectorate: bool = True) -> Offices:
    one = Official(name="Ira", number="+6285500007001", sample=True) if inspectorate else None
    return replace(town().offices, inspectorate=one)


def played(calendar: Calendar, here: Round, gaps: list[int]) -> list[tuple[What, datetime]]:
    """Every notice and when it was sent, if the clock looks at these instants and whenever the plan says."""
    now, sent = here.since, []
    end = here.due_at + timedelta(days=200)
    for gap in [*gaps, *[0] * 400]:
        for _ in What:
            notices = plan(calendar, offices(), here)
            one = due(notices, here, now)
            if one is None or may_send(calendar, one.what, now) > now:
                break
            here = replace(here, sent={**here.sent, one.what: now})
            sent.append((one.what, now))
        if gap:
            now += timedelta(minutes=gap)
            continue
        notices = plan(calendar, offices(), here)
        one, soonest = due(notices, here, now), following(notices, now)
        delayed = may_send(calendar, one.what, now) if one is not None else None
        nexts = [at for at in (soonest, delayed) if at is not None]
        if not nexts or min(nexts) > end:
            break
        now = min(nexts)
    return sent


@given(calendars, moments, st.integers(1, 15), looks)
def test_an_office_that_never_answers(calendar: Calendar, since: datetime, days: int, gaps: list[int]) -> None:
    here = Round(state=State.OPEN, since=since, due_at=calendar.working_days_after(since, days), sent={})
    sent = played(calendar, here, gaps)
    whats = [what for what, _ in sent]
    assert len(set(whats)) == len(whats)  # each once
    assert whats == sorted(whats, key=ORDER.index)  # in order
    assert {What.NEW, What.LATE, What.LIST} <= set(whats)  # nobody is forgotten
    at = dict(sent)
    for what, moment in sent:
        if what is not What.LIST:
            assert calendar.is_open(moment)
    assert calendar.is_working(calendar.day_of(at[What.LIST]))
    assert LIST_AT <= at[What.LIST].astimezone(ZONE).time() < time(16)
    assert at[What.LATE] > here.due_at
    assert calendar.day_of(at[What.LIST]) > calendar.day_of(at[What.LATE])  # the next official has his day
    assert all(at[what] <= here.due_at for what in REMINDERS if what in at)


@given(calendars, moments, st.integers(2, 15))
def test_a_program_that_never_rests_reminds_as_it_should(calendar: Calendar, since: datetime, days: int) -> None:
    here = Round(state=State.OPEN, since=since, due_at=calendar.working_days_after(since, days), sent={})
    at = dict(played(calendar, here, []))
    last = calendar.day_of(here.due_at)
    assert calendar.day_of(at[What.DUE]) == last
    assert calendar.day_of(at[What.BEFORE]) == calendar.working_day(last, -1)
    assert (What.HALF in at) is (days >= 4)
    assert at[What.LATE] == calendar.next_open(here.due_at)


@given(calendars, moments, looks)
def test_an_answer_is_asked_about_once_and_then_closes(calendar: Calendar, at: datetime, gaps: list[int]) -> None:
    here = Round(state=State.ANSWERED, since=at, due_at=at, answered_at=at, sent={What.NEW: at})
    sent = played(calendar, here, gaps)
    assert [what for what, _ in sent] == [What.ASK, What.CLOSE]
    (_, asked), (_, closed) = sent
    assert asked > calendar.working_days_after(at, town().offices.ask_days) - timedelta(seconds=1)
    assert closed >= calendar.working_days_after(asked, town().offices.close_days)
    assert all(calendar.is_open(moment) for _, moment in sent)


def test_what_ended_or_is_withheld_has_no_plan() -> None:
    for state in (State.CLOSED, State.WITHHELD, State.MERGED, State.WITHDRAWN):
        here = Round(state=state, since=MONDAY, due_at=MONDAY, sent={})
        assert plan(town().calendar, town().offices, here) == ()


def test_without_an_inspektorat_nobody_else_is_told() -> None:
    here = Round(state=State.OPEN, since=MONDAY, due_at=MONDAY, sent={What.NEW: MONDAY, What.LATE: MONDAY})
    assert plan(town().calendar, offices(inspectorate=False), here) == ()
    assert [one.what for one in plan(town().calendar, offices(), here)] == [What.LIST]


def test_a_ticket_that_no_office_takes_is_on_the_list_after_its_deadline() -> None:
    due_at = town().calendar.working_days_after(MONDAY, 2)  # Wednesday; the two days after it are free
    here = Round(state=State.OPEN, since=MONDAY, due_at=due_at, sent={What.NEW: MONDAY}, parked=True)
    (listed,) = plan(town().calendar, town().offices, here)
    assert (listed.what, listed.at) == (What.LIST, datetime.combine(date(2026, 12, 28), LIST_AT, ZONE))

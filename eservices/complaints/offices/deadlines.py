"""What is sent for a ticket by the clock, to whom and when. Pure.

An office is told at the next opening, reminded half-way, a working day before and on the day of its deadline; then its
next official is told, and the working day after the Inspektorat. What is answered is asked about once, then closes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from config.city_calendar import Calendar
from config.city_offices import Offices
from eservices.complaints.ticket import State

LIST_AT = time(7, 30)  # the Inspektorat's morning list: before the offices open, so that it lies there when they do
LEAST_FOR_HALF = 4  # working days up to the deadline from which half-way is a day of its own


class What(StrEnum):
    """A notice. The order is that in which they may be sent."""

    NEW = "new"  # to the official: here it is, and the code to answer with
    HALF = "half"
    BEFORE = "before"  # a working day before the deadline
    DUE = "due"  # on the day of the deadline
    LATE = "late"  # to the next official
    LIST = "list"  # to the Inspektorat, with others
    ASK = "ask"  # to the followers: is it so?
    CLOSE = "close"  # nobody said otherwise


REMINDERS = (What.HALF, What.BEFORE, What.DUE)
"""Of these only the newest is sent where several are due at once: the program was away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """``at``: not before that."""

    what: What
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One turn of one ticket at one office, as the plan must know it. ``since``: when it began; ``answered_at``: when
    the office answered; ``sent``: what was sent in it, and when. ``parked``: no office has it; ``outside``: the office
    is not the city's and is not written to."""

    state: State
    since: datetime
    due_at: datetime
    sent: Mapping[What, datetime]
    answered_at: datetime | None = None
    parked: bool = False
    outside: bool = False


def plan(calendar: Calendar, offices: Offices, here: Round) -> tuple[Notice, ...]:
    """What is yet to be sent in the round as it stands, in order, in office hours but for the Inspektorat's list. What
    waits for something that was not sent yet is not there."""
    if here.state is State.ANSWERED:
        found = _answered(calendar, offices, here)
    elif not here.state.open:
        return ()
    elif here.outside:  # nobody is written to: the followers are told whom to call
        found = [Notice(what=What.NEW, at=here.since)]
    else:
        found = [] if here.parked else _owed(calendar, here)
        found += _list(calendar, here) if offices.inspectorate is not None else []
    return tuple(one for one in found if one.what not in here.sent)


def due(notices: Sequence[Notice], here: Round, now: datetime) -> Notice | None:
    """What is to be sent now; None: nothing. Where the program was away, only the newest reminder is sent, and none
    that came due before the office last heard of the ticket, or after which the deadline is over."""
    ready = [one for one in notices if one.at <= now]
    reminders = [one for one in ready if one.what in REMINDERS]
    over = What.LATE in here.sent or any(one.what is What.LATE for one in ready)
    told = max((at for what, at in here.sent.items() if what in (What.NEW, *REMINDERS)), default=None)
    newest = max(reminders, key=lambda one: one.at, default=None)
    for one in ready:
        if one.what not in REMINDERS or (one is newest and not over and told is not None and one.at > told):
            return one
    return None


def following(notices: Sequence[Notice], now: datetime) -> datetime | None:
    """When to look again."""
    return min((one.at for one in notices if one.at > now), default=None)


def may_send(calendar: Calendar, what: What, now: datetime) -> datetime:
    """When it may be sent, from ``now`` on: ``now`` itself in office hours."""
    if what is not What.LIST:
        return calendar.next_open(now)
    day = calendar.day_of(now)
    if not calendar.is_working(day) or now >= calendar.closes(day):
        day = calendar.working_day(day, 1)
    return max(now, _list_at(calendar, day))


def _owed(calendar: Calendar, here: Round) -> list[Notice]:
    begins = calendar.next_open(here.since)
    first, last = calendar.day_of(begins), calendar.day_of(here.due_at)
    days = _working_days(calendar, first, last)
    before, half = calendar.working_day(last, -1), calendar.working_day(first, days // 2)
    found = [Notice(what=What.NEW, at=begins)]
    if days >= LEAST_FOR_HALF:
        found.append(Notice(what=What.HALF, at=calendar.opens(half)))
    if before > first:
        found.append(Notice(what=What.BEFORE, at=calendar.opens(before)))
    if last > first and calendar.is_working(last):
        found.append(Notice(what=What.DUE, at=calendar.opens(last)))
    return [*found, Notice(what=What.LATE, at=calendar.next_open(max(here.due_at, begins)))]


def _working_days(calendar: Calendar, first: date, last: date) -> int:
    """Working days after ``first`` up to ``last``."""
    return sum(calendar.is_working(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))


def _list(calendar: Calendar, here: Round) -> list[Notice]:
    """On the working day after the next official was told; where no office has it, after its deadline."""
    after = calendar.next_open(here.due_at) if here.parked else here.sent.get(What.LATE)
    if after is None:
        return []
    day = calendar.working_day(calendar.day_of(after), 0 if here.parked else 1)
    return [Notice(what=What.LIST, at=_list_at(calendar, day))]


def _list_at(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, LIST_AT, calendar.timezone)


def _answered(calendar: Calendar, offices: Offices, here: Round) -> list[Notice]:
    at = here.answered_at or here.since
    asked = here.sent.get(What.ASK)
    if asked is None:
        return [Notice(what=What.ASK, at=calendar.next_open(calendar.working_days_after(at, offices.ask_days)))]
    last = calendar.working_days_after(max(asked, at), offices.close_days)
    return [Notice(what=What.CLOSE, at=calendar.next_open(last))]

"""How a deadline is said: in working days, as officials count. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from config.city_calendar import Calendar
from eservices.complaints.ticket import State, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """``key``: of words: late, late_today, today, tomorrow, ahead, kept, missed, none; ``days``: working days;
    ``kind``: how the badge looks (bad, wait, plain, good, off)."""

    key: str
    kind: str
    days: int = 0


def deadline(calendar: Calendar, ticket: Ticket, now: datetime) -> Deadline:
    """Of an open ticket how long is left; of an answered one whether it was in time."""
    if ticket.state.open:
        return _open(calendar, ticket.due_at, now)
    if ticket.state in (State.ANSWERED, State.CLOSED) and ticket.answered_at is not None:
        if ticket.answered_at <= ticket.due_at:
            return Deadline(key="kept", kind="good")
        days = working_days(calendar, calendar.day_of(ticket.due_at), calendar.day_of(ticket.answered_at))
        return Deadline(key="missed", kind="off", days=days)
    return Deadline(key="none", kind="off")


def _open(calendar: Calendar, due_at: datetime, now: datetime) -> Deadline:
    here, there = calendar.day_of(now), calendar.day_of(due_at)
    if now > due_at:
        days = working_days(calendar, there, here)
        return Deadline(key="late" if days else "late_today", kind="bad", days=days)
    if here == there:
        return Deadline(key="today", kind="wait")
    if there - here == timedelta(days=1):
        return Deadline(key="tomorrow", kind="plain")
    return Deadline(key="ahead", kind="plain", days=working_days(calendar, here, there))


def working_days(calendar: Calendar, first: date, last: date) -> int:
    """Working days after ``first`` up to ``last``."""
    return sum(calendar.is_working(first + timedelta(days=step)) for step in range(1, (last - first).days + 1))

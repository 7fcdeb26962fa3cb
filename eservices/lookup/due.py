"""How long a row may take: its legal deadline in working days. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config.city_calendar import Calendar
from config.lookup import Deadline, Row

MOST_STEPS = 1000  # working days that are counted; who is later than that is late enough
ANY = "*"  # in ``when`` and ``unless``: any value but none


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The last day on which it is in time, and working days between today and that day, never negative."""

    day: date
    days: int
    late: bool


def last_day(calendar: Calendar, deadline: Deadline, row: Row) -> date | None:
    """The last day on which it is in time. None: it is done, or the row does not say when it began."""
    if fits(deadline.unless, row):
        return None
    try:
        day = date.fromisoformat(row.get(deadline.until or deadline.column, ""))
    except ValueError:
        return None
    return day if deadline.until else calendar.working_day(day, deadline.days)


def due_of(calendar: Calendar, deadline: Deadline, row: Row, today: date) -> Due | None:
    """The same, with how far it is from today."""
    day = last_day(calendar, deadline, row)
    if day is None:
        return None
    first, last = sorted((day, today))
    steps, at = 0, first
    while at < last and steps < MOST_STEPS:
        at = calendar.working_day(at, 1)
        steps += at <= last
    return Due(day=day, days=steps, late=today > day)


def fits(when: Mapping[str, tuple[str, ...]], row: Row) -> bool:
    """Whether one of the columns named has one of the values; of an answer's ``when`` see ``all_fit``."""
    return any(_has(row.get(name, ""), values) for name, values in when.items())


def all_fit(when: Mapping[str, tuple[str, ...]], row: Row) -> bool:
    """Whether each of the columns named has one of its values; "" is an empty cell, "*" any other."""
    return all(_has(row.get(name, ""), values) for name, values in when.items())


def _has(value: str, values: tuple[str, ...]) -> bool:
    value = value.strip().casefold()
    return any(value == one.casefold() or (one == ANY and value != "") for one in values)

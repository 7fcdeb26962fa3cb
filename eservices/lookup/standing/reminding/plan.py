"""When somebody is reminded of a day, and when no more. Pure.

A row is looked at every morning, and what is said follows from the row as it is then: so a day that was moved moves
what is said, and who has paid is left alone. What was said last is remembered with its day, and is never said again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.lookup import Reminder, Row
from eservices.lookup.due import fits
from eservices.lookup.standing.daytime import BEGINS


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``tells``: now. ``over``: never again. ``due``, ``told``: what is to be remembered."""

    due: str
    told: str
    tells: bool = False
    over: bool = False


def day_of(reminder: Reminder, row: Row) -> date | None:
    """The day that the row names; None: it names none."""
    try:
        return date.fromisoformat(row.get(reminder.column, ""))
    except ValueError:
        return None


def stage(days: Sequence[int], due: date, today: date) -> int | None:
    """How long before the day the newest reminder belongs that is due today; None: none is, or the day is past."""
    left = (due - today).days
    return min((one for one in days if left <= one), default=None) if left >= 0 else None


def remains(reminder: Reminder, row: Row, today: date) -> bool:
    """Whether there is anything yet to be reminded of, after today."""
    due = day_of(reminder, row)
    return due is not None and not fits(reminder.unless, row) and (due - today).days > min(reminder.days)


def named(due: date, days: int) -> str:
    """A reminder, as it is remembered."""
    return f"{due.isoformat()}/{days}"


def at_first(reminder: Reminder, due: date, today: date) -> str:
    """What counts as said when it is asked for: who has just seen the row is not told the same the next morning."""
    days = stage(reminder.days, due, today)
    return named(due, days) if days is not None else ""


def decide(reminder: Reminder, row: Row | None, due: str, told: str, today: date) -> Verdict:
    """What is to be done about a row, as it is now (None: nobody knows it now; it may come back before its day)."""
    day = day_of(reminder, row) if row is not None else None
    if row is not None and fits(reminder.unless, row):
        return Verdict(due=due, told=told, over=True)
    if row is None or day is None:
        return Verdict(due=due, told=told, over=due < today.isoformat())
    now_due = day.isoformat()
    days = stage(reminder.days, day, today)
    if day < today:
        return Verdict(due=now_due, told=told, over=True)
    if days is None or _said(told, day, days):
        return Verdict(due=now_due, told=told)
    return Verdict(due=now_due, told=named(day, days), tells=True)


def _said(told: str, day: date, days: int) -> bool:
    """Whether that one, or a later one of the same day, was said."""
    of, _, before = told.partition("/")
    return of == day.isoformat() and before.isdecimal() and int(before) <= days


def next_look(now: datetime, zone: ZoneInfo) -> datetime:
    """The next morning."""
    day = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(day, BEGINS, zone)


def worth_until(due: str, now: datetime, zone: ZoneInfo, most: timedelta) -> datetime:
    """Until when a reminder is worth sending: not after its day, and not for long."""
    last = datetime.combine(date.fromisoformat(due), time(23, 59), zone)
    return max(min(last, now + most), now + timedelta(hours=1))

"""The settings of the pages: how long who is logged in, and what they make by themselves."""

from __future__ import annotations

from dataclasses import dataclass

from config.table import Table

IDLE_MINUTES = 30  # NIST SP 800-63B-4, 2.2.3: no more than an hour of silence with a second factor
SESSION_HOURS = 12  # a shift
SEAT_IDLE_HOURS = 12  # the same: nobody types a password while it alarms
SEAT_DAYS = 7  # on the first day of a week each dispatcher logs in
SURE_MINUTES = 5  # one job at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """``idle_minutes``, ``session_hours``: when a session ends that is not used, and that is. ``seat_idle_hours``,
    ``seat_days``: the same at a dispatcher's seat, where an open page counts as use. ``sure_minutes``: for how long a
    PIN holds. ``monthly_report``: the report of each month is made and kept when it is over."""

    idle_minutes: int = IDLE_MINUTES
    session_hours: int = SESSION_HOURS
    seat_idle_hours: int = SEAT_IDLE_HOURS
    seat_days: int = SEAT_DAYS
    sure_minutes: int = SURE_MINUTES
    monthly_report: bool = True


def console(table: Table) -> ConsoleSettings:
    """``[console]``."""
    read = ConsoleSettings(
        idle_minutes=table.whole("idle_minutes", 1, 24 * 60, IDLE_MINUTES),
        session_hours=table.whole("session_hours", 1, 7 * 24, SESSION_HOURS),
        seat_idle_hours=table.whole("seat_idle_hours", 1, 7 * 24, SEAT_IDLE_HOURS),
        seat_days=table.whole("seat_days", 1, 90, SEAT_DAYS),
        sure_minutes=table.whole("sure_minutes", 1, 60, SURE_MINUTES),
        monthly_report=table.flag("monthly_report", True),
    )
    table.done()
    return read

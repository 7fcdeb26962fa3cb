"""When the city's offices work: hours by weekday, holidays, and working days counted. Pure; the city's wall clock.

``holidays.csv``: date, name, and where they apply ``joint_leave`` (cuti bersama) and ``estimated`` (set by the moon, or
not decreed yet).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from config.city_files import PackFiles
from config.roster import DAYS
from config.table import CLOCK, Table

HOLIDAYS = "holidays.csv"
LONGEST_CLOSURE = 92  # days without an open office; a pack that closes longer has a slip in its holidays
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The office is open from ``begins`` until just before ``until``, by the wall clock."""

    begins: time
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day without office. ``joint_leave``: cuti bersama, of civil servants. ``estimated``: it may yet move a day."""

    date: date
    name: str
    joint_leave: bool = False
    estimated: bool = False


_MONDAY_TO_THURSDAY = Hours(begins=time(8), until=time(16))
USUAL: Mapping[int, Hours] = MappingProxyType(
    {**dict.fromkeys(range(4), _MONDAY_TO_THURSDAY), 4: Hours(begins=time(8), until=time(16, 30))}
)
"""Office hours by weekday (0 is Monday) where a pack gives none: 37.5 hours a week (Perpres 21/2023)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """``hours`` by weekday (0 is Monday; a weekday that is not there is free). Instants go in and come out aware;
    those that come out are of ``timezone``."""

    timezone: ZoneInfo
    hours: Mapping[int, Hours] = field(default_factory=lambda: USUAL)
    holidays: Mapping[date, Holiday] = field(default_factory=dict, repr=False)

    def day_of(self, at: datetime) -> date:
        """The city's date at that instant."""
        return at.astimezone(self.timezone).date()

    def is_working(self, day: date) -> bool:
        """Whether the offices work on that date."""
        return day.weekday() in self.hours and day not in self.holidays

    def opens(self, day: date) -> datetime:
        """When the offices open on a working day. Raises KeyError on a free weekday."""
        return datetime.combine(day, self.hours[day.weekday()].begins, self.timezone)

    def closes(self, day: date) -> datetime:
        """When they close on a working day. Raises KeyError on a free weekday."""
        return datetime.combine(day, self.hours[day.weekday()].until, self.timezone)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is in the office at that instant."""
        day = self.day_of(at)
        return self.is_working(day) and self.opens(day) <= at < self.closes(day)

    def next_open(self, at: datetime) -> datetime:
        """The first instant from ``at`` on at which the offices are open: ``at`` itself where they are."""
        day = self.day_of(at)
        if not self.is_working(day) or at >= self.closes(day):
            day = self.working_day(day, 1)
        return max(at.astimezone(self.timezone), self.opens(day))

    def working_day(self, day: date, steps: int) -> date:
        """The working day that many steps after ``day`` (negative: before it); ``day`` itself, working or not, is no
        step."""
        while steps:
            day += DAY if steps > 0 else -DAY
            steps -= self.is_working(day) if steps > 0 else -self.is_working(day)
        return day

    def working_days_after(self, at: datetime, n: int) -> datetime:
        """The end of office hours on the ``n``-th working day after the one on which ``at`` is (out of hours: on which
        the offices open next). 0: the end of that day itself."""
        return self.closes(self.working_day(self.day_of(self.next_open(at)), n))


def read_hours(table: Table) -> Mapping[int, Hours]:
    """``[hours]``: ``mon = "08:00-16:00"``; a weekday that is not named is free. No table: the usual hours."""
    if not table.data:
        return USUAL
    hours: dict[int, Hours] = {}
    for number, day in enumerate(DAYS):
        text = table.text(day, "", pattern=f"{CLOCK}-{CLOCK}", form="hours like 08:00-16:00")
        if not text:
            continue
        begins, until = (time.fromisoformat(one) for one in text.split("-"))
        if begins >= until:
            table.fault(day, f"{text}: the office closes before it opens")
        hours[number] = Hours(begins=begins, until=until)
    table.done()
    if not hours:
        table.fault("", "hours names no weekday")
    return MappingProxyType(hours or dict(USUAL))


def read_calendar(files: PackFiles, timezone: ZoneInfo, hours: Mapping[int, Hours]) -> Calendar:
    """The calendar; no holiday where the pack has no such file."""
    holidays: dict[date, Holiday] = {}
    there = (files.folder / HOLIDAYS).is_file()
    for row in files.rows(HOLIDAYS, ("date", "name"), ("joint_leave", "estimated")) if there else ():
        holiday = _holiday(row)
        if holiday is None:
            continue
        if holiday.date in holidays:
            row.fault("date", f"{holiday.date} is there twice")
        holidays[holiday.date] = holiday
        if _closed_too_long(holidays, holiday.date):
            row.fault("date", f"with {holiday.date} the offices are closed for more than {LONGEST_CLOSURE} days")
            del holidays[holiday.date]
    return Calendar(timezone=timezone, hours=hours, holidays=MappingProxyType(holidays))


def _holiday(row: Table) -> Holiday | None:
    before = len(row.faults)
    text = row.text("date", pattern=r"\d{4}-\d\d-\d\d", form="a date like 2026-08-17")
    name = row.text("name")
    joint, estimated = row.flag("joint_leave", False), row.flag("estimated", False)
    try:
        day = date.fromisoformat(text) if text else date.min
    except ValueError:
        row.fault("date", f"{text} is no day of the calendar")
        return None
    if len(row.faults) > before:
        return None
    return Holiday(date=day, name=name, joint_leave=joint, estimated=estimated)


def _closed_too_long(holidays: Mapping[date, Holiday], day: date) -> bool:
    first = last = day
    while first - DAY in holidays:
        first -= DAY
    while last + DAY in holidays:
        last += DAY
    return (last - first).days >= LONGEST_CLOSURE

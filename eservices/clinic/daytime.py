"""When a phone may be written to unasked: by day, on the city's clock. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINS, ENDS = (
    time(6, 30),
    time(21, 0),
)  # nobody is woken by an appointment: the first bus leaves, the last prayer is over


def is_day(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is daytime at that instant."""
    return BEGINS <= at.astimezone(zone).time() < ENDS


def next_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from ``at`` on at which it is."""
    local = at.astimezone(zone)
    if BEGINS <= local.time() < ENDS:
        return at
    day = local.date() + timedelta(days=local.time() >= ENDS)
    return datetime.combine(day, BEGINS, zone).astimezone(at.tzinfo)


def later(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """``by`` later, the night not counted: 20.50 and half an hour is 06.50."""
    begin = next_day(at, zone)
    ends = datetime.combine(begin.astimezone(zone).date(), ENDS, zone)
    left = ends - begin
    if by <= left:
        return begin + by
    return later(ends.astimezone(at.tzinfo), by - left, zone)

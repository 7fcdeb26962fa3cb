"""The hours in which people are reminded of something that can wait. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGINS, ENDS = time(9, 0), time(18, 0)  # people are up, and what they are reminded of can still be done that day


def is_decent(at: datetime, zone: ZoneInfo) -> bool:
    """Whether it is such an hour."""
    return BEGINS <= at.astimezone(zone).time() < ENDS


def next_decent(at: datetime, zone: ZoneInfo) -> datetime:
    """The first instant from ``at`` on at which it is."""
    local = at.astimezone(zone)
    if BEGINS <= local.time() < ENDS:
        return at
    day = local.date() + timedelta(days=local.time() >= ENDS)
    return datetime.combine(day, BEGINS, zone)

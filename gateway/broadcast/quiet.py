"""The hours in which nothing in bulk leaves, by the city's wall clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.city import City

DAY_MIN = 24 * 60


def is_quiet(city: City, at: datetime) -> bool:
    """Whether bulk rests at that instant."""
    begins, ends, minute = city.telling.quiet_from, city.telling.quiet_until, _minute(city, at)
    return begins <= minute < ends if begins <= ends else (minute >= begins or minute < ends)


def next_turn(city: City, at: datetime) -> datetime:
    """When the quiet that is now ends, or the next begins; far away where there is none."""
    telling = city.telling
    if telling.quiet_from == telling.quiet_until:
        return at + timedelta(days=3650)
    wanted = telling.quiet_until if is_quiet(city, at) else telling.quiet_from
    local = at.astimezone(city.timezone)
    clock = time(wanted // 60, wanted % 60)
    days = (local.date() + timedelta(days=day) for day in range(2))
    turns = [datetime.combine(day, clock.replace(fold=fold), tzinfo=city.timezone) for day in days for fold in (0, 1)]
    return min(turn for one in turns if (turn := one.astimezone(UTC)) > at)  # an hour that comes twice is twice a turn


def ends_after(city: City, at: datetime, work_s: float) -> datetime:
    """When so many seconds of sending are over that begin now and rest in quiet hours."""
    left = timedelta(seconds=work_s)
    while True:
        turn = next_turn(city, at)
        if is_quiet(city, at):
            at = turn
        elif at + left <= turn:
            return at + left
        else:
            left -= turn - at
            at = turn


def _minute(city: City, at: datetime) -> int:
    local = at.astimezone(city.timezone)
    return local.hour * 60 + local.minute

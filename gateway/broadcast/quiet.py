"""The hours in which nothing in bulk leaves, by the city's wall clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.city import City


def is_quiet(city: City, at: datetime) -> bool:
    """Whether bulk rests at that instant."""
    begins, ends, minute = city.telling.quiet_from, city.telling.quiet_until, _minute(city, at)
    return begins <= minute < ends if begins <= ends else (minute >= begins or minute < ends)


def next_turn(city: City, at: datetime) -> datetime:
    """When the quiet that is now ends, or the next begins; far away where there is none. A clock that is put meanwhile
    may leave the hour out (then its putting is the turn) or bring it back."""
    telling, zone = city.telling, city.timezone
    if telling.quiet_from == telling.quiet_until:
        return at + timedelta(days=3650)
    quiet, local = is_quiet(city, at), at.astimezone(zone)
    wanted = timedelta(minutes=telling.quiet_until if quiet else telling.quiet_from)
    since = local - datetime.combine(local.date(), time(), zone)  # by the wall, as both are of one zone
    turn = at.astimezone(UTC) + (wanted - since) % timedelta(days=1)
    put = _put(zone, at, turn)
    if put is None:
        return turn
    return put if is_quiet(city, put) is not quiet else next_turn(city, put)


def _put(zone: tzinfo, after: datetime, until: datetime) -> datetime | None:
    """The instant at which the clock is put meanwhile; None: it is not."""

    def ahead_of_utc(at: float) -> timedelta | None:
        return datetime.fromtimestamp(at, zone).utcoffset()

    before, low, high = ahead_of_utc(after.timestamp()), int(after.timestamp()), ceil(until.timestamp())
    if ahead_of_utc(until.timestamp()) == before:
        return None
    while high - low > 1:  # clocks are put at whole seconds
        middle = (low + high) // 2
        low, high = (middle, high) if ahead_of_utc(middle) == before else (low, middle)
    return datetime.fromtimestamp(high, UTC)


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

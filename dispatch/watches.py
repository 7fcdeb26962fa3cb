"""The roster as hours: who is there from when until when, and the hours in which nobody is. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from config.duty import in_place_of

if TYPE_CHECKING:
    from config.city import City, Officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A place on the roster. ``planned``: who was meant to be there; ``serves``: who is there, None: nobody."""

    planned: Officer
    serves: Officer | None

    @property
    def changed(self) -> bool:
        return self.serves is None or self.serves.number != self.planned.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A span (aware; ``ends`` not in it) in which one station's seats do not change, in the order of the ladder."""

    station: str
    begins: datetime
    ends: datetime
    seats: tuple[Seat, ...]

    @property
    def people(self) -> tuple[Officer, ...]:
        """Who is there, each once."""
        there = {seat.serves.number: seat.serves for seat in self.seats if seat.serves is not None}
        return tuple(there.values())


def watches(city: City, station: str, begins: datetime, ends: datetime) -> list[Watch]:
    """The watches of a station, in order, that make up the span. Raises KeyError for a station that is none."""
    found: list[Watch] = []
    for first, last in pairwise(sorted({begins, *_turns(city, station, begins, ends), ends})):
        seats = _seats(city, station, first)
        if found and found[-1].seats == seats:
            found[-1] = replace(found[-1], ends=last)
        else:
            found.append(Watch(station=station, begins=first, ends=last, seats=seats))
    return found


def empty(city: City, begins: datetime, ends: datetime) -> list[Watch]:
    """Every span in which a station has nobody on duty, the soonest first."""
    alone = [watch for station in city.stations for watch in watches(city, station, begins, ends) if not watch.people]
    return sorted(_joined(alone), key=lambda watch: (watch.begins, watch.station))


def _joined(alone: list[Watch]) -> list[Watch]:
    """Two that follow each other are one, whoever ought to have been there."""
    found: list[Watch] = []
    for watch in alone:
        if found and (found[-1].station, found[-1].ends) == (watch.station, watch.begins):
            found[-1] = replace(found[-1], ends=watch.ends, seats=(*found[-1].seats, *watch.seats))
        else:
            found.append(watch)
    return found


def _seats(city: City, station: str, at: datetime) -> tuple[Seat, ...]:
    local = at.astimezone(city.timezone)
    there = [shift for shift in city.shifts if shift.station == city.stations[station].id and shift.covers(local)]
    seats = []
    for shift in sorted(there, key=lambda shift: shift.order):
        planned = city.officer(shift.number)
        number = in_place_of(shift.number, station, city.changes, at)
        if planned is not None:
            seats.append(Seat(planned=planned, serves=city.officer(number) if number is not None else None))
    return tuple(seats)


def _turns(city: City, station: str, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Every instant within the span at which somebody may come or go: by the roster on the wall clock, by a change."""
    zone = city.timezone
    day, last = begins.astimezone(zone).date(), ends.astimezone(zone).date()
    clocks = {at for shift in city.shifts if shift.station == station for at in (shift.begins, shift.until)}
    found = {end for change in city.changes for end in (change.begins, change.ends)}
    while day <= last:
        found |= {datetime.combine(day, at, zone) for at in clocks}
        found.add(datetime.combine(day, datetime.min.time(), zone))  # a weekday ends at midnight
        day += timedelta(days=1)
    yield from (at for at in found if begins < at < ends)

"""What is known of buses in words, short enough for one SMS. Pure; minutes are told only of a bus that is heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_buses import BusLine, Stop
from config.gsm7 import ONE_SMS, septets
from eservices.bus.estimate import HOUR_S, Seen, arrives_in, is_at, minutes, nearest_stop, runs
from eservices.bus.route import Routes

if TYPE_CHECKING:
    from config.city import City

OF_A_LINE = 2  # buses of one line that are told of


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Who asks, when, and in which language."""

    city: City
    routes: Routes
    language: str
    now: datetime

    def text(self, key: str, **fields: object) -> str:
        """A text of the city."""
        return self.city.text(self.language, key, **fields)

    def clock(self, at: datetime) -> str:
        """``14.02`` on the city's wall clock."""
        return f"{at.astimezone(self.city.timezone):%H.%M}"


def at_stop(heard: Heard, stop: Stop, buses: Sequence[Seen]) -> str:
    """The next buses at a stop, line by line, the soonest first; what does not fit is left out."""
    told = [_of_line(heard, stop, line, [one for one in buses if one.line is line]) for line in _lines(heard, stop)]
    told.sort(key=lambda one: one[0])
    text = heard.text("bus_at", stop=stop.name)
    for line in (line for _, lines in told for line in lines):
        longer = f"{text}\n{line}"
        if (septets(longer) or ONE_SMS + 1) <= ONE_SMS:
            text = longer
    return text


def _lines(heard: Heard, stop: Stop) -> list[BusLine]:
    return list(heard.city.buses.through(stop.id))


def _of_line(heard: Heard, stop: Stop, line: BusLine, buses: Sequence[Seen]) -> tuple[float, list[str]]:
    """Seconds until its first bus (a day where that is not known), and its lines."""
    route, known = heard.routes.by_line[line.id], heard.city.buses
    coming = [(arrives_in(route, one, stop, known, heard.now), one) for one in buses]
    sure = sorted(((s, one) for s, one in coming if s is not None), key=lambda each: each[0])
    if sure:
        return sure[0][0], [_arrival(heard, seconds, one) for seconds, one in sure[:OF_A_LINE]]
    if not runs(line, heard.city, heard.now):
        return 3 * 86400.0, [
            heard.text(_rests(heard, line, "bus"), busline=line.name, time=f"{line.hours.begins:%H.%M}")
        ]
    seen = [one for one in buses if one.newest is not None and one.age_s(heard.now) <= HOUR_S]
    if not seen:
        return 2 * 86400.0, [heard.text("bus_unheard", busline=line.name)]
    last = min(seen, key=lambda one: one.age_s(heard.now))
    return 86400.0, [_last_seen(heard, last)]


def _rests(heard: Heard, line: BusLine, head: str) -> str:
    """Which words say that the line does not run now: its day is over, or has not begun."""
    early = heard.now.astimezone(heard.city.timezone).time() < line.hours.begins
    return f"{head}_early" if early else f"{head}_over"


def _arrival(heard: Heard, seconds: float, one: Seen) -> str:
    number, line = one.vehicle.number, one.line.name
    if seconds <= 0:
        return heard.text("bus_here", bus=number, busline=line)
    return heard.text("bus_minutes", bus=number, busline=line, minutes=minutes(seconds))


def _last_seen(heard: Heard, one: Seen) -> str:
    fix = one.newest
    assert fix is not None
    near = nearest_stop(fix, one.line, heard.city.buses)
    fields = {"bus": one.vehicle.number, "busline": one.line.name, "stop": near.name, "time": heard.clock(fix.at)}
    return heard.text("bus_last_seen", **fields)


def one_bus(heard: Heard, one: Seen) -> str:
    """Where that bus is, or was when it was last heard of."""
    fields: dict[str, object] = {"bus": one.vehicle.number, "busline": one.line.name}
    fix, age_s = one.newest, one.age_s(heard.now)
    if fix is None or age_s > HOUR_S:
        if runs(one.line, heard.city, heard.now):
            return heard.text("bus_is_unheard", **fields)
        return heard.text(_rests(heard, one.line, "bus_is"), time=f"{one.line.hours.begins:%H.%M}", **fields)
    near = nearest_stop(fix, one.line, heard.city.buses)
    fields |= {"stop": near.name, "time": heard.clock(fix.at)}
    if age_s > heard.city.buses.silent_s:
        return heard.text("bus_was_near", **fields)
    return heard.text("bus_is_here" if is_at(fix, near) else "bus_is_near", **fields)

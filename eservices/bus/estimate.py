"""When a bus reaches a stop: the road before it, its pace and its halts. Pure; never negative, and never more as the
bus comes nearer at the same pace.

The pace is learnt from the bus's own fixes: how long it took for what the pack's speed would have taken, halts counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_buses import Buses, BusLine, Stop, Vehicle
from config.geometry import distance_m
from eservices.bus.route import Fix, Place, Route

if TYPE_CHECKING:
    from config.city import City

TRUSTED_S = 180.0  # the pack's speed counts as much as so many seconds of fixes
SLOWEST, FASTEST = 0.4, 2.0  # of the pack's own speed
HERE_M = 80.0  # from a stop: the bus is there
HOUR_S = 3600.0  # without a fix for that long nothing is known of a bus


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A bus as it was seen last. ``track``: its fixes, oldest first, the newest last; none: it was never heard of."""

    vehicle: Vehicle
    line: BusLine
    track: Sequence[Fix]

    @property
    def newest(self) -> Fix | None:
        """Its newest fix."""
        return self.track[-1] if self.track else None

    def age_s(self, now: datetime) -> float:
        """How old the newest fix is; infinitely where there is none."""
        return max(0.0, (now - self.newest.at).total_seconds()) if self.newest else math.inf


def pace(place: Place, newest: Fix, buses: Buses) -> float:
    """How fast a bus is, as a share of the pack's speed."""
    took = (newest.at - place.since).total_seconds()
    usual = place.gone / buses.speed_mps + place.past * buses.dwell_s
    return min(FASTEST, max(SLOWEST, (usual + TRUSTED_S) / (took + TRUSTED_S)))


def seconds_to(route: Route, at: float, stop: str, buses: Buses) -> float:
    """From a place of the round to the next time it comes by that stop, at the pack's own speed. Infinite where the
    line does not halt there."""
    ways = (route.ahead(at, halt.at) for halt in route.halts if halt.stop == stop)
    return min((way / buses.speed_mps + route.past(at, way) * buses.dwell_s for way in ways), default=math.inf)


def arrives_in(route: Route, seen: Seen, stop: Stop, buses: Buses, now: datetime) -> float | None:
    """Seconds until that bus is at the stop; 0: it is there. None: nothing true can be said (it is silent, off its
    line, or does not halt there)."""
    newest = seen.newest
    if newest is None or seen.age_s(now) > buses.silent_s or stop.id not in seen.line.stops:
        return None
    if is_at(newest, stop):
        return 0.0
    places = route.places(seen.track)
    if not places:
        return None
    soonest = min(seconds_to(route, one.at, stop.id, buses) / pace(one, newest, buses) for one in places)
    return max(1.0, soonest - seen.age_s(now))


def is_at(fix: Fix, stop: Stop) -> bool:
    """Whether the bus is at the stop."""
    return distance_m((fix.lat, fix.lon), (stop.lat, stop.lon)) <= HERE_M


def nearest_stop(fix: Fix, line: BusLine, buses: Buses) -> Stop:
    """The stop of its line that the bus was nearest to."""
    stops = [buses.stops[one] for one in line.stops]
    return min(stops, key=lambda one: distance_m((fix.lat, fix.lon), (one.lat, one.lon)))


def minutes(seconds: float) -> int:
    """As it is told: whole minutes, begun ones counted; at least one."""
    return max(1, math.ceil(seconds / 60))


def runs(line: BusLine, city: City, now: datetime) -> bool:
    """Whether the line has buses on the road at that instant."""
    local = now.astimezone(city.timezone).time()
    return line.hours.begins <= local < line.hours.until

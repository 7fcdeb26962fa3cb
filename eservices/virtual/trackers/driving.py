"""Where an invented bus is at an instant: it drives its line at the pack's speed and halts at every stop. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from config.city_buses import Buses, Vehicle
from eservices.bus.route import Route, Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Driven:
    """Where it is; ``bearing`` degrees from north, ``speed`` metres a second (0 at a stop)."""

    lat: float
    lon: float
    bearing: float
    speed: float


def driven(route: Route, buses: Buses, seconds: float) -> Driven:
    """After so many seconds from the line's first stop."""
    round_s = route.length / buses.speed_mps + len(route.halts) * buses.dwell_s
    left = seconds % round_s
    for leg in route.legs:
        takes = leg.length / buses.speed_mps
        at = leg.begins if left < buses.dwell_s else leg.begins + (left - buses.dwell_s) * buses.speed_mps
        if left < buses.dwell_s + takes:
            lat, lon = route.point(at)
            bearing = math.degrees(math.atan2(leg.dx, leg.dy)) % 360
            return Driven(lat=lat, lon=lon, bearing=bearing, speed=0.0 if left < buses.dwell_s else buses.speed_mps)
        left -= buses.dwell_s + takes
    lat, lon = route.point(0.0)
    return Driven(lat=lat, lon=lon, bearing=0.0, speed=0.0)


class Fleet:
    """Every bus of the pack, those of one line evenly along it, on the road since ``begins``. ``silent``: the numbers
    of those whose trackers say nothing."""

    def __init__(self, buses: Buses, begins: datetime) -> None:
        self._buses, self._begins = buses, begins
        self._routes = Routes(buses).by_line
        self._ahead = dict(self._spread())
        self.silent: set[str] = set()

    def posts(self, now: datetime) -> Mapping[str, Driven]:
        """What the trackers that are not silent say now, by the numbers of their buses."""
        vehicles = (one for one in self._buses.vehicles.values() if one.number not in self.silent)
        return {one.number: self.where(one, now) for one in vehicles}

    def where(self, vehicle: Vehicle, now: datetime) -> Driven:
        """Where that bus is now, silent or not."""
        since = (now - self._begins).total_seconds() + self._ahead[vehicle.number]
        return driven(self._routes[vehicle.line], self._buses, since)

    def _spread(self) -> list[tuple[str, float]]:
        found = []
        for line, route in self._routes.items():
            on_it = list(self._buses.on(line))
            round_s = route.length / self._buses.speed_mps + len(route.halts) * self._buses.dwell_s
            found += [(one.number, place * round_s / len(on_it)) for place, one in enumerate(on_it)]
        return found

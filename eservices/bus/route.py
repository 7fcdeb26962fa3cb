"""A bus line as one round along its stops, and where on it a bus is that left these fixes. Pure.

A round begins at the first stop. A loop comes back to it behind the last one; any other line goes back the way it came,
so that each of its stops but the ends is reached twice, and each place of the way is two places of the round. Which of
them a bus is at, its own track tells: the way that it must have gone from fix to fix is the cheapest of all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from config.city_buses import Buses, BusLine, Stop

DEGREE_M = 111_195.0  # metres of a degree of latitude
ASIDE_M, ASIDE_SHARE = 300.0, 0.35  # so far beside a leg, and so much of its length besides, the road may lead
BACK = 3.0  # a metre backwards costs that many: a bus goes on, its fixes jump about
TURNED_M = 60.0  # cost of a bearing against the way
ALIKE_M = 25.0  # places whose tracks differ by less cannot be told apart
GAP_S = 600.0  # a track that breaks off for so long begins anew
MOVING = 1.0  # metres a second: a slower bearing is noise


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """Where a bus was. ``accuracy_m``: how far off that may be, where its tracker says so; ``bearing``: degrees from
    north, of a bus that moves."""

    at: datetime
    lat: float
    lon: float
    accuracy_m: float | None = None
    bearing: float | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop of the round, ``at`` metres from its beginning."""

    stop: str
    at: float


@dataclass(frozen=True, slots=True)
class Leg:
    """From one halt to the next: flat coordinates in metres, where it begins on the round, and how long the road is."""

    x: float
    y: float
    dx: float
    dy: float
    begins: float
    length: float


@dataclass(frozen=True, slots=True)
class Place:
    """A bus on the round: ``at`` metres from its beginning, ``gone`` metres since ``since``, ``past`` halts meanwhile;
    ``cost``: how badly its fixes fit."""

    at: float
    cost: float
    gone: float
    past: int
    since: datetime


class Route:
    """One round of a line."""

    def __init__(self, line: BusLine, stops: Mapping[str, Stop], detour: float) -> None:
        self.line = line
        order = [*line.stops, line.stops[0]] if line.loop else [*line.stops, *reversed(line.stops[:-1])]
        self._lat, self._lon = stops[order[0]].lat, stops[order[0]].lon
        self._east = DEGREE_M * math.cos(math.radians(self._lat))
        self._detour = detour
        points = [self.flat(stops[one].lat, stops[one].lon) for one in order]
        self.halts: list[Halt] = []
        self.legs: list[Leg] = []
        begins = 0.0
        for stop, (x, y), (x2, y2) in zip(order, points, points[1:], strict=False):
            length = max(1.0, math.hypot(x2 - x, y2 - y) * detour)
            self.halts.append(Halt(stop, begins))
            self.legs.append(Leg(x, y, x2 - x, y2 - y, begins, length))
            begins += length
        self.length = begins

    def flat(self, lat: float, lon: float) -> tuple[float, float]:
        """East and north of the first stop, metres."""
        return (lon - self._lon) * self._east, (lat - self._lat) * DEGREE_M

    def point(self, at: float) -> tuple[float, float]:
        """Latitude and longitude of a place of the round."""
        at %= self.length
        leg = next(one for one in reversed(self.legs) if one.begins <= at)
        share = (at - leg.begins) / leg.length
        return self._lat + (leg.y + share * leg.dy) / DEGREE_M, self._lon + (leg.x + share * leg.dx) / self._east

    def ahead(self, at: float, to: float) -> float:
        """Metres of road from one place on to the other."""
        found = (to - at) % self.length
        return 0.0 if found >= self.length else found  # a hair behind nothing is the whole round, rounded

    def past(self, at: float, gone: float) -> int:
        """Halts strictly between ``at`` and ``gone`` metres further on."""
        return sum(0.0 < self.ahead(at, one.at) < gone for one in self.halts)

    def places(self, track: Sequence[Fix]) -> tuple[Place, ...]:
        """Where a bus is that left these fixes, oldest first: one place; several where nothing tells them apart (it
        has not moved yet); none where it is not on its line."""
        found: list[Place] = []
        before: Fix | None = None
        for fix in track:
            here = self._beside(fix)
            if before is not None and (fix.at - before.at).total_seconds() > GAP_S:
                before = None  # who knows where it has been
            found = [self._followed(at, off, fix, before, found) for at, off in here]
            before = fix if found else None
        if not found:
            return ()
        least = min(one.cost for one in found)
        return tuple(one for one in found if one.cost <= least + ALIKE_M)

    def _beside(self, fix: Fix) -> list[tuple[float, float]]:
        """The nearest place of each leg that may be meant, and what it costs."""
        x, y = self.flat(fix.lat, fix.lon)
        found = []
        for leg in self.legs:
            square = leg.dx**2 + leg.dy**2
            share = ((x - leg.x) * leg.dx + (y - leg.y) * leg.dy) / square if square else 0.0
            share = min(1.0, max(0.0, share))
            off = math.hypot(x - leg.x - share * leg.dx, y - leg.y - share * leg.dy)
            if off <= ASIDE_M + ASIDE_SHARE * leg.length / self._detour:
                found.append(((leg.begins + share * leg.length) % self.length, off + _turned(leg, fix)))
        return found

    def _followed(self, at: float, off: float, fix: Fix, before: Fix | None, known: Sequence[Place]) -> Place:
        if before is None or not known:
            return Place(at, off, 0.0, 0, fix.at)
        x, y = self.flat(fix.lat, fix.lon)
        x0, y0 = self.flat(before.lat, before.lon)
        moved = math.hypot(x - x0, y - y0) * self._detour
        return min((self._from(one, at, off, moved) for one in known), key=lambda one: one.cost)

    def _from(self, one: Place, at: float, off: float, moved: float) -> Place:
        on, back = self.ahead(one.at, at), self.ahead(at, one.at)
        forward, backward = abs(on - moved), BACK * back
        if forward <= backward:
            return Place(at, one.cost + off + forward, one.gone + on, one.past + self.past(one.at, on), one.since)
        return Place(at, one.cost + off + backward, max(0.0, one.gone - back), one.past, one.since)


def _turned(leg: Leg, fix: Fix) -> float:
    """What it costs that the bearing is not that of the leg."""
    if fix.bearing is None or not (leg.dx or leg.dy):
        return 0.0
    angle = math.radians(fix.bearing) - math.atan2(leg.dx, leg.dy)
    return TURNED_M * (1.0 - math.cos(angle)) / 2


class Routes:
    """The round of each line of a city, made once."""

    def __init__(self, buses: Buses) -> None:
        self.buses = buses

    @cached_property
    def by_line(self) -> Mapping[str, Route]:
        """The rounds by their lines' ids."""
        return {one.id: Route(one, self.buses.stops, self.buses.detour) for one in self.buses.lines.values()}

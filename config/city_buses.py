"""Reads ``buses.toml`` and ``stops.csv``, which a pack may hold: the city's bus lines, their stops and vehicles.

A pack without them has no buses, and its residents are offered none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType

from config.city_calendar import Hours
from config.city_files import PackFiles
from config.table import Table
from config.texts import WIDTHS

BUSES = "buses.toml"
STOPS = "stops.csv"
COLUMNS = ("stop", "name", "variants", "lat", "lon", "sample")
_ID = {"pattern": r"[a-z0-9][a-z0-9_-]*", "form": "an id of small letters, digits, - and _"}
_TRACKER = {"pattern": r"[\w.:-]{1,64}", "form": "what a tracker calls itself: letters, digits, - . _ :"}
_NUMBER = {"pattern": r"[1-9]\d{0,2}", "form": "the number on a bus, 1 to 999, in quotes"}
_HOURS = re.compile(r"([01]\d|2[0-3])[.:]([0-5]\d) ?- ?([01]\d|2[0-3])[.:]([0-5]\d)")
KMH = 1 / 3.6  # metres a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where buses halt. ``variants``: what people call it besides; ``lat``, ``lon``: degrees, WGS 84."""

    id: str
    name: str
    variants: tuple[str, ...]
    lat: float
    lon: float
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BusLine:
    """``stops``: ids in the order in which they are reached. ``loop``: after the last comes the first again; else the
    bus goes back the way that it came. ``hours``: when it runs, every day, by the city's wall clock."""

    id: str
    name: str
    stops: tuple[str, ...]
    loop: bool
    hours: Hours
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """``number``: as it is painted on the bus; ``tracker``: what its tracker calls itself; ``line``: a line's id."""

    number: str
    tracker: str
    line: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Buses:
    """``silent_s``: a fix older than that tells no minutes; ``alarm_s``: nor does an older one place an emergency.
    ``speed_mps``, ``dwell_s``: how fast a bus is where nothing is learnt yet, and how long it halts at a stop;
    ``detour``: how much longer the road between two stops is than the straight way."""

    stops: Mapping[str, Stop]
    lines: Mapping[str, BusLine]
    vehicles: Mapping[str, Vehicle]
    silent_s: float = 300.0
    alarm_s: float = 1800.0
    speed_mps: float = 20 * KMH
    dwell_s: float = 20.0
    detour: float = 1.3

    def tracked(self, tracker: str) -> Vehicle | None:
        """The bus in which the tracker of that name is."""
        return next((one for one in self.vehicles.values() if one.tracker == tracker), None)

    def through(self, stop: str) -> Iterator[BusLine]:
        """The lines that halt at a stop, in the pack's order."""
        yield from (one for one in self.lines.values() if stop in one.stops)

    def on(self, line: str) -> Iterator[Vehicle]:
        """The buses of a line."""
        yield from (one for one in self.vehicles.values() if one.line == line)

    def samples(self) -> Iterator[str]:
        """What of it is invented, in words."""
        yield from (f"bus stop {one.name}" for one in self.stops.values() if one.sample)
        yield from (f"bus line {one.name}" for one in self.lines.values() if one.sample)
        yield from (f"bus {one.number}" for one in self.vehicles.values() if one.sample)


NO_BUSES = Buses(stops=MappingProxyType({}), lines=MappingProxyType({}), vehicles=MappingProxyType({}))


def read_buses(files: PackFiles) -> Buses:
    """The buses; none where the pack has no such file. ``stops.csv`` alone is a fault: nothing halts there."""
    if not (files.folder / BUSES).is_file():
        if (files.folder / STOPS).is_file():
            files.fault(STOPS, 1, f"there are stops, but no {BUSES} with lines that halt at them")
        return NO_BUSES
    stops = _stops(files)
    top = files.toml(BUSES)
    usual = top.text("hours", "05.30-18.30")
    lines = _lines(top, stops, usual)
    found = Buses(
        stops=MappingProxyType(stops),
        lines=MappingProxyType(lines),
        vehicles=MappingProxyType(_vehicles(top, lines)),
        silent_s=top.number("silent_s", 30, 3600, NO_BUSES.silent_s),
        alarm_s=top.number("alarm_s", 60, 21600, NO_BUSES.alarm_s),
        speed_mps=top.number("speed_kmh", 3, 100, 20.0) * KMH,
        dwell_s=top.number("dwell_s", 0, 600, NO_BUSES.dwell_s),
        detour=top.number("detour", 1, 3, NO_BUSES.detour),
    )
    top.done()
    return found


def _stops(files: PackFiles) -> dict[str, Stop]:
    stops: dict[str, Stop] = {}
    meant: dict[str, str] = {}
    for row in files.rows(STOPS, COLUMNS):
        stop = Stop(
            id=row.text("stop", **_ID),
            name=row.short("name", WIDTHS["stop"]),
            variants=row.texts("variants", ()),
            lat=row.number("lat", -90, 90),
            lon=row.number("lon", -180, 180),
            sample=row.flag("sample"),
        )
        if stop.id in stops:
            row.fault("stop", f"{stop.id!r} is another stop's id already")
        for name in (stop.name, *stop.variants):
            if meant.setdefault("".join(name.lower().split()), stop.id) != stop.id:
                row.fault("name", f"{name!r} means the stop {meant[''.join(name.lower().split())]} already")
        stops[stop.id] = stop
    return stops


def _lines(top: Table, stops: Mapping[str, Stop], usual: str) -> dict[str, BusLine]:
    lines: dict[str, BusLine] = {}
    for table in top.tables("line"):
        line = BusLine(
            id=table.text("id", **_ID),
            name=table.short("name", WIDTHS["busline"]),
            stops=table.texts("stops"),
            loop=table.flag("loop", False),
            hours=_hours(table, "hours", usual),
            sample=table.flag("sample", False),
        )
        table.done()
        if line.id in lines:
            table.fault("id", f"{line.id!r} is another line's id already")
        _halts(table, line, stops)
        lines[line.id] = line
    if not lines:
        top.fault("", "holds no [[line]]")
    return lines


def _halts(table: Table, line: BusLine, stops: Mapping[str, Stop]) -> None:
    for stop in line.stops:
        if stop not in stops:
            table.fault("stops", f"{stop!r} is no stop of {STOPS}")
    if len(line.stops) < (3 if line.loop else 2):
        table.fault("stops", f"a line needs {'three stops to go round' if line.loop else 'two stops'}")
    if any(one == other for one, other in zip(line.stops, line.stops[1:], strict=False)):
        table.fault("stops", "a stop follows itself")
    if line.loop and len(line.stops) > 1 and line.stops[0] == line.stops[-1]:
        table.fault("stops", "a loop comes back to its first stop by itself: do not name it again at the end")


def _vehicles(top: Table, lines: Mapping[str, BusLine]) -> dict[str, Vehicle]:
    vehicles: dict[str, Vehicle] = {}
    trackers: dict[str, str] = {}
    for table in top.tables("vehicle"):
        one = Vehicle(
            number=table.text("number", **_NUMBER),
            tracker=table.text("tracker", **_TRACKER),
            line=table.choice("line", lines),
            sample=table.flag("sample", False),
        )
        table.done()
        if one.number in vehicles:
            table.fault("number", f"{one.number!r} is another bus's number already")
        if trackers.setdefault(one.tracker, one.number) != one.number:
            table.fault("tracker", f"{one.tracker!r} is in bus {trackers[one.tracker]} already")
        vehicles[one.number] = one
    return vehicles


def _hours(table: Table, key: str, usual: str) -> Hours:
    said = table.text(key, usual)
    found = _HOURS.fullmatch(said)
    if found is None:
        table.fault(key, f"{said!r} must be hours like 05.30-18.30")
        return Hours(begins=time(0), until=time(23, 59))
    begins, until = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if begins >= until:
        table.fault(key, f"{said}: the last bus goes before the first")
    return Hours(begins=begins, until=until)

"""Every bus as it is known now, from the store: for the answers, the page, the map and the emergencies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.city_buses import Stop, Vehicle
from eservices.bus.estimate import Seen, nearest_stop, runs
from eservices.bus.route import Fix
from eservices.bus.store import newest, tracks
from gateway.page import Unit
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


SHOWN_FOR = timedelta(hours=12)  # a bus that was heard of longer ago stands nowhere on the map


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRow:
    """A line of the list. ``state``: heard, silent (it should run, and says nothing), or resting (out of its hours).
    ``fix``, ``stop``: where it was last, and what stop of its line was the nearest; None: it was never heard of."""

    vehicle: Vehicle
    line: str
    state: str
    fix: Fix | None
    stop: Stop | None


def seen(tx: Tx, city: City, vehicles: Iterable[Vehicle]) -> list[Seen]:
    """Those buses with what is known of each."""
    buses, asked = city.buses, list(vehicles)
    known = tracks(tx, [one.number for one in asked])
    return [Seen(vehicle=one, line=buses.lines[one.line], track=known.get(one.number, ())) for one in asked]


def listing(tx: Tx, city: City, now: datetime) -> list[BusRow]:
    """Every bus of the pack: the silent ones first, then by number."""
    known = newest(tx)
    rows = [_row(city, one, known.get(one.number), now) for one in city.buses.vehicles.values()]
    return sorted(rows, key=lambda one: (one.state != "silent", int(one.vehicle.number)))


def units(tx: Tx, city: City, now: datetime) -> Sequence[Unit]:
    """The buses for the map: those that were heard of in these hours."""
    found = []
    for row in listing(tx, city, now):
        fix = row.fix
        if fix is not None and now - fix.at <= SHOWN_FOR:
            number, fresh = row.vehicle.number, row.state == "heard"
            name, at = f"Bus {number}", fix.at
            unit = Unit(id=number, name=name, about=row.line, lat=fix.lat, lon=fix.lon, at=at, fresh=fresh)
            found.append(unit)
    return found


def _row(city: City, vehicle: Vehicle, fix: Fix | None, now: datetime) -> BusRow:
    buses = city.buses
    line = buses.lines[vehicle.line]
    fresh = fix is not None and (now - fix.at).total_seconds() <= buses.silent_s
    state = "heard" if fresh else "silent" if runs(line, city, now) else "resting"
    near = nearest_stop(fix, line, buses) if fix is not None else None
    return BusRow(vehicle=vehicle, line=line.name, state=state, fix=fix, stop=near)

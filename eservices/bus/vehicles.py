"""The buses as emergencies ask for them: which one a text names, and where it is (``dispatch/vehicles.py``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from eservices.bus.estimate import nearest_stop
from eservices.bus.naming import Naming
from eservices.bus.store import tracks
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """Where a bus was. ``words``: as people say it, in the city's first language."""

    words: str
    lat: float
    lon: float
    at: datetime
    accuracy_m: float | None


class BusesSeen:
    """The buses of a city."""

    def __init__(self, city: City) -> None:
        self._city, self._naming = city, Naming(city)

    def named(self, text: str) -> str | None:
        """The number of the bus that the text names; None: none, or the city has no buses."""
        return self._naming.named(text) if self._city.buses.vehicles else None

    def where(self, tx: Tx, number: str, now: datetime) -> Sighting | None:
        """Where it was last; None: there is no such bus, or nothing was heard of it for longer than the pack allows."""
        buses, vehicle = self._city.buses, self._naming.vehicle(number)
        track = tracks(tx, [number]).get(number) if vehicle is not None else None
        if vehicle is None or not track or (now - track[-1].at).total_seconds() > buses.alarm_s:
            return None
        fix, stop = track[-1], nearest_stop(track[-1], buses.lines[vehicle.line], buses)
        time = f"{fix.at.astimezone(self._city.timezone):%H.%M}"
        words = self._city.text(self._city.languages[0], "bus_place", bus=number, time=time, stop=stop.name)
        return Sighting(words=words, lat=fix.lat, lon=fix.lon, at=fix.at, accuracy_m=fix.accuracy_m)

"""Where it is, and who is near. Pure: text, registry and city pack in, a place and an order of stations out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from dispatch.gazetteer import Gazetteer
from dispatch.incident import NOWHERE, Certainty, Place, Source
from dispatch.mentions import Mentions, mentions

if TYPE_CHECKING:
    from config.city import Area, City, Station, Street


class Registered(Protocol):
    """What the registry knows of a resident's address. ``address_at``: when that was last said or confirmed."""

    @property
    def kelurahan(self) -> str | None: ...
    @property
    def address(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def address_at(self) -> datetime: ...


_POINT = re.compile(r"(-?\d{1,2}\.\d{3,})\s*[,; ]\s*(-?\d{1,3}\.\d{3,})")  # three decimals are about 100 m


class Locator:
    """Finds places for one city; built once, used for every letter."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._gazetteer = Gazetteer(city)

    def locate(self, text: str, resident: Registered | None, now: datetime) -> Place:
        """The place the text names, completed by the registered address, else that address, else nowhere.

        What the text says is taken from the text: a street in several kelurahan, or a name of several, is settled by
        the registered address where that is one of them, else ``candidates`` holds them all."""
        point = self._point(text)
        if point is not None:
            return point
        found = mentions(self._gazetteer, text)
        return self._named(found, resident) or self._registered(found, resident, now)

    def _point(self, text: str) -> Place | None:
        match = _POINT.search(text)
        if match is None:
            return None
        lat, lon = float(match[1]), float(match[2])
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            return None
        area, saw = self._city.area_at(lat, lon), (f"point {lat}, {lon}",)
        if area is None:
            return Place(lat=lat, lon=lon, source=Source.TEXT, age_s=0.0, outside=True, saw=saw)
        sure = Certainty.SURE
        return _in_area(area, Place(lat=lat, lon=lon, source=Source.TEXT, age_s=0.0, certainty=sure, saw=saw))

    def _named(self, found: Mentions, resident: Registered | None) -> Place | None:
        """The place that the words name, if they name one."""
        areas, streets = self._narrowed(found)
        base = Place(
            street=found.street,
            lingkungan=found.ward,
            source=Source.TEXT,
            age_s=0.0,
            saw=found.saw,
        )
        if not areas and found.outside and not streets:
            return _with(base, outside=True, outside_name=found.outside, certainty=Certainty.LIKELY)
        if len(areas) == 1:
            return _in_area(self._city.areas[areas[0]], _with(base, certainty=_belief(found, streets)))
        home = resident.kelurahan if resident is not None else None
        if home is not None and home in areas:
            said = f"{self._city.areas[home].name}: the registered address is one of {len(areas)}"
            place = _with(base, certainty=Certainty.LIKELY, saw=(*found.saw, said))
            return _in_area(self._city.areas[home], place)
        if not areas:
            return None
        districts = {self._city.areas[code].kecamatan_code for code in areas}
        return _with(base, kecamatan=districts.pop() if len(districts) == 1 else None, candidates=tuple(areas))

    def _narrowed(self, found: Mentions) -> tuple[list[str], list[Street]]:
        """The kelurahan that all that was said leaves possible; and the known streets."""
        city = self._city
        streets = [city.streets[int(code)] for code in found.streets]
        areas = list(found.areas)
        if len(found.districts) == 1:
            within = [code for code in areas if city.areas[code].kecamatan_code in found.districts]
            areas = within or areas  # a kelurahan and a kecamatan that disagree: the smaller was named on purpose
        running = {code for street in streets for code in self._runs(street)}
        if areas:
            both = [code for code in areas if code in running]
            return (both if both and len(areas) > 1 else areas), streets
        crossed = sorted(running)
        if found.districts:
            there = self._of_districts(set(found.districts))
            return ([code for code in crossed if code in there] or there), streets
        return crossed, streets

    def _runs(self, street: Street) -> list[str]:
        """Where a street may be: the kelurahan it is known in, and all of a kecamatan of which only that is known."""
        known = {self._city.areas[code].kecamatan_code for code in street.kelurahan}
        return [*street.kelurahan, *self._of_districts(set(street.kecamatan) - known)]

    def _of_districts(self, districts: Collection[str]) -> list[str]:
        return [area.code for area in self._city.areas.values() if area.kecamatan_code in districts]

    def _registered(self, found: Mentions, resident: Registered | None, now: datetime) -> Place:
        """The registered address. A street in the text that it does not hold makes it doubtful."""
        elsewhere = found.street is not None and (resident is None or not self._holds(resident.address, found.street))
        home = None if resident is None or resident.kelurahan is None else self._city.areas.get(resident.kelurahan)
        if resident is None or home is None:
            return _with(NOWHERE, street=found.street, lingkungan=found.ward, saw=found.saw)
        place = Place(
            street=found.street or resident.address or None,
            lingkungan=found.ward,
            lat=None if elsewhere else resident.lat,
            lon=None if elsewhere else resident.lon,
            source=Source.REGISTERED,
            age_s=max(0.0, (now - resident.address_at).total_seconds()),
            certainty=Certainty.UNKNOWN if elsewhere else Certainty.LIKELY,
            saw=(*found.saw, "the registered address"),
        )
        return _in_area(home, place)

    def _holds(self, address: str, street: str) -> bool:
        said = " ".join(self._gazetteer.tokens(street))
        return said in " ".join(self._gazetteer.tokens(address))


def locate(text: str, resident: Registered | None, city: City, now: datetime) -> Place:
    """One text on its own: see ``Locator.locate``."""
    return Locator(city).locate(text, resident, now)


def _with(place: Place, **changes: object) -> Place:
    return replace(place, **changes)  # type: ignore[arg-type]


def _in_area(area: Area, place: Place) -> Place:
    """The place with its kelurahan, and that area's inner point where no nearer one is known."""
    near = place.lat is not None and place.lon is not None
    return _with(
        place,
        kelurahan=area.code,
        kecamatan=area.kecamatan_code,
        lat=place.lat if near else area.lat,
        lon=place.lon if near else area.lon,
    )


def _belief(found: Mentions, streets: Sequence[Street]) -> Certainty:
    """A kelurahan named outright is sure; guessed from a slip, a bare common word, or a street, it is likely."""
    if found.areas and found.outright:
        return Certainty.SURE
    return Certainty.LIKELY


def stations(place: Place, kind: str, city: City, dead_sirens: Collection[str]) -> tuple[Station, ...]:
    """Who is to come, in order: the station whose jurisdiction holds the place, then by distance, headquarters last.

    Of a place that is unknown or outside the city only a headquarters can judge: it comes first. A station whose siren
    is known dead is not the first choice while another can be heard. No station serves the kind: all are asked."""
    serving = [station for station in city.stations.values() if kind in station.kinds]
    serving = serving or list(city.stations.values())
    districts = _districts(place, city)
    points = _points(place, city)
    astray = place.outside or not (districts or points)

    def rank(station: Station) -> tuple[bool, bool, float, str]:
        here = bool(districts & station.jurisdiction)
        away = min((city.distance_m(point, (station.lat, station.lon)) for point in points), default=0.0)
        return station.headquarters is not astray, not here, away, station.id

    order = sorted(serving, key=rank)
    return tuple(_heard_first(order, dead_sirens))


def _heard_first(order: list[Station], dead: Collection[str]) -> list[Station]:
    """The first whose siren is not known dead steps to the front; the rest keep their order."""
    if not order or order[0].siren is None or order[0].siren.number not in dead:
        return order
    for station in order:
        if station.siren is not None and station.siren.number not in dead:
            return [station, *(other for other in order if other is not station)]
    return order


def _districts(place: Place, city: City) -> frozenset[str]:
    if place.outside:
        return frozenset()
    areas = [place.kelurahan] if place.kelurahan else list(place.candidates)
    found = {city.areas[code].kecamatan_code for code in areas if code in city.areas}
    if not found and place.kecamatan:
        found = {place.kecamatan}
    if not found and place.lat is not None and place.lon is not None:
        area = city.area_at(place.lat, place.lon)
        found = {area.kecamatan_code} if area else set()
    return frozenset(found)


def _points(place: Place, city: City) -> list[tuple[float, float]]:
    """Where it may be: the point, else the inner points of the kelurahan it may be in."""
    if place.outside:
        return []
    if place.lat is not None and place.lon is not None:
        return [(place.lat, place.lon)]
    areas = [place.kelurahan] if place.kelurahan else list(place.candidates)
    if not areas and place.kecamatan:
        areas = [area.code for area in city.areas.values() if area.kecamatan_code == place.kecamatan]
    return [(city.areas[code].lat, city.areas[code].lon) for code in areas if code in city.areas]

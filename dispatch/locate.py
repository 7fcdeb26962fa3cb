"""Where it is, and who is near. Pure: text, registry and city pack in, a place and an order of stations out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from config.geometry import distance_m
from dispatch.gazetteer import gazetteer_of
from dispatch.incident import NOWHERE, Certainty, Place, Source
from dispatch.mentions import Mentions, mentions
from dispatch.place_points import points
from dispatch.place_sets import Evidence
from dispatch.place_spot import Spot, judged

if TYPE_CHECKING:
    from config.city import Area, City, Station


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


class Locator:
    """Finds places for one city; built once, used for every letter."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._gazetteer = gazetteer_of(city)
        self._evidence = Evidence(city, self._gazetteer.language.address)

    def locate(self, text: str, resident: Registered | None, now: datetime) -> Place:
        """The place the text names, completed by the registered address, else that address, else nowhere.

        What the text says is taken from the text: a street in several kelurahan, or a name of several, is settled by
        the registered address where that is one of them, else ``candidates`` holds them all."""
        said = points(text)
        found = mentions(self._gazetteer, said.rest)
        spot, saw = judged(self._city, said.found, now)
        saw = (*said.saw, *saw)
        if spot is not None and not (spot.outside and self._named_outright(found)):
            return self._at(spot, found, saw)
        if spot is not None:
            saw = (*saw, *spot.saw, "and the words name a kelurahan: the words are believed")
        place = self._named(found, resident) or self._registered(found, resident, now)
        return _with(place, saw=(*saw, *place.saw)) if saw else place

    def of_area(self, code: str) -> Place:
        """The place that somebody chose from a list. A name read again might be the city's own. Raises KeyError."""
        area = self._city.areas[code]
        chosen = Place(source=Source.TEXT, age_s=0.0, certainty=Certainty.SURE, saw=(f"chosen: {area.name}",))
        return _in_area(area, chosen)

    def _named_outright(self, found: Mentions) -> bool:
        possible = self._evidence.possible(found)
        return possible.certainty is Certainty.SURE

    def _said(self, found: Mentions) -> Place:
        """What of the place needs no map."""
        landmark = self._evidence.landmark(found.landmarks[0].codes[0]) if found.landmarks else None
        return Place(
            street=found.street or (landmark.street if landmark else None),
            lingkungan=found.ward,
            lane=found.lane,
            landmark=landmark.name if landmark else None,
            saw=found.saw,
        )

    def _at(self, spot: Spot, found: Mentions, saw: Sequence[str]) -> Place:
        """The place at a point; the words add the street, and the kelurahan where the point's circle is too wide."""
        base = _with(
            self._said(found),
            lat=spot.lat,
            lon=spot.lon,
            radius_m=spot.radius_m,
            source=Source.TEXT,
            age_s=spot.age_s,
            certainty=spot.certainty,
            saw=(*saw, *spot.saw, *found.saw),
        )
        if spot.outside:
            name = found.outside.names[0].shown if found.outside is not None else None
            return _with(base, outside=True, outside_name=name, certainty=spot.certainty)
        named = self._evidence.possible(found).areas
        both = [code for code in named if code in spot.areas]
        areas = both if len(both) == 1 else spot.areas
        if named and not both and base.certainty is Certainty.SURE:
            base = _with(base, certainty=Certainty.LIKELY, saw=(*base.saw, "the words name another kelurahan"))
        if len(areas) == 1:
            return _in_area(self._city.areas[areas[0]], base)
        return self._one_of(areas, base)

    def _one_of(self, areas: Sequence[str], base: Place) -> Place:
        districts = {self._city.areas[code].kecamatan_code for code in areas}
        return _with(base, kecamatan=districts.pop() if len(districts) == 1 else None, candidates=tuple(areas))

    def _named(self, found: Mentions, resident: Registered | None) -> Place | None:
        """The place that the words name, if they name one."""
        base = _with(self._said(found), source=Source.TEXT, age_s=0.0)
        if self._evidence.outside(found):
            assert found.outside is not None
            return _with(base, outside=True, outside_name=found.outside.names[0].shown, certainty=Certainty.LIKELY)
        possible = self._evidence.possible(found)
        base = _with(base, saw=(*base.saw, *possible.saw))
        areas = possible.areas
        if len(areas) == 1 and possible.certainty is not Certainty.UNKNOWN:
            return _in_area(self._city.areas[areas[0]], _with(base, certainty=possible.certainty))
        home = resident.kelurahan if resident is not None else None
        if home is not None and home in areas:
            said = f"{self._city.areas[home].name}: the registered address is one of {len(areas)}"
            place = _with(base, certainty=Certainty.LIKELY, saw=(*base.saw, said))
            return _in_area(self._city.areas[home], place)
        return self._one_of(areas, base) if areas else None

    def _registered(self, found: Mentions, resident: Registered | None, now: datetime) -> Place:
        """The registered address. A street or lane in the text that it does not hold, or words like "at my mother's",
        make it doubtful, and its point is not given; "at the neighbour's" leaves the point."""
        home = None if resident is None or resident.kelurahan is None else self._city.areas.get(resident.kelurahan)
        if resident is None or home is None:
            return self._nowhere(found)
        address = self._gazetteer.language.address
        named = [name for name in (found.street, found.lane) if name is not None]
        away = any(not self._holds(resident.address, name) for name in named) or _phrase(found, address.elsewhere)
        beside = _phrase(found, address.beside)
        said = "said to be elsewhere" if away else "said to be near it" if beside else ""
        said = said or ("said to be there" if _phrase(found, address.home) else "")
        place = Place(
            street=found.street or (None if away else resident.address or None),
            lingkungan=found.ward,
            lane=found.lane,
            lat=None if away else resident.lat,
            lon=None if away else resident.lon,
            source=Source.REGISTERED,
            age_s=max(0.0, (now - resident.address_at).total_seconds()),
            certainty=Certainty.UNKNOWN if away or beside else Certainty.LIKELY,
            saw=(*found.saw, ", ".join(filter(None, ("the registered address", said)))),
        )
        return _in_area(home, place)

    def _nowhere(self, found: Mentions) -> Place:
        """No place; the kelurahan to which a road leads are asked about first."""
        road = tuple(dict.fromkeys(code for one in found.road for code in one.codes))
        return _with(
            NOWHERE, street=found.street, lingkungan=found.ward, lane=found.lane, saw=found.saw, candidates=road
        )

    def _holds(self, address: str, name: str) -> bool:
        said = " ".join(self._gazetteer.tokens(name))
        return said in " ".join(self._gazetteer.tokens(address))


def _phrase(found: Mentions, phrases: Collection[str]) -> bool:
    said = f" {' '.join(found.words)} "
    return any(f" {phrase} " in said for phrase in phrases)


@lru_cache(maxsize=2)
def locator_of(city: City) -> Locator:
    """The locator of a city, built once."""
    return Locator(city)


def locate(text: str, resident: Registered | None, city: City, now: datetime) -> Place:
    """One text on its own: see ``Locator.locate``."""
    return locator_of(city).locate(text, resident, now)


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
        away = min((distance_m(point, (station.lat, station.lon)) for point in points), default=0.0)
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

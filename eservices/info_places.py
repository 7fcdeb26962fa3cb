"""Places that INFO shows: clinics, stations, offices and disaster posts, as the pack's other files have them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import partial
from typing import TYPE_CHECKING

from config.city_calendar import Hours
from config.geometry import distance_m
from eservices.lookup.near import said_away
from gateway.dialogue import Who
from gateway.number import local

if TYPE_CHECKING:
    from config.city import City
    from config.city_clinics import Clinic

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``name``: what it is called; ``line``: in a list; ``text``: all of it, one SMS."""

    name: str
    line: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """``point`` None: the middle of ``area``."""

    key: str
    name: str
    address: str
    area: str
    point: Point | None = None
    fields: Mapping[str, str]


class Showing:
    """Built once for a city."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._of: Mapping[str, Callable[[str], Sequence[_Place]]] = {
            "puskesmas": lambda language: self._clinics("puskesmas", language),
            "hospital": lambda language: self._clinics("hospital", language),
            "stations": lambda language: self._stations(),
            "posts": lambda language: self._posts(),
            **{agency: partial(self._of_agency, agency) for agency in city.agencies},
        }

    def fields(self, language: str) -> Mapping[str, str]:
        """What a topic's text may say of the rest of the pack."""
        city = self._city
        hours = self._hours(city.calendar.hours, language)
        return {"call": city.emergency_call, "title": city.title, "office_hours": hours, "ussd": city.ussd}

    def home(self, who: Who) -> str | None:
        """The area in which the phone is registered."""
        area = who.resident.kelurahan if who.resident is not None else ""
        return area if area in self._city.areas else None

    def entries(self, shows: str, who: Who) -> Sequence[Entry]:
        """The nearest first, of who is registered; else in the order of the pack."""
        if shows == "offices":
            return self._offices(who.language)
        found = [(self._far(place, who), nth, place) for nth, place in enumerate(self._of[shows](who.language))]
        if self.home(who) is not None:
            found.sort(key=lambda one: (one[0][0], one[1]))
        return [self._entry(place, far, who.language) for (_, far), _, place in found]

    # -- what there is

    def _clinics(self, kind: str, language: str) -> Sequence[_Place]:
        return [
            _Place(
                key="info_clinic",
                name=one.name,
                address=one.address,
                area=one.kelurahan,
                fields={"opening": self._hours(opening(one), language)},
            )
            for one in self._city.clinics.clinics.values()
            if one.kind == kind
        ]

    def _of_agency(self, agency: str, language: str) -> Sequence[_Place]:
        return self._stations(agency)

    def _stations(self, agency: str = "") -> Sequence[_Place]:
        call = {"call": self._city.emergency_call}
        return [
            _Place(
                key="info_station",
                name=one.name,
                address="",
                area=one.kelurahan,
                point=(one.lat, one.lon),
                fields=call,
            )
            for one in self._city.stations.values()
            if agency in ("", one.agency)
        ]

    def _posts(self) -> Sequence[_Place]:
        return [
            _Place(
                key="info_post",
                name=one.name,
                address=one.address,
                area=one.area,
                point=(one.lat, one.lon) if one.lat is not None and one.lon is not None else None,
                fields={"reached": local(one.number)},
            )
            for one in self._city.info.posts
        ]

    def _offices(self, language: str) -> Sequence[Entry]:
        say, city = self._city.text, self._city
        hours = self._hours(city.calendar.hours, language)
        found = []
        for one in city.offices.offices.values():
            name = city.said(language, one.labels)
            key, fields = ("info_office_call", {"call": one.call}) if one.call else ("info_office", {"opening": hours})
            found.append(Entry(name=name, line=name, text=say(language, key, house=name, **fields)))
        return found

    # -- how it is said

    def _entry(self, place: _Place, far: tuple[str, str], language: str) -> Entry:
        say, area = self._city.text, self._city.areas.get(place.area)
        where = ", ".join(one for one in (place.address, area.name if area is not None else "") if one)
        short, away = far
        said = f", {away}" if away else ""
        text = say(language, place.key, house=place.name, spot_of=where, far=said, **place.fields)
        return Entry(name=place.name, line=f"{place.name}, {short}" if short else place.name, text=text)

    def _far(self, place: _Place, who: Who) -> tuple[float, tuple[str, str]]:
        """Metres from the phone's house, and as they are said (``said_away``)."""
        city, home, resident = self._city, self.home(who), who.resident
        area = city.areas.get(place.area)
        point = place.point or ((area.lat, area.lon) if area is not None else None)
        if home is None or resident is None or point is None:
            return float("inf"), ("", "")
        house = (resident.lat, resident.lon)
        here = house if house[0] is not None and house[1] is not None else (city.areas[home].lat, city.areas[home].lon)
        metres = distance_m((float(here[0] or 0), float(here[1] or 0)), point)
        rough = house[0] is None and place.point is None and place.area == home
        return metres, said_away(city, None if rough else metres, who)

    def _hours(self, hours: Mapping[int, Hours], language: str) -> str:
        """``Sen-Kam 8-16, Jum 8-16.30``."""
        names = self._city.text(language, "ticket_days").split()
        runs: list[tuple[int, int, Hours]] = []
        for day in sorted(hours):
            if runs and runs[-1][1] == day - 1 and runs[-1][2] == hours[day]:
                runs[-1] = (runs[-1][0], day, hours[day])
            else:
                runs.append((day, day, hours[day]))
        said = []
        for first, last, one in runs:
            days = names[first] if first == last else f"{names[first]}-{names[last]}"
            said.append(f"{days} {_short(one.begins)}-{_short(one.until)}")
        return ", ".join(said)


def _short(at: time) -> str:
    return f"{at.hour}.{at.minute:02}" if at.minute else str(at.hour)


def opening(clinic: Clinic) -> Mapping[int, Hours]:
    """From its first doctor to its last, by weekday."""
    found: dict[int, Hours] = {}
    for one in clinic.schedules:
        for day in one.days:
            was = found.get(day, Hours(begins=one.begins, until=one.until))
            found[day] = Hours(begins=min(was.begins, one.begins), until=max(was.until, one.until))
    return found

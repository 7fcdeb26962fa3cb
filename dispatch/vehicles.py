"""Vehicles that say where they are: "TOLONG BUS 3" is an emergency at that bus's newest fix.

This room knows no buses: whoever has them hands in ``Vehicles``. Without any, and for words that name none, nothing
changes. What the caller names beside the bus (a street, a kelurahan) is believed before the fix, which then only says
which of several it is. A bus that is not known, or that was heard of too long ago, leaves the place unknown: the alarm
is raised all the same, and its caller is asked where it is. His registered address is no answer: he is on a bus.

Until somebody accepts, the place follows the bus (``Following``). Whoever accepted is told once where it is after it
moved on; from then on the place stays what he was told, and the map shows the bus itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from config.geometry import distance_m
from dispatch import store
from dispatch.case import Case
from dispatch.duty import as_changed
from dispatch.incident import NOWHERE, Certainty, Place, Source, State
from dispatch.locate import stations
from dispatch.step import take_step_or_alarm
from dispatch.wording import letter, place_words, said
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

SURE_S = 120.0  # a bus is still about there
MPS = 8.0  # metres that a bus is further in each second since, about
LEAST_M = 50.0  # how far off a fix may be, where its tracker does not say
MOVED_M = 200.0  # a place that differs by less is the same
NEWS_S = 120.0  # whoever was asked is told of another kelurahan once in that time
FOLLOWED = "followed"  # the line of the timeline
ACCEPTED = "vehicle"  # in the key of the one letter to whoever accepted
LOOK_S = 10.0  # between two looks while such an incident is open


class Sighting(Protocol):
    """Where a vehicle was. ``words``: as people say it ("Bus 3 14.02 dekat Pasar Rambung")."""

    @property
    def words(self) -> str: ...
    @property
    def lat(self) -> float: ...
    @property
    def lon(self) -> float: ...
    @property
    def at(self) -> datetime: ...
    @property
    def accuracy_m(self) -> float | None: ...


class Vehicles(Protocol):
    """The vehicles of a city."""

    def named(self, text: str) -> str | None:
        """The number of the vehicle that a text names; None: it names none. Pure."""

    def where(self, tx: Tx, number: str, now: datetime) -> Sighting | None:
        """Where that vehicle was last. None: there is none of that number, or nothing was heard of it for too long."""


class NoVehicles:
    """The ``Vehicles`` of a city without any."""

    def named(self, text: str) -> str | None:
        return None

    def where(self, tx: Tx, number: str, now: datetime) -> Sighting | None:
        return None


NONE: Vehicles = NoVehicles()


def at_vehicle(vehicles: Vehicles, tx: Tx, city: City, text: str, place: Place, now: datetime) -> Place:
    """``place``, as it was found in the text and the registry, put right by the vehicle that the text names."""
    number = vehicles.named(text)
    if number is None:
        return place
    seen = vehicles.where(tx, number, now)
    if seen is None:
        note = f"vehicle {number}: where it is is not known"
        if _said(place):
            return replace(place, saw=(*place.saw, note))
        return replace(NOWHERE, saw=(*place.saw, note))
    here = vehicle_place(city, seen, now)
    if place.candidates and here.kelurahan in place.candidates:
        return replace(here, street=place.street, lane=place.lane, saw=(*place.saw, *here.saw))
    if _said(place):
        return replace(place, saw=(*place.saw, f"vehicle {number}: the words are believed before its fix"))
    return replace(here, saw=(*place.saw, *here.saw))


def vehicle_place(city: City, seen: Sighting, now: datetime) -> Place:
    """The place of a vehicle's newest fix: the older, the wider and the less sure."""
    age_s = max(0.0, (now - seen.at).total_seconds())
    area = city.area_at(seen.lat, seen.lon)
    place = Place(
        lat=seen.lat,
        lon=seen.lon,
        source=Source.VEHICLE,
        age_s=age_s,
        certainty=Certainty.SURE if age_s <= SURE_S else Certainty.LIKELY,
        landmark=seen.words,
        radius_m=max(LEAST_M, seen.accuracy_m or 0.0) + age_s * MPS,
        saw=(f"vehicle seen {age_s:.0f} s ago: {seen.words}",),
    )
    if area is None:
        return replace(place, outside=True, outside_name=seen.words)
    return replace(place, kelurahan=area.code, kecamatan=area.kecamatan_code)


def _said(place: Place) -> bool:
    """Whether the caller's own words say where it is."""
    return place.source is Source.TEXT and (place.known or place.outside or bool(place.candidates))


class Following:
    """A chore: the place of each open incident in a vehicle goes on with it."""

    name = "vehicles"

    def __init__(self, city: City, vehicles: Vehicles) -> None:
        self._city, self._vehicles = city, vehicles

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """Look at each of them once. Returns when to look again; None: none is open."""
        if self._vehicles is NONE:
            return None
        open_now = [one for one in store.listed(tx, latest=0) if one.incident.place.source is Source.VEHICLE]
        city = as_changed(tx, self._city, now) if open_now else self._city
        for case in open_now:
            self._follow(tx, city, case, now)
        return now + timedelta(seconds=LOOK_S) if open_now else None

    def _follow(self, tx: Tx, city: City, case: Case, now: datetime) -> None:
        here = case.incident
        texts = [one.text for one, _ in store.letters_of(tx, here.id)]
        number = next(filter(None, map(self._vehicles.named, texts)), None)
        seen = self._vehicles.where(tx, number, now) if number else None
        if number is None or seen is None:
            return
        place = vehicle_place(city, seen, now)
        before = (here.place.lat or 0.0, here.place.lon or 0.0)
        if distance_m(before, (seen.lat, seen.lon)) < MOVED_M:
            return
        if here.state is State.ACCEPTED:
            self._tell_once(tx, city, case, place, now)
        else:
            self._move(tx, city, case, place, now)

    def _move(self, tx: Tx, city: City, case: Case, place: Place, now: datetime) -> None:
        """Nobody accepted yet: the place is where the bus is now; in another kelurahan others may be responsible."""
        was = case.incident
        case = _at(case, place)
        if place.kelurahan != was.place.kelurahan and not case.assigned_to:
            dead = store.dead_sirens(tx, now - timedelta(seconds=city.clocks.proven_s))
            order = stations(place, was.kind, city, dead)
            if order and order[0].id != was.station:
                case = replace(case, incident=replace(case.incident, station=order[0].id), hurried_at=now)
        self._written(tx, city, case, now)
        if place.kelurahan != was.place.kelurahan:
            window = f"v{int(now.timestamp() // NEWS_S)}"
            for number in sorted({offer.number for offer in store.offers_of(tx, was.id)}):
                _tell(tx, city, case, number, window, now)
        take_step_or_alarm(tx, city, was.id, now)

    def _tell_once(self, tx: Tx, city: City, case: Case, place: Place, now: datetime) -> None:
        """Whoever accepted was told where it was then: once more where it is now."""
        here = case.incident
        accepted = here.accepted_at or now
        if any(event.kind == FOLLOWED and event.at >= accepted for event in store.events_of(tx, here.id)):
            return
        case = _at(case, place)
        self._written(tx, city, case, now)
        if here.accepted_by:
            _tell(tx, city, case, here.accepted_by, ACCEPTED, now)

    def _written(self, tx: Tx, city: City, case: Case, now: datetime) -> None:
        store.save_case(tx, case)
        words = place_words(city, case.incident.place, city.languages[0])
        store.tell(tx, case.incident.id, now, FOLLOWED, words, place=words)


def _at(case: Case, place: Place) -> Case:
    return replace(case, incident=replace(case.incident, place=place))


def _tell(tx: Tx, city: City, case: Case, number: str, once: str, now: datetime) -> None:
    text = said(city, case, "offer_place", city.languages[0], now)
    key = f"{case.incident.id}/offer_place/{once}/{number}"
    put(tx, letter(city, number, text, key, now, drill=case.incident.drill))

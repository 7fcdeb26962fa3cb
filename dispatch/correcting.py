"""A person puts the place right: by a point of the map, or in words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.acceptance import Verdict, Who, carried_out, not_open, refused
from dispatch.case import Asked, Case
from dispatch.incident import Certainty, Place, Source, State
from dispatch.locate import locator_of, stations
from dispatch.place_points import Pointed, points
from dispatch.place_spot import judged
from dispatch.step import NewCode, four_digits
from dispatch.wording import letter, name_of, place_words, said
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

MOST = 200  # characters of a place in words
_DEGREES = r"([-+]?\d{1,3}(?:[.,]\d{1,15})?)"
_PAIR = re.compile(rf"{_DEGREES}(?:\s*[;/|]\s*|\s*,\s+|\s+|(?<=\.\d),){_DEGREES}")


def place_at(city: City, lat: float, lon: float, words: str = "") -> Place:
    """The place at a point (degrees, WGS 84); ``words``: the street or what stands there."""
    area = city.area_at(lat, lon)
    street = words.strip()[:MOST] or None
    sure = Place(lat=lat, lon=lon, street=street, source=Source.OPERATOR, age_s=0.0, certainty=Certainty.SURE)
    if area is None:
        return replace(sure, outside=True, outside_name=street, street=None)
    return replace(sure, kelurahan=area.code, kecamatan=area.kecamatan_code)


def place_of(city: City, text: str, now: datetime) -> Place:
    """The place that the words name, as a letter's are read; ``candidates`` where they name several. Coordinates, as
    people write them, are believed before all words beside them, which say what stands there."""
    point = _point(city, text[:MOST], now)
    if point is not None:
        return point
    found = locator_of(city).locate(text[:MOST], None, now)
    if not (found.known or found.outside):
        return found
    return replace(found, source=Source.OPERATOR, age_s=0.0, certainty=Certainty.SURE, candidates=())


def _point(city: City, text: str, now: datetime) -> Place | None:
    said = points(text)
    spot, _ = judged(city, [*said.found, *_plain(text)], now)
    return None if spot is None else place_at(city, spot.lat, spot.lon, said.rest.strip(" ,;") if said.found else "")


def _plain(text: str) -> list[Pointed]:
    """Two numbers and nothing else, however rough: a letter's might be prices, these are not."""
    pair = _PAIR.fullmatch(text.strip())
    if pair is None:
        return []
    lat, lon = (float(one.replace(",", ".")) for one in pair.groups())
    return [Pointed(lat=lat, lon=lon, how="a point")]


def correct(
    tx: Tx, city: City, number: int, who: Who, now: datetime, place: Place, new_code: NewCode = four_digits
) -> Verdict:
    """``place`` is where it is. The stations are ranked anew and the newly responsible one is rung; officers who were
    asked, or the one who has it, are told. Raises NoSuchIncident."""
    case = store.load_case(tx, number)
    here = case.incident
    if not here.state.open:
        return not_open(city, case)
    if not (place.known or place.outside):
        return _unclear(city, case, place)
    before = place_words(city, here.place, city.languages[0])
    case = replace(case, incident=replace(here, place=place), asked=Asked.NOTHING, asked_at=None)
    if here.state is not State.ACCEPTED:
        case = _given_anew(tx, city, case, now)
    after = place_words(city, place, city.languages[0])
    parts = {"place": after, "before": before}
    verdict = carried_out(tx, city, case, who, now, "corrected", new_code, act="place", data=parts)
    _tell(tx, city, verdict.case, now)
    return verdict


def _given_anew(tx: Tx, city: City, case: Case, now: datetime) -> Case:
    """The station that is responsible there; its people are rung now."""
    dead = store.dead_sirens(tx, now - timedelta(seconds=city.clocks.proven_s))
    order = stations(case.incident.place, case.incident.kind, city, dead)
    station = order[0].id if order else None
    if case.assigned_to or station == case.incident.station:
        return case
    return replace(case, incident=replace(case.incident, station=station), hurried_at=now)


def _tell(tx: Tx, city: City, case: Case, now: datetime) -> None:
    """Those who were sent, or asked, to the place as it was known before."""
    here = case.incident
    asked = {offer.number for offer in store.offers_of(tx, here.id) if offer.offered_at < now}
    if here.state is State.ACCEPTED:
        asked &= {here.accepted_by or "", case.assigned_to or ""}
    for number in sorted(asked):
        text = said(city, case, "offer_place", city.languages[0], now, by=name_of(city, here.accepted_by or ""))
        key = f"{here.id}/offer_place/{now.timestamp():.3f}/{number}"
        put(tx, letter(city, number, text, key, now, drill=here.drill))


def _unclear(city: City, case: Case, place: Place) -> Verdict:
    names = ", ".join(city.areas[code].name for code in place.candidates if code in city.areas)
    if names:
        return refused(case, "place_many", f"these words name several places: {names}", names=names)
    return refused(case, "place_none", "these words name no place of the city")

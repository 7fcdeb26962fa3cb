"""What stands on the map beside its ground: stations with their sirens and people, landmarks, and what happens now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import Case, SirenState
from dispatch.duty import as_changed
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City, Station

MOST = 200  # incidents; the longest-waiting first, as on the board


@dataclass(frozen=True, slots=True, kw_only=True)
class SirenFace:
    """``state``: none (the station has no siren), proven, stale (proven, but longer ago than the city allows), dead,
    or unproven (nothing is known). ``since``: when that became known."""

    state: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPlace:
    """``duty``: the names of those on duty now, in the order in which they are called. ``rough``: it stands at the
    inner point of its kelurahan, since the pack does not say where exactly."""

    station: Station
    agency: str
    kelurahan: str
    kecamatan: str
    siren: SirenFace
    duty: tuple[str, ...]
    rough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPlace:
    """An open incident. ``face``: pending, look (pending, and a person must look), confirmed, nobody (nobody took it in
    time), accepted. ``area`` and ``lat``, ``lon`` where known; ``exact``: the point was said or registered, and is not
    just inside the kelurahan. ``candidates``: the areas that it may be, when more than one."""

    number: int
    code: str
    kind: str
    face: str
    drill: bool
    opened_at: datetime
    area: str
    place: str
    lat: float | None
    lon: float | None
    exact: bool
    candidates: tuple[str, ...] = ()
    radius_m: float | None = None


def station_places(tx: Tx, city: City, now: datetime, language: str) -> list[StationPlace]:
    """Every station, in the pack's order."""
    city, known = as_changed(tx, city, now), store.siren_states(tx)
    proven = timedelta(seconds=city.clocks.proven_s)
    return [_station(city, one, siren_face(one, known, now - proven), now, language) for one in city.stations.values()]


def siren_face(station: Station, known: Mapping[str, SirenState], since: datetime) -> SirenFace:
    """What is known of its siren; ``since``: what was proven before that is stale."""
    if station.siren is None:
        return SirenFace(state="none")
    seen = known.get(station.siren.number)
    if seen is not None and seen.failures:
        return SirenFace(state="dead", since=seen.failed_at)
    if seen is None or seen.proven_at is None:
        return SirenFace(state="unproven")
    return SirenFace(state="proven" if seen.proven_at >= since else "stale", since=seen.proven_at)


def incident_places(tx: Tx, city: City, language: str, *, near: bool) -> list[IncidentPlace]:
    """Every open incident, the longest-waiting first. ``near``: with street and point, for those who need them."""
    return [_incident(city, case, language, near) for case in store.listed(tx, latest=0)[:MOST]]


def station_json(one: StationPlace, *, names: bool) -> Mapping[str, Any]:
    """``names``: also who is on duty, for those who need it."""
    station = one.station
    return {
        "id": station.id,
        "name": station.name,
        "agency": station.agency,
        "agency_name": one.agency,
        "headquarters": station.headquarters,
        "kelurahan": station.kelurahan,
        "kelurahan_name": one.kelurahan,
        "lat": station.lat,
        "lon": station.lon,
        "rough": one.rough,
        "sample": station.sample,
        "siren": one.siren.state,
        "since": one.siren.since.isoformat() if one.siren.since else None,
        "duty": len(one.duty),
        "names": list(one.duty) if names else [],
    }


def landmarks_json(city: City) -> Sequence[Mapping[str, Any]]:
    """Landmarks of which the kelurahan is known. No source gives their points, so they stand with their kelurahan."""
    return [
        {"name": one.name, "kelurahan": one.kelurahan, "street": one.street} for one in city.landmarks if one.kelurahan
    ]


def _station(city: City, station: Station, siren: SirenFace, now: datetime, language: str) -> StationPlace:
    area = city.areas.get(station.kelurahan)
    return StationPlace(
        station=station,
        agency=city.said(language, city.agencies.get(station.agency, {}), station.agency),
        kelurahan=area.name if area else "",
        kecamatan=area.kecamatan if area else "",
        siren=siren,
        duty=tuple(one.name for one in city.on_duty(station.id, now)),
        rough=area is not None and (area.lat, area.lon) == (station.lat, station.lon),
    )


def _incident(city: City, case: Case, language: str, near: bool) -> IncidentPlace:
    here = case.incident
    place = here.place
    area = city.areas.get(place.kelurahan or "")
    inner = area is not None and (place.lat, place.lon) == (area.lat, area.lon)
    within = area.name if area else city.districts.get(place.kecamatan or "", "")
    named = [place.street, place.lane, place.landmark, within] if near else [within]
    point = (place.lat, place.lon) if near else (area.lat, area.lon) if area else (None, None)
    return IncidentPlace(
        number=here.id,
        code=here.code,
        kind=_label(city, here.kind, language),
        face=_face(case),
        drill=here.drill,
        opened_at=here.opened_at,
        area=place.kelurahan or "",
        place=", ".join(one for one in named if one),
        lat=point[0],
        lon=point[1],
        exact=near and place.lat is not None and not inner,
        candidates=place.candidates,
        radius_m=place.radius_m if near else None,
    )


def _face(case: Case) -> str:
    state = case.incident.state.value
    if not case.alarm:
        return state
    return {"pending": "look", "confirmed": "nobody"}.get(state, state)


def _label(city: City, kind: str, language: str) -> str:
    try:
        return city.label(kind, language)
    except KeyError:
        return kind

"""The stations with what is known of their sirens and who is there now; and the asking for a siren's test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import SirenState
from dispatch.duty import as_changed
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City, Siren, Station

Json = dict[str, Any]
WAITS_S = 60.0  # seconds that a test may wait behind calls that matter more, before a person is told so


class NoSiren(Exception):
    """There is no such station (``no_station``), or it has none (``no_siren``)."""


class Tested(StrEnum):
    """Where the last test stands that a person asked for."""

    NEVER = "never"
    WAITING = "waiting"  # for a line
    RINGING = "ringing"
    WORKS = "works"
    FAILED = "failed"
    UNPROVEN = "unproven"  # it was rung, and gave no proof


def stations_json(tx: Tx, city: City, now: datetime) -> list[Json]:
    """Every station, in the order of the pack."""
    known, here = store.siren_states(tx), as_changed(tx, city, now)
    return [station_json(here, station, known, now) for station in here.stations.values()]


def station_json(city: City, station: Station, known: Mapping[str, SirenState], now: datetime) -> Json:
    """A station with its siren's state and who is on duty now."""
    duty = city.on_duty(station.id, now)
    return {
        "id": station.id,
        "name": station.name,
        "agency": station.agency,
        "kinds": sorted(station.kinds),
        "headquarters": station.headquarters,
        "lat": station.lat,
        "lon": station.lon,
        "sample": station.sample,
        "siren": _siren_json(city, station.siren, known, now) if station.siren is not None else None,
        "on_duty": [{"name": one.name, "number": one.number, "sample": one.sample} for one in duty],
    }


def _siren_json(city: City, siren: Siren, known: Mapping[str, SirenState], now: datetime) -> Json:
    seen = known.get(siren.number, SirenState(number=siren.number))
    proven = seen.proven_at is not None and seen.proven_at >= now - timedelta(seconds=city.clocks.proven_s)
    return {
        "number": seen.number,
        "status": "dead" if seen.failures else "proven" if proven else "unproven",
        "proven_at": _iso(seen.proven_at),
        "failed_at": _iso(seen.failed_at),
        "failures": seen.failures,
        "outcome": seen.outcome,
    }


def siren_tests(tx: Tx, city: City, now: datetime) -> dict[str, Json]:
    """Of each siren that was tested on a person's word, by its number: how far the last test has come."""
    return {
        number: {"test": tested(city, seen, now), "test_at": seen.test_at or seen.tested_at, "test_by": seen.test_by}
        for number, seen in store.siren_states(tx).items()
    }


def tested(city: City, seen: SirenState, now: datetime) -> Tested:
    """What came of the last test, as far as it is known."""
    if seen.test_at is not None:
        return Tested.WAITING
    since = seen.tested_at
    if since is None:
        return Tested.NEVER
    if seen.proven_at is not None and seen.proven_at >= since:
        return Tested.WORKS
    if seen.failed_at is not None and seen.failed_at >= since:
        return Tested.FAILED
    longest = timedelta(seconds=city.clocks.siren_s + city.clocks.siren_wait_s + WAITS_S)
    return Tested.RINGING if now < since + longest else Tested.UNPROVEN


def ask_test(tx: Tx, city: City, station: str, by: str, now: datetime) -> str:
    """Have its siren rung: it sounds. The running program does it, after every call that matters more. Returns the
    siren's number. Raises NoSiren."""
    found = city.stations.get(station)
    if found is None:
        raise NoSiren("no_station")
    if found.siren is None:
        raise NoSiren("no_siren")
    store.ask_test(tx, found.siren.number, now, by)
    return found.siren.number


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None

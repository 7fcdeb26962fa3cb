"""Incidents for a map."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from config.city import City, load_city
from dispatch import store
from dispatch.case import Case
from dispatch.incident import NOWHERE, Certainty, Incident, Place, Source, State
from gateway.messages import Kind
from gateway.store import Store, Tx

TINY = Path(__file__).parents[3] / "fixtures" / "tinytown"
BATU, BENING, SEPI = "99.01.01.1001", "99.01.01.1002", "99.01.02.1001"
CALLER = "+6285500002222"


def tiny() -> City:
    return load_city(TINY)


def spot(lat: float, lon: float, street: str = "Bambu Kuning") -> Place:
    """A point that somebody named."""
    return Place(
        kelurahan=BATU,
        kecamatan="99.01.01",
        street=street,
        lat=lat,
        lon=lon,
        source=Source.TEXT,
        certainty=Certainty.SURE,
        radius_m=60.0,
    )


def inside(city: City, code: str) -> Place:
    """Somewhere in a kelurahan."""
    area = city.areas[code]
    return Place(kelurahan=code, kecamatan=area.kecamatan_code, lat=area.lat, lon=area.lon, source=Source.REGISTERED)


async def opened(
    kept: Store, at: datetime, place: Place = NOWHERE, *, state: State = State.CONFIRMED, alarm: str = ""
) -> int:
    """One incident; its number."""
    here = Incident(id=0, code="", state=state, kind="robbery", caller=CALLER, opened_at=at, place=place)
    case = Case(incident=here, origin=Kind.SMS, heard_at=at, alarm=alarm)

    def work(tx: Tx) -> int:
        number = store.open_case(tx, case).incident.id
        store.show_step(tx, number, None, alarm)
        return number

    return await kept.write(work)

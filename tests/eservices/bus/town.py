"""The tiny town with a bus line: three stops from west to east, and two buses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from functools import cache
from pathlib import Path

from config.city import City, load_city
from config.city_buses import Buses, BusLine, Stop, Vehicle
from config.city_calendar import Hours
from eservices.bus.route import Fix

TINY = Path(__file__).parents[2] / "fixtures" / "tinytown"
TOKEN = "tracker-token-of-a-tiny-town"  # of tests
OTHER = "another-token-of-a-tiny-town"
BATU, BENING, TANJUNG = "99.01.01.1001", "99.01.01.1002", "99.01.02.1001"


def _stop(id: str, name: str, lon: float) -> Stop:
    return Stop(id=id, name=name, variants=(), lat=-0.89, lon=lon, sample=True)


BUSES = Buses(
    stops={
        "batu": _stop("batu", "Pasar Batu", 119.81),
        "bening": _stop("bening", "Sumber Bening", 119.83),
        "sepi": _stop("sepi", "Tanjung Sepi", 119.85),
    },
    lines={
        "t": BusLine(
            id="t",
            name="Timur",
            stops=("batu", "bening", "sepi"),
            loop=False,
            hours=Hours(begins=time(6), until=time(18)),
            sample=True,
        )
    },
    vehicles={number: Vehicle(number=number, tracker=f"bus-{number}", line="t", sample=True) for number in ("3", "7")},
)


@cache
def bus_town() -> City:
    return replace(load_city(TINY), buses=BUSES)


def fix(at: datetime, lon: float, lat: float = -0.89) -> Fix:
    return Fix(at=at, lat=lat, lon=lon)

"""The city bus by a keypad telephone: the line, the stop, and the minutes, heard."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eservices.bus.route import Fix, Route
from eservices.bus.store import keep
from gateway.store import Tx
from gateway.store.schema import now
from tests.gateway.room import BUDI
from tests.ivr.callers import CITY, Exchange, living, scene

pytestmark = pytest.mark.sqlite_only("test_tracking.py holds on both engines what is kept; the rest is words")


def on_the_way(tx: Tx) -> None:
    """Bus 3 comes from the hospital, and is half way to the next stop."""
    way = Route(CITY.buses.lines["k2"], CITY.buses.stops, CITY.buses.detour)
    length = way.halts[1].at
    track = []
    for step in range(11):
        lat, lon = way.point(length * 0.5 * step / 10)
        track.append(Fix(at=now(tx) - timedelta(seconds=(10 - step) * 15), lat=lat, lon=lon))
    keep(tx, {"3": track})


def test_the_next_bus_is_heard_by_pressing_keys() -> None:
    async def main(there: Exchange) -> None:
        await there.store.write(on_the_way)
        call = await there.calls_in(BUDI)
        await call.presses("4")
        await call.chooses("Info dan layanan kota")
        lines = await call.chooses("Bus kota")
        assert lines.startswith("Bus kota")
        await call.chooses("K2 Utara")
        told = await call.chooses("Pkm Tanah Tinggi")
        assert told.startswith("Halte Pkm Tanah Tinggi"), told
        assert "bus 3" in told, told
        assert "menit" in told, told

    scene(main)


def test_whoever_is_registered_hears_the_nearest_stops_first() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await call.presses("4")
        await call.chooses("Info dan layanan kota")
        near = await call.chooses("Bus kota")
        assert near.startswith("Halte terdekat dari alamat Anda"), near
        lines = await call.chooses("Semua jalur")
        assert lines.startswith("Bus kota"), lines

    scene(main)

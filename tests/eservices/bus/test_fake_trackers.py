"""Invented trackers drive along the lines, are heard over real HTTP, and can be told to be silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.city_buses import Stop, Vehicle
from config.geometry import distance_m
from config.settings_trackers import TrackerSettings
from eservices.bus.estimate import HERE_M, Seen, arrives_in
from eservices.bus.route import Fix, Routes
from eservices.pages import wings
from eservices.virtual.trackers.driving import Fleet
from eservices.virtual.trackers.http import Posting, add_control
from gateway.page import Floor
from tests.eservices.bus.town import BUSES, TOKEN, bus_town
from tests.fixtures.site import Client, FixedKeeper, Stopped, built, ground_floor

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_every_bus_of_the_shipped_city_drives_at_the_packs_speed_and_comes_by_every_stop() -> None:
    buses = load_city("binjai").buses
    fleet = Fleet(buses, NOW)
    for vehicle in buses.vehicles.values():
        left, before = set(buses.lines[vehicle.line].stops), None
        for step in range(3 * 3600 // 5):
            here = fleet.where(vehicle, NOW + timedelta(seconds=5 * step))
            at = (here.lat, here.lon)
            assert before is None or distance_m(before, at) <= 5 * buses.speed_mps + 1
            left -= {one for one in left if distance_m(at, (buses.stops[one].lat, buses.stops[one].lon)) < 30}
            before = at
        assert not left


def test_what_is_told_of_an_invented_bus_comes_true() -> None:
    """The minutes, against the second at which it really is there."""
    buses = load_city("binjai").buses
    fleet, routes = Fleet(buses, NOW), Routes(buses).by_line
    vehicle = buses.vehicles["3"]
    line = buses.lines[vehicle.line]
    for begins in range(300, 5000, 611):
        now = NOW + timedelta(seconds=begins)
        times = [now - timedelta(seconds=ago) for ago in range(300, -1, -10)]
        driven = [(at, fleet.where(vehicle, at)) for at in times]
        track = [Fix(at=at, lat=here.lat, lon=here.lon, bearing=here.bearing) for at, here in driven]
        for id in line.stops:
            stop = buses.stops[id]
            told = arrives_in(routes[line.id], Seen(vehicle=vehicle, line=line, track=track), stop, buses, now)
            assert told is not None
            really = next(s for s in range(20_000) if _is_there(fleet, vehicle, now + timedelta(seconds=s), stop))
            assert abs(told - really) <= 60 + 0.15 * really, (begins, id)


def _is_there(fleet: Fleet, vehicle: Vehicle, at: datetime, stop: Stop) -> bool:
    here = fleet.where(vehicle, at)
    return distance_m((here.lat, here.lon), (stop.lat, stop.lon)) < HERE_M


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, bus_town(), Stopped(NOW)) as floor:
        yield replace(floor, settings=replace(floor.settings, trackers=TrackerSettings(tokens=(TOKEN,))))


async def test_they_are_heard_in_every_form_and_fall_silent_when_told(
    floor: Floor, aiohttp_client: AiohttpClient
) -> None:
    client: Client = await aiohttp_client(TestServer(built(floor, wings(floor), FixedKeeper()).app))
    fleet = Fleet(BUSES, NOW - timedelta(seconds=100))
    posting = Posting(fleet, BUSES, floor.clock)
    posting.at(str(client.make_url("/")), TOKEN)
    control = web.Application()
    add_control(control, fleet, BUSES, floor.clock)
    hand: Client = await aiohttp_client(TestServer(control))
    async with aiohttp.ClientSession() as session:
        assert await posting.round(session) == {"3": 200, "7": 200}
        async with hand.put("/trackers/3") as answer:
            assert (await answer.json())["3"]["silent"] is True
        assert await posting.round(session) == {"7": 200}
        async with hand.delete("/trackers/3") as answer:
            assert (await answer.json())["3"]["silent"] is False
        async with hand.put("/trackers/99") as answer:
            assert answer.status == 404
        posting.at(str(client.make_url("/")), "x" * 22)
        assert await posting.round(session) == {"3": 404, "7": 404}
        await client.close()
        assert await posting.round(session) == {"3": 0, "7": 0}

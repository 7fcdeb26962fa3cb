"""Who need not call an officer is told neither his name nor his number, on any page, sheet or push: he sees the
station, and whether somebody is there."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import DummyCookieJar
from pytest_aiohttp.plugin import AiohttpClient

from config.city import City, load_city
from dispatch.acceptance import accept, officer_at
from dispatch.asking_drills import Asked, begin
from dispatch.changing_duty import Wish, change
from dispatch.comm_test import folk
from dispatch.console.summary import from_afar, summary_json
from dispatch.console.wings import wings
from dispatch.store import load_case
from gateway.number import local
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.fixtures.console_house import FakeHouse
from tests.fixtures.site import TINY, Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

ANI = "+6285500002001"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PATHS = (
    "/stations",
    "/stations?as=csv",
    "/stations/polsek-hulu",
    "/roster",
    "/roster?as=csv",
    "/officers",
    "/officers?as=csv",
    "/drills",
    "/drills?as=csv",
    "/drills/1",
    "/drills/1?as=csv",
    "/incidents",
    "/incidents?as=csv",
    "/map",
    "/map/places.json",
    "/console/city",
)
NAMELESS = frozenset({"/map", "/console/city", "/incidents", "/incidents?as=csv", "/drills", "/drills?as=csv"})
"""Pages on which the desk need not see a name of this scene."""


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city(TINY), Stopped(MONDAY)) as floor:
        await floor.store.write(lambda tx: scene(tx, floor.city))
        yield floor


def scene(tx: Tx, city: City) -> None:
    """A drill that an officer accepted, and one who stands in for another."""
    one = begin(tx, city, Asked(kind="robbery", area="99.01.01.1001", by="Ratna", minutes=10), MONDAY)
    assert accept(tx, city, one["id"], officer_at(city, ANI, "key"), MONDAY).done
    other = next(each["number"] for each in folk(city, MONDAY) if each["station"] and each["number"] != ANI)
    ends = MONDAY.replace(hour=4)
    change(tx, city, Wish(number=ANI, begins=MONDAY.replace(hour=3), ends=ends, instead=other), "Ratna", MONDAY)


def told(text: str, city: City) -> list[str]:
    """Officers' names and numbers in it."""
    people = folk(city, MONDAY)
    words = [word for one in people for word in (one["name"], one["number"], local(one["number"]))]
    return sorted({word for word in words if word in text})


async def client_of(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, role: Role) -> Client:
    client = await aiohttp_client(built(floor, wings(floor), keeper, FakeHouse()).app, cookie_jar=DummyCookieJar())
    return as_user(client, keeper.admit(user_with(role)))


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ADMIN, Role.DISPATCHER])
async def test_only_the_desk_is_told_which_officer(
    role: Role, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await client_of(floor, keeper, aiohttp_client, role)
    for path in PATHS:
        answer = await client.get(path, headers={"Accept": "text/html"})
        text = await answer.text()
        assert answer.status == 200, text
        if role is not Role.DISPATCHER:
            assert told(text, floor.city) == [], path
        elif path not in NAMELESS:
            assert told(text, floor.city), path


async def test_a_push_to_who_only_watches_names_no_officer(floor: Floor) -> None:
    case = await floor.store.read(lambda tx: load_case(tx, 1))
    near = summary_json(floor.city, case, revision=1, stamp="1")
    assert told(json.dumps(near), floor.city) == ["Ani Contoh"]
    far = from_afar(near)
    assert told(json.dumps(far), floor.city) == []
    assert (far["state"], far["station_name"]) == (near["state"], near["station_name"])

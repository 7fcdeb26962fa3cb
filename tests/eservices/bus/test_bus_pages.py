"""The trackers' door over real HTTP, and the list of buses."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.settings_trackers import TrackerSettings
from eservices.bus.pages import MOST_BODY, bus_wing
from eservices.bus.store import keep, newest
from eservices.pages import wings
from gateway.page import Floor, Role
from tests.eservices.bus.town import OTHER, TINY, TOKEN, bus_town, fix
from tests.fixtures.site import Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HERE = {"id": "bus-3", "lat": "-0.89", "lon": "119.82", "timestamp": str(int(NOW.timestamp()))}
DOOR = f"/trackers/{TOKEN}"


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, bus_town(), Stopped(NOW)) as floor:
        settings = replace(floor.settings, trackers=TrackerSettings(tokens=(TOKEN, OTHER)))
        yield replace(floor, settings=settings)


@pytest.fixture
def keeper() -> FixedKeeper:
    return FixedKeeper()


@pytest.fixture
async def door(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(TestServer(built(floor, wings(floor), keeper).app))


async def answered(client: Client, method: str = "GET", path: str = DOOR, **more: object) -> tuple[int, str]:
    async with client.request(method, path, **more) as answer:  # type: ignore[arg-type]
        if answer.content_type != "application/json":
            return answer.status, ""
        told = await answer.json()
        if "error" in told:  # said before the page is asked
            return answer.status, ""
        assert told["kept"] is (answer.status == 200 and not told["why"])
        return answer.status, told["why"]


async def until_kept(floor: Floor, number: str) -> float:
    from asyncio import sleep

    for _ in range(100):
        if number in (found := await floor.store.read(newest)):
            return found[number].lon
        await sleep(0.1)
    raise AssertionError("it was never written")


async def test_every_form_in_which_trackers_speak_is_taken(door: Client, floor: Floor) -> None:
    assert await answered(door, params={**HERE, "lon": "119.821"}) == (200, "")
    at = [str(int(NOW.timestamp()) + n) for n in range(1, 4)]
    assert await answered(door, "POST", params={**HERE, "timestamp": at[0]}) == (200, "")
    assert await answered(door, "POST", data={**HERE, "timestamp": at[1]}) == (200, "")
    coords = {"latitude": -0.89, "longitude": 119.83, "accuracy": 4, "speed": 3, "heading": 90}
    moment = (NOW + timedelta(seconds=3)).isoformat()
    said = {"location": {"coords": coords, "timestamp": moment, "is_moving": True}, "device_id": "bus-7"}
    assert await answered(door, "POST", json=said) == (200, "")
    assert await until_kept(floor, "7") == 119.83
    assert await until_kept(floor, "3") == 119.82


async def test_both_tokens_open_while_one_replaces_the_other(door: Client) -> None:
    assert await answered(door, path=f"/trackers/{OTHER}", params=HERE) == (200, "")


@pytest.mark.parametrize("token", ["x" * 22, TOKEN[:-1], TOKEN + "1", "a"])
async def test_no_other_token_opens(door: Client, token: str) -> None:
    assert await answered(door, path=f"/trackers/{token}", params=HERE) == (404, "not found")


async def test_the_right_answer_for_each_bad_request(door: Client) -> None:
    assert await answered(door, params={**HERE, "id": "bus-99"}) == (404, "no such tracker in the pack")
    assert (await answered(door, params={**HERE, "lat": "north"}))[0] == 400
    assert (await answered(door))[0] == 400
    assert await answered(door, params={**HERE, "lat": "nan"}) == (200, "no fix")
    assert await answered(door, params={**HERE, "lat": "0", "lon": "0"}) == (200, "no fix")
    assert (await answered(door, "POST", data="{" * 100, headers={"Content-Type": "application/json"}))[0] == 400
    assert (await answered(door, "POST", data=b"x" * (MOST_BODY + 1)))[0] == 413
    assert (await answered(door, "POST", data={"id": "x" * MOST_BODY}))[0] == 413
    assert (await answered(door, "POST", data=b"\xff\xfe", headers={"Content-Type": "image/png"}))[0] == 415
    assert (await answered(door, "DELETE"))[0] == 405
    assert (await answered(door, path="/trackers/"))[0] == 404


async def test_a_flood_is_turned_away_and_the_token_is_in_no_log(
    door: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = [(await answered(door, params=HERE))[0] for _ in range(80)]
        await answered(door, params={**HERE, "lat": "north"})
    assert set(found) == {200, 429}
    said = [one.getMessage() for one in caplog.records if one.name != "aiohttp.access"]  # which the program has none of
    assert not any(TOKEN in one for one in said)


async def test_who_is_turned_away_is_told_when_to_come_again(door: Client) -> None:
    statuses = [(await answered(door, params=HERE))[0] for _ in range(61)]
    assert statuses[-1] == 429
    async with door.get(DOOR, params=HERE) as answer:
        assert answer.headers["Retry-After"] == "5"


async def test_the_door_stands_in_what_is_told_to_machines(door: Client, floor: Floor) -> None:
    async with door.get("/openapi.json") as answer:
        told = await answer.json()
    path = told["paths"]["/trackers/{token}"]
    assert {"get", "post"} <= path.keys()
    assert {one["name"] for one in path["parameters"]} >= {"token", "id", "lat", "lon"}
    assert TOKEN not in str(told)
    assert bus_wing(replace(floor, city=load_city(TINY))).doors == {}


async def test_the_list_shows_who_is_silent(door: Client, floor: Floor, keeper: FixedKeeper) -> None:
    await floor.store.write(lambda tx: keep(tx, {"3": [fix(NOW, 119.829)]}))
    client = as_user(door, keeper.admit(user_with(Role.VIEWER)))
    async with client.get("/buses") as answer:
        text = await answer.text()
    assert answer.status == 200
    assert text.index("bus-7") < text.index("bus-3")
    assert "Sumber Bening" in text
    assert "tidak ada kabar" in text


async def test_without_a_token_the_page_says_so(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    shut = replace(floor, settings=replace(floor.settings, trackers=TrackerSettings()))
    client: Client = await aiohttp_client(TestServer(built(shut, wings(shut), keeper).app))
    as_user(client, keeper.admit(user_with(Role.ADMIN)))
    async with client.get("/buses") as answer:
        assert "[trackers] tokens" in await answer.text()
    assert await answered(client, path="/trackers/", params=HERE) == (404, "")


async def test_a_city_without_buses_is_not_offered_a_list_of_them(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    for town, offered in ((floor, True), (replace(floor, city=load_city(TINY)), False)):
        client: Client = await aiohttp_client(TestServer(built(town, wings(town), keeper).app))
        as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))
        async with client.get("/tickets") as answer:
            assert ('href="/buses"' in await answer.text()) is offered

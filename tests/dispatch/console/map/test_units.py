"""What moves on the map: buses of another room, with the time at which each was there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.map.pages import map_wing
from gateway.page import Floor, Role, Unit
from gateway.store import Tx
from tests.fixtures.site import Client, FixedKeeper, as_user, built, user_with


def two(tx: Tx, now: datetime) -> Sequence[Unit]:
    """One that was heard just now, and one that was not."""
    long_ago = now - timedelta(minutes=20)
    return [
        Unit(id="3", name="Bus 3", about="Timur", lat=-0.89, lon=119.83, at=now, fresh=True),
        Unit(id="7", name="Bus 7", about="Timur", lat=-0.89, lon=119.81, at=long_ago, fresh=False),
    ]


async def looked(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, *units: object) -> Client:
    client = await aiohttp_client(built(floor, (map_wing(floor, units=units),), keeper).app)  # type: ignore[arg-type]
    return as_user(client, keeper.admit(user_with(Role.VIEWER)))


async def test_they_come_with_their_age_and_whether_they_are_silent(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await looked(floor, keeper, aiohttp_client, two)
    async with client.get("/map/units.json") as answer:
        found = await answer.json()
    assert [(one["name"], one["fresh"], one["lon"]) for one in found] == [
        ("Bus 3", True, 119.83),
        ("Bus 7", False, 119.81),
    ]
    assert datetime.fromisoformat(found[0]["at"]) - datetime.fromisoformat(found[1]["at"]) == timedelta(minutes=20)
    async with client.get("/map", headers={"Accept": "text/html"}) as answer:
        text = await answer.text()
    assert text.index("Bus 3") < text.index("Bus 7")
    assert "tidak ada kabar" in text


async def test_a_city_without_any_has_no_table_of_them(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await looked(floor, keeper, aiohttp_client)
    async with client.get("/map/units.json") as answer:
        assert await answer.json() == []
    async with client.get("/map", headers={"Accept": "text/html"}) as answer:
        assert 'id="units"' not in await answer.text()

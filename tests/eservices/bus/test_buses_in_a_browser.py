"""The list of buses and the buses on the map in a real browser, at both sizes, read by axe."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from config.settings_trackers import TrackerSettings
from dispatch.console.wings import wings as console_wings
from eservices.bus.pages import bus_wing
from eservices.bus.store import keep
from gateway.page import Floor
from tests.eservices.bus.town import TOKEN, bus_town, fix
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import EVERYBODY, FixedKeeper, built, ground_floor

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, bus_town()) as floor:
        yield replace(floor, settings=replace(floor.settings, trackers=TrackerSettings(tokens=(TOKEN,))))


async def test_buses_are_listed_and_drawn(floor: Floor, open_page: OpenPage, aiohttp_client: AiohttpClient) -> None:
    now = floor.clock.now()
    fixes = {"3": [fix(now, 119.829)], "7": [fix(now - timedelta(minutes=20), 119.812)]}
    await floor.store.write(lambda tx: keep(tx, fixes))
    buses, keeper = bus_wing(floor), FixedKeeper()
    assert buses.units is not None
    wings = (*console_wings(floor, units=[buses.units]), buses)
    client = await aiohttp_client(built(floor, wings, keeper).app)
    page = await open_page(client, "/buses", keeper.admit(EVERYBODY))
    for width, height in (PHONE, DESK):
        await page.set_viewport_size({"width": width, "height": height})
        assert await sideways(page) <= 0
        assert await axe(page) == []
    await photo(page, "buses")
    await page.goto(str(client.make_url("/map")))
    await page.locator(".mark-unit .map-unit").nth(1).wait_for()
    assert await page.locator(".mark-unit .map-unit-silent").count() == 1
    await page.locator("summary", has_text="Bus (2)").click()
    await page.locator(".map-item", has_text="Bus 3").click()
    await page.locator(".map-card h3", has_text="Bus 3").wait_for()
    assert await axe(page) == []

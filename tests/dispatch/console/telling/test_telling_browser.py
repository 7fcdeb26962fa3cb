"""Broadcasts and warnings in a real browser: written, counted, sent, and seen while they leave."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from dispatch.console.telling.pages import telling_wing
from gateway.broadcast.store.pages import write_page
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.people import save
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import FixedKeeper, built, ground_floor, user_with
from tests.gateway.test_broadcast import AREAS, known, resident

pytestmark = pytest.mark.sqlite_only("a browser sees nothing of the engine")


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city("binjai")) as floor:
        await floor.store.write(lambda tx: [save(tx, resident(nth, AREAS[nth % 3])) for nth in range(120)])
        yield floor


async def fit(page: Any, name: str) -> None:
    for width, height in (DESK, PHONE):
        await page.set_viewport_size({"width": width, "height": height})
        assert await sideways(page) == 0, f"{name} at {width}"
    assert await axe(page) == [], name
    await photo(page, name, whole=True)


async def test_a_broadcast_is_written_counted_sent_and_seen(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, open_page: OpenPage
) -> None:
    client = await aiohttp_client(built(floor, (telling_wing(floor),), keeper).app)
    page = await open_page(client, "/broadcasts", keeper.admit(user_with(Role.SUPERVISOR), sure=True))
    await page.locator(".panel summary").click()
    await page.locator("[name=text_id]").fill("Pasar murah Sabtu pagi pukul 8 di lapangan kelurahan. Bawa KTP.")
    await fit(page, "telling-write")
    await page.locator("form[action='/broadcasts/preview'] button").click()
    await page.locator("form[action='/broadcasts']").wait_for()
    assert "120" in await page.inner_text(".figures")
    await fit(page, "telling-preview")
    await page.locator("form[action='/broadcasts'] button").first.click()
    await page.wait_for_url("**/broadcasts/1*")
    one = await known(floor.store, 1)

    def begun(tx: Tx) -> None:
        write_page(tx, floor.city, one, floor.clock.now())

    await floor.store.write(begun)
    await page.reload()
    await fit(page, "telling-progress")


async def test_a_warning_is_proposed_and_another_agrees(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, open_page: OpenPage
) -> None:
    client = await aiohttp_client(built(floor, (telling_wing(floor),), keeper).app)
    first = await open_page(client, "/warnings", keeper.admit(user_with(Role.DISPATCHER), sure=True))
    await first.locator(".panel summary").click()
    await first.locator("[name=place]").fill("bantaran Sei Bingai")
    await first.locator("[name=description]").fill("air sungai naik cepat")
    await first.locator("[name=mine]").select_option("none")
    await fit(first, "telling-warning-write")
    await first.locator("form[action='/warnings'] button").click()
    await first.wait_for_url("**/warnings/1*")
    await fit(first, "telling-warning-waits")
    budi = keeper.admit(user_with(Role.SUPERVISOR, login="budi", name="Budi"), sure=True)
    second = await open_page(client, "/warnings/1", budi)
    await fit(second, "telling-warning-agree")
    await second.locator("form[action='/warnings/1/agree'] button").click()
    await second.locator("form[action='/warnings/1/stop']").wait_for()
    await fit(second, "telling-warning-sent")

"""One incident's page in a real browser: its map puts the place right, and two dispatchers see each other on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.console.map.pages import LIBRARY
from dispatch.console.running import RunningHouse
from dispatch.console.wings import wings
from dispatch.incident import State
from dispatch.plan import EffectKind
from gateway.page import Floor
from gateway.pulse import Bell
from ivr.leg import Outcome
from tests.dispatch.console.incidents.test_sheet import assigned, call, reported
from tests.dispatch.console.now.stage import BUDI, SARI, SOON_MS
from tests.dispatch.stage import ANI, EPOCH, HULU
from tests.fixtures.browser import PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import Client, FixedKeeper, Stopped, built, ground_floor

pytestmark = [
    pytest.mark.skipif(not LIBRARY.is_file(), reason="needs the libraries of the pages: sh .ci/front .venv"),
    pytest.mark.sqlite_only("a browser sees the same pages over both; test_sheet.py asks both"),
]


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=Stopped(EPOCH)) as floor:
        await floor.store.write(reported)
        yield floor


@pytest.fixture
async def site(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    bell = Bell()
    floor = replace(floor, wake=bell.ring)
    return await aiohttp_client(built(floor, wings(floor), keeper, RunningHouse(floor, bell=bell)).app)


async def test_the_place_is_put_right_by_a_click_on_the_sheet_s_own_map(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    page = await open_page(site, "/incidents/1", keeper.admit(SARI))
    await page.locator("#sheet-map .pin").wait_for(timeout=SOON_MS)
    assert await page.locator("#sheet-map path.outline-about").count() == 1
    assert await page.locator("#sheet-map path.station-dot").count() == 2
    await page.locator("#sheet-map .map-board").click(position={"x": 300, "y": 160})
    typed = await page.get_by_label("Alamat atau titik").input_value()
    await page.locator("#sheet-place").get_by_role("button", name="Betulkan tempat").click()
    await page.get_by_text("Sudah dilakukan.").wait_for(timeout=SOON_MS)
    place = (await floor.store.read(lambda tx: store.load_case(tx, 1))).incident.place
    assert typed == f"{place.lat:.5f}, {place.lon:.5f}"
    assert await axe(page) == []
    await photo(page, "incident-map", whole=True)


async def test_two_dispatchers_on_one_sheet_see_each_other_and_undo_nothing(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    sari = await open_page(site, "/incidents/1", keeper.admit(SARI, sure=True), excuse=("status of 409",))
    budi = await open_page(site, "/incidents/1", keeper.admit(BUDI), size=PHONE, light="dark")
    await budi.get_by_text("Sari Dewi melihat ini").wait_for(timeout=SOON_MS)
    await sari.get_by_label("Catat").fill("keluarga sudah dihubungi")
    await budi.get_by_text("Sari Dewi sedang mencatat").wait_for(timeout=SOON_MS)
    await budi.get_by_label("Alamat atau titik").fill(floor.city.areas[HULU].name)
    await sari.get_by_text("Budi Raharjo sedang membetulkan tempat").wait_for(timeout=SOON_MS)
    await budi.get_by_role("button", name="Betulkan tempat").click()
    await sari.get_by_text("Ada yang baru pada kejadian ini.").wait_for(timeout=SOON_MS)
    await sari.wait_for_timeout(3500)  # longer than a page that nobody types on waits before it shows the change
    assert await sari.get_by_label("Catat").input_value() == "keluarga sudah dihubungi"
    await sari.get_by_role("button", name="Batalkan").click()
    await sari.get_by_role("alert").get_by_text("Budi Raharjo membetulkan tempat").wait_for(timeout=SOON_MS)
    assert (await floor.store.read(lambda tx: store.load_case(tx, 1))).incident.state is State.CONFIRMED
    await sari.get_by_role("button", name="Tetap lakukan: Batalkan").click()
    await budi.get_by_text("Dibatalkan").first.wait_for(timeout=SOON_MS)  # shown by itself: he types nothing
    assert await sideways(budi) == 0
    assert await axe(budi) == []


async def test_the_board_tells_of_an_officer_who_cannot_be_reached_and_sends_the_next(
    open_page: OpenPage, site: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    await floor.store.write(lambda tx: assigned(tx, ANI))
    await floor.store.write(lambda tx: call(tx, EffectKind.CALL, ANI, Outcome.UNREACHABLE, after_s=4))
    page = await open_page(site, "/", keeper.admit(SARI))
    told = page.locator(".gone")
    await told.get_by_text("Ani Contoh tidak dapat dihubungi").wait_for(timeout=SOON_MS)
    assert "tidak terjangkau" in await told.inner_text()
    assert await axe(page) == []
    await photo(page, "board-unreached")
    await page.get_by_role("group", name="Tindakan").get_by_role("button", name="Tugaskan…").click()
    groups = page.locator("dialog optgroup")
    assert [await groups.nth(at).get_attribute("label") for at in (0, 1)] == [
        "Bertugas sekarang", "Tidak bertugas sekarang"
    ]  # fmt: skip
    await page.keyboard.press("Escape")
    await told.get_by_role("button", name="Tugaskan Dodi Contoh").click()
    await told.get_by_text("tidak dapat dihubungi").wait_for(state="detached", timeout=SOON_MS)
    case = await floor.store.read(lambda tx: store.load_case(tx, 1))
    assert floor.city.officer(case.assigned_to or "") is not None
    assert case.assigned_to != ANI

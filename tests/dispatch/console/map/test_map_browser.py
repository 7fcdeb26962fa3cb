"""The map in a real browser: drawn, live, walked by keyboard alone, with tiles and without."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType
from pytest_aiohttp.plugin import AiohttpClient

from config.city import SHIPPED, Area, load_city
from dispatch.console.map.pages import LIBRARY
from dispatch.console.wings import wings
from dispatch.incident import NOWHERE, State
from gateway.page import Floor, Role
from tests.dispatch.console.map.cases import inside, opened, spot
from tests.fixtures.browser import OpenPage, axe, photo, sideways
from tests.fixtures.console_house import FakeHouse, incident
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, built, ground_floor, user_with
from tests.fixtures.tile_files import covering, layers, make_mbtiles, make_pmtiles, picture, vector

pytestmark = [
    pytest.mark.skipif(not LIBRARY.is_file(), reason="needs the libraries of the pages: sh .ci/front .venv"),
    pytest.mark.sqlite_only("a browser sees the same pages over both; test_map.py asks both"),
]
POINT = """(place) => import("/console/static/map/pick.js").then(async ({ pointMap }) => {
  const [room, field] = [document.createElement("div"), document.createElement("input")];
  field.maxLength = 200;
  field.setAttribute("aria-label", "Alamat");
  document.querySelector("main").replaceChildren(field, room);
  await pointMap(room, { place, field, stations: [{ name: "Pos Batu", lat: place.lat + 0.002, lon: place.lon }] });
})"""
SHOW = """(place) => import("/console/static/map/pick.js").then(async ({ showPlace }) => {
  const room = document.createElement("div");
  document.querySelector("main").replaceChildren(room);
  await showPlace(room, place);
})"""
COLOURS = """[...document.querySelectorAll(".leaflet-tile-pane canvas")].some((one) => {
  const seen = new Uint32Array(one.getContext("2d").getImageData(0, 0, one.width, one.height).data.buffer);
  return new Set(seen).size > 2; // the ground and a road upon it
})"""
MARK = "(({ x, y }) => [x, y])(document.querySelector('.map-post').getBoundingClientRect())"
BOUNDS = (119.8, -0.93, 119.86, -0.86)


async def _served(floor: Floor, keeper: FixedKeeper, house: FakeHouse, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(built(floor, wings(floor), keeper, house).app)


async def test_the_map_of_binjai_is_drawn_live_and_walked_by_keyboard(
    tmp_path: Path, keeper: FixedKeeper, house: FakeHouse, aiohttp_client: AiohttpClient, open_page: OpenPage
) -> None:
    city = load_city(SHIPPED / "binjai")
    async with ground_floor(tmp_path, city) as floor:
        now = floor.clock.now()
        at = city.areas["12.75.02.1004"]
        await opened(floor.store, now, spot(at.lat + 0.001, at.lon, "Sultan Hasanuddin"), alarm="nobody accepted")
        await opened(floor.store, now, inside(city, "12.75.05.1001"), state=State.ACCEPTED)
        client = await _served(floor, keeper, house, aiohttp_client)
        page = await open_page(client, "/map", keeper.admit(EVERYBODY), light="dark")
        await page.locator(".mark-incident").nth(1).wait_for()
        assert await page.locator("path.area").count() == 37
        assert await page.locator("path.border").count() == 5
        assert await page.locator(".map-post").first.is_visible()
        assert await axe(page) == []
        await photo(page, "map", whole=False)
        await _walk(page)
        await _live(page, floor, house)
        await page.set_viewport_size({"width": 390, "height": 844})
        assert await sideways(page) == 0
        await _beside(page, house)


async def _walk(page: Any) -> None:
    """Every station, incident and area is reached by Tab and Enter; the map by arrows and signs."""
    await page.locator(".map-board").focus()
    x, y = await page.evaluate(MARK)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await _until(page, f"(([x, y]) => x === {x - 80} && y === {y - 80})({MARK})")
    await page.keyboard.press("+")
    await _until(page, f"(([x, y]) => x !== {x - 80} && y !== {y - 80})({MARK})")
    await page.keyboard.press("Enter")
    assert await page.locator(".map-card h3").is_visible()
    seen: list[str] = []
    for _ in range(60):
        await page.keyboard.press("Tab")
        words = await page.evaluate(
            "document.activeElement.closest('.map-side') ? document.activeElement.innerText : ''"
        )
        seen += [words] if words else []
        if "Polsek Binjai Kota" in words:
            await page.keyboard.press("Enter")
            break
    assert any("Belum diterima" in one for one in seen)
    assert await page.locator(".map-card h3").inner_text() == "Polsek Binjai Kota\ncontoh"
    await page.locator(".map-lists summary", has_text="Wilayah").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.locator(".map-card h3").inner_text() == "Binjai Barat"
    assert await page.locator("path.outline-picked").count() == 1


async def _until(page: Any, so: str) -> None:
    """Playwright's own waiting evaluates strings within the page, which its policy forbids."""
    async with asyncio.timeout(15):
        while not await page.evaluate(so):
            await asyncio.sleep(0.05)


async def _live(page: Any, floor: Floor, house: FakeHouse) -> None:
    """What is opened meanwhile comes by itself."""
    number = await opened(floor.store, floor.clock.now(), NOWHERE, state=State.PENDING)
    house.put(incident(number))
    await page.locator(".map-item", has_text="menunggu kepastian").wait_for()


async def _beside(page: Any, house: FakeHouse) -> None:
    """On the page of now an incident's area is on a small map; while nothing is open, the city is there."""
    await page.get_by_role("link", name="Sekarang").first.click()
    await page.locator(".place-map path.outline-about").wait_for()
    house.rows.clear()
    house.bell.ring()
    await page.locator(".board-map .map-post").first.wait_for()


async def test_the_table_says_the_same_without_script_and_without_the_library(
    floor: Floor, keeper: FixedKeeper, house: FakeHouse, aiohttp_client: AiohttpClient, open_page: OpenPage
) -> None:
    number = await opened(floor.store, floor.clock.now(), spot(-0.8911, 119.8122))
    client = await _served(floor, keeper, house, aiohttp_client)
    page = await open_page(client, "/map?q=batu", keeper.admit(EVERYBODY), script=False)
    for words in ("Polsek Hulu", "Batu Merah", "Bambu Kuning", "Belum diterima"):
        assert await page.get_by_text(words).first.is_visible(), words
    assert await page.get_by_role("link", name=str(number), exact=True).is_visible()


@pytest.mark.parametrize("form", ["png", "vector", "openmaptiles"])
async def test_the_city_s_own_tiles_lie_behind_the_map(
    floor: Floor,
    keeper: FixedKeeper,
    house: FakeHouse,
    aiohttp_client: AiohttpClient,
    open_page: OpenPage,
    form: str,
) -> None:
    folder, zooms = floor.settings.data_dir / "tiles", range(8, 15)
    if form == "png":
        make_mbtiles(folder / "kota.mbtiles", {at: picture(*at) for at in covering(BOUNDS, zooms)}, BOUNDS)
    else:
        known = layers("roads", "earth") if form == "vector" else layers("transportation", "water", "place")
        roads = {
            at: gzip.compress(vector("roads" if form == "vector" else "transportation"))
            for at in covering(BOUNDS, zooms)
        }
        more = {"kind": TileType.MVT, "packed": Compression.GZIP, "about": known}
        make_pmtiles(folder / "kota.pmtiles", roads, BOUNDS, **more)  # type: ignore[arg-type]
    client = await _served(floor, keeper, house, aiohttp_client)
    page = await open_page(client, "/map", keeper.admit(EVERYBODY))
    drawn = "img" if form == "png" else "canvas"
    await page.locator(f".leaflet-tile-pane {drawn}.leaflet-tile-loaded").first.wait_for()
    assert "OpenStreetMap contributors" in await page.locator(".map-sources").inner_text()
    await page.get_by_role("button", name="Perbesar").click()
    await page.get_by_role("button", name="Perbesar").click()
    await page.locator(f".leaflet-tile-pane {drawn}.leaflet-tile-loaded").first.wait_for()
    assert await axe(page) == []
    if form == "openmaptiles":
        await _until(page, COLOURS)


async def test_a_point_is_shown_and_picked_by_mouse_by_keyboard_and_by_typing(
    floor: Floor, keeper: FixedKeeper, house: FakeHouse, aiohttp_client: AiohttpClient, open_page: OpenPage
) -> None:
    client = await _served(floor, keeper, house, aiohttp_client)
    page = await open_page(client, "/map", keeper.admit(user_with(Role.DISPATCHER)))
    batu = floor.city.areas["99.01.01.1001"]
    await page.evaluate(POINT, {"kelurahan": batu.code, "lat": batu.lat + 0.001, "lon": batu.lon, "radius_m": 60})
    field = page.get_by_label("Alamat")
    await page.locator(".pin").wait_for()
    assert "sekitar 60 m" in await page.locator(".map-chosen").inner_text()
    assert await page.locator("path.station-dot").count() == 1
    assert await axe(page) == []

    await field.fill("depan balai")
    await page.locator(".map-board").click(position={"x": 420, "y": 150})
    lat, lon, *words = (await field.input_value()).replace(",", "").split()
    assert floor.city.area_at(float(lat), float(lon)) is not None
    assert words == ["depan", "balai"]
    assert "Batu Merah" in await page.locator(".map-chosen").inner_text()

    await page.locator(".map-board").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    moved = (await field.input_value()).split()
    assert moved[:2] != [f"{lat},", lon]
    assert moved[2:] == ["depan", "balai"]

    await field.fill("-0,8850 119.845")
    assert "-0.88500, 119.84500" in await page.locator(".map-chosen").inner_text()
    assert await page.locator(".pin").count() == 2
    await _shown(page, batu)


async def _shown(page: Any, batu: Area) -> None:
    """A place is shown by its point, or by the areas that it may be."""
    point = {"kelurahan": batu.code, "lat": batu.lat + 0.001, "lon": batu.lon, "radius_m": 60}
    rough = {"kelurahan": batu.code, "lat": batu.lat, "lon": batu.lon}
    several = {"candidates": ["Batu Merah", "Sumber Bening"]}
    shown: list[tuple[Any, int, int, str]] = [
        (point, 1, 1, "sekitar 60 m"),
        (rough, 0, 1, "wilayahnya ditandai"),
        (several, 0, 2, "Mungkin salah satu"),
        (None, 0, 0, "belum diketahui"),
    ]
    for place, pins, outlines, words in shown:
        await page.evaluate(SHOW, place)
        assert words in await page.locator(".map-caption").inner_text()
        assert await page.locator(".pin").count() == pins
        assert await page.locator("path.outline-about").count() == outlines

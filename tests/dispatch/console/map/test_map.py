"""The map as its pages and the table beside it say it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_aiohttp.plugin import AiohttpClient

from dispatch import store
from dispatch.console.map.ground import BIG, ground_of
from dispatch.console.map.pages import map_wing
from dispatch.console.map.search import hits
from dispatch.incident import NOWHERE, State
from gateway.page import Floor, Role
from tests.dispatch.console.map.cases import BATU, BENING, CALLER, inside, opened, spot, tiny
from tests.fixtures.site import Client, FixedKeeper, as_user, built, user_with
from tests.fixtures.tile_files import colour, covering, make_pmtiles, picture

BOUNDS = (119.8, -0.93, 119.86, -0.86)
HTML = {"Accept": "text/html"}


@pytest.fixture
async def look(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (map_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER)))


def _as(client: Client, keeper: FixedKeeper, *roles: Role) -> Client:
    return as_user(client, keeper.admit(user_with(*roles)))


async def _json(client: Client, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    return await answer.json(content_type=None)


async def _page(client: Client, path: str = "/map") -> str:
    answer = await client.get(path, headers=HTML)
    assert answer.status == 200
    return await answer.text()


async def test_the_areas_come_as_geojson_that_a_browser_may_keep(look: Client, floor: Floor) -> None:
    setup = await _json(look, "/map/setup.json")
    answer = await look.get(setup["areas"])
    assert answer.headers["Cache-Control"] == "max-age=2592000"
    drawn = await answer.json(content_type="application/geo+json")
    names = {one["properties"]["code"]: one["properties"]["name"] for one in drawn["features"]}
    assert names == {code: area.name for code, area in floor.city.areas.items()} | dict(floor.city.districts)
    batu = next(one["properties"] for one in drawn["features"] if one["properties"]["code"] == BATU)
    assert batu["kecamatan"] == "99.01.01"
    west, south, east, north = setup["bounds"]
    assert west < batu["lon"] < east
    assert south < batu["lat"] < north
    old = await look.get("/map/areas.geojson?v=0")
    assert old.headers["Cache-Control"] == "no-store"


def test_big_areas_are_drawn_with_fewer_corners_and_keep_their_shape(tmp_path: Path) -> None:
    city = tiny()
    document = json.loads((city.path / "areas.geojson").read_text(encoding="utf-8"))
    for feature in document["features"]:
        [ring] = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [_finer(ring, 2000)]
    document["attribution"] = "© <b>Kota</b> Mungil"
    (tmp_path / "areas.geojson").write_text(json.dumps(document), encoding="utf-8")
    ground = ground_of(replace(city, path=tmp_path))
    assert len(ground.body) < 5000 < BIG
    assert ground.bounds == pytest.approx(ground_of(city).bounds)
    assert ground.sources == "© Kota Mungil"


def _finer(ring: list[list[float]], steps: int) -> list[list[float]]:
    return [
        [a + (b - a) * step / steps for a, b in zip(one, other, strict=True)]
        for one, other in pairwise(ring)
        for step in range(steps)
    ] + [ring[-1]]


async def test_each_station_says_how_its_siren_is_and_who_is_there(look: Client, floor: Floor) -> None:
    now = floor.clock.now()
    hulu, polres = (station.siren for station in (floor.city.stations["polsek-hulu"], floor.city.stations["polres"]))
    assert hulu is not None
    assert polres is not None
    long_ago = now - timedelta(seconds=floor.city.clocks.proven_s + 60)
    await floor.store.write(lambda tx: store.prove_siren(tx, hulu.number, long_ago, "rejected"))
    await floor.store.write(lambda tx: store.fail_siren(tx, polres.number, now, "unreachable"))
    told = {one["id"]: one for one in (await _json(look, "/map/places.json"))["stations"]}
    assert (told["polsek-hulu"]["siren"], told["polres"]["siren"]) == ("stale", "dead")
    assert (told["polsek-hulu"]["rough"], told["polres"]["rough"]) == (True, False)
    on = [one.name for one in floor.city.on_duty("polres", floor.clock.now())]
    assert (told["polres"]["names"], told["polres"]["duty"]) == (on, len(on))
    await floor.store.write(lambda tx: store.prove_siren(tx, hulu.number, now, "rejected"))
    page = await _page(look)
    for words in ("Polsek Hulu", "terbukti berfungsi", "tidak berfungsi", *on):
        assert words in page
    assert hulu.number[3:] not in page


async def test_open_incidents_stand_where_they_are_known_to_be(look: Client, floor: Floor) -> None:
    now = floor.clock.now()
    exact = await opened(floor.store, now, spot(-0.8911, 119.8122), alarm="nobody accepted")
    rough = await opened(floor.store, now, inside(floor.city, BENING), state=State.ACCEPTED)
    unknown = await opened(floor.store, now, NOWHERE, state=State.PENDING)
    await opened(floor.store, now, spot(-0.89, 119.81), state=State.CLOSED)
    told = {one["id"]: one for one in await _json(look, "/map/incidents.json")}
    assert set(told) == {exact, rough, unknown}
    assert (told[exact]["lat"], told[exact]["lon"], told[exact]["exact"]) == (-0.8911, 119.8122, True)
    assert (told[exact]["radius_m"], told[exact]["face"]) == (60.0, "nobody")
    assert (told[rough]["exact"], told[rough]["area"], told[rough]["face"]) == (False, BENING, "accepted")
    assert (told[unknown]["lat"], told[unknown]["area"], told[unknown]["face"]) == (None, "", "pending")
    page = await _page(look)
    for words in ("Belum diterima", "Diterima", "Tempat belum diketahui", "Bambu Kuning"):
        assert words in page
    assert f'href="/incidents/{exact}"' in page


async def test_who_only_watches_sees_the_kelurahan_and_nothing_nearer(
    look: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    number = await opened(floor.store, floor.clock.now(), spot(-0.8911, 119.8122))
    watching = _as(look, keeper, Role.VIEWER)
    [told] = await _json(watching, "/map/incidents.json")
    area = floor.city.areas[BATU]
    assert (told["lat"], told["lon"], told["exact"], told["radius_m"]) == (area.lat, area.lon, False, None)
    assert told["place"] == area.name
    page = await _page(watching)
    assert all(one["names"] == [] for one in (await _json(watching, "/map/places.json"))["stations"])
    for hidden in ("Bambu Kuning", CALLER[3:], f"/incidents/{number}", floor.city.shifts[0].name):
        assert hidden not in page


@pytest.mark.parametrize("path", ["/map", "/map/setup.json", "/map/places.json", "/map/incidents.json", "/tiles/1/1/1"])
async def test_a_clinic_has_no_map_of_emergencies(look: Client, keeper: FixedKeeper, path: str) -> None:
    assert (await _as(look, keeper, Role.CLINIC).get(path)).status == 403


async def test_tiles_come_from_the_city_s_file_and_nothing_from_elsewhere(look: Client, floor: Floor) -> None:
    tiles = {at: picture(*at) for at in covering(BOUNDS, range(10, 13))}
    hole = max(tiles)
    del tiles[hole]
    make_pmtiles(floor.settings.data_dir / "tiles" / "kota.pmtiles", tiles, BOUNDS)
    setup = await _json(look, "/map/setup.json")
    url = setup["tiles"]["url"]
    assert setup["tiles"]["attribution"] == "© OpenStreetMap contributors"
    for z, x, y in tiles:
        answer = await look.get(url.format(z=z, x=x, y=y))
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert answer.headers["Cache-Control"] == "max-age=604800"
        assert colour(await answer.read()) == (z * 9 % 256, x % 256, y % 256)
    z, x, y = hole
    through = Image.open(io.BytesIO(await (await look.get(url.format(z=z, x=x, y=y))).read()))
    assert through.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]
    for outside in ("9/426/257", "13/6826/4116", "10/0/0", "12/999999999/1", "12/1/999999999", "99/1/1"):
        assert (await look.get(f"/tiles/{outside}")).status == 404
    for odd in ("10/853", "10/853/514.png", "a/b/c", "-1/0/0", "10/853/514/../../..", "..%2f..%2fkentongan.db", ""):
        assert (await look.get(f"/tiles/{odd}")).status == 404


async def test_a_bad_file_is_told_on_the_page_and_the_map_goes_on(look: Client, floor: Floor) -> None:
    folder = floor.settings.data_dir / "tiles"
    folder.mkdir(parents=True)
    (folder / "kota<b>.pmtiles").write_bytes(b"PMTiles")
    page = await _page(look)
    assert "kota&lt;b&gt;.pmtiles" in page
    assert "Isinya rusak" in page
    assert (await _json(look, "/map/setup.json"))["tiles"] is None
    assert (await look.get("/tiles/1/0/0")).status == 404
    [part] = floor.pulse.parts()
    assert (part.kind, part.status) == ("map", "degraded")


async def test_without_the_library_the_page_says_so_and_its_tables_say_the_same(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    bare = await aiohttp_client(built(floor, (map_wing(floor, tmp_path / "leaflet.js"),), keeper).app)
    page = await _page(_as(bare, keeper, Role.DISPATCHER))
    assert "belum terpasang" in page
    assert "Polsek Hulu" in page
    assert "leaflet" not in page.replace("Leaflet", "")
    assert (await _json(bare, "/map/setup.json"))["drawn"] is False


async def test_only_an_administrator_is_told_the_folder(look: Client, floor: Floor, keeper: FixedKeeper) -> None:
    folder = str(floor.settings.data_dir / "tiles")
    assert folder not in await _page(look)
    assert folder in await _page(_as(look, keeper, Role.ADMIN))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("batu", [("kelurahan", "Batu Merah", f"area={BATU}")]),
        ("JL. BAMBU", [("street", "Bambu Kuning", f"area={BATU}")]),
        ("bambukuning", [("street", "Bambu Kuning", f"area={BATU}")]),
        ("hulu", [("kecamatan", "Hulu", "area=99.01.01"), ("station", "Polsek Hulu", "station=polsek-hulu")]),
        ("", []),
        ("jalan", []),
        ("tidak ada", []),
    ],
)
def test_a_place_is_found_as_people_type_its_name(asked: str, found: list[tuple[str, str, str]]) -> None:
    assert [(one.what, one.name, one.focus) for one in hits(tiny(), asked)] == found


async def test_a_search_is_a_link_and_hostile_words_stay_words(look: Client) -> None:
    page = await _page(look, "/map?q=batu")
    assert f"/map?area={BATU}" in page
    evil = await _page(look, "/map?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in evil
    assert "Tidak ada tempat dengan nama itu" in evil
    assert "style=" not in page
    assert "://" not in page

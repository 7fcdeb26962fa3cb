"""The console's JSON and its acts."""

from __future__ import annotations

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.acts import ACTS
from dispatch.console.serving import Mounted, built_site
from gateway.page import Floor
from tests.fixtures.console_house import FakeHouse, incident
from tests.fixtures.site import EVERYBODY, PROOF, Client, FixedKeeper, as_user


async def test_the_page_carries_no_inline_script_or_style_and_no_foreign_address(page: Client) -> None:
    answer = await page.get("/")
    text = await answer.text()
    assert answer.status == 200
    assert answer.content_type == "text/html"
    assert "<script>" not in text
    assert "<style" not in text
    assert "style=" not in text
    assert "://" not in text
    assert ' lang="id"' in text


async def test_what_stands_beside_the_console_is_named_by_the_front_door(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    site = built_site(FakeHouse(), floor, keeper, (), Mounted(world=web.Application()))
    page = as_user(await aiohttp_client(site.app), keeper.admit(EVERYBODY))
    text = await (await page.get("/")).text()
    assert 'data-beside="/world/static/world.js"' in text
    assert 'href="/world/static/world.css"' in text


async def test_an_incident_comes_with_its_timeline(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    line = {"at": "2026-05-01T20:00:00+00:00", "kind": "opened", "text": "dibuka"}
    house.lines[1].append({"id": 1, "who": "", "data": {}, **line})
    answer = await (await page.get("/console/incidents/1")).json()
    assert answer["incident"]["code"] == "101"
    assert answer["timeline"][0]["text"] == "dibuka"


@pytest.mark.parametrize("act", sorted(ACTS))
async def test_a_named_person_acts(page: Client, house: FakeHouse, act: str) -> None:
    house.put(incident(1))
    answer = await page.post(f"/console/incidents/1/{act}", json={"pin": PROOF})
    assert answer.status == 200
    assert house.done == [(act, 1, "Sari Dewi")]
    assert (await answer.json())["timeline"][-1]["text"] == f"{act}: Sari Dewi"


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"Sari"', b"\xff\xfe", b"[" * 9000])
async def test_a_body_that_is_no_object_does_nothing(page: Client, house: FakeHouse, body: bytes) -> None:
    house.put(incident(1))
    headers = {"Content-Type": "application/json"}
    answer = await page.post("/console/incidents/1/accept", data=body, headers=headers)
    assert answer.status == 400
    assert house.done == []


async def test_a_forbidden_move_is_told_in_words(page: Client, house: FakeHouse) -> None:
    house.put(incident(1, state="closed"))
    answer = await page.post("/console/incidents/1/accept", json={})
    assert answer.status == 409
    told = await answer.json()
    assert told["error"].startswith("Kejadian #101 sudah selesai")
    assert told["incident"]["state"] == "closed"


@pytest.mark.parametrize("path", ["/console/incidents/9", "/console/incidents/9/accept"])
async def test_an_unknown_incident_is_404(page: Client, path: str) -> None:
    answer = await (page.post(path, json={}) if path.endswith("accept") else page.get(path))
    assert answer.status == 404


@pytest.mark.parametrize("number", ["-1", "1.5", "x", "٣", "1" * 19, "1;drop", "%00", "..%2f..%2fetc"])
async def test_a_number_that_is_none_reaches_nobody(page: Client, number: str) -> None:
    assert (await page.get(f"/console/incidents/{number}")).status == 404


async def test_health_says_since_when(page: Client) -> None:
    (part,) = await (await page.get("/console/health")).json()
    assert part["kind"] == "loop"
    assert part["status"] == "ok"
    assert part["since"] == "2026-05-01T20:00:00+00:00"


async def test_the_city_says_its_clocks_and_the_programs_time(page: Client) -> None:
    city = await (await page.get("/console/city")).json()
    assert city["clocks"]["nobody_s"] == 120
    assert city["now"].endswith("+00:00")


@pytest.mark.parametrize("path", ["../pages.py", "..%2fpages.py", "%2e%2e/pages.py", "//etc/passwd"])
async def test_static_files_do_not_lead_out(page: Client, path: str) -> None:
    assert (await page.get(f"/console/static/{path}")).status in (403, 404)

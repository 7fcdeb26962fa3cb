"""Requests of other pages, other names and other kinds are refused; every answer wears its headers."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.guard import HEADERS, guarded
from tests.fixtures.console_house import FakeHouse, incident

Client = TestClient[Any, Any]
ACCEPT = "/console/incidents/1/accept"


@pytest.mark.parametrize("path", ["/", "/console/city", "/console/static/console.js", "/nothing-here", ACCEPT])
async def test_every_answer_wears_the_security_headers(page: Client, path: str) -> None:
    answer = await page.get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Cache-Control"] in ("no-store", "no-cache")


def test_the_policy_allows_only_ourselves() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:99999"},
        {"Origin": "127.0.0.1:{port}"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_post_from_another_page_is_refused(page: Client, house: FakeHouse, headers: dict[str, str]) -> None:
    house.put(incident(1))
    said = {name: value.format(port=page.port) for name, value in headers.items()}
    answer = await page.post(ACCEPT, json={}, headers=said)
    assert answer.status == 403
    assert house.done == []


async def test_a_post_from_our_own_page_is_taken(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    origin = str(page.make_url("/")).rstrip("/")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert (await page.post(ACCEPT, json={}, headers=headers)).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_what_a_foreign_form_could_send_is_refused(page: Client, house: FakeHouse, kind: str) -> None:
    house.put(incident(1))
    answer = await page.post(ACCEPT, data=b'{"as":"Sari"}', headers={"Content-Type": kind})
    assert answer.status == 415
    assert house.done == []


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[", "[::1"])
async def test_a_foreign_host_name_is_refused(page: Client, host: str) -> None:
    for path in ("/", "/console/incidents", "/console/events"):
        assert (await page.get(path, headers={"Host": host})).status in (400, 421)


@pytest.mark.parametrize("host", ["localhost:8080", "LOCALHOST", "127.0.0.1", "[::1]:8080"])
async def test_our_own_host_names_are_served(page: Client, host: str) -> None:
    assert (await page.get("/console/city", headers={"Host": host})).status == 200


async def test_a_body_that_is_too_large_is_refused(page: Client, house: FakeHouse) -> None:
    house.put(incident(1))
    answer = await page.post(ACCEPT, json={"as": "S" * 1_000_000})
    assert answer.status in (400, 413)
    assert house.done == []


async def test_machines_post_to_their_own_paths_and_the_public_name_is_ours(
    aiohttp_client: AiohttpClient,
) -> None:
    async def here(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    guarded(app, hosts=("pusat.example.id",), machines=lambda path: path.startswith("/callbacks/"))
    app.router.add_post("/callbacks/x", here)
    app.router.add_post("/page", here)
    page = await aiohttp_client(app)
    form = {"from": "+62811"}
    assert (await page.post("/callbacks/x", data=form, headers={"Host": "elsewhere.example"})).status == 200
    assert (await page.post("/page", headers={"Host": "pusat.example.id"})).status == 200
    assert (await page.post("/page", headers={"Host": "elsewhere.example"})).status == 421


@pytest.mark.parametrize(
    ("host", "origin", "ours"),
    [
        ("pusat.example.id:8443", "https://pusat.example.id:8443", True),
        ("pusat.example.id", "https://pusat.example.id:8443", True),  # a proxy that leaves the port out
        ("PUSAT.example.id", "https://Pusat.Example.id.:8443", True),
        ("pusat.example.id:8443", "http://pusat.example.id:8443", False),
        ("pusat.example.id", "https://pusat.example.id", False),
        ("pusat.example.id", "http://pusat.example.id", False),
        ("pusat.example.id", "http://127.0.0.1:8080", False),
        ("127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("127.0.0.1:8080", "https://127.0.0.1:8080", False),
        ("127.0.0.1", "http://127.0.0.1:80", True),
        ("127.0.0.1:8080", "https://pusat.example.id:8443", False),
    ],
)
async def test_behind_a_proxy_only_its_own_address_is_ours(
    host: str, origin: str, ours: bool, aiohttp_client: AiohttpClient
) -> None:
    async def here(_request: web.Request) -> web.Response:
        return web.Response(text="ok")

    app = web.Application()
    guarded(app, hosts=("pusat.example.id",), public_url="https://pusat.example.id:8443/")
    app.router.add_post("/page", here)
    page = await aiohttp_client(app)
    answer = await page.post("/page", headers={"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-origin"})
    assert answer.status == (200 if ours else 403)

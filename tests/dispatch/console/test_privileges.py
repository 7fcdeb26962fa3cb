"""Who may what: every route of every room against a table that a person can read, and over HTTP.

``privileges.txt`` is that table. A new page goes red here until its line stands there: copy the line that the test
says, and ask whether it is what you meant.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from aiohttp import DummyCookieJar
from pytest_aiohttp.plugin import AiohttpClient

import eservices.pages
from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.keeper import COOKIE
from dispatch.console.reading import CSRF_HEADER
from dispatch.console.site import Site
from dispatch.console.wings import wings
from gateway.api import PREFIX
from gateway.page import PUBLIC, STAFF, Floor, Role
from tests.fixtures.engines import open_store
from tests.fixtures.site import PROOF, FixedKeeper, built, user_with

pytestmark = pytest.mark.sqlite_only("who may what is the same on both engines")
OPEN = open_store
TABLE = Path(__file__).with_name("privileges.txt")
SAMPLES = (
    "1",
    "2026-05-01",
    "out-1",
    "accept",
    "a",
    "a.js",
    "+6281234567890",
    "a" * 14,
    "umum.a.0800",
)  # parts of addresses
ALWAYS, SOMETIMES = "+PIN", "+PIN?"  # asks once more who it is; for some of what it does: see DANGEROUS
DANGEROUS: dict[str, dict[str, str]] = {
    "accept": {},
    "next": {},
    "confirm": {},
    "assign": {"to": "polres"},
    "call": {},
    "text": {"words": "kami datang"},
    "place": {"text": "jl bambu"},
    "note": {"words": "x"},
    "mark": {"as": "real"},
    "close": {"finding": "handled"},
    "cancel!": {},
    "mark!": {"as": "false"},
    "mark!!": {"as": "drill"},
    "close!": {"finding": "false"},
    "close!!": {"finding": " drill "},
}
"""Each act on an incident with its fields; those with a mark ask for the PIN."""
EVERYONE, ALL_STAFF = "everyone", "all-staff"


def site_of(floor: Floor, keeper: FixedKeeper) -> Site:
    """Every wing that the front door hands to the console."""
    access = access_wing(AccessKeeper(gate_of(floor)), floor)
    return built(floor, (*wings(floor), *eservices.pages.wings(floor), access), keeper)


def in_words(roles: frozenset[Role], danger: object) -> str:
    proof = [SOMETIMES] if callable(danger) else [ALWAYS] if danger else []
    if roles >= PUBLIC:
        return " ".join([EVERYONE, *proof])
    return " ".join([*([ALL_STAFF] if roles == STAFF else sorted(roles)), *proof])


def visited(site: Site, method: str, canonical: str) -> str:
    """An address of that route."""
    (route,) = {
        route.resource
        for route in site.app.router.routes()
        if route.resource and route.resource.canonical == canonical and route.method == method
    }
    form = route.get_info().get("pattern")
    names = re.findall(r"\{[^}]*\}", canonical)
    for values in product(SAMPLES, repeat=len(names)):
        path = canonical
        for name, value in zip(names, values, strict=True):
            path = path.replace(name, value, 1)
        if form is None or form.fullmatch(path):
            return path
    raise AssertionError(f"SAMPLES has nothing for {canonical}")


def written() -> list[str]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#")]


async def test_every_route_stands_in_the_table_with_who_may_use_it(floor: Floor, keeper: FixedKeeper) -> None:
    site = site_of(floor, keeper)
    proofs = site.proofs
    found = {f"{door[0]} {door[1]} {in_words(roles, proofs.get(door))}" for door, roles in site.doors.items()}
    table = written()
    assert len(table) == len(set(table))
    assert sorted(found - set(table)) == [], f"not in {TABLE.name}, or not so"
    assert sorted(set(table) - found) == [], f"in {TABLE.name}, and no such route"


async def test_each_role_is_let_in_or_turned_away_as_the_table_says(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    site = site_of(floor, keeper)
    client = await aiohttp_client(site.app, cookie_jar=DummyCookieJar())
    wrong: list[str] = []
    for (method, canonical), roles in site.doors.items():
        if method == "*" or (canonical.endswith("/") and canonical != "/"):
            continue  # others' routes below a path, each with its own tests
        path = visited(site, method, canonical)
        for role in (None, *sorted(STAFF)):
            headers = {"Accept": "application/json"}
            if role is not None:
                session = keeper.admit(user_with(role), sure=True)
                headers |= {"Cookie": f"{COOKIE}={session.key}", CSRF_HEADER: session.csrf}
            async with client.request(method, path, headers=headers, allow_redirects=False) as answer:
                status = answer.status
            may = roles >= PUBLIC or (role is not None and role in roles)
            turned_away = 401 if role is None else 403
            good = status != 403 and status in (503, *range(500)) if may else status == turned_away
            if path == "/login" and method == "POST":
                good = status in (401, 429)
            if not good:
                wrong.append(f"{method} {path} as {role or 'nobody'}: {status}")
    assert wrong == []


async def test_a_token_opens_what_is_told_to_other_systems_and_nothing_else(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    site = site_of(floor, keeper)
    client = await aiohttp_client(site.app, cookie_jar=DummyCookieJar())
    token = keeper.admit(user_with(*STAFF), token=True)
    headers = {"Authorization": f"Bearer {token.key}", "Accept": "application/json"}
    wrong: list[str] = []
    for method, canonical in site.doors:
        if (
            method == "*"
            or (canonical.endswith("/") and canonical != "/")
            or canonical.startswith(("/health", "/openapi.json", "/trackers/"))
        ):
            continue  # no page: it never asks who comes
        path = visited(site, method, canonical)
        async with client.request(method, path, headers=headers, allow_redirects=False) as answer:
            told = path == "/metrics" or path.startswith(f"{PREFIX}/")
            if (answer.status == 403) is told:
                wrong.append(f"{method} {path}: {answer.status}")
    assert wrong == []


@pytest.mark.parametrize("door", ["/console/incidents/1/", "/incidents/1/", "/api/v1/incidents/1/"])
async def test_what_ends_help_asks_for_the_pin_and_nothing_that_brings_it_does(
    door: str, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    """At a seat that stays logged in, by every door."""
    site = site_of(floor, keeper)
    client = await aiohttp_client(site.app, cookie_jar=DummyCookieJar())
    session = keeper.admit(user_with(Role.DISPATCHER))
    headers = {"Cookie": f"{COOKIE}={session.key}", CSRF_HEADER: session.csrf, "Accept": "application/json"}
    for name, fields in DANGEROUS.items():
        act = name.rstrip("!")
        for pin in ("", "wrong", PROOF):
            body = {**fields, "pin": pin} if pin else fields
            form, told = (body, None) if door.startswith("/incidents") else (None, body)
            async with client.post(f"{door}{act}", headers=headers, data=form, json=told) as answer:
                asked = answer.status == 403
                assert asked is (name != act and pin != PROOF), (name, pin, answer.status)
                if asked:
                    assert (await answer.json())["key"] == ("site.unproven" if pin else "site.prove")


def test_who_sees_what_residents_wrote_is_neither_viewer_nor_admin() -> None:
    """The laws of the design, on the table itself."""
    for line in written():
        method, path, *roles = line.split()
        if path.startswith(("/people", "/letters", "/tickets", "/clinic", "/console/post", "/console/recordings")):
            assert not {"viewer", "admin", EVERYONE, ALL_STAFF} & set(roles), line
        if path.startswith("/settings") and method == "POST" and "logout" not in path:
            assert "dispatcher" not in roles, line

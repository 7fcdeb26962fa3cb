"""What a request brings is counted as it comes: whoever sends it, however long he says it is, the loop goes on."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import ClientResponse, FormData
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.bodies import FORM, JSON, MOST_FIELDS, MOST_TYPED
from gateway.page import MOST_BODY, STAFF, Floor, Page, Role, Told, Visit, Wing
from tests.dispatch.console.access.room import PlainHasher
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built

pytestmark = pytest.mark.sqlite_only("a body is read before any page reads the store")
LARGE = 8 * 1024 * 1024


async def told(visit: Visit) -> Told:
    return Told(value={"form": dict(visit.form), "many": dict(visit.many), "files": sorted(visit.files)})


LISTS = Wing(
    room="lists",
    pages=(
        Page(path="/list", handle=told, roles=STAFF, method="POST", most_body=LARGE),
        Page(path="/short", handle=told, roles=STAFF, method="POST"),
    ),
)


@pytest.fixture
async def open_doors(floor: Floor, aiohttp_client: AiohttpClient) -> tuple[Client, list[str]]:
    """A stranger, beside a page that takes large files; and every path to which he may post."""
    keeper = AccessKeeper(replace(gate_of(floor), hasher=PlainHasher()))
    site = built(floor, (access_wing(keeper, floor), LISTS), keeper)
    paths = [path for (method, path), roles in site.doors.items() if method == "POST" and Role.PUBLIC in roles]
    return await aiohttp_client(site.app), sorted(paths)


@pytest.fixture
async def desk(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    return as_user(await aiohttp_client(built(floor, (LISTS,), keeper).app), keeper.admit(EVERYBODY))


async def chunked(client: Client, path: str, body: bytes, kind: str) -> ClientResponse:
    """Sent piece by piece, so that its head says nothing of its length."""

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, len(body), 8192):
            yield body[at : at + 8192]

    return await client.post(path, data=pieces(), headers={"Content-Type": kind})


TOO_MUCH = {
    JSON: json.dumps({f"{one:x}": [] for one in range(MOST_BODY // 8)}).encode(),
    FORM: b"login=" + b"a" * (MOST_BODY + 1),
    "multipart/form-data; boundary=x": b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 400
    + b"--x--\r\n",
}


@pytest.mark.parametrize("kind", TOO_MUCH)
async def test_nobody_sends_more_to_an_open_door_than_it_takes_whatever_his_head_says(
    open_doors: tuple[Client, list[str]], kind: str
) -> None:
    client, paths = open_doors
    assert {"/login", "/login/code", "/logout", "/look"} <= set(paths)
    assert len(TOO_MUCH[kind]) > MOST_BODY
    for path in paths:
        assert (await chunked(client, path, TOO_MUCH[kind], kind)).status == 413, path


PACKED = (gzip.compress(TOO_MUCH[FORM] * 16, mtime=0), gzip.compress(b"login=sari", mtime=0), b"0123456789")


@pytest.mark.parametrize("body", PACKED, ids=["bomb", "small", "none"])
async def test_nothing_that_is_packed_is_taken(open_doors: tuple[Client, list[str]], body: bytes) -> None:
    client, _ = open_doors
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    assert len(body) < MOST_BODY
    assert (await client.post("/login", data=body, headers=headers)).status == 415


async def test_a_page_of_large_files_takes_nothing_else_that_is_large(desk: Client) -> None:
    assert (await chunked(desk, "/list", TOO_MUCH[JSON], JSON)).status == 413
    assert (await chunked(desk, "/list", b"a=" + b"b" * MOST_TYPED, FORM)).status == 413
    head = b'--x\r\nContent-Disposition: form-data; name="a"%b\r\n\r\n'
    body = b"b" * (MOST_TYPED + 1) + b"\r\n--x--\r\n"
    parts = "multipart/form-data; boundary=x"
    assert (await chunked(desk, "/list", head % b"" + body, parts)).status == 413
    answer = await chunked(desk, "/list", head % b'; filename="a.csv"' + body, parts)
    assert (await answer.json())["files"] == ["a"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), FORM, 400),
        (b"a=\xff", FORM, 400),
        (b"a=b-", f"{FORM}; charset=punycode", 415),
        (b"{}", f"{JSON}; charset=idna", 415),
        (b'{"a":' + b"[" * 8000 + b"]" * 8000 + b"}", JSON, 400),
        (b'{"a":' + b"9" * 5000 + b"}", JSON, 400),
        (b"[1]", JSON, 400),
        (b"--x\r\n\r\nnameless\r\n--x--\r\n", "multipart/form-data; boundary=x", 400),
        (b"--y--\r\n", "multipart/form-data; boundary=x", 400),
        (b"a=b", "multipart/form-data", 400),
        (b"a=b", "text/plain", 415),
    ],
)
async def test_what_cannot_be_read_is_refused_and_is_no_fault_of_ours(
    desk: Client, body: bytes, kind: str, status: int
) -> None:
    assert (await chunked(desk, "/short", body, kind)).status == status


async def test_what_is_sent_as_a_form_as_parts_and_as_json_is_read_alike(desk: Client) -> None:
    typed = await (await desk.post("/short", data="a=1&a=+%C3%A9&b=", headers={"Content-Type": FORM})).json()
    assert typed["many"] == {"a": ["1", " é"], "b": [""]}
    assert typed["form"]["a"] == " é"
    parts = FormData([("a", "1"), ("a", " é"), ("b", "")], default_to_multipart=True)
    parts.add_field("file", b"x", filename="x.csv", content_type="text/csv")
    assert await (await desk.post("/short", data=parts)).json() == {**typed, "files": ["file"]}
    said = await (await desk.post("/short", json={"a": " é", "b": 3, "c": ["d"], "e": None})).json()
    assert {name: said["form"][name] for name in "abce"} == {"a": " é", "b": "3", "c": '["d"]', "e": "null"}

"""The technician's pages: the pack's faults by line, and secrets that are shown once."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.setup.pages import setup_wing
from gateway.page import Floor, Role
from gateway.rotation import digest_of
from gateway.store.callbacks import secrets
from tests.fixtures.browser import PHONE, OpenPage, axe, sideways
from tests.fixtures.site import PROOF, TINY, Client, FixedKeeper, as_user, built, user_with


async def looking(floor: Floor, keeper: FixedKeeper, make: AiohttpClient, *roles: Role) -> Client:
    pages = (setup_wing(floor), access_wing(AccessKeeper(gate_of(floor)), floor))
    client = as_user(await make(built(floor, pages, keeper).app), keeper.admit(user_with(*roles)))
    client.session.headers["Accept"] = "text/html"
    return client


@pytest.mark.sqlite_only("it reads files")
async def test_each_fault_of_the_pack_is_named_with_its_line(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, tmp_path: Path
) -> None:
    pack = shutil.copytree(TINY, tmp_path / "pack")
    floor = replace(floor, settings=replace(floor.settings, city=str(pack)))
    client = await looking(floor, keeper, aiohttp_client, Role.SUPERVISOR)
    assert "Tidak ada kesalahan" in await (await client.get("/settings/pack")).text()
    with (pack / "roster.csv").open("a") as file:
        file.write("nowhere,=HYPERLINK(1),<b>x</b>,,,\n")
    text = await (await client.get("/settings/pack")).text()
    assert "roster.csv" in text
    assert "<b>x</b>" not in text
    shutil.rmtree(pack)
    assert "tidak ditemukan" in await (await client.get("/settings/pack")).text()


@pytest.mark.sqlite_only("the verbs are tested on both: tests/gateway/test_rotation.py")
async def test_a_new_secret_is_shown_once_and_the_older_is_shut(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    client = await looking(floor, keeper, aiohttp_client, Role.ADMIN)
    there = "/settings/secrets/africastalking"
    assert (await client.post(f"{there}/rotate", data={"pin": "0000"})).status == 403
    page = await (await client.post(f"{there}/rotate", data={"pin": PROOF})).text()
    secret = re.findall(r"/callbacks/africastalking/([\w-]{32})/sms", page)[0]
    text = await (await client.get("/settings/secrets")).text()
    assert secret not in text
    assert "Tutup yang lama" not in text, "there is none yet"
    assert digest_of(secret) in [one.digest for one in await floor.store.read(secrets)]
    await client.post(f"{there}/rotate", data={"pin": PROOF})
    assert "Tutup yang lama" in await (await client.get("/settings/secrets")).text()
    assert (await client.post(f"{there}/rotate", data={"pin": PROOF})).status == 409
    assert (await client.post(f"{there}/drop", data={"pin": PROOF}, allow_redirects=False)).status == 303
    assert "Tutup yang lama" not in await (await client.get("/settings/secrets")).text()
    assert (await client.post("/settings/secrets/nobody/rotate", data={"pin": PROOF})).status == 404


@pytest.mark.sqlite_only("it is looked at")
@pytest.mark.rest("tests/walks/test_every_page.py looks at these pages each time")
async def test_the_pages_are_read_on_a_phone(
    open_page: OpenPage, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    pages = (setup_wing(floor), access_wing(AccessKeeper(gate_of(floor)), floor))
    client = await aiohttp_client(built(floor, pages, keeper).app)
    page = await open_page(client, "/settings/secrets", keeper.admit(user_with(Role.ADMIN)), size=PHONE)
    for path in ("/settings/secrets", "/settings/pack"):
        await page.goto(str(client.make_url(path)))
        assert await axe(page) == [], path
        assert await sideways(page) == 0, path

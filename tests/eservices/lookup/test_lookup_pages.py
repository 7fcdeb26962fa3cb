"""The staff's page of tables: who may, what a file would change, how it is written, and back again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from eservices.lookup import store
from eservices.lookup.pages.wing import lookup_wing
from gateway.page import Floor, Role
from gateway.store.audit_reading import Wanted, found
from tests.fixtures.site import PROOF, Client, FixedKeeper, as_user, built, ground_floor, user_with

HEAD = "nop,name,area,year,amount,due,paid\n"
GOOD = HEAD + "".join(
    f"12750300040050{place:03d}0,Siti Aminah,Paya Roba,2027,{place}000,2027-11-30,\n" for place in range(600)
)
BAD = HEAD + "127503000400501230,Siti,Entah,2027,banyak,31/31/2027,\n12,Budi,Paya Roba,2027,1,2027-11-30,\n"
HTML = {"Accept": "text/html"}


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city("binjai")) as floor:
        yield floor


@pytest.fixture
def keeper() -> FixedKeeper:
    return FixedKeeper()


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> AsyncIterator[Client]:
    wing = lookup_wing(floor)
    assert wing.runs is not None
    running = asyncio.ensure_future(wing.runs())
    client: Client = await aiohttp_client(TestServer(built(floor, (wing,), keeper).app))
    yield as_user(client, keeper.admit(user_with(Role.DISPATCHER)))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def brought(page: Client, text: str, lookup: str = "pbb") -> str:
    form = FormData()
    form.add_field("file", text.encode(), filename="pbb.csv", content_type="text/csv")
    answer = await page.post(f"/lookups/{lookup}", data=form, headers=HTML)
    return await answer.text()


async def written(page: Client, text: str) -> str:
    """Brings a file, has it written and waits until the page says so."""
    key = (await brought(page, text)).split('name="key" value="')[1].split('"')[0]
    answer = await page.post("/lookups/pbb/write", data={"key": key, "pin": PROOF}, allow_redirects=False)
    assert answer.status == 303
    async with asyncio.timeout(30):
        while "dibaca warga." not in (seen := await (await page.get("/lookups/pbb", headers=HTML)).text()):
            assert "<progress" in seen
            await asyncio.sleep(0.02)
    return seen


async def test_the_list_says_how_old_each_table_is(page: Client) -> None:
    seen = await (await page.get("/lookups", headers=HTML)).text()
    assert "Pajak PBB" in seen
    assert "data contoh" in seen
    await written(page, GOOD)
    seen = await (await page.get("/lookups", headers=HTML)).text()
    assert ">600<" in seen


async def test_a_bad_file_names_every_line_and_writes_nothing(page: Client, floor: Floor) -> None:
    seen = await brought(page, BAD)
    for words in ("bukan wilayah kota ini", "bukan jumlah uang", "bukan tanggal", "tidak sesuai bentuk nomor"):
        assert words in seen, words
    assert 'name="key"' not in seen
    assert await floor.store.read(lambda tx: store.versions(tx)) == []


async def test_names_are_masked_on_the_page_too(page: Client) -> None:
    seen = await brought(page, GOOD)
    assert "S*** A***" in seen
    assert "Siti Aminah" not in seen


async def test_a_file_is_written_by_who_brought_it_after_proof_and_is_in_the_audit(
    page: Client, floor: Floor, keeper: FixedKeeper
) -> None:
    seen = await brought(page, GOOD)
    key = seen.split('name="key" value="')[1].split('"')[0]
    assert (await page.post("/lookups/pbb/write", data={"key": key})).status == 403
    other = as_user(page, keeper.admit(user_with(Role.SUPERVISOR, login="budi")))
    assert (await other.post("/lookups/pbb/write", data={"key": key, "pin": PROOF})).status == 409
    mine = as_user(page, keeper.admit(user_with(Role.DISPATCHER)))
    await written(mine, GOOD)
    lines = await floor.store.read(lambda tx: found(tx, Wanted(what="lookup.import"), at_most=10))
    assert [line.object for line in lines] == ["lookup/pbb"]


async def test_back_to_the_former_table(page: Client, floor: Floor) -> None:
    assert (await page.post("/lookups/pbb/back", data={"pin": PROOF})).status == 409
    await written(page, GOOD)
    await written(page, GOOD.replace("2027,", "2028,", 1))
    before = await floor.store.read(lambda tx: store.current(tx, "pbb"))
    (former,) = [
        one.id for one in await floor.store.read(lambda tx: store.versions(tx, "pbb")) if one.state == "former"
    ]
    async with page.get("/lookups/pbb", headers=HTML) as shown:
        assert f'name="to" value="{former}"' in await shown.text()
    asked = {"pin": PROOF, "to": str(former)}
    assert (await page.post("/lookups/pbb/back", data=asked, allow_redirects=False)).status == 303
    again = await page.post("/lookups/pbb/back", data=asked, allow_redirects=False)
    assert again.status == 409, "a second click, or a second seat, does not lead forth again"
    for junk in ("", "x", "9" * 30):
        assert (await page.post("/lookups/pbb/back", data={**asked, "to": junk})).status == 409
    after = await floor.store.read(lambda tx: store.current(tx, "pbb"))
    assert before is not None
    assert after is not None
    assert after.id < before.id


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINIC, Role.OFFICE, Role.ADMIN])
async def test_others_do_not_see_it(page: Client, keeper: FixedKeeper, role: Role) -> None:
    other = as_user(page, keeper.admit(user_with(role, login="lain")))
    assert (await other.get("/lookups", headers=HTML)).status == 403


async def test_a_look_up_that_is_not_there_is_not_found(page: Client) -> None:
    assert (await page.get("/lookups/tidakada", headers=HTML)).status == 404

"""Communication tests and drills as people ask for them and see what came of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from dispatch import store
from dispatch.comm_test import TestState
from dispatch.console.drills.pages import drills_wing
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.fixtures.site import PROOF, TINY, Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

ANI = "+6285500002001"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DRILL = {"kind": "robbery", "area": "99.01.01.1001", "minutes": "10", "street": "Balai kota", "pin": PROOF}


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city(TINY), Stopped(MONDAY)) as floor:
        yield floor


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (drills_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.SUPERVISOR)))


async def text(page: Client, path: str) -> str:
    answer = await page.get(path, headers={"Accept": "text/html"})
    assert answer.status == 200, await answer.text()
    return await answer.text()


@pytest.mark.parametrize(
    ("whom", "many"), [({"number": ANI}, 1), ({"station": "polres"}, 2), ({}, 7), ({"number": "0812", "x": "1"}, 0)]
)
async def test_officers_are_called_to_ask_whether_they_hear(
    page: Client, floor: Floor, whom: dict[str, str], many: int
) -> None:
    assert (await page.post("/officers/test", data=whom)).status == 403
    answer = await page.post("/officers/test", data={**whom, "pin": PROOF}, allow_redirects=False)
    assert answer.status == (303 if many else 409)
    assert len(await floor.store.read(store.comm_tests_waiting)) == many


async def test_who_was_not_heard_of_late_stands_first_and_who_heard_is_told(page: Client, floor: Floor) -> None:
    await page.post("/officers/test", data={"number": ANI, "pin": PROOF})

    def heard(tx: Tx) -> None:
        done = {
            "state": TestState.DONE.value,
            "answered_at": MONDAY,
            "heard_at": MONDAY + timedelta(seconds=2.5),
            "outcome": "answered",
        }
        store.note_comm_test(tx, 1, **done)

    await floor.store.write(heard)
    shown = await text(page, "/officers")
    assert shown.index("Beni Contoh</td>" if "Beni Contoh</td>" in shown else "Beni Contoh") < shown.index("Ani Contoh")
    assert "mendengar" in shown
    assert ">2,5</td>" in shown, "decimals as the language writes them"
    assert "data-again" not in shown


async def test_a_drill_runs_on_its_page_and_is_ended_there(page: Client, floor: Floor) -> None:
    answer = await page.post("/drills", data=DRILL, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    assert answer.headers["Location"].startswith("/drills/1")
    running = await text(page, "/drills/1")
    assert 'data-again="4"' in running
    assert "Ani Contoh" in running
    assert "belum" in running
    second = await page.post("/drills", data=DRILL, headers={"Accept": "text/html"})
    assert second.status == 409
    assert "Latihan 1 masih berjalan" in await second.text()
    assert (await page.post("/drills/1/stop", data={"pin": PROOF}, allow_redirects=False)).status == 303
    assert "dihentikan oleh Sari Dewi" in await text(page, "/drills/1")
    assert (await page.post("/drills/1/stop", data={"pin": PROOF})).status == 409
    assert (await page.post("/drills/2/stop", data={"pin": PROOF})).status == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"minutes": "0"}, "Lamanya"),
        ({"minutes": "x"}, "Lamanya"),
        ({"kind": "flood!"}, "jenis"),
        ({"area": "?"}, "kel"),
    ],
)
async def test_what_is_no_drill_is_said_over_the_form(page: Client, changed: dict[str, str], words: str) -> None:
    answer = await page.post("/drills", data=DRILL | changed, headers={"Accept": "text/html"})
    assert answer.status == 409
    assert words in await answer.text()


@pytest.mark.parametrize("path", ["/officers", "/drills", "/drills/1"])
async def test_a_viewer_sees_tests_and_drills_without_any_number(page: Client, keeper: FixedKeeper, path: str) -> None:
    await page.post("/drills", data=DRILL)
    viewer = as_user(page, keeper.admit(user_with(Role.VIEWER)))
    assert "0855" not in await text(viewer, path)
    assert (await viewer.post("/drills", data=DRILL)).status == 403
    assert (await viewer.post("/officers/test", data={"pin": PROOF})).status == 403


@pytest.mark.parametrize("path", ["/officers", "/drills", "/drills/1"])
async def test_each_table_is_a_sheet(page: Client, path: str) -> None:
    await page.post("/drills", data=DRILL)
    table = await page.get(f"{path}?as=csv")
    assert table.content_type == "text/csv"
    assert "robbery" not in await table.text()
    assert (await page.get(f"{path}?as=pdf")).content_type == "application/pdf"

"""The page and the command show what stands, with no telephone whole; a disposition is given there; the person's page
and his file hold what he asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from config.city import load_city
from config.lookup import Row
from eservices.lookup import store as tables
from eservices.lookup.extra import Matter
from eservices.lookup.matching import kept_key
from eservices.lookup.pages.wing import lookup_wing
from eservices.lookup.standing.deadlines.store import follow, note_warned
from eservices.lookup.standing.duties.store import listed
from eservices.lookup.standing.following.talk import Follow
from eservices.lookup.standing.pages.wing import standing_wing
from eservices.lookup.standing.reminding.talk import Remind
from gateway.dialogue import Who
from gateway.page import Floor, Role, Visit
from gateway.store import Tx
from gateway.store.audit_reading import Wanted, found
from gateway.store.exporting import person_of
from tests.fixtures.site import Client, FixedKeeper, as_user, built, ground_floor, user_with

HTML = {"Accept": "text/html"}
SITI = "+6281234567890"
BILL = {"nop": "1275", "name": "Siti", "area": "", "year": "2036", "amount": "1", "due": "2036-11-30", "paid": ""}
LETTER = {"number": "1012/26", "about": "Lapangan", "at": "Umum", "since": "2026-11-17", "state": "disposisi"}


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city("binjai")) as floor:
        yield floor


@pytest.fixture
def keeper() -> FixedKeeper:
    return FixedKeeper()


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client: Client = await aiohttp_client(TestServer(built(floor, (standing_wing(floor),), keeper).app))
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER)))


def test_a_city_in_which_nothing_can_stand_is_offered_no_page_of_it(floor: Floor) -> None:
    bare = replace(floor, city=replace(floor.city, lookups={}))
    assert [bool(wing(floor).pages[0].nav) for wing in (standing_wing, lookup_wing)] == [True, True]
    assert [bool(wing(bare).pages[0].nav) for wing in (standing_wing, lookup_wing)] == [False, False]


async def imported(floor: Floor, name: str, row: Row) -> None:
    lookup = floor.city.lookups[name]

    def work(tx: Tx) -> None:
        now = floor.clock.now()
        version = tables.begin(tx, name, source="t.csv", by="test", at=now)
        tables.add(tx, version, 0, [(kept_key(lookup.key, row), row)])
        tables.switch(tx, version, 1, now)

    await floor.store.write(work)


async def asked(floor: Floor) -> None:
    """Siti is reminded of a bill and follows a field; a permit is late and the office was told."""
    who, lookups = Who(number=SITI, at=floor.clock.now(), language="id"), floor.city.lookups
    await imported(floor, "pbb", BILL)

    def work(tx: Tx) -> None:
        bill, jobs = Matter(lookup=lookups["pbb"], key="1275", row=BILL), Matter(lookup=lookups["kerja"], key="satpam")
        assert "Dicatat" in Remind(floor.city).take(tx, bill, who, "one").text
        assert "Dicatat" in Follow(floor.city).take(tx, jobs, who, "two").text
        follow(tx, "izin", 1, {"20260398": "2026-01-05"})
        note_warned(tx, "izin", "2026-02-02", datetime(2026, 1, 6, tzinfo=UTC))

    await floor.store.write(work)


async def test_the_page_shows_what_stands_and_no_telephone_whole(page: Client, floor: Floor) -> None:
    await asked(floor)
    seen = await (await page.get("/standing", headers=HTML)).text()
    for words in ("Pajak PBB", "30/11/2036", "satpam", "2026-0398", "petugas dinas"):
        assert words in seen, words
    assert "belum lengkap" not in seen  # nothing follows from the rows of a bill by itself
    assert SITI not in seen
    assert "081234567890" not in seen


async def test_a_disposition_is_given_once_by_name(page: Client, floor: Floor) -> None:
    await imported(floor, "surat", LETTER)
    answer = await page.post("/standing/surat/give", data={"key": "1012/26"}, allow_redirects=False)
    assert answer.status == 303
    [one] = await floor.store.read(lambda tx: listed(tx, "surat", 10))
    assert (one.key, one.was) == ("101226", "disposisi")
    for key, words in (("1012/26", "sudah menunggu jawaban"), ("99999", "tidak ada di tabel"), ("x", "tidak ada")):
        answer = await page.post("/standing/surat/give", data={"key": key}, headers=HTML)
        assert answer.status == 409
        assert words in await answer.text()
    assert (await page.post("/standing/pbb/give", data={"key": "1275"})).status == 404
    [line] = await floor.store.read(lambda tx: found(tx, Wanted(what="lookup.give"), at_most=10))
    assert (line.how, line.object) == ("page", f"lookup/surat/{one.id}")
    assert "1012/26" in await (await page.get("/standing", headers=HTML)).text()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLINIC, Role.OFFICE, Role.ADMIN])
async def test_others_do_not_see_it(page: Client, keeper: FixedKeeper, role: Role) -> None:
    other = as_user(page, keeper.admit(user_with(role, login="lain")))
    assert (await other.get("/standing", headers=HTML)).status == 403
    assert (await other.post("/standing/surat/give", data={"key": "1012/26"})).status == 403


async def test_a_persons_page_and_file_hold_what_he_asked_for(floor: Floor) -> None:
    await asked(floor)
    matters = standing_wing(floor).matters
    assert matters is not None
    for role, many in ((Role.DISPATCHER, 2), (Role.VIEWER, 0), (Role.OFFICE, 0)):
        visit = Visit(user=user_with(role), path="/people", now=floor.clock.now())
        lines = await floor.store.read(lambda tx, visit=visit: matters(tx, SITI, visit))  # type: ignore[misc]
        assert len(lines) == many
        assert not many or [one.said for one in lines] == ["Pajak PBB · 1275", "Lowongan kerja · satpam"]
    at, zone = floor.clock.now(), floor.city.timezone
    kept = (await floor.store.read(lambda tx: person_of(tx, SITI, zone, at)))["kept"]
    assert {"lookup_reminder", "lookup_follower", "lookup_wish"} <= set(kept)

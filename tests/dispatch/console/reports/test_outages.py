"""Outages in the report: what was ill, since when and how long, and what share of the watched time a part was there."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import insert

from dispatch.console.reports.figures_outages import merged, outage_sections, within
from dispatch.console.reports.pages import reports_wing
from gateway.figures import READERS, Cell, Said, Section
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.outages import OUTAGE, WATCHED
from tests.fixtures.site import FixedKeeper, as_user, built, ground_floor, user_with

MAKASSAR = ZoneInfo("Asia/Makassar")
SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=MAKASSAR), datetime(2026, 11, 1, tzinfo=MAKASSAR)
OCTOBER = "span=any&from=2026-10-01&to=2026-10-31"


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


def at(hours: float) -> datetime:
    return SINCE + timedelta(hours=hours)


def run(tx: Tx, begins: float, ends: float, owner: str = "one") -> None:
    tx.execute(insert(WATCHED), {"owner": owner, "began_at": at(begins), "last_at": at(ends)})


def ill(
    tx: Tx, part: tuple[str, str], begins: float, ends: float | None, status: str = "failed", *, off: bool = False
) -> None:
    row = {"kind": part[0], "name": part[1], "status": status, "began_at": at(begins), "off": off, "owner": "one"}
    tx.execute(insert(OUTAGE), {**row, "ended_at": None if ends is None else at(ends)})


def a_month(tx: Tx) -> None:
    """Watched for 100 hours, off for 20, watched for 80."""
    run(tx, 0, 100)
    run(tx, 120, 200, "two")
    ill(tx, ("modem", "m1"), 10, 20)
    ill(tx, ("modem", "m1"), 30, 32, "degraded")
    ill(tx, ("siren", "Polsek Hulu"), 90, 100, off=True)
    ill(tx, ("provider", "at"), 190, None)
    ill(tx, ("disk", "data"), -5, 1)
    ill(tx, ("clock", "clock"), -9, -8)  # over before


async def sections(floor: Floor) -> dict[str, Section]:
    found: Sequence[Section] = await floor.store.read(lambda tx: outage_sections(tx, floor.city, SINCE, UNTIL))
    return {one.key: one for one in found}


def key(cell: Cell) -> str:
    assert isinstance(cell, Said)
    return cell.key.removeprefix("reports.") + (f" {cell.fields['name']}" if cell.fields.get("name") else "")


async def test_each_outage_is_told_from_when_until_when_and_how_it_ended(floor: Floor) -> None:
    await floor.store.write(a_month)
    rows = (await sections(floor))["outages"].rows
    assert [(key(row[0]), key(row[1]), *row[2:]) for row in rows] == [
        ("part_disk data", "outage_failed", at(-5), at(1), 6 * 3600.0),
        ("part_modem m1", "outage_failed", at(10), at(20), 10 * 3600.0),
        ("part_modem m1", "outage_degraded", at(30), at(32), 2 * 3600.0),
        ("part_siren Polsek Hulu", "outage_failed_unseen", at(90), at(100), 10 * 3600.0),
        ("part_program", "outage_off", at(100), at(120), 20 * 3600.0),
        ("part_provider at", "outage_failed", at(190), Said("reports.outage_still"), None),
    ]


async def test_the_share_is_of_the_time_that_was_watched_within_the_span(floor: Floor) -> None:
    await floor.store.write(a_month)
    rows = (await sections(floor))["outages-parts"].rows
    assert {key(row[0]): tuple(row[1:]) for row in rows} == {
        "part_modem m1": (2, 36000.0, 7200.0, 170 / 180),
        "part_siren Polsek Hulu": (1, 36000.0, 0.0, 170 / 180),
        "part_provider at": (1, 36000.0, 0.0, 170 / 180),
        "part_disk data": (1, 3600.0, 0.0, 179 / 180),
        "part_program": (1, 72000.0, 0.0, 180 / 200),
    }


async def test_who_did_not_watch_claims_nothing(floor: Floor) -> None:
    found = await sections(floor)
    assert [found[one].rows for one in ("outages", "outages-parts")] == [[], []]
    assert found["outages-parts"].empty == Said("reports.no_watch")
    await floor.store.write(lambda tx: run(tx, 0, 10))
    assert (await sections(floor))["outages-parts"].empty == Said("reports.no_outage")


async def test_two_processes_that_watch_at_once_are_one_time_and_no_pause(floor: Floor) -> None:
    def both(tx: Tx) -> None:
        run(tx, 0, 50)
        run(tx, 40, 100, "two")
        run(tx, 100, 150, "two")  # the row of its next month
        ill(tx, ("store", "store"), 10, 20)
        ill(tx, ("store", "store"), 15, 25)

    await floor.store.write(both)
    (row,) = (await sections(floor))["outages-parts"].rows
    assert tuple(row[1:]) == (2, 54000.0, 0.0, 135 / 150)


async def test_a_pause_that_began_before_the_span_is_told(floor: Floor) -> None:
    def two(tx: Tx) -> None:
        run(tx, -50, -10)
        run(tx, 10, 20, "two")

    await floor.store.write(two)
    (row,) = (await sections(floor))["outages"].rows
    assert (key(row[0]), *row[2:4]) == ("part_program", at(-10), at(10))


async def test_the_sections_are_on_the_page_in_csv_and_on_paper_for_every_reader(
    floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    await floor.store.write(a_month)
    assert all(one.roles == READERS for one in (await sections(floor)).values())
    client = as_user(
        await aiohttp_client(built(floor, (reports_wing(floor),), keeper).app), keeper.admit(user_with(Role.VIEWER))
    )
    page = await (await client.get(f"/reports?{OCTOBER}")).text()
    for words in ("Gangguan jalur", "Modem m1", "Sirene Polsek Hulu", "masih berlangsung", "94,4 %"):
        assert words in page
    said = await (await client.get(f"/reports?{OCTOBER}&table=outages&as=csv")).text()
    assert '"Sejak (WITA)","Sampai (WITA)","Lama (detik)"' in said
    assert '"Modem m1","gagal","2026-10-01T10:00:00+08:00","2026-10-01T20:00:00+08:00","36000"' in said
    share = await (await client.get(f"/reports?{OCTOBER}&table=outages-parts&as=csv")).text()
    assert '"Program Kentongan","1","72000","0","90"' in share
    for path in ("monthly?month=2026-10", f"whole?{OCTOBER}"):
        paper = PdfReader(io.BytesIO(await (await client.get(f"/reports/{path}")).read()))
        text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())
        for words in ("Gangguan jalur menurut bagian", "Modem m1 2 ", "Program Kentongan mati"):
            assert words in text


def test_time_is_counted_once() -> None:
    spans = merged([(at(5), at(7)), (at(0), at(2)), (at(1), at(3)), (at(3), at(4)), (at(9), at(9))])
    assert spans == [(at(0), at(4)), (at(5), at(7))]
    assert within(spans, [(at(1), at(6))]) == 4 * 3600.0

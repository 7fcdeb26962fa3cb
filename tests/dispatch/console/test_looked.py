"""Whoever looks at a person is written down before the page leaves, once in ten minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.clock import SystemClock
from dispatch.console.looks import AGAIN, Looks
from gateway.page import STAFF, Page, Shown, User, Visit
from gateway.store.audit import lines_after
from tests.fixtures.engines import fresh, open_store

SARI = User(login="sari", name="Sari Dewi", roles=STAFF)
SITI, BUDI = "+6281234567890", "+6281234567891"


async def nothing(visit: Visit) -> Shown:
    return Shown(template="x")


PAGE = Page(path="/people/{number}", handle=nothing, roles=STAFF)
VISIT = Visit(user=SARI, path="/people/+6281234567890?as=csv", now=datetime(2026, 11, 22, 2, 0, tzinfo=UTC))


async def test_the_same_look_is_told_once_in_ten_minutes_and_another_at_once(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        looks = Looks(store)
        for visit in (
            VISIT,
            replace(VISIT, now=VISIT.now + AGAIN / 2),
            replace(VISIT, path="/letters/with/+6281234567890"),
            replace(VISIT, user=replace(SARI, login="tono")),
            replace(VISIT, now=VISIT.now + AGAIN + timedelta(seconds=1)),
        ):
            await looks(visit, PAGE, [SITI, SITI, ""])
        await looks(VISIT, PAGE, [SITI, BUDI])
        lines = await store.read(lambda tx: lines_after(tx, 0, 100))
    assert [(line.by, line.object, len(line.marks)) for line in lines] == [
        ("sari", "/people/{number}", 1),
        ("sari", "/letters/with/{number}", 1),
        ("tono", "/people/{number}", 1),
        ("sari", "/people/{number}", 1),
        ("sari", "/people/{number}", 2),
    ]


async def test_another_system_looks_by_the_api(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await Looks(store)(VISIT, replace(PAGE, tokens=True), [SITI])
        await Looks(store)(VISIT, PAGE, [SITI])
        lines = await store.read(lambda tx: lines_after(tx, 0, 100))
    assert [line.how for line in lines] == ["api", "page"]

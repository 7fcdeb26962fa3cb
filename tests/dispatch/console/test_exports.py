"""Every table that can be taken away, found by the routes: days and instants have one form in all of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import insert

import eservices.pages
from dispatch import store
from dispatch.case import Drill
from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.running import RunningHouse
from dispatch.console.wings import wings
from dispatch.store.comm_tests import COMM_TEST
from eservices.figures import SHEAF
from gateway.audit import Deed, note
from gateway.page import Floor
from gateway.pulse import Bell
from gateway.store import Tx
from gateway.store.spending import spend
from tests.dispatch.console.reports.scenes import ANI, Scene, stage_scenes
from tests.eservices.pages.desk import report
from tests.eservices.pages.hall import SetClock, people
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, ground_floor

pytestmark = pytest.mark.sqlite_only("how a table is written is the same on both engines")
PARTS = {"clinic": "hulu", "day": "2026-11-24", "session": "umum.-.0800", "id": "2"}
ANY_TIME = re.compile(
    r"\d{4}-\d\d-\d\d.*|\d{1,2}[./-]\d{1,2}[./-](\d{4})?.*|\d{1,2} [A-Z][a-z]{2,} \d{4}.*|\d\d[.:]\d\d.*"
)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
TABLES = {
    "/costs/sheet",
    "/drills",
    "/incidents",
    "/incidents/1",
    "/letters/sheet",
    "/officers",
    "/roster",
    "/settings/audit",
}
TABLES |= {"/stations", "/tickets", "/clinic/hulu/2026-11-24/list", "/reports?table=drills"}


def a_day(tx: Tx, at: datetime) -> None:
    """Of everything that has a time: something."""
    stage_scenes(tx, [Scene(id=1, at=at, replied_s=4.0), Scene(id=2, at=at, drill=True, rings=(3.0,), accepted_s=9.0)])
    store.begin_drill(tx, Drill(incident=2, asked_by="Sari", sirens=False, ends_at=at))
    spend(tx, f"{at:%Y-%m-%d}", "telkomsel-1", "service", 4.0, 350.0)
    note(tx, Deed(by="sari", how="page", what="letter.write", object="letter/out-1"))
    store.prove_siren(tx, "+6285500001001", at, "rejected")
    usual = {"name": "Ani", "station": "", "asked_by": "", "state": "done", "tries": 1, "leg": "", "detail": ""}
    times = {"asked_at": at, "due_at": at, "began_at": at, "settled_at": at, "heard_at": at}
    tx.execute(insert(COMM_TEST), {**usual, **times, "key": "k", "number": ANI, "outcome": "answered"})


def routes(floor: Floor, keeper: FixedKeeper) -> tuple[web.Application, list[str]]:
    access = access_wing(AccessKeeper(gate_of(floor)), floor)
    house = RunningHouse(floor, bell=Bell())
    site = built(floor, (*wings(floor, [SHEAF]), *eservices.pages.wings(floor), access), keeper, house)
    found = []
    for method, canonical in site.doors:
        path = re.sub(r"\{(\w+)\}", lambda part: PARTS.get(part[1], "1"), canonical)
        if method == "GET" and "{" not in path:
            found.append(path)
    return site.app, found


async def tables(client: Client, paths: list[str]) -> dict[str, list[list[str]]]:
    """What each path hands out as CSV."""
    found = {}
    shown = await (await client.get("/reports?span=month", headers={"Accept": "text/html"})).text()
    keys = re.findall(r'<section class="panel report-part" id="([a-z-]+)"', shown)
    assert "drills" in keys
    for path in (*paths, *(f"/reports?span=month&table={key}" for key in keys)):
        answer = await client.get(f"{path}{'&' if '?' in path else '?'}as=csv")
        if answer.content_type == "text/csv":
            body = (await answer.read()).decode("utf-8-sig")
            found[path.replace("span=month&", "")] = list(csv.reader(io.StringIO(body, newline="")))
    return found


def wrong_in(rows: list[list[str]]) -> list[str]:
    head, *lines = rows
    return [
        f"{head[place]}: {text}"
        for line in lines
        for place, text in enumerate(line)
        if ANY_TIME.fullmatch(text)
        and not ((INSTANT.fullmatch(text) or DAY.fullmatch(text)) and head[place].endswith("(WITA)"))
    ]


async def test_every_export_writes_times_as_iso_8601_and_names_the_zone(
    tmp_path: Path, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    clock = SetClock()
    async with ground_floor(tmp_path, clock=clock) as floor:
        await floor.store.write(lambda tx: a_day(tx, clock.now() - timedelta(minutes=30)))
        await people(floor, 2)
        await report(floor)
        app, paths = routes(floor, keeper)
        client = as_user(await aiohttp_client(app), keeper.admit(EVERYBODY, sure=True))
        found = await tables(client, paths)
        timed = {path for path, rows in found.items() for line in rows for text in line if INSTANT.fullmatch(text)}
        timed |= {path for path, rows in found.items() for line in rows for text in line if DAY.fullmatch(text)}
        assert sorted(TABLES - timed) == [], "no time is in it, and there is one to be written"
        assert {path: wrong for path, rows in found.items() if (wrong := wrong_in(rows))} == {}


def test_a_time_in_another_form_would_be_seen() -> None:
    for text in (
        "22.11.2026 03.05",
        "22-11-2026 03.05.09",
        "2026-11-22 03:05:09+0700",
        "22 Nov 2026",
        "22.11. 03.05",
        "03.05",
    ):
        assert wrong_in([["Waktu (WITA)"], [text]]), text
    assert wrong_in([["Waktu"], ["2026-11-22T03:05:09+08:00"]]), "the head does not say whose time"
    assert not wrong_in([["Waktu (WITA)", "n"], ["2026-11-22T03:05:09+08:00", "3"]])

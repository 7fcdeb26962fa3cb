"""What an outgoing shift leaves: collected by itself, in words, kept as it was."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpClient
from sqlalchemy import insert, update

from config.city import load_city
from dispatch import handing_over, store
from dispatch.console.duty.pages import duty_wing
from dispatch.store.comm_tests import COMM_TEST
from dispatch.store.tables import INCIDENT, INCIDENT_LETTER
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from tests.dispatch.console.reports.scenes import ANI, EKO, Scene, stage_scenes
from tests.fixtures.site import TINY, Client, FixedKeeper, Stopped, as_user, built, ground_floor, user_with

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
RUNS, DRILL, ASKED, BACK, LONG_AGO, LATE_BACK = 1, 2, 3, 4, 5, 6


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, load_city(TINY), Stopped(NIGHT)) as floor:
        yield floor


@pytest.fixture
async def page(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (duty_wing(floor),), keeper).app)
    return as_user(client, keeper.admit(user_with(Role.DISPATCHER, name="Sari Dewi")))


def _test(number: str, *, ago_h: float, answered: bool) -> dict[str, Any]:
    at = NIGHT - timedelta(hours=ago_h)
    usual = {"name": "", "station": "", "asked_by": "", "state": "done", "tries": 1, "leg": "", "detail": ""}
    times = {"asked_at": at, "due_at": at, "began_at": at, "settled_at": at, "answered_at": at if answered else None}
    row = {"key": f"{number}/{ago_h}", "number": number, "outcome": "answered" if answered else "unreachable"}
    return {**usual, **times, **row}


def a_night(tx: Tx) -> None:
    """An emergency that nobody accepted, a drill, an open question, three taken back, letters, two officers."""
    at = NIGHT - timedelta(hours=2)
    stage_scenes(
        tx,
        [
            Scene(id=RUNS, at=at, replied_s=4.0),
            Scene(id=DRILL, at=at, drill=True),
            Scene(id=ASKED, at=at),
            Scene(id=BACK, at=at, cancelled=True),
            Scene(id=LONG_AGO, at=NIGHT - timedelta(days=3), cancelled=True),
            Scene(id=LATE_BACK, at=NIGHT - timedelta(days=2), accepted_s=30.0),
        ],
    )
    tx.execute(update(INCIDENT).where(INCIDENT.c.id == ASKED).values(asked="place", asked_at=at))
    tx.execute(update(INCIDENT).where(INCIDENT.c.id == BACK).values(asked="doubt"))
    tx.execute(update(INCIDENT_LETTER).where(INCIDENT_LETTER.c.incident >= BACK).values(role="cancel"))
    tx.execute(update(INBOUND).where(INBOUND.c.id == ASKED).values(state="unread"))
    tx.execute(update(OUTBOUND).values(state="dead", settled_at=at))
    once = _test(ANI, ago_h=30, answered=True)
    tx.execute(insert(COMM_TEST), [once, _test(ANI, ago_h=3, answered=False), _test(EKO, ago_h=3, answered=True)])


async def test_what_the_next_shift_must_know_is_collected(floor: Floor) -> None:
    await floor.store.write(a_night)
    seen = await floor.store.read(lambda tx: handing_over.seen(tx, floor.city, NIGHT))
    assert {one["id"] for one in seen["incidents"]} == {RUNS, DRILL, ASKED, LATE_BACK}
    assert [(one["id"], one["what"]) for one in seen["questions"]] == [(ASKED, "place")]
    assert [(one["id"], one["what"]) for one in seen["taken_back"]] == [(LATE_BACK, "accepted"), (BACK, "cancelled")]
    assert (seen["unread"]["count"], [one["id"] for one in seen["unread"]["lines"]]) == (1, [f"in-{ASKED}"])
    assert (seen["dead"]["count"], [one["state"] for one in seen["dead"]["lines"]]) == (1, ["dead"])
    assert [one["name"] for one in seen["unreached"]] == ["Ani Contoh"]
    kept = json.dumps(seen)
    assert "+62" not in kept, "no number of anybody is kept with it"


async def test_it_says_in_words_how_each_of_them_stands(floor: Floor, page: Client) -> None:
    await floor.store.write(a_night)
    shown = await (await page.get("/roster/hand-over")).text()
    lines = {one: shown.partition(f'/incidents/{one}">')[2].partition("</li>")[0] for one in (RUNS, DRILL, LATE_BACK)}
    assert "Belum diterima" in lines[RUNS]
    assert "darurat" not in lines[RUNS]
    assert "LATIHAN" in lines[DRILL]
    assert "darurat" not in lines[DRILL]
    assert ">Diterima" in lines[LATE_BACK]
    for words in ("Di mana tempatnya?", "BATAL dari pelapor: 2", "Ani Contoh", "menyerah", "/letters?list=unread"):
        assert words in shown, words


async def test_what_was_handed_over_before_it_was_collected_is_still_read(floor: Floor, page: Client) -> None:
    seen = {"at": NIGHT.isoformat(), "incidents": [], "incidents_count": 0, "sirens": [], "empty": []}
    old = json.dumps({**seen, "letters_count": 3, "more_letters": False})
    await floor.store.write(lambda tx: store.write_hand_over(tx, NIGHT, "Sari", "tidak ada", old))
    shown = await page.get("/roster/hand-over/1")
    assert shown.status == 200
    assert "Surat keluar yang tidak sampai: 3" in await shown.text()

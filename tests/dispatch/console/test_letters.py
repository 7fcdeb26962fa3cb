"""Nothing ends unseen: letters that did not arrive stand on the page until a person says that he knows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from dispatch.console.running import RunningHouse
from gateway.messages import Lane, Outbound
from gateway.store import put
from gateway.store.ended import BADLY
from tests.dispatch.floor import floor_of
from tests.dispatch.stage import ANI, GINA, Stage, play
from tests.fixtures.console_house import FakeHouse
from tests.fixtures.site import EVERYBODY

Client = TestClient[Any, Any]
LETTER = {"id": "out-7", "to": GINA, "text": "halo", "state": "dead", "at": "2026-05-01T20:00:00+00:00"}


def test_a_letter_that_expired_stands_on_the_page_until_somebody_has_seen_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        house = RunningHouse(replace(floor_of(stage), wake=stage.outbox.wake), bell=stage.page, ceiling=len)
        stage.air.well = False
        ends = stage.clock.now() + timedelta(seconds=30)
        letter = Outbound(to=ANI, text="jadwal", lane=Lane.SERVICE, key="a", expires_at=ends)
        await stage.store.write(lambda tx: put(tx, letter))
        assert (await house.post())["letters"] == []
        await stage.go(60)
        (lost,) = (await house.post())["letters"]
        assert (lost["to"], lost["to_name"], lost["state"], lost["text"]) == (ANI, "Ani Contoh", "expired", "jadwal")
        assert await house.seen(lost["id"], EVERYBODY)
        assert not await house.seen(lost["id"], EVERYBODY), "somebody knew"
        assert not await house.seen("in-1", EVERYBODY)
        assert (await house.post())["letters"] == []

    play(tmp_path, scene)


def test_what_today_cost_is_shown_by_channel_and_lane_with_its_ceiling(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        house = RunningHouse(replace(floor_of(stage), wake=stage.outbox.wake), bell=stage.page, ceiling=len)
        ends = stage.clock.now() + timedelta(hours=1)
        letter = Outbound(to=ANI, text="jadwal", lane=Lane.SERVICE, key="a", expires_at=ends)
        await stage.store.write(lambda tx: put(tx, letter))
        stage.outbox.wake()
        await stage.go(20)
        (line,) = (await house.post())["costs"]
        assert (line["channel"], line["lane"], line["messages"], line["ceiling"]) == ("air", "service", 1, len("air"))

    play(tmp_path, scene)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_has_a_word_for_every_bad_end(language: str) -> None:
    file = Path(str(resources.files("dispatch") / "console" / "static" / "words" / f"{language}.json"))
    words = json.loads(file.read_text(encoding="utf-8"))
    assert [state for state in BADLY if f"letter.{state}" not in words] == []


async def test_the_page_reads_letters_and_says_who_has_seen_one(page: Client, house: FakeHouse) -> None:
    house.letters = [LETTER]
    assert (await (await page.get("/console/post")).json())["letters"] == [LETTER]
    answer = await page.post("/console/letters/out-7/seen", json={})
    assert answer.status == 200
    assert (await answer.json())["letters"] == []


@pytest.mark.parametrize("path", ["in-7", "out-", "out-x", "out-1%20", "out--1"])
async def test_only_letters_that_went_out_can_be_seen(page: Client, house: FakeHouse, path: str) -> None:
    house.letters = [LETTER]
    assert (await page.post(f"/console/letters/{path}/seen", json={})).status == 404
    assert house.letters == [LETTER]

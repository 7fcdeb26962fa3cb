"""What letters and their costs say: words for a doubt, Rupiah, minutes and days as people write them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.post.doubting import doubts_of
from dispatch.console.post.pages import post_wing
from gateway.page import Floor
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.spending import spend
from tests.dispatch.console.reports.scenes import Scene, stage_scenes
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, ground_floor

DOUBTS = "no from; text twice; unreadable date; bad UTF-8; no linkId; what nobody foresaw"


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=SetClock()) as floor:
        yield floor


@pytest.fixture
async def desk(floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    client = await aiohttp_client(built(floor, (post_wing(floor),), keeper).app)
    client.session.headers["Accept"] = "text/html"
    return as_user(client, keeper.admit(EVERYBODY))


def a_letter(tx: Tx, floor: Floor) -> None:
    stage_scenes(tx, [Scene(id=1, at=floor.clock.now())])
    tx.execute(INBOUND.update().values(doubt=DOUBTS))


async def test_a_doubt_is_said_in_words_of_the_readers_language(floor: Floor, desk: Client) -> None:
    await floor.store.write(lambda tx: a_letter(tx, floor))
    page = await (await desk.get("/letters/in-1")).text()
    for words in ("nomor pengirim tidak ada", "isi surat disebut dua kali", "waktunya tidak dapat dibaca"):
        assert words in page, words
    assert "kiriman penyedia tidak seperti biasanya" in page
    for code in ("no from", "twice", "unreadable", "UTF-8", "linkId", "foresaw"):
        assert code not in page, code
    assert "24 Nov 2026 08.00" in page


def test_each_doubt_is_said_once_and_of_a_part_that_has_a_name() -> None:
    assert doubts_of("no from; no sender; NUL; bad escape; broken Unicode") == [
        ("post.doubts.lacks", "post.field.sender"),
        ("post.doubts.garbled", ""),
    ]
    assert doubts_of("stamp is no time") == [("post.doubts.time", "")]
    assert doubts_of("") == []


async def test_costs_are_rupiah_and_minutes_and_days_have_their_months(floor: Floor, desk: Client) -> None:
    day = f"{floor.clock.now() - timedelta(days=1):%Y-%m-%d}"
    await floor.store.write(lambda tx: spend(tx, day, "telkomsel-1", "service", 750.0, 1250.0))
    page = await (await desk.get("/costs?days=7")).text()
    for words in ("Rp 1.250", "12,5 menit", "23 Nov 2026"):
        assert words in page, words
    assert day not in page.replace(f'value="{day}"', "")
    desk.session.headers["Cookie"] += "; kentongan-language=en"
    english = await (await desk.get("/costs?days=7")).text()
    assert "Rp 1,250" in english
    assert "12.5 minutes" in english

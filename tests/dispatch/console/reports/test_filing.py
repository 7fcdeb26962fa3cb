"""The report of a month is made by itself when the month is over, kept for its owner alone, and listed on the page."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from pytest_aiohttp.plugin import AiohttpClient

from config.settings import load
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.filing import Filing, file_of, kept_in
from dispatch.console.reports.pages import reports_wing
from dispatch.console.reports.report import Reporter
from gateway.page import Floor, Role
from gateway.pulse import Status
from tests.dispatch.console.reports.scenes import BEGINS, Scene, stage_scenes
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import FixedKeeper, as_user, built, ground_floor, user_with

pytestmark = pytest.mark.sqlite_only("what the store counts is tried on both engines in test_figures.py")
LAST_OF_OCTOBER = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23.59 in the town


@pytest.fixture
def clock() -> SetClock:
    clock = SetClock()
    clock.at = LAST_OF_OCTOBER
    return clock


@pytest.fixture
async def floor(tmp_path: Path, clock: SetClock) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=clock) as floor:
        yield replace(floor, settings=replace(floor.settings, data_dir=tmp_path / "data"))


def filing(floor: Floor) -> Filing:
    return Filing(floor, Reporter(floor.city, SHEAVES))


async def test_a_month_is_kept_as_soon_as_it_is_over_and_once(floor: Floor, clock: SetClock) -> None:
    scenes = [Scene(id=n, at=BEGINS, rings=(3.0,), accepted_s=20.0) for n in range(1, 13)]
    await floor.store.write(lambda tx: stage_scenes(tx, scenes))
    folder, works = floor.settings.data_dir, filing(floor)
    await works.look()
    assert kept_in(folder) == ["2026-09"], "October is not over"
    clock.passes(2)
    await works.look()
    assert kept_in(folder) == ["2026-10", "2026-09"]
    path = file_of(folder, "2026-10")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert [one.name for one in path.parent.iterdir() if one.suffix != ".pdf"] == []
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())
    assert "Kejadian 12" in text
    assert "Ani Contoh" not in text, "whoever may read figures may read it"
    path.write_bytes(b"as it was")
    clock.passes(60 * 24)
    await works.look()
    assert path.read_bytes() == b"as it was", "what is kept is not made again"


async def test_a_disk_that_refuses_is_told_and_tried_again(floor: Floor) -> None:
    folder = floor.settings.data_dir
    folder.parent.joinpath("data").write_text("no folder")
    await filing(floor).look()
    (part,) = [one for one in floor.pulse.parts() if one.kind == "report"]
    assert (part.status, part.name) == (Status.DEGRADED, "monthly")
    folder.unlink()
    await filing(floor).look()
    (part,) = [one for one in floor.pulse.parts() if one.kind == "report"]
    assert part.status is Status.OK


async def test_what_is_kept_is_on_the_page_for_readers_of_figures(
    floor: Floor, clock: SetClock, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    clock.at += timedelta(days=1)
    await filing(floor).look()
    client = await aiohttp_client(built(floor, (reports_wing(floor),), keeper).app)
    as_user(client, keeper.admit(user_with(Role.VIEWER)))
    page = await (await client.get("/reports")).text()
    assert 'href="/reports/kept/2026-10"' in page
    assert "Oktober 2026" in page
    answer = await client.get("/reports/kept/2026-10")
    assert answer.content_type == "application/pdf"
    assert len(PdfReader(io.BytesIO(await answer.read())).pages) >= 1
    for path in ("2026-08", "2026-10-01", "----------"):
        assert (await client.get(f"/reports/kept/{path}")).status == 404


def test_it_is_on_until_the_settings_say_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "kentongan.toml"
    for words, on in (("", True), ("[console]\nmonthly_report = false\n", False)):
        file.write_text(f'city = "kota"\n{words}', encoding="utf-8")
        assert load(file, {}).console.monthly_report is on

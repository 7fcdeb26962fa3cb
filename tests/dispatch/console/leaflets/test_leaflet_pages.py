"""The page of leaflets and its command: who may print, and what comes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

import kentongan
from config.city import load_city
from dispatch.console.leaflets.kinds import BY_AREA, Kind
from dispatch.console.leaflets.pages import leaflets_wing
from gateway.page import Role
from tests.fixtures.site import TINY, Client, FixedKeeper, as_user, built, ground_floor, user_with

pytestmark = pytest.mark.sqlite_only("nothing of it touches the store")
HULU = "99.01.01.1001"


@asynccontextmanager
async def desk(tmp_path: Path, aiohttp_client: AiohttpClient, role: Role = Role.VIEWER) -> AsyncIterator[Client]:
    async with ground_floor(tmp_path) as floor:
        floor = replace(floor, settings=replace(floor.settings, data_dir=tmp_path))
        keeper = FixedKeeper()
        client: Client = await aiohttp_client(TestServer(built(floor, [leaflets_wing(floor)], keeper).app))
        yield as_user(client, keeper.admit(user_with(role)))


async def test_every_kind_comes_for_the_city_and_for_an_area(tmp_path: Path, aiohttp_client: AiohttpClient) -> None:
    async with desk(tmp_path, aiohttp_client) as client:
        page = await (await client.get("/leaflets", headers={"Accept": "text/html"})).text()
        for kind in Kind:
            assert f'value="{kind.value}"' in page
            answer = await client.get("/leaflets/file", params={"kind": kind.value, "area": HULU, "lang": "id"})
            assert answer.status == 200
            assert (await answer.read()).startswith(b"%PDF")
            assert (HULU in answer.headers["Content-Disposition"]) is (kind in BY_AREA)
        assert "CONTOH" in page, "the tiny town's numbers are invented"


@pytest.mark.parametrize("asked", [{"kind": "flag"}, {"kind": "card", "area": "12"}], ids=["kind", "area"])
async def test_what_is_not_there_is_not_found(
    tmp_path: Path, aiohttp_client: AiohttpClient, asked: dict[str, str]
) -> None:
    async with desk(tmp_path, aiohttp_client) as client:
        assert (await client.get("/leaflets/file", params=asked)).status == 404


async def test_a_language_without_words_is_declined_in_words(tmp_path: Path, aiohttp_client: AiohttpClient) -> None:
    async with desk(tmp_path, aiohttp_client) as client:
        answer = await client.get("/leaflets/file", params={"lang": "xx"}, headers={"Accept": "text/html"})
        assert answer.status == 409
        assert "xx: the pack" in await answer.text()


@pytest.mark.parametrize(("role", "status"), [(Role.CLINIC, 403), (Role.OFFICE, 403), (Role.ADMIN, 200)])
async def test_who_may_print(tmp_path: Path, aiohttp_client: AiohttpClient, role: Role, status: int) -> None:
    async with desk(tmp_path, aiohttp_client, role) as client:
        assert (await client.get("/leaflets")).status == status


# -- the command


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KENTONGAN_CITY", str(TINY))
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "out"


def rows(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_all_are_written_each_under_its_name(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kentongan.main(["leaflet", "--all", "--out", str(town), "--json"]) == 0
    written = sorted(path.name for path in town.glob("*.pdf"))
    areas = len(load_city(TINY).areas)
    assert len(written) == len(BY_AREA) * (areas + 1) + 1, "the officer's card is the same everywhere"
    assert sorted(Path(one["file"]).name for one in rows(capsys)) == written
    assert f"leaflet-poster-{HULU}-id.pdf" in written


def test_one_is_written_into_the_file_that_is_named(town: Path) -> None:
    file = town / "poster.pdf"
    assert kentongan.main(["leaflet", "--kind", "poster", "--kelurahan", HULU, "--out", str(file)]) == 0
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--kelurahan", "12", "--out", "x"], 2, "no such code"),
        (["--all", "--out", "x.pdf"], 2, "need a folder"),
        (["--kind", "card", "--lang", "xx", "--out", "x"], 1, "the pack's languages are"),
    ],
)
def test_what_cannot_be_made_is_said(
    town: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    assert kentongan.main(["leaflet", *words]) == code
    assert said in capsys.readouterr().err

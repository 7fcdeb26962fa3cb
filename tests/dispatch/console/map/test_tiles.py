"""A city's own map file: what it holds is shown, what it must not do it cannot."""

from __future__ import annotations

import asyncio
import gzip
import os
import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, deserialize_header, serialize_header
from pytest_aiohttp.plugin import AiohttpClient

from config.clock import SystemClock
from config.command import NOT_SO, Context
from dispatch.console.map.tile_format import MOST_TILE, TileFault, plain
from dispatch.console.map.tiles import AGAIN_S, TileShelf, opened
from dispatch.console.wings import wings
from dispatch.doctor import doctor_of
from gateway.pulse import Pulse, Status
from tests.dispatch.test_commands import Paper
from tests.fixtures.site import FixedKeeper, built, ground_floor
from tests.fixtures.tile_files import colour, covering, layers, make_mbtiles, make_pmtiles, picture, vector

BOUNDS = (119.8, -0.93, 119.84, -0.88)
ZOOMS = range(10, 15)
ALL = {at: picture(*at) for at in covering(BOUNDS, ZOOMS)}
Maker = Callable[[Path], Path]

MAKERS: dict[str, Maker] = {
    "pmtiles": lambda folder: make_pmtiles(folder / "city.pmtiles", ALL, BOUNDS),
    "mbtiles": lambda folder: make_mbtiles(folder / "city.mbtiles", ALL, BOUNDS),
}


@pytest.mark.parametrize("form", MAKERS)
def test_every_tile_comes_as_it_was_put_in(tmp_path: Path, form: str) -> None:
    tiles = opened(MAKERS[form](tmp_path))
    assert (tiles.info.kind, tiles.info.min_zoom, tiles.info.max_zoom) == ("png", 10, 14)
    assert tiles.info.bounds == pytest.approx(BOUNDS)
    assert tiles.info.attribution == "© OpenStreetMap contributors"
    for at, body in ALL.items():
        assert tiles.tile(*at) == body
        assert colour(body) == (at[0] * 9 % 256, at[1] % 256, at[2] % 256)
    assert tiles.tile(10, 0, 0) is None
    tiles.close()


@pytest.mark.parametrize(("form", "kind"), [("JPEG", TileType.JPEG), ("WEBP", TileType.WEBP)])
def test_pictures_of_other_forms_are_taken(tmp_path: Path, form: str, kind: TileType) -> None:
    body = picture(0, 0, 0, form)
    tiles = opened(make_pmtiles(tmp_path / "a.pmtiles", {(0, 0, 0): body}, BOUNDS, kind=kind))
    assert (tiles.info.kind, tiles.tile(0, 0, 0)) == (form.lower(), body)


def test_vector_tiles_are_unpacked_and_known_by_their_layers(tmp_path: Path) -> None:
    packed = {(0, 0, 0): gzip.compress(vector())}
    more = {"kind": TileType.MVT, "packed": Compression.GZIP}
    good = opened(make_pmtiles(tmp_path / "a.pmtiles", packed, BOUNDS, about=layers("earth", "roads"), **more))  # type: ignore[arg-type]
    assert (good.info.kind, good.info.drawable, good.tile(0, 0, 0)) == ("mvt", True, vector())
    other = opened(make_pmtiles(tmp_path / "b.pmtiles", packed, BOUNDS, about=layers("transportation"), **more))  # type: ignore[arg-type]
    assert not other.info.drawable
    omt = opened(make_pmtiles(tmp_path / "c.pmtiles", packed, BOUNDS, about=layers("transportation", "water"), **more))  # type: ignore[arg-type]
    assert (omt.info.form, omt.info.drawable, good.info.form) == ("openmaptiles", True, "protomaps")


def _pmtiles(path: Path, **change: Any) -> Path:
    """A file whose header claims something else."""
    raw = make_pmtiles(path, ALL, BOUNDS).read_bytes()
    header: Any = {**deserialize_header(raw[:127]), **change}
    path.write_bytes(serialize_header(header) + raw[127:])
    return path


def _cut(path: Path) -> Path:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) * 2 // 3])
    return path


def _bomb(folder: Path) -> Path:
    """A directory of a megabyte that unpacks to a thousand times that."""
    bomb = gzip.compress(b"\0" * 64 * 1024 * 1024)
    path = make_pmtiles(folder / "a.pmtiles", ALL, BOUNDS)
    raw = path.read_bytes()
    changed: Any = {**deserialize_header(raw[:127]), "root_offset": len(raw), "root_length": len(bomb)}
    path.write_bytes(serialize_header(changed) + raw[127:] + bomb)
    return path


def _view(folder: Path) -> Path:
    """Tiles that are counted for ever."""
    endless = (
        "CREATE VIEW tiles AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS zoom_level, i AS tile_column, i AS tile_row, zeroblob(9) AS tile_data FROM n"
    )
    return make_mbtiles(folder / "a.mbtiles", {}, BOUNDS, schema=endless)


def _product(folder: Path) -> Path:
    """Tiles that are multiplied for years: no recursion, a dozen tables of metadata."""
    names = "abcdefghijklmnop"
    long = " || ".join(f"{one}.value" for one in names)
    tables = ", ".join(f"metadata {one}" for one in names)
    years = (
        f"CREATE VIEW tiles AS SELECT length({long}) AS zoom_level, length({long}) AS tile_column, 0 AS tile_row, "
        f"zeroblob(9) AS tile_data FROM {tables}"
    )
    return make_mbtiles(folder / "a.mbtiles", {}, BOUNDS, schema=years)


def _bytes(name: str, body: bytes) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(body)
        return folder / name

    return make


HOSTILE: dict[str, tuple[Maker, str]] = {
    "an empty PMTiles": (_bytes("a.pmtiles", b""), "broken"),
    "an empty MBTiles": (_bytes("a.mbtiles", b""), "broken"),
    "a page": (_bytes("a.pmtiles", b"<html>" * 99), "broken"),
    "a picture": (_bytes("a.mbtiles", picture(1, 1, 1)), "broken"),
    "a database that is none": (_bytes("a.mbtiles", b"SQLite format 3\0" + b"\xff" * 9000), "short"),
    "an old PMTiles": (_bytes("a.pmtiles", b"PMTiles\x02" + b"\0" * 200), "broken"),
    "numbers without meaning": (_bytes("a.pmtiles", b"PMTiles\x03" + b"\xff" * 200), "broken"),
    "half a PMTiles": (lambda folder: _cut(make_pmtiles(folder / "a.pmtiles", ALL, BOUNDS)), "short"),
    "half an MBTiles": (lambda folder: _cut(make_mbtiles(folder / "a.mbtiles", ALL, BOUNDS)), "short"),
    "a directory beyond the end": (lambda folder: _pmtiles(folder / "a.pmtiles", root_offset=1 << 40), "short"),
    "a directory without end": (lambda folder: _pmtiles(folder / "a.pmtiles", root_length=1 << 40), "big"),
    "metadata without end": (lambda folder: _pmtiles(folder / "a.pmtiles", metadata_length=1 << 60), "big"),
    "a directory that is none": (lambda folder: _pmtiles(folder / "a.pmtiles", root_offset=0), "broken"),
    "a bomb": (_bomb, "big"),
    "zooms upside down": (lambda folder: _pmtiles(folder / "a.pmtiles", min_zoom=9, max_zoom=2), "broken"),
    "brotli": (lambda folder: _pmtiles(folder / "a.pmtiles", tile_compression=Compression.BROTLI), "packed"),
    "pictures nobody can show": (lambda folder: _pmtiles(folder / "a.pmtiles", tile_type=TileType.AVIF), "kind"),
    "a kind that is a script": (
        lambda folder: make_mbtiles(folder / "a.mbtiles", ALL, BOUNDS, form="svg+xml"),
        "kind",
    ),
    "no table of tiles": (
        lambda folder: make_mbtiles(folder / "a.mbtiles", {}, BOUNDS, schema="CREATE TABLE other (a)"),
        "broken",
    ),
    "an endless view": (_view, "broken"),
    "a view that takes years": (_product, "broken"),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_bad_file_is_refused_with_words_and_told_in_the_health(tmp_path: Path, what: str) -> None:
    make, why = HOSTILE[what]
    path = make(tmp_path)
    pulse = Pulse(SystemClock())
    found = await TileShelf([tmp_path], SystemClock(), pulse).found()
    assert (found.name, found.info, found.why) == (path.name, None, why)
    [part] = pulse.parts()
    assert (part.kind, part.name, part.status) == ("map", "tiles", Status.DEGRADED)
    assert part.detail.startswith(path.name)


def test_a_tile_that_is_no_picture_is_not_handed_out(tmp_path: Path) -> None:
    for name, body in (("html", b"<script>alert(1)</script>"), ("huge", b"\x89PNG\r\n\x1a\n" + b"\0" * MOST_TILE)):
        pm = opened(make_pmtiles(tmp_path / f"{name}.pmtiles", {(0, 0, 0): body}, BOUNDS))
        with pytest.raises(TileFault):
            pm.tile(0, 0, 0)
        with pytest.raises(TileFault):
            opened(make_mbtiles(tmp_path / f"{name}.mbtiles", {(0, 0, 0): body}, BOUNDS))
    with pytest.raises(TileFault):
        opened(make_mbtiles(tmp_path / "text.mbtiles", {(0, 0, 0): "words"}, BOUNDS))  # type: ignore[dict-item]


def test_nothing_can_be_written_or_attached_through_a_map_file(tmp_path: Path) -> None:
    path = make_mbtiles(tmp_path / "a.mbtiles", ALL, BOUNDS)
    before = path.read_bytes()
    tiles = opened(path)
    for evil in ("INSERT INTO metadata VALUES ('a', 'b')", f"ATTACH '{tmp_path}/other' AS b", "PRAGMA query_only = 0"):
        with pytest.raises(sqlite3.DatabaseError):
            tiles._db.execute(evil)  # type: ignore[attr-defined]
    tiles.close()
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a.mbtiles"]


async def test_only_a_plain_file_with_a_known_ending_is_opened_and_the_first_by_name(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "A.pmtiles")  # reading it would wait for ever
    (tmp_path / "b.mbtiles").mkdir()
    (tmp_path / "c.txt").write_text("nothing")
    make_mbtiles(tmp_path / "e.mbtiles", ALL, BOUNDS)
    make_pmtiles(tmp_path / "D.PMTILES", ALL, BOUNDS)
    async with asyncio.timeout(10):
        found = await TileShelf([tmp_path / "none", tmp_path], SystemClock(), Pulse(SystemClock())).found()
    assert found.name == "D.PMTILES"


async def test_a_file_that_comes_changes_or_goes_is_seen_without_a_new_start(tmp_path: Path) -> None:
    clock, pulse = _Hurried(), Pulse(SystemClock())
    shelf = TileShelf([tmp_path], clock, pulse)
    assert (await shelf.found()).name == ""
    make_pmtiles(tmp_path / "a.pmtiles", ALL, BOUNDS)
    clock.ahead += AGAIN_S
    first = await shelf.found()
    assert await shelf.tile(10, *next(at[1:] for at in ALL if at[0] == 10)) is not None
    assert await shelf.tile(3, 1, 1) is None
    (tmp_path / "a.pmtiles").write_bytes(b"")
    clock.ahead += AGAIN_S
    assert (await shelf.found()).why == "broken"
    make_pmtiles(tmp_path / "a.pmtiles", {(2, 1, 1): picture(2, 1, 1)}, BOUNDS)
    clock.ahead += AGAIN_S
    again = await shelf.found()
    assert again.info is not None
    assert (again.info.max_zoom, again.version == first.version) == (2, False)
    assert pulse.parts()[0].status is Status.OK
    (tmp_path / "a.pmtiles").unlink()
    clock.ahead += AGAIN_S
    assert (await shelf.found()).name == ""
    assert pulse.parts() == []


async def test_a_file_that_shrinks_while_it_is_read_costs_its_tiles_and_no_more(tmp_path: Path) -> None:
    path = make_pmtiles(tmp_path / "a.pmtiles", ALL, BOUNDS)
    pulse = Pulse(SystemClock())
    shelf = TileShelf([tmp_path], SystemClock(), pulse)
    await shelf.found()
    os.truncate(path, 300)
    assert await shelf.tile(*max(ALL)) is None
    assert pulse.parts()[0].status is Status.DEGRADED


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ('© <a href="x">OSM</a> &amp; others', "© OSM & others"),
        ("<script>alert(1)</script>OSM", "OSM"),
        ("<img src=x onerror=alert(1)>", ""),
        ("a" * 9999, "a" * 300),
        (None, ""),
        (7, ""),
    ],
)
def test_an_attribution_is_read_as_words(said: object, read: str) -> None:
    assert plain(said) == read


class _Hurried(SystemClock):
    ahead = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead


def test_closing_is_done_once_and_by_itself(tmp_path: Path) -> None:
    path = make_pmtiles(tmp_path / "a.pmtiles", ALL, BOUNDS)
    tiles = opened(path)
    tiles.close()
    tiles.close()
    with closing(opened(MAKERS["mbtiles"](tmp_path))):
        pass


async def test_a_bad_file_is_named_at_the_start_and_by_doctor_before_anybody_opens_the_map(
    tmp_path: Path, keeper: FixedKeeper, aiohttp_client: AiohttpClient
) -> None:
    async with ground_floor(tmp_path) as floor:
        file = floor.settings.data_dir / "tiles" / "kota.mbtiles"
        file.parent.mkdir(parents=True)
        file.write_bytes(b"no map at all")
        await aiohttp_client(built(floor, wings(floor), keeper).app)
        async with asyncio.timeout(20):
            while not [part for part in floor.pulse.parts() if part.kind == "map"]:
                await asyncio.sleep(0.01)
        [part] = [part for part in floor.pulse.parts() if part.kind == "map"]
        assert part.status is Status.DEGRADED
        assert part.detail.startswith("kota.mbtiles: ")
        paper = Paper()
        context = Context(settings=floor.settings, city=floor.city, clock=floor.clock, out=paper, store=None)
        assert await doctor_of().run(context, Namespace()) == NOT_SO
        [row] = [row for row in paper.rows if row["subject"] == "map tiles"]
        assert (row["well"], row["saw"].startswith("kota.mbtiles: it is")) == (False, True)
        make_pmtiles(file.with_suffix(".pmtiles"), ALL, BOUNDS)
        file.unlink()
        paper = Paper()
        await doctor_of().run(replace(context, out=paper), Namespace())
        assert [row["well"] for row in paper.rows if row["subject"] == "map tiles"] == [True]

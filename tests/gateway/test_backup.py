"""``kentongan backup``: whole, sealed by sums, made beside a program that writes, and readable by its owner only."""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import stat
import tarfile
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from config.city import load_city
from config.cli import Terminal
from config.clock import Clock, VirtualClock
from config.command import CommandError, Context
from config.private import replacing
from config.settings import Settings, StoreSettings
from gateway.backup import BACKUP, MANIFEST, make
from gateway.commanding import STORE
from gateway.nik import KEY_FILE
from gateway.store import StoreRefused, put
from gateway.store.copying import dump_command, newest
from tests.fixtures import engines
from tests.fixtures.engines import open_store, url_of
from tests.gateway.room import letter, play

TINY = Path(__file__).parents[1] / "fixtures/tinytown"
SECRET = "rahasia"


def context_of(data: Path, clock: Clock, *, source: Path | None = None) -> Context:
    settings = Settings(city="", data_dir=data, store=StoreSettings(url=url_of(data / STORE)), source=source)
    return Context(settings=settings, city=load_city(TINY), clock=clock, out=Terminal(as_json=True))


def told(_done: int, _total: int, _what: str) -> None:
    """Nobody looks."""


def content(path: Path) -> dict[str, bytes]:
    found = {}
    with tarfile.open(path) as archive:
        for one in archive:
            file = archive.extractfile(one)
            assert file is not None
            found[one.name] = file.read()
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "recordings/2026").mkdir(parents=True)
    (folder / KEY_FILE).write_text(SECRET)
    (folder / "second-factor.key").write_text(SECRET)
    (folder / "audit.anchor").write_text("{}\n")
    (folder / "recordings/2026/one.wav").write_bytes(b"RIFF")
    (tmp_path / "kentongan.toml").write_text('city = "x"\n')
    return folder


@pytest.mark.sqlite_only("a server's copy is pg_dump's")
def test_a_copy_beside_a_program_that_writes_is_whole_and_names_all_it_holds(data: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy.tar"

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock) as store:
            await store.write(lambda tx: put(tx, letter("first")))
            with closing(sqlite3.connect(data / STORE)) as reader:
                reader.execute("BEGIN").execute("SELECT count(*) FROM outbound").fetchone()  # the log cannot be emptied
                made = make(context_of(data, clock, source=tmp_path / "kentongan.toml"), to, told)
            await store.write(lambda tx: put(tx, letter("second")))
            assert (made.schema, made.keys) == (newest(), True)

    play(work)
    inside = content(to)
    manifest = json.loads(inside.pop(MANIFEST))
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in inside.items()}
    assert {part["name"]: part["sha256"] for part in manifest["parts"]} == sums
    assert manifest["pack"] == "tinytown"
    assert {"data/nik.key", "data/second-factor.key", "data/audit.anchor", "data/recordings/2026/one.wav"} <= set(
        inside
    )
    assert {"settings/kentongan.toml", "pack/tinytown/city.toml", "store/kentongan.db"} <= set(inside)
    (tmp_path / "k.db").write_bytes(inside["store/kentongan.db"])
    with closing(sqlite3.connect(tmp_path / "k.db")) as copied:
        assert copied.execute("SELECT count(*) FROM outbound").fetchone() == (1,)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data", "k.db", "kentongan.toml"]


@pytest.mark.sqlite_only("a server's copy is pg_dump's")
def test_without_keys_nothing_that_opens_is_in_it(data: Path, tmp_path: Path) -> None:
    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock):
            made = make(
                context_of(data, clock, source=tmp_path / "kentongan.toml"), tmp_path / "c.tar", told, keys=False
            )
            assert not made.keys

    play(work)
    assert SECRET.encode() not in (tmp_path / "c.tar").read_bytes()
    assert not [name for name in content(tmp_path / "c.tar") if "key" in name or name.startswith("settings/")]


@pytest.mark.sqlite_only("a server's copy is pg_dump's")
@pytest.mark.parametrize("damage", ["none", "torn", "not a database"])
def test_a_copy_that_fails_leaves_the_one_before(data: Path, tmp_path: Path, damage: str) -> None:
    to = tmp_path / "copy.tar"
    to.write_bytes(b"before")

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock) as store:
            for nth in range(400):
                await store.write(lambda tx, nth=nth: put(tx, letter("x" * 100, key=f"k{nth}")))  # type: ignore[misc]
        if damage == "none":
            (data / STORE).unlink()
        elif damage == "torn":
            whole = (data / STORE).read_bytes()
            (data / STORE).write_bytes(whole[: len(whole) // 8192 * 4096])
        else:
            (data / STORE).write_bytes(b"not a database" * 1000)
        with pytest.raises(StoreRefused):
            make(context_of(data, clock), to, told)

    play(work)
    assert to.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data", "kentongan.toml"]


@pytest.mark.sqlite_only("a server's copy is pg_dump's")
def test_two_that_write_into_one_folder_are_one_after_the_other(data: Path, tmp_path: Path) -> None:
    to, second = tmp_path / "copy.tar", list[str]()

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock):
            context = context_of(data, clock)

            def meanwhile(_done: int, _total: int, _what: str) -> None:
                with pytest.raises(CommandError, match="another copy is being written") as told_so:
                    make(context, to, told)
                second.append(str(told_so.value))

            made = make(context, to, meanwhile)
            assert len(second) > 1
            assert set(content(to)) == {MANIFEST, *(part.name for part in made.parts)}
            assert make(context, to, told).parts  # it is free again

    play(work)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data", "kentongan.toml"]


@pytest.mark.sqlite_only("a server's copy is pg_dump's")
@pytest.mark.parametrize("nth", range(6))
def test_a_full_disk_at_any_file_leaves_the_copy_before(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    to, added = tmp_path / "copy.tar", list[str]()
    to.write_bytes(b"before")
    add = tarfile.TarFile.addfile

    def full(tar: tarfile.TarFile, info: tarfile.TarInfo, file: IO[bytes] | None = None) -> None:
        if len(added) == nth:
            raise OSError(errno.ENOSPC, "No space left on device")
        added.append(info.name)
        add(tar, info, file)

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock):
            monkeypatch.setattr(tarfile.TarFile, "addfile", full)
            with pytest.raises(OSError, match="No space left"):
                make(context_of(data, clock), to, told)

    play(work)
    assert to.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data", "kentongan.toml"]


@pytest.mark.engine(engines.POSTGRES)
def test_on_a_server_the_command_that_copies_it_is_told_and_the_rest_is_copied(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "copy.tar"

    async def work(clock: VirtualClock) -> None:
        async with await open_store(data / STORE, clock):
            context = context_of(data, clock)
            assert await BACKUP.run(context, Namespace(file=str(to), without_keys=False)) == 0

    play(work)
    row = json.loads(capsys.readouterr().out)
    assert row["pg_dump"].startswith("pg_dump -Fc -h ")
    assert row["pg_dump"].endswith(f"> {tmp_path / 'copy.dump'}")
    inside = content(to)
    assert "data/nik.key" in inside
    assert not [name for name in inside if name.startswith("store/")]


def test_the_command_for_a_server_never_shows_its_password() -> None:
    said = dump_command("postgresql+asyncpg://siti:rahasia@db.kota.id:5433/kota", Path("/c.dump"))
    assert said == "pg_dump -Fc -h db.kota.id -p 5433 -U siti kota > /c.dump"


def test_what_is_written_in_a_files_place_comes_whole_or_not_at_all(tmp_path: Path) -> None:
    to = tmp_path / "one.tar"
    to.write_bytes(b"before")
    with pytest.raises(TypeError), replacing(to) as file:
        file.writelines([b"half", None])  # type: ignore[list-item]
    assert to.read_bytes() == b"before"
    assert [path.name for path in tmp_path.iterdir()] == ["one.tar"]

"""A store that cannot be used, at the front door: one line that says what to do, exit code 3, nothing changed; and a
disk that fills up while the program runs.

What the store itself makes of each: tests/gateway/test_store.py and test_disk.py.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import kentongan
from config.city import load_city
from config.command import DONE, NOT_HERE
from tests.walks import house, world
from tests.walks.house import GINA, PACK, STORE, House
from tests.walks.processes import until
from tests.walks.world import World

pytestmark = pytest.mark.sqlite_only("of files; tests/gateway/test_postgres.py tells what a server is refused for")
DISK = 3 * 2**20  # bytes of the small disk: a store takes a third of a mebibyte


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')"
        )


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.execute("CREATE TABLE wp_posts (id INTEGER)")


def _locked_away(path: Path) -> None:
    _newer(path)
    path.chmod(0o444)


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "garbage": (_garbage, "not a database"),
    "newer": (_newer, "newer version"),
    "another program's": (_other, "another program"),
    "read-only": (_locked_away, "read-only"),
    "a folder": (Path.mkdir, "not a file"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of a town, empty."""
    monkeypatch.setenv("KENTONGAN_CITY", str(PACK))
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("KENTONGAN_HTTP__PORT", "0")
    (tmp_path / "var").mkdir()
    return tmp_path / "var"


@pytest.mark.parametrize("what", BAD)
def test_the_program_refuses_it_in_words(what: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, says = BAD[what]
    spoil(here / STORE)
    before = _content(here / STORE)
    for words in (["run", "--json"], ["residents", "import", str(PACK / "residents-sample.csv")]):
        capsys.readouterr()
        assert kentongan.main(words) == NOT_HERE
        out, err = capsys.readouterr()
        assert out == ""
        assert says in err.splitlines()[-1]
        assert "Traceback" not in err
    assert _content(here / STORE) == before


@pytest.mark.parametrize("what", ["garbage", "newer", "another program's"])
def test_reading_commands_refuse_it_too(what: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil, says = BAD[what]
    spoil(here / STORE)
    for words in ("incidents list", "incidents show 1", "letters list", "stations list", "residents export"):
        capsys.readouterr()
        assert kentongan.main(words.split()) == NOT_HERE, words
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1), err
        assert says in err


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


# -- small and read-only disks


def _mount(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a disk of its own needs the right to mount one: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, three mebibytes large."""
    place = tmp_path / "disk"
    place.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("a disk of its own needs 'mount'")
    _mount("-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_read_only_is_refused_in_words(
    disk: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(disk / "var"))
    assert kentongan.main(["residents", "import", str(PACK / "residents-sample.csv")]) == DONE
    _mount("-o", "remount,ro", str(disk))
    capsys.readouterr()
    assert kentongan.main(["run"]) == NOT_HERE
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert str(disk / "var") in said.splitlines()[-1]


def test_a_disk_that_is_full_is_refused_in_words(
    disk: Path, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KENTONGAN_DATA_DIR", str(disk / "var"))
    _fill(disk)
    assert kentongan.main(["run"]) == NOT_HERE
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "free some space" in said.splitlines()[-1]


def test_a_disk_that_fills_up_loses_nothing_tells_the_command_centre_and_ends_for_a_restart(
    disk: Path, tmp_path: Path
) -> None:
    pack = house.pack(tmp_path)
    city = load_city(str(pack))
    with world.world(tmp_path / "world", city, (GINA,)) as net:
        made = House(folder=tmp_path / "house", pack=pack, port=net.links[0], data=disk / "var")
        made.folder.mkdir()
        assert made.command("residents", "import", str(PACK / "residents-sample.csv")).returncode == DONE
        cries = 0
        with made.running() as run:
            until("the modem is on the air", run.on_air)
            until("no room in its own files", lambda: _tight(made.data / STORE))
            _fill(disk)
            while run.process.alive:  # what the files have room for is kept still; then no more
                cries += 1
                assert cries < 100, "the disk is full, and the program does not mind"
                _cry(net, city.modems[0].number, cries)
                until("kept, or the end", lambda: _kept(made) == cries or not run.process.alive)  # noqa: B023
            assert run.process.ended(within=15) == os.EX_IOERR, run.process.errors[-2000:]
        post = city.operators[0].number
        assert _kept(made) < cries, "the last of them could not be kept"
        last_words = [one["text"] for one in net.inbox(post) if "TOLONG RAMPOK" in one["text"]]
        assert last_words, f"the command centre is told from memory: {run.process.errors[-2000:]}"
        (disk / "filler").unlink()
        with made.running() as run:
            until("every letter is in", lambda: _kept(made) == cries, within=60)
            until("the SIM is empty", lambda: not any(net.modem()["stored"].values()))
            assert run.process.stop() == DONE


def _cry(net: World, to: str, number: int) -> None:
    net.sms(GINA, to, f"TOLONG RAMPOK nomor {number} " + "x" * 100)


def _kept(made: House) -> int:
    rows = made.rows("SELECT DISTINCT text FROM inbound WHERE sender = ? AND state = 'read'", GINA)
    return len(rows)


def _tight(store: Path) -> bool:
    """Its log is emptied and cut off: else a cry may still be kept in it, and whoever writes next ends the program."""
    with closing(sqlite3.connect(store)) as beside:
        busy, _, _ = beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _fill(disk: Path) -> None:
    """Not one byte is left."""
    with (disk / "filler").open("wb", buffering=0) as filler:
        for size in (65_536, 4096, 1):
            try:
                while filler.write(b"\0" * size):
                    pass
            except OSError:
                continue

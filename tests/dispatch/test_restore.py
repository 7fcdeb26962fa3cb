"""A copy that is brought back: whole or not at all, quiet, and never over a store that somebody uses."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from config.cli import Terminal
from config.clock import Clock, SystemClock
from config.command import DONE, NOT_HERE, NOT_SO, CommandError, Context
from config.settings import Settings, StoreSettings
from dispatch import store as verbs
from dispatch.restore_command import restore
from eservices.restored import ABOVE
from gateway import restoring
from gateway.backup import MANIFEST, make
from gateway.commanding import STORE
from gateway.doctor import store_found
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.nik import KEY_FILE
from gateway.store import Store, StoreRefused, put
from gateway.store.inbound import add_letter
from gateway.store.restored import MARK
from tests.dispatch.stage import ANI, GINA, HADI, HULU_SIREN, Stage, play, town
from tests.fixtures.engines import fresh, open_store

pytestmark = pytest.mark.sqlite_only("a server's copy comes back by pg_restore")
KEY = "ab" * 32
RESTORE = restore(ABOVE)


def context_of(data: Path, clock: Clock, url: str = "") -> Context:
    settings = Settings(city="tinytown", data_dir=data, store=StoreSettings(url=url))
    return Context(settings=settings, city=town(), clock=clock, out=Terminal(as_json=True))


def told(_done: int, _total: int, _what: str) -> None:
    """Nobody looks."""


async def restored(data: Path, file: Path, clock: Clock, *, replace: bool = False) -> int:
    return await RESTORE.run(context_of(data, clock), Namespace(file=str(file), replace=replace, in_place=""))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Of a store with a key and a recording beside it."""
    data = tmp_path / "old"
    (data / "recordings").mkdir(parents=True)
    fresh(data / STORE)
    (data / KEY_FILE).write_text(KEY)
    (data / "recordings/one.wav").write_bytes(b"RIFF")
    make(context_of(data, SystemClock()), tmp_path / "copy.tar", told)
    return tmp_path / "copy.tar"


def test_days_later_no_siren_rings_no_officer_is_called_and_no_letter_leaves_from_a_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=4)
        await stage.sms(HADI, "KEBAKARAN")
        await stage.store.write(lambda tx: stage_letters(stage, tx))
        old, new = tmp_path / "old", tmp_path / "new"
        old.mkdir()
        await stage.stop(drop=True)
        shutil.copy(stage.path, old / STORE)
        make(context_of(old, stage.clock), tmp_path / "copy.tar", told)
        await stage.clock.sleep(2 * 86400)
        assert await restored(new, tmp_path / "copy.tar", stage.clock) == DONE
        rung, sent = len(stage.world.dialled), len(stage.air.sent)
        stage.path = new / STORE
        await stage.start()
        await stage.go(3 * 3600)
        assert stage.world.dialled[rung:] == []
        assert [one.text for one in stage.air.sent[sent:]] == []
        assert not (await stage.case(1)).incident.state.open

    play(tmp_path, scene)
    said = capsys.readouterr()
    row = json.loads(said.out)
    assert row["audit"] is True
    assert row["closed"]
    assert f"closed: emergency {row['closed'][0]} of " in said.err
    assert "they are closed: no siren rings, nobody is called" in said.err
    assert "letters list --state unread" in said.err


def stage_letters(stage: Stage, tx: Any) -> None:
    """A siren that is to be tested, a letter to one, a letter to many, and one that no desk has read."""
    at = stage.clock.now()
    put(tx, Outbound(to=ANI, text="one", lane=Lane.SERVICE, key="one", expires_at=at + timedelta(days=1)))
    put(tx, Outbound(to=ANI, text="many", lane=Lane.BULK, key="many", expires_at=at + timedelta(days=9)))
    letter = Inbound(
        id=0, channel="m", kind=Kind.SMS, sender=GINA, text="MALING", sent_at=at, received_at=at, external_id="late"
    )
    add_letter(tx, letter, urgent=True)
    verbs.ask_test(tx, HULU_SIREN, at, "Sari")


async def test_all_comes_back_and_what_was_there_is_kept_aside(copy: Path, tmp_path: Path) -> None:
    data, clock = tmp_path / "data", SystemClock()
    data.mkdir()
    fresh(data / STORE)
    (data / KEY_FILE).write_text("cd" * 32)
    with pytest.raises(CommandError, match="--replace puts it aside") as told_so:
        await restored(data, copy, clock)
    assert told_so.value.code == NOT_SO
    assert (data / KEY_FILE).read_text() == "cd" * 32
    assert await restored(data, copy, clock, replace=True) == DONE
    assert ((data / KEY_FILE).read_text(), (data / "recordings/one.wav").read_bytes()) == (KEY, b"RIFF")
    (aside,) = data.glob("before-restore-*")
    assert (aside / KEY_FILE).read_text() == "cd" * 32
    assert (aside / STORE).is_file()
    (found,) = await store_found(context_of(data, clock).settings, clock)
    assert found.well is True
    assert {path.stat().st_mode & 0o077 for path in data.rglob("*") if aside.name not in str(path)} == {0}
    left = {"kentongan.db", KEY_FILE, "recordings", "restored", "store.lock", aside.name}
    assert {path.name for path in data.iterdir()} - {f"{STORE}-wal", f"{STORE}-shm"} == left  # the doctor's look


async def test_it_is_refused_while_the_program_runs_there(copy: Path, tmp_path: Path) -> None:
    data, clock = tmp_path / "data", SystemClock()
    data.mkdir()
    async with await open_store(data / STORE, clock):
        before = sorted(path.name for path in data.iterdir())
        with pytest.raises(CommandError, match="while the program stands still") as told_so:
            await restored(data, copy, clock, replace=True)
        assert told_so.value.code == NOT_HERE
        assert sorted(path.name for path in data.iterdir()) == before


def _cut(copy: Path) -> None:
    os.truncate(copy, copy.stat().st_size - 20_000)


def _changed(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes().replace(KEY.encode(), b"ef" * 32))


def _other(copy: Path) -> None:
    copy.write_bytes(b"hello" * 1000)


def _again(copy: Path, change: Callable[[dict[str, Any]], None], name: str = "") -> None:
    """The same copy with another manifest, and a file more."""
    with tarfile.open(copy) as archive:
        held = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    manifest = json.loads(held.pop(MANIFEST))
    change(manifest)
    with tarfile.open(copy, "w") as archive:
        for inside, data in {**held, **({name: b"x"} if name else {}), MANIFEST: json.dumps(manifest).encode()}.items():
            info = tarfile.TarInfo(inside)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut off": (_cut, "no whole copy|damaged"),
    "changed": (_changed, "damaged at data/nik.key"),
    "no copy": (_other, "no whole copy"),
    "newer": (lambda copy: _again(copy, lambda said: said.update(schema="9999")), "newer program"),
    "newer form": (lambda copy: _again(copy, lambda said: said.update(form=2)), "newer program"),
    "a way out": (lambda copy: _again(copy, lambda _: None, "data/../../x"), "does not belong"),
    "a stranger": (lambda copy: _again(copy, lambda _: None, "data/x"), "damaged at data/x"),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_copy_that_is_not_whole_changes_nothing(kind: str, copy: Path, tmp_path: Path) -> None:
    spoil, says = BAD[kind]
    spoil(copy)
    with pytest.raises(CommandError, match=says) as told_so:
        await restored(tmp_path / "data", copy, SystemClock(), replace=True)
    assert "\n" not in str(told_so.value)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("nth", range(6))
async def test_cut_short_at_any_move_no_program_starts_on_half_and_the_same_command_ends_it(
    nth: int, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, clock = tmp_path / "data", SystemClock()
    moved: list[str] = []
    data.mkdir()
    fresh(data / STORE)
    (data / KEY_FILE).write_text("cd" * 32)

    def falls(path: Path, to: Path) -> None:
        if len(moved) == nth:
            raise KeyboardInterrupt
        moved.append(path.name)
        path.rename(to)

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "move", falls)
        with pytest.raises(KeyboardInterrupt):
            await restored(data, copy, clock, replace=True)
    for opened in (Store.open, Store.open_reader):
        with pytest.raises(StoreRefused, match="run 'kentongan restore FILE' with the same copy once more"):
            await opened(data / STORE, clock)
    (found,) = await store_found(context_of(data, clock).settings, clock)
    assert found.well is False
    assert await restored(data, copy, clock) == DONE
    assert (data / KEY_FILE).read_text() == KEY
    (aside,) = data.glob("before-restore-*")
    assert (aside / KEY_FILE).read_text() == "cd" * 32
    assert (aside / STORE).is_file()
    assert not (data / MARK).exists()
    with closing(sqlite3.connect(data / STORE)) as line:
        assert line.execute("SELECT count(*) FROM audit_line WHERE what = 'restore'").fetchone() == (1,)


async def test_a_store_on_a_server_is_pointed_to_its_own_program(copy: Path, tmp_path: Path) -> None:
    context = context_of(tmp_path / "data", SystemClock(), "postgresql+asyncpg://a@h/k")
    with pytest.raises(CommandError, match="pg_restore"):
        await RESTORE.run(context, Namespace(file=str(copy), replace=True, in_place=""))

"""A copy that is brought back: whole or not at all, quiet, and never over a store that somebody uses."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import sqlite3
import tarfile
from argparse import Namespace
from collections.abc import Callable, Mapping
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
from dispatch import restore_command
from dispatch import store as verbs
from dispatch.quieting import quiet
from dispatch.restore_command import restore
from eservices.restored import ABOVE
from gateway import restoring
from gateway.backup import MANIFEST, make
from gateway.commanding import STORE
from gateway.doctor import store_found
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.nik import KEY_FILE
from gateway.store import Store, StoreRefused, put
from gateway.store.copying import newest, schema_of
from gateway.store.inbound import add_letter
from gateway.store.migrate import upgrade
from gateway.store.people import Resident, save
from gateway.store.sqlite import writing_connection
from gateway.store.unfinished import MARK
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
    _written(copy, {**held, **({name: b"x"} if name else {}), MANIFEST: json.dumps(manifest).encode()})


def _written(copy: Path, held: Mapping[str, bytes]) -> None:
    with tarfile.open(copy, "w") as archive:
        for inside, data in held.items():
            info = tarfile.TarInfo(inside)
            info.size = len(data)
            archive.addfile(info, BytesIO(data))


def _with_member(copy: Path, **kind: Any) -> None:
    """The same copy with one more in it that is no plain file, or is named oddly."""
    with tarfile.open(copy, "a") as archive:
        info = tarfile.TarInfo(kind.pop("name", "data/recordings/x.wav"))
        for name, value in kind.items():
            setattr(info, name, value)
        archive.addfile(info)


BAD: dict[str, tuple[Callable[[Path], None], str]] = {
    "cut off": (_cut, "no whole copy|damaged"),
    "changed": (_changed, "damaged at data/nik.key"),
    "no copy": (_other, "no whole copy"),
    "newer": (lambda copy: _again(copy, lambda said: said.update(schema="9999")), "newer program"),
    "newer form": (lambda copy: _again(copy, lambda said: said.update(form=2)), "newer program"),
    "a way out": (lambda copy: _again(copy, lambda _: None, "data/../../x"), "does not belong"),
    "a link out": (lambda copy: _with_member(copy, type=tarfile.SYMTYPE, linkname="/etc/passwd"), "does not belong"),
    "a hard link": (lambda copy: _with_member(copy, type=tarfile.LNKTYPE, linkname="data/nik.key"), "does not belong"),
    "a pipe": (lambda copy: _with_member(copy, type=tarfile.FIFOTYPE), "does not belong"),
    "a folder": (lambda copy: _with_member(copy, type=tarfile.DIRTYPE), "does not belong"),
    "an absolute name": (lambda copy: _with_member(copy, name="/etc/x"), "does not belong"),
    "no name": (lambda copy: _with_member(copy, name=""), "does not belong"),
    "a kind alone": (lambda copy: _with_member(copy, name="data"), "does not belong"),
    "another kind": (lambda copy: _with_member(copy, name="other/x"), "does not belong"),
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


async def test_whatever_one_bit_of_a_copy_becomes_it_is_refused_or_means_the_same(copy: Path) -> None:
    whole, chance, refused = copy.read_bytes(), random.Random(7), 0
    same = restoring.looked_through(copy)
    with tarfile.open(copy) as archive:
        ends = archive.offset
    for _ in range(120):
        at = chance.randrange(ends)
        copy.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        try:
            assert restoring.looked_through(copy).parts == same.parts
        except CommandError:
            refused += 1
    assert refused > 60


async def test_cut_off_anywhere_it_is_refused(copy: Path, tmp_path: Path) -> None:
    whole, chance = copy.read_bytes(), random.Random(8)
    with tarfile.open(copy) as archive:
        ends = next(one.offset_data + one.size for one in archive if one.name == MANIFEST)
    for length in (0, 1, 511, 512, 513, ends - 1, *(chance.randrange(ends) for _ in range(40))):
        copy.write_bytes(whole[:length])
        with pytest.raises(CommandError):
            restoring.looked_through(copy)


async def test_of_thousands_of_recordings_too(copy: Path) -> None:
    with tarfile.open(copy) as archive:
        held = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    said = json.loads(held[MANIFEST])
    many = {f"data/recordings/2026/{nth:06}-voice.wav": b"RIFF" for nth in range(8000)}
    sum = hashlib.sha256(b"RIFF").hexdigest()
    said["parts"] += [{"name": name, "size": 4, "sha256": sum} for name in many]
    held[MANIFEST] = json.dumps(said, indent=1).encode()
    assert len(held[MANIFEST]) > restoring.PIECE
    _written(copy, {**many, **held})
    assert len(restoring.looked_through(copy).parts) == len(said["parts"])


STEPS: dict[str, tuple[object, str]] = {
    "a file is written": (restoring, "opened"),
    "it is copied": (shutil, "copyfileobj"),
    "the store in it is opened": (restore_command, "tried"),
    "it is made quiet": (restore_command, "quiet"),
    "its audit is read": (restore_command, "verified"),
    "all is on the disk": (restoring, "settled"),
    "the mark is set": (restoring, "replaced"),
}


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")], ids=str)
@pytest.mark.parametrize("step", STEPS)
async def test_cut_short_before_anything_is_moved_all_is_as_it_was(
    step: str, fault: BaseException, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, clock = tmp_path / "data", SystemClock()
    data.mkdir()
    fresh(data / STORE)
    (data / KEY_FILE).write_text("cd" * 32)
    before = (data / STORE).read_bytes()

    def falls(*_args: object, **_named: object) -> None:
        raise fault

    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], falls)
        with pytest.raises(type(fault)):
            await restored(data, copy, clock, replace=True)
    assert not [path.name for path in data.iterdir() if path.name in (restoring.STAGE, MARK)]
    assert (data / STORE).read_bytes() == before
    assert (data / KEY_FILE).read_text() == "cd" * 32
    (found,) = await store_found(context_of(data, clock).settings, clock)
    assert found.well is True
    assert await restored(data, copy, clock, replace=True) == DONE


async def test_a_copy_that_was_taken_away_half_moved_is_said_and_what_was_there_is_kept(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, clock = tmp_path / "data", SystemClock()
    data.mkdir()
    fresh(data / STORE)

    def falls(_path: Path, _to: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restoring, "move", falls)
        with pytest.raises(KeyboardInterrupt):
            await restored(data, copy, clock, replace=True)
    shutil.rmtree(data / restoring.STAGE)
    with pytest.raises(CommandError, match=r"was taken away .*; what was there before is in"):
        await restored(data, copy, clock)
    (aside,) = data.glob("before-restore-*")
    assert (aside / STORE).is_file()
    with pytest.raises(StoreRefused):
        await Store.open(data / STORE, clock)


async def test_two_at_once_are_one_after_the_other(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, clock, faults = tmp_path / "data", SystemClock(), list[CommandError]()

    async def meanwhile(*args: Any, **named: Any) -> Any:
        with pytest.raises(CommandError, match="while the program stands still") as told_so:
            await restored(data, copy, clock, replace=True)
        faults.append(told_so.value)
        return await quiet(*args, **named)

    monkeypatch.setattr(restore_command, "quiet", meanwhile)
    assert await restored(data, copy, clock) == DONE
    assert len(faults) == 1


async def test_a_file_that_reads_otherwise_the_second_time_changes_nothing(copy: Path, tmp_path: Path) -> None:
    manifest = restoring.looked_through(copy)
    _changed(copy)
    data = tmp_path / "data"
    data.mkdir()
    with pytest.raises(CommandError, match="reads otherwise than a moment ago"), restoring.stage_of(data) as stage:
        restoring.fill(stage, copy, manifest)
    assert list(data.iterdir()) == []


async def test_another_citys_copy_changes_nothing(tmp_path: Path) -> None:
    old, data, clock = tmp_path / "old", tmp_path / "data", SystemClock()
    old.mkdir()
    async with await open_store(old / STORE, clock) as store:
        there = Resident(
            phone=ANI, name="Ani", kelurahan="12.75.03.1004", address="", lat=None, lon=None, language="", quiet=False,
            notes="", confirmed=True, panic_button=False, address_at=clock.now(),
        )  # fmt: skip
        await store.write(lambda tx: save(tx, there))
    make(context_of(old, clock), tmp_path / "copy.tar", told)
    with pytest.raises(CommandError, match=r"another city's store.*nothing was changed") as told_so:
        await restored(data, tmp_path / "copy.tar", clock)
    assert told_so.value.code == NOT_HERE
    assert [path.name for path in data.iterdir()] == ["store.lock"]


async def test_a_copy_of_an_older_schema_comes_back_as_this_versions(tmp_path: Path) -> None:
    old, data, clock = tmp_path / "old", tmp_path / "data", SystemClock()
    old.mkdir()
    with writing_connection(old / STORE, clock) as tx, tx.begin():
        upgrade(tx, "0021")
    assert make(context_of(old, clock), tmp_path / "copy.tar", told).schema == "0021"
    assert await restored(data, tmp_path / "copy.tar", clock) == DONE
    assert sorted(path.name for path in data.iterdir()) == [STORE, "restored", "store.lock"]
    assert schema_of(data / STORE) == newest()


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

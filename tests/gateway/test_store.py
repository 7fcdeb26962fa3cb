"""The store: what write() returned from is on the disk, one job's fault is its own, a bad store is refused."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from config.clock import SystemClock, VirtualClock
from gateway.store import Store, StoreBroken, StoreBusy, StoreFault, StoreRefused, Tx, inspect, put
from gateway.store.migrate import revisions
from gateway.store.outbound import OUTBOUND
from gateway.store.people import SETTING
from tests.fixtures.engines import fill_disk, open_store, outside, url_of
from tests.gateway.room import EPOCH, letter, opened, play

SQLITE_ONLY = pytest.mark.sqlite_only("of files, pragmas and the log; test_postgres*.py says it of a server")
BOTH = pytest.mark.parametrize("inline", [False, True], ids=["thread", "inline"])


def count(tx: Tx) -> int:
    return int(tx.execute(text("SELECT count(*) FROM outbound")).scalar_one())


def kept(path: Path, query: str = "SELECT count(*) AS n FROM outbound") -> object:
    """What another process would read from the store now."""
    return outside(path, query)[0]["n"]


def increment(tx: Tx) -> None:
    value = tx.execute(text("SELECT value FROM setting WHERE name = 'count'")).scalar_one()
    tx.execute(update(SETTING).where(SETTING.c.name == "count").values(value=str(int(value) + 1).encode()))


@BOTH
def test_what_write_returned_from_is_committed(tmp_path: Path, inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            for number in range(5):
                await store.write(lambda tx, number=number: put(tx, letter(f"t{number}")))  # type: ignore[misc]
                assert kept(tmp_path / "k.db") == number + 1

    play(main)


@SQLITE_ONLY
async def test_every_commit_is_synced_and_only_the_writer_checkpoints(tmp_path: Path) -> None:
    async with opened(SystemClock(), tmp_path / "k.db", inline=False) as store:
        asked = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "wal_autocheckpoint": 0}
        for name, value in asked.items():
            said = await store.write(lambda tx, name=name: tx.exec_driver_sql(f"PRAGMA {name}").scalar())  # type: ignore[misc]
            assert said == value


@SQLITE_ONLY
def test_a_killed_process_loses_nothing_it_was_told_is_durable(tmp_path: Path) -> None:
    program = """
import asyncio, os, signal, sys
from pathlib import Path
from config.clock import SystemClock
from gateway.store import Store, put
from tests.gateway.room import letter
async def main():
    store = await Store.open(Path(sys.argv[1]), SystemClock())
    async def one(n):
        await store.write(lambda tx: put(tx, letter(f"t{n}")))
        print(n, flush=True)
    await asyncio.gather(*(one(n) for n in range(300)))
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program, str(tmp_path / "k.db")]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == -9, ran.stderr
    told = len(ran.stdout.split())
    assert told == 300
    assert kept(tmp_path / "k.db") == told


@BOTH
def test_200_concurrent_increments_give_200(tmp_path: Path, inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            await store.write(lambda tx: tx.execute(SETTING.insert().values(name="count", value=b"0")))
            await asyncio.gather(*(store.write(increment) for _ in range(200)))
            assert kept(tmp_path / "k.db", "SELECT value AS n FROM setting WHERE name = 'count'") == b"200"

    play(main)


@SQLITE_ONLY
async def test_what_waits_together_is_committed_together(tmp_path: Path) -> None:
    async with opened(SystemClock(), tmp_path / "k.db", inline=False) as store:
        commits: list[str] = []
        await store.write(lambda tx: _count_commits(tx, commits))
        await asyncio.gather(*(store.write(lambda tx, n=n: put(tx, letter(f"t{n}"))) for n in range(200)))  # type: ignore[misc]
        assert commits.count("COMMIT") < 40


def _count_commits(tx: Tx, commits: list[str]) -> None:
    driver = tx.connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(commits.append)


@BOTH
def test_a_failing_job_fails_alone(tmp_path: Path, inline: bool) -> None:
    def bad(tx: Tx) -> None:
        put(tx, letter("half"))
        raise ValueError("this one")

    def worse(tx: Tx) -> None:
        tx.execute(text("INSERT INTO outbound (id) VALUES (1)"))  # breaks NOT NULL

    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            jobs = [store.write(lambda tx, n=n: put(tx, letter(f"t{n}"))) for n in range(10)]  # type: ignore[misc]
            ends = await asyncio.gather(
                *jobs[:5], store.write(bad), store.write(worse), *jobs[5:], return_exceptions=True
            )
            faults = [end for end in ends if isinstance(end, Exception)]
            assert len(faults) == 2
            assert str(faults[0]) == "this one"
            assert not any(isinstance(fault, StoreFault) for fault in faults)
            assert await store.read(count) == 10

    play(main)


@BOTH
def test_readers_cannot_write(tmp_path: Path, inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            with pytest.raises(Exception, match=r"read-?only"):
                await store.read(lambda tx: put(tx, letter()))
            assert await store.read(count) == 0

    play(main)


@BOTH
def test_a_cancelled_caller_takes_nothing_with_it(tmp_path: Path, inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            gone = asyncio.create_task(store.write(lambda tx: put(tx, letter("gone"))))
            await clock.sleep(0)
            gone.cancel()
            await store.write(lambda tx: put(tx, letter("stays")))
            assert await store.read(count) in (1, 2)
            assert await store.read(lambda tx: tx.execute(text("SELECT 1 FROM outbound WHERE text='stays'")).scalar())

    play(main)


def test_virtual_time_stands_still_while_the_writer_works(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> datetime:
        async with opened(clock, tmp_path / "k.db", inline=False) as store:
            for number in range(50):
                await store.write(lambda tx, number=number: put(tx, letter(f"t{number}")))  # type: ignore[misc]
                await store.read(count)
        return clock.now()

    assert play(main) == EPOCH


async def test_a_program_that_runs_keeps_a_second_one_out(tmp_path: Path) -> None:
    async with opened(SystemClock(), tmp_path / "k.db", inline=False):
        with pytest.raises(StoreRefused, match=r"in use by process \d+"):
            await open_store(tmp_path / "k.db", SystemClock())
        reader = await Store.open_reader(tmp_path / "k.db", SystemClock(), url=url_of(tmp_path / "k.db"))
        assert await reader.read(count) == 0
        with pytest.raises(StoreFault, match="for reading"):
            await reader.write(count)
        await reader.close()
    async with opened(SystemClock(), tmp_path / "k.db"):
        pass


@SQLITE_ONLY
async def test_a_reader_finds_what_a_killed_program_left(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "k.db", SystemClock(), inline=True)
    await store.write(lambda tx: put(tx, letter()))
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in tmp_path.glob("k.db*"):  # as the disk is when the power goes
        shutil.copy(file, copy)
    await store.close()
    assert (copy / "k.db-wal").stat().st_size > 0
    reader = await Store.open_reader(copy / "k.db", SystemClock())
    assert await reader.read(count) == 1
    await reader.close()
    assert "1 out" in inspect(copy / "k.db")


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no database at all" * 100)


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as driver:
        driver.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')"
        )


def _other(path: Path) -> None:
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("CREATE TABLE wp_posts (id INTEGER)")


def _read_only(path: Path) -> None:
    _newest(path)
    path.chmod(0o444)


def _newest(path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, path):
            pass

    play(main)


def _truncated(path: Path) -> None:
    _newest(path)
    path.write_bytes(path.read_bytes()[:6000])


@SQLITE_ONLY
@pytest.mark.parametrize(("spoil", "says"), [(_garbage, "not a database"), (_newer, "newer version")])
async def test_a_command_that_only_reads_refuses_what_it_cannot_read(
    tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(tmp_path / "k.db")
    with pytest.raises(StoreRefused, match=says):
        await Store.open_reader(tmp_path / "k.db", SystemClock())


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_garbage, "not a database"),
        (_newer, "newer version"),
        (_other, "another program"),
        (_read_only, "read-only"),
        (_truncated, "damaged"),
        (Path.mkdir, "not a file"),
    ],
    ids=["garbage", "newer", "other", "read_only", "truncated", "folder"],
)
@BOTH
def test_a_bad_store_is_refused_in_words_and_left_as_it_was(
    tmp_path: Path, spoil: Callable[[Path], None], says: str, inline: bool
) -> None:
    path = tmp_path / "k.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""

    async def main(clock: VirtualClock) -> None:
        for _ in range(2):  # the lock is given back each time
            with pytest.raises(StoreRefused, match=says):
                await Store.open(path, clock, inline=inline)

    play(main)
    assert (path.read_bytes() if path.is_file() else b"") == before


@SQLITE_ONLY
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        with pytest.raises(StoreRefused, match="make the folder writable"):
            await Store.open(tmp_path / "absent" / "k.db", clock)

    play(main)


@BOTH
def test_a_full_disk_breaks_the_store_once_and_for_all(tmp_path: Path, inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=inline) as store:
            told: list[StoreBroken] = []
            store.when_broken(told.append)
            await store.write(lambda tx: put(tx, letter("kept")))
            await store.write(fill_disk)
            jobs = [store.write(lambda tx, n=n: put(tx, letter(f"{n}" * 3000))) for n in range(9)]  # type: ignore[misc]
            ends = await asyncio.gather(*jobs, return_exceptions=True)
            assert all(isinstance(end, StoreBroken) for end in ends)
            assert len(told) == 1
            assert "full" in str(told[0])
            with pytest.raises(StoreBroken):
                await store.write(lambda tx: None)
            assert store.broken is not None
            assert kept(tmp_path / "k.db") == 1

    play(main)


@SQLITE_ONLY
async def test_another_writer_makes_us_wait_and_then_say_busy(tmp_path: Path) -> None:
    async with opened(SystemClock(), tmp_path / "k.db", inline=False) as store:
        await store.write(lambda tx: tx.exec_driver_sql("PRAGMA busy_timeout = 50"))
        with closing(sqlite3.connect(tmp_path / "k.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy):
                await store.write(count)
            other.execute("ROLLBACK")
        assert await store.write(count) == 0
        assert store.broken is None


@SQLITE_ONLY
async def test_checkpoints_empty_the_log_between_groups(tmp_path: Path) -> None:
    async with opened(SystemClock(), tmp_path / "k.db", inline=False) as store:
        await store.write(lambda tx: put(tx, letter("x" * 100_000)))
        async with asyncio.timeout(10):
            while b"x" * 1000 not in (tmp_path / "k.db").read_bytes():
                await asyncio.sleep(0.05)


def test_naive_instants_are_not_stored(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            naive = letter(expires_at=EPOCH.replace(tzinfo=None))
            with pytest.raises(Exception, match="naive"):
                await store.write(lambda tx: put(tx, naive))
            await store.write(
                lambda tx: put(tx, letter(expires_at=EPOCH.astimezone(tz=None) + timedelta(microseconds=1)))
            )
            (found,) = await store.read(lambda tx: tx.execute(OUTBOUND.select()).all())
            assert found.expires_at == EPOCH + timedelta(microseconds=1)
            assert found.expires_at.tzinfo is not None

    play(main)


@SQLITE_ONLY
def test_a_copy_of_a_migrated_store_opens_without_alembic(tmp_path: Path) -> None:
    _newest(tmp_path / "k.db")
    program = """
import sys
from pathlib import Path
from config.clock import SystemClock
from gateway.store.migrate import prepare
prepare(Path(sys.argv[1]), SystemClock())
assert "alembic" not in sys.modules
"""
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "k.db")], cwd=root, check=True, timeout=60)


@SQLITE_ONLY
def test_revisions_are_numbered_in_one_line() -> None:
    known = revisions()
    assert known == [f"{number:04d}" for number in range(1, len(known) + 1)]

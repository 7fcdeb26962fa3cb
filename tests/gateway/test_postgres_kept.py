"""What write() returned from is kept by PostgreSQL, whoever is killed when; and nothing is counted twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from config.clock import SystemClock
from gateway.store import Store, StoreBroken, StoreBusy, StoreRefused, Tx, put
from gateway.store.people import SETTING
from gateway.store.postgres_writer import PATIENCE_S
from tests.fixtures.making import make
from tests.fixtures.postgres import PACKAGE, Cluster, Eye, cluster, programs
from tests.gateway.room import letter

pytestmark = pytest.mark.skipif(programs() is None, reason=f"needs the Debian package {PACKAGE}")

ROOT = Path(__file__).parents[2]
NAME = "kept"


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that syncs, as a city's does; a test may kill it, and starts it again."""
    with cluster() as made:
        eye = Eye(made.folder)
        eye.do("postgres", f"CREATE DATABASE {NAME}")
        eye.close()
        make(made.url(NAME))
        yield made


@pytest.fixture
def eye(server: Cluster) -> Iterator[Eye]:
    found = Eye(server.folder)
    found.do(NAME, "TRUNCATE outbound, setting CASCADE; INSERT INTO setting VALUES ('count', '0')")
    yield found
    found.close()


@contextlib.asynccontextmanager
async def store_on(server: Cluster, folder: Path) -> AsyncIterator[Store]:
    async with await Store.open(folder / "k.db", SystemClock(), url=server.url(NAME)) as store:
        yield store


def kept(eye: Eye) -> set[str]:
    return {row["text"] for row in eye.rows(NAME, "SELECT text FROM outbound")}


async def writes(store: Store, told: set[str], ended: asyncio.Event, name: str) -> int:
    """Put letter after letter; those that were acknowledged are ``told``. How often it was told that the store is
    busy."""
    number = busy = 0
    while not ended.is_set():
        number += 1
        words = f"{name}-{number}"
        while not ended.is_set():
            try:
                await store.write(lambda tx, words=words: put(tx, letter(words)))  # type: ignore[misc]
                told.add(words)
                break
            except StoreBusy:
                busy += 1
                await asyncio.sleep(0.05)
    return busy


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=["power cut", "restart"])
async def test_a_server_that_falls_under_load_loses_nothing_that_was_acknowledged(
    server: Cluster, eye: Eye, tmp_path: Path, how: signal.Signals
) -> None:
    async with store_on(server, tmp_path) as store:
        away: list[str] = []
        store.when_away(away.append)
        told: set[str] = set()
        ended = asyncio.Event()
        tasks = [asyncio.create_task(writes(store, told, ended, f"w{n}")) for n in range(16)]
        async with asyncio.timeout(60):
            for _ in range(3):
                goal = len(told) + 50
                while len(told) < goal:  # it goes on after each fall
                    await asyncio.sleep(0.01)
                before = set(told)
                await asyncio.to_thread(server.stop, how)
                await asyncio.to_thread(server.start)
                assert before <= await asyncio.to_thread(kept, eye)
            while len(told) < len(before) + 50:
                await asyncio.sleep(0.01)
        ended.set()
        await asyncio.gather(*tasks)
        assert store.broken is None
        assert told <= await asyncio.to_thread(kept, eye)
        assert any("is away" in why for why in away)
        assert away[-1] == ""
        assert await store.read(lambda tx: tx.execute(text("SELECT count(*) FROM outbound")).scalar_one()) >= len(told)


def increment(tx: Tx) -> None:
    value = int(tx.execute(text("SELECT value FROM setting WHERE name = 'count'")).scalar_one())
    tx.execute(SETTING.update().where(SETTING.c.name == "count").values(value=str(value + 1).encode()))


async def test_a_line_that_breaks_again_and_again_counts_everything_once(
    server: Cluster, eye: Eye, tmp_path: Path
) -> None:
    """Jobs here are not idempotent: each is done exactly once, also where the answer to a COMMIT was lost."""
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kentongan %' "
        "AND query NOT LIKE '%pg_try_advisory_lock%'"
    )
    async with store_on(server, tmp_path) as store:
        ended = asyncio.Event()

        async def cuts() -> int:
            times = 0
            while not ended.is_set():
                await asyncio.to_thread(eye.do, NAME, cut)
                times += 1
                await asyncio.sleep(random.uniform(0.05, 0.25))
            return times

        cutting = asyncio.create_task(cuts())
        done = 0

        async def one() -> None:
            nonlocal done
            for _ in range(100):
                await store.write(increment)
                done += 1

        await asyncio.gather(*(one() for _ in range(10)))
        ended.set()
        assert await cutting >= 3
        assert done == 1000
        assert eye.rows(NAME, "SELECT value FROM setting WHERE name = 'count'")[0]["value"] == b"1000"


class Proxy:
    """Stands between the store and the server, and breaks the line at a COMMIT: ``breaks`` "before" it reached the
    server, or "after", when its answer is lost."""

    def __init__(self, server: Cluster, folder: Path) -> None:
        self.folder, self._there = folder, str(server.folder / ".s.PGSQL.5432")
        self.breaks = ""
        self._lines: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        async with await asyncio.start_unix_server(self._line, self.folder / ".s.PGSQL.5432"):
            yield f"postgresql+asyncpg://kentongan@/{NAME}?host={self.folder}"
        await asyncio.gather(*self._lines, return_exceptions=True)

    async def _line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.add(task)
        back, forth = await asyncio.open_unix_connection(self._there)
        cut = asyncio.Event()
        down = asyncio.create_task(self._pass(back, writer, cut, answers=True))
        await self._pass(reader, forth, cut, answers=False)
        forth.close()
        await down

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cut: asyncio.Event, *, answers: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while (data := await reader.read(65536)) and not cut.is_set():
                if not answers and self.breaks and b"COMMIT\0" in data:
                    cut.set()
                    how, self.breaks = self.breaks, ""
                    if how == "before":
                        break
                writer.write(data)
                await writer.drain()
        writer.close()


@pytest.mark.parametrize(("breaks", "runs"), [("before", 2), ("after", 1)])
async def test_a_commit_whose_answer_was_lost_is_asked_after_and_not_done_twice(
    server: Cluster, eye: Eye, tmp_path: Path, breaks: str, runs: int
) -> None:
    proxy, ran = Proxy(server, tmp_path), 0

    def once_more(tx: Tx) -> str:
        nonlocal ran
        ran += 1
        increment(tx)
        return "done"

    async with proxy.open() as url, await Store.open(tmp_path / "k.db", SystemClock(), url=url) as store:
        proxy.breaks = breaks
        works = [store.write(once_more), *(store.write(increment) for _ in range(9))]
        assert (await asyncio.wait_for(asyncio.gather(*works), 30))[0] == "done"
        assert proxy.breaks == ""
        assert ran == runs
        assert await asyncio.to_thread(eye.rows, NAME, "SELECT value FROM setting WHERE name='count'") == [
            {"value": b"10"}
        ]


async def test_while_the_server_is_away_jobs_are_told_so_and_nothing_is_broken(
    server: Cluster, eye: Eye, tmp_path: Path
) -> None:
    async with store_on(server, tmp_path) as store:
        await store.write(lambda tx: put(tx, letter("before")))
        await store.read(lambda tx: tx.execute(text("SELECT 1")).scalar())
        await asyncio.to_thread(server.stop, signal.SIGQUIT)
        try:
            with pytest.raises(StoreBusy, match="is away"):
                await store.read(lambda tx: tx.execute(text("SELECT 1")).scalar())
            begun = time.monotonic()
            with pytest.raises(StoreBusy, match="is away"):
                await store.write(lambda tx: put(tx, letter("lost")))
            assert time.monotonic() - begun > PATIENCE_S - 1, "the first waits for a server that only starts anew"
            begun = time.monotonic()
            with pytest.raises(StoreBusy):
                await store.write(lambda tx: put(tx, letter("lost")))
            assert time.monotonic() - begun < PATIENCE_S / 2, "the next are told at once"
            with pytest.raises(StoreRefused, match="no server answers"):
                await Store.open_reader(tmp_path / "k.db", SystemClock(), url=server.url(NAME))
            assert store.broken is None
        finally:
            await asyncio.to_thread(server.start)
        async with asyncio.timeout(20):
            while True:
                with contextlib.suppress(StoreBusy):
                    await store.write(lambda tx: put(tx, letter("after")))
                    break
                await asyncio.sleep(0.1)
        assert await asyncio.to_thread(kept, eye) == {"before", "after"}


async def test_a_program_that_was_replaced_by_a_newer_one_while_the_line_was_broken_stops(
    server: Cluster, eye: Eye, tmp_path: Path
) -> None:
    async with store_on(server, tmp_path) as store:
        (here,) = (row["version_num"] for row in eye.rows(NAME, "SELECT version_num FROM alembic_version"))
        eye.do(NAME, "UPDATE alembic_version SET version_num = '9999'")
        try:
            eye.do(NAME, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kento%'")
            with pytest.raises(StoreBroken, match="newer version"):
                await store.write(lambda tx: put(tx, letter()))
        finally:
            eye.do(NAME, f"UPDATE alembic_version SET version_num = '{here}'")


def test_a_killed_process_loses_nothing_it_was_told_is_durable(server: Cluster, eye: Eye, tmp_path: Path) -> None:
    program = """
import asyncio, os, signal, sys
from pathlib import Path
from config.clock import SystemClock
from gateway.store import Store, put
from tests.gateway.room import letter
async def main():
    store = await Store.open(Path(sys.argv[1]), SystemClock(), url=sys.argv[2])
    async def one(n):
        await store.write(lambda tx: put(tx, letter(f"t{n}")))
        print(n, flush=True)
        if n == 200:
            os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.gather(*(one(n) for n in range(2000)))
asyncio.run(main())
"""
    command = [sys.executable, "-c", program, str(tmp_path / "k.db"), server.url(NAME)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == -9, ran.stderr
    told = ran.stdout.split()
    assert len(told) >= 200
    server.stop(signal.SIGKILL)  # the machine falls with it
    server.start()
    assert {f"t{number}" for number in told} <= kept(eye)

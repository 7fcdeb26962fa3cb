"""An import whose process is killed after any of its commits: one whole table is told, and the next one clears up."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.clock import VirtualClock
from eservices.lookup import store
from tests.eservices.lookup.test_tables import MANY, asked, bring, kept_rows, table
from tests.fixtures.whole import part
from tests.gateway.room import opened, play

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from config.clock import SystemClock
from eservices.lookup import importing
from gateway.store import Store
from tests.eservices.lookup.test_tables import CITY, PBB, table
class Killed:
    commits = 0
    def __init__(self, store):
        self.store = store
    async def write(self, work):
        done = await self.store.write(work)
        self.commits += 1
        if self.commits == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return done
async def main():
    clock = SystemClock()
    store = Killed(await Store.open(Path(sys.argv[1]), clock))
    brought = await importing.read(PBB, CITY.areas, table(2027), clock)
    await importing.write(store, PBB, brought, source="pbb.csv", by="budi", clock=clock)
asyncio.run(main())
"""
SWITCHED, LAST = 5, 7  # the version, three groups of rows, the switch, the rows of the oldest, its version


@pytest.mark.sqlite_only("a process of its own, killed; what a commit is worth is PostgreSQL's own promise")
@pytest.mark.parametrize("commit", part(range(1, LAST + 1), 3))
def test_killed_after_any_commit_one_whole_table_is_told_and_the_next_import_clears_up(
    tmp_path: Path, commit: int
) -> None:
    path, root = tmp_path / "k.db", Path(__file__).parents[3]

    async def before(clock: VirtualClock) -> None:
        async with opened(clock, path) as kept:
            for year in (2025, 2026):
                await bring(kept, clock, table(year))

    async def after(clock: VirtualClock) -> None:
        async with opened(clock, path) as kept:
            told = {row["year"] for place in (0, 600, MANY - 1) for row in await asked(kept, place)}
            assert told == ({"2026"} if commit < SWITCHED else {"2027"})
            await bring(kept, clock, table(2028))
            assert await kept_rows(kept) == 2 * MANY
            states = [one.state for one in await kept.read(lambda tx: store.versions(tx, "pbb"))]
            assert states == [store.State.CURRENT, store.State.FORMER]

    play(before)
    command = [sys.executable, "-c", KILLED, str(path), str(commit)]
    ran = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    play(after)

"""Sixty people ask for the last three places at once: three have them, and no number or place is given twice."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from config.clock import SystemClock
from eservices.clinic.booking import Booked, Full, Outcome
from eservices.clinic.store import rows
from gateway.store import Tx
from tests.eservices.clinic.counter import MONDAY_NOON, doctor, fill, tiny, wants, wish
from tests.fixtures.engines import fresh, open_store, outside, url_of
from tests.walks.processes import clean_environment

pytestmark = pytest.mark.both_engines

ROOT = Path(__file__).parents[3]
ASKING, PROCESSES, LEFT = 60, 3, 3  # of eight places that can be booked five are gone
LIMIT_S = 90  # seconds for what takes two on an idle machine
LIVE = "SELECT place, queue FROM clinic_booking WHERE state = 'waiting' ORDER BY queue"


def given(path: Path) -> tuple[list[object], list[object]]:
    """The places and the numbers of everybody who has one, as another process reads them."""
    found = outside(path, LIVE)
    return sorted(row["place"] for row in found), [row["queue"] for row in found]


def prepared(path: Path) -> None:
    async def main() -> None:
        city = tiny()
        async with await open_store(path, SystemClock()) as store:
            await store.write(lambda tx: fill(tx, city, doctor(city), range(1, 6)))

    fresh(path)
    asyncio.run(main())


def test_in_one_process_that_commits_what_waits_together(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    prepared(path)

    async def main() -> list[Outcome]:
        async with await open_store(path, SystemClock()) as store, SystemClock().timeout(LIMIT_S):
            wishes = [wish(100 + n) for n in range(ASKING)]
            return await asyncio.gather(*(store.write(wants(one)) for one in wishes))

    outcomes = asyncio.run(main())
    assert sum(isinstance(one, Booked) for one in outcomes) == LEFT
    assert sum(one == Full() for one in outcomes) == ASKING - LEFT
    assert given(path) == ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8])


def test_in_several_processes_on_one_store(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    prepared(path)
    url, each = url_of(path), ASKING // PROCESSES
    running = []
    for n in range(PROCESSES):
        folder = tmp_path if not url else tmp_path / f"process{n}"
        folder.mkdir(exist_ok=True)
        command = [
            sys.executable,
            "-m",
            "tests.eservices.clinic.asker",
            str(folder),
            url,
            str(100 * (n + 1)),
            str(each),
        ]
        pipe = subprocess.PIPE
        running.append(
            subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, env=clean_environment({}))
        )
    try:
        for one in running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        said = [one.communicate("go\n", timeout=LIMIT_S)[0].split() for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    numbers = [int(number) for lines in said for number in lines]
    assert len(numbers) == ASKING
    assert sorted(number for number in numbers if number) == [6, 7, 8]
    assert given(path) == ([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8])


@pytest.mark.parametrize("twice", ["place", "queue", "person"])
def test_the_tables_themselves_refuse_what_may_not_be_twice(tmp_path: Path, twice: str) -> None:
    """What decides is no order of events: a row that takes a place, a number or a person's day again is not kept."""
    path = tmp_path / "k.db"
    prepared(path)

    async def main() -> None:
        city = tiny()

        def again(tx: Tx) -> int:
            here = rows.keep(tx, doctor(city))
            row: dict[str, object] = {"session_id": here.id, "clinic": "hulu", "day": here.day.isoformat()}
            row |= {"phone": wish(1).number if twice == "person" else None, "person": "", "name": "x"}
            row |= {"priority": False, "walk_in": False, "booked_at": MONDAY_NOON}
            free = {"place": 9, "queue": 99} | ({twice: 3} if twice != "person" else {})
            return rows.add(tx, {**row, **free})

        async with await open_store(path, SystemClock()) as store:
            with pytest.raises(Exception, match=r"(?i)unique"):
                await store.write(again)

    asyncio.run(main())
    assert given(path) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])

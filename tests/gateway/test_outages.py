"""What was ill and for how long is kept in few rows: through flapping, a store that refuses, a program that died."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from config.clock import SystemClock
from gateway.outages import BEAT_S, HOLD_S, LOOK_S, RENEW, Outages
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store, StoreBusy, Tx
from gateway.store.outages import OUTAGE, TERM, WATCHED, Ill, ills, runs
from tests.fixtures.engines import open_store

pytestmark = pytest.mark.either_engine

NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
EVER = NOON - timedelta(days=400), NOON + timedelta(days=400)

T = TypeVar("T")


class Hand(SystemClock):
    """Moved by hand."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Refusing:
    """The store, which refuses to write while ``refuses``; ``wrote``: how often it was asked."""

    def __init__(self, store: Store) -> None:
        self._store, self.refuses, self.wrote = store, False, 0

    async def write(self, work: Callable[[Tx], T]) -> T:
        self.wrote += 1
        if self.refuses:
            raise StoreBusy("full")
        return await self._store.write(work)


class Watch:
    """A house of parts that the test makes ill."""

    def __init__(self, store: Store, clock: Hand) -> None:
        self.store, self.clock, self.pulse = store, clock, Pulse(clock)
        self.door = Refusing(store)
        self.loop = Outages(self.door, clock, self.pulse, self._parts)  # type: ignore[arg-type]

    async def _parts(self) -> Sequence[Part]:
        return self.pulse.parts()

    def say(self, status: Status, kind: str = "modem", name: str = "m1") -> None:
        self.pulse.report(kind, name, status)

    async def passes(self, seconds: float) -> None:
        """Time, with a look as often as the loop looks."""
        for _ in range(round(seconds / LOOK_S)):
            self.clock.at += timedelta(seconds=LOOK_S)
            await self.loop.look()

    async def rows(self) -> list[Ill]:
        return await self.store.read(lambda tx: ills(tx, *EVER))


@asynccontextmanager
async def watch(path: Path, clock: Hand) -> AsyncIterator[Watch]:
    async with await open_store(path, clock) as store:
        found = Watch(store, clock)
        await found.loop.begin()
        yield found


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def test_an_illness_is_one_row_from_its_first_instant_to_its_last(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", clock := Hand()) as house:
        house.say(Status.OK)
        await house.passes(60)
        house.say(Status.FAILED)
        await house.passes(600)
        assert await house.rows() == [Ill(kind="modem", name="m1", status="failed", began_at=after(60), ended_at=None)]
        house.say(Status.OK)
        await house.passes(HOLD_S + LOOK_S)
        (row,) = await house.rows()
        assert (row.began_at, row.ended_at, row.off) == (after(60), after(660), False)
        assert clock.now() > after(660)


async def test_what_flaps_writes_at_most_a_row_a_minute(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", Hand()) as house:
        for _ in range(40):  # twenty minutes of half a minute each
            house.say(Status.FAILED)
            await house.passes(15)
            house.say(Status.DEGRADED)
            await house.passes(15)
            house.say(Status.OK)
            await house.passes(30)
        rows = await house.rows()
        assert len(rows) <= 40
        begins = [row.began_at for row in rows]
        assert all((b - a).total_seconds() >= 60 for a, b in pairwise(begins))
        assert rows[-1].status == "failed"


async def test_getting_worse_is_seen_at_once_and_getting_less_ill_after_a_minute(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", Hand()) as house:
        house.say(Status.DEGRADED)
        await house.passes(120)
        house.say(Status.FAILED)
        await house.passes(120)
        house.say(Status.DEGRADED)
        await house.passes(45)
        assert [row.status for row in await house.rows()] == ["degraded", "failed"]
        await house.passes(30)
        assert [(row.status, row.began_at, row.ended_at) for row in await house.rows()] == [
            ("degraded", after(0), after(120)),
            ("failed", after(120), after(240)),
            ("degraded", after(240), None),
        ]


async def test_only_ways_sirens_store_disk_and_clock_are_kept_and_what_goes_is_over(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", Hand()) as house:
        kinds = ("modem", "sim", "provider", "siren", "store", "disk", "clock")
        for kind in (*kinds, "letters", "callback", "report"):
            house.say(Status.FAILED, kind, "x")
        await house.passes(15)
        assert sorted(row.kind for row in await house.rows()) == sorted(kinds)
        house.pulse.forget("provider", "x")
        await house.passes(120)
        over = {row.kind: row.ended_at for row in await house.rows()}
        assert over.pop("provider") == after(30)
        assert set(over.values()) == {None}
        house.say(Status.FAILED, "provider", "x")
        await house.passes(15)
        house.pulse.forget("provider", "x")
        await house.passes(120)
        assert [row.ended_at for row in await house.rows() if row.kind == "provider"] == [after(30), after(165)]


async def test_a_store_that_refuses_harms_nothing_and_the_row_comes_later(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", Hand()) as house:
        house.door.refuses = True
        house.say(Status.FAILED)
        await house.passes(300)
        assert await house.rows() == []
        house.door.refuses = False
        await house.passes(15)
        assert [row.began_at for row in await house.rows()] == [after(0)]


async def test_a_quiet_day_writes_a_beat_now_and_then_and_no_row(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", clock := Hand()) as house:
        house.say(Status.OK)
        await house.passes(3600)
        assert await house.rows() == []
        assert house.door.wrote <= 1 + 3600 / BEAT_S
        (run,) = await house.store.read(lambda tx: runs(tx, *EVER))
        assert run.began_at == NOON
        assert (clock.now() - run.last_at).total_seconds() < BEAT_S
        clock.at += RENEW
        await house.loop.look()
        assert len(await house.store.read(lambda tx: runs(tx, *EVER))) == 2, "a run that lasts has a row a month"


async def test_a_program_that_died_ends_its_rows_at_its_last_beat_and_says_so(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", clock := Hand()) as house:
        house.say(Status.FAILED)
        await house.passes(BEAT_S + 120)  # its last beat: with the first look, then after BEAT_S
    clock.at += timedelta(hours=3)
    async with watch(tmp_path / "k.db", clock) as house:
        (row,) = await house.rows()
        assert row.off
        assert row.ended_at == after(LOOK_S + BEAT_S)
        first, second = await house.store.read(lambda tx: runs(tx, *EVER))
        assert (first.last_at, second.began_at) == (row.ended_at, clock.now())
        house.say(Status.FAILED)
        await house.passes(15)
        assert [one.began_at for one in await house.rows()] == [NOON, clock.now() - timedelta(seconds=15)]


async def test_told_to_stop_the_loop_writes_its_last_beat(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", clock := Hand()) as house:
        task = asyncio.create_task(house.loop.run())
        while house.door.wrote < 2:
            await asyncio.sleep(0.01)
        clock.at += timedelta(seconds=100)
        task.cancel()
        await asyncio.wait([task], timeout=10)
        (run,) = await house.store.read(lambda tx: runs(tx, *EVER))
        assert run.last_at == after(100)


async def test_what_is_over_goes_at_its_term_and_what_lasts_stays(tmp_path: Path) -> None:
    async with watch(tmp_path / "k.db", clock := Hand()) as house:
        house.say(Status.FAILED)
        house.say(Status.FAILED, "siren", "Pos Hulu")
        await house.passes(120)
        house.say(Status.OK)
        await house.passes(120)
        clock.at += timedelta(days=TERM.days + 1)
        await house.loop.look()
        before = clock.now() - timedelta(days=TERM.days)
        assert await house.store.read(lambda tx: TERM.count(tx, before)) == 1
        while await house.store.write(lambda tx: TERM.work(tx, before, 1)):
            pass
        assert [row.kind for row in await house.rows()] == ["siren"]

        def left(tx: Tx) -> list[int]:
            return [tx.execute(select(func.count()).select_from(table)).scalar_one() for table in (OUTAGE, WATCHED)]

        assert await house.store.read(left) == [1, 2], "the run that still lasts stays, with the one that it began"

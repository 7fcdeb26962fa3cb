"""What is older than its term goes, or loses its names; nothing else does; a kill in the middle loses and repeats
nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

import kentongan
from config.clock import VirtualClock, run_virtual
from config.settings_retention import LEAST
from gateway.audit import Deed, note
from gateway.audit_commands import verified
from gateway.pulse import Pulse
from gateway.retaining import Retention, counted
from gateway.retention import due
from gateway.store import Store, Tx, metadata
from gateway.store.audit import lines_after
from gateway.store.audit_reading import cuts
from gateway.store.retaining import last_runs
from gateway.store.retention_terms import TERMS
from tests.fixtures.engines import fresh, open_store
from tests.gateway.audit.test_erasing import HERS, NOW, SITI, filled

ZONE = ZoneInfo("Asia/Jakarta")
INBOUND, INCIDENT = metadata.tables["inbound"], metadata.tables["incident"]
Scene = Callable[[Store, VirtualClock], Coroutine[Any, Any, None]]


def held(tmp_path: Path, scene: Scene) -> None:
    fresh(tmp_path / "a.db")

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "a.db", clock) as store:
            await store.lead()
            await scene(store, clock)

    run_virtual(main, NOW)


def keeping(store: Store, clock: VirtualClock) -> Retention:
    return Retention(store, TERMS, {}, clock, zone=ZONE, pulse=Pulse(clock))


def letters(tx: Tx, count: int, age: timedelta) -> None:
    rows = [filled(INBOUND, at, SITI, HERS) | {"received_at": NOW - age} for at in range(1, count + 1)]
    tx.execute(insert(INBOUND), rows)


def named(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(INBOUND).where(INBOUND.c.sender != "")).scalar_one())


@pytest.mark.sqlite_only("no store is opened")
def test_every_class_can_be_set_and_says_why() -> None:
    assert kentongan.COMMANDS
    assert {term.kind for term in TERMS} == set(LEAST)
    for term in TERMS:
        assert LEAST[term.kind] <= term.days, term.kind
        assert all(term.why[language].strip() and term.what[language].strip() for language in ("id", "en"))


@pytest.mark.sqlite_only("no store is opened")
def test_the_settings_win_over_the_term() -> None:
    (one,) = [one for one in due(TERMS, {"letters": 60}, NOW) if one.term.kind == "letters"]
    assert (one.days, one.before) == (60, NOW - timedelta(days=60))


def test_old_letters_lose_their_names_in_batches_and_young_ones_stay(tmp_path: Path) -> None:
    async def scene(store: Store, clock: VirtualClock) -> None:
        await store.write(lambda tx: letters(tx, 450, timedelta(days=364)))
        (one,) = [one for one in await counted(store, TERMS, {}, clock.now()) if one.term.kind == "letters"]
        assert one.rows == 0
        await clock.sleep(2 * 86400)
        (one,) = [one for one in await counted(store, TERMS, {}, clock.now()) if one.term.kind == "letters"]
        assert (one.rows, await store.read(named)) == (450, 450), "a dry run changes nothing"
        done = await keeping(store, clock).all("sari", "page")
        assert (done["letters"], await store.read(named)) == (450, 0)
        assert (await store.read(last_runs))["letters"].rows == 450
        (line,) = await store.read(lambda tx: lines_after(tx, 0, 9))
        assert (line.by, line.what, line.object, line.detail) == (
            "sari",
            "retention.run",
            "retention/letters",
            "rows=450",
        )
        assert (await keeping(store, clock).all("sari", "page"))["letters"] == 0

    held(tmp_path, scene)


def test_it_runs_at_night_by_itself_once(tmp_path: Path) -> None:
    async def scene(store: Store, clock: VirtualClock) -> None:
        job = asyncio.create_task(keeping(store, clock).run())
        await clock.sleep(200)
        first = (await store.read(last_runs))["raw"].ended_at
        assert first is not None
        await clock.sleep(3 * 86400)
        last = (await store.read(last_runs))["raw"].ended_at
        assert last is not None
        assert last.astimezone(ZONE).hour == 1
        assert last - first > timedelta(days=2)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)

    held(tmp_path, scene)


def test_killed_in_the_middle_it_goes_on(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "a.db", clock) as store:
            await store.write(lambda tx: letters(tx, 900, timedelta(days=400)))
            job = asyncio.create_task(keeping(store, clock).all("kentongan", "program"))
            while await store.read(named) == 900:
                await clock.sleep(0.01)
            job.cancel()
            await asyncio.gather(job, return_exceptions=True)
            await store.abandon()
        async with await open_store(tmp_path / "a.db", clock) as store:
            await store.lead()
            left = await store.read(named)
            assert 0 < left < 900
            assert (await store.read(last_runs))["letters"].ended_at is None
            again = asyncio.create_task(keeping(store, clock).run())
            await clock.sleep(300)
            again.cancel()
            await asyncio.gather(again, return_exceptions=True)
            assert await store.read(named) == 0
            assert (await store.read(last_runs))["letters"].rows == left

    run_virtual(main, NOW)


def test_of_an_old_emergency_stay_figures(tmp_path: Path) -> None:
    async def scene(store: Store, clock: VirtualClock) -> None:
        old = {"opened_at": NOW - timedelta(days=6 * 365), "caller": SITI}
        place = '{"kelurahan": "12.75.01.1001", "street": "Kenanga 17", "lat": 3.6, "lon": 98.4, "source": "text"}'

        def cried(tx: Tx) -> None:
            tx.execute(insert(INBOUND), filled(INBOUND, 1, SITI, HERS) | {"received_at": old["opened_at"]})
            for at, state in ((1, "closed"), (2, "accepted")):
                tx.execute(insert(INCIDENT), filled(INCIDENT, at, SITI, HERS) | old | {"state": state, "place": place})
            record = {"letter": 1, "incident": 1, "role": "opened", "whole": ""}
            tx.execute(insert(metadata.tables["incident_letter"]), record)
            tx.execute(insert(metadata.tables["timeline"]), filled(metadata.tables["timeline"], 1, SITI, HERS))

        await store.write(cried)
        done = await keeping(store, clock).all("sari", "page")
        assert (done["emergencies"], done["letters"]) == (1, 0)
        ended, still = await store.read(lambda tx: tx.execute(select(INCIDENT).order_by(INCIDENT.c.id)).all())
        assert (ended.caller, ended.state) == ("", "closed")
        assert "12.75.01.1001" in ended.place
        said = await store.read(lambda tx: tx.execute(select(INBOUND.c.sender, INBOUND.c.text, INBOUND.c.doubt)).all())
        assert "Kenanga" not in ended.place + str(said)
        assert SITI not in str(said)
        assert still.caller == SITI

    held(tmp_path, scene)


def test_the_audit_is_cut_where_it_is_written_down_and_verifies(tmp_path: Path) -> None:
    async def scene(store: Store, clock: VirtualClock) -> None:
        look = Deed(by="sari", how="page", what="look", about=[SITI])
        for _ in range(5):
            await store.write(lambda tx: note(tx, look))
        await clock.sleep(6 * 365 * 86400)
        await store.write(lambda tx: note(tx, look))
        done = await keeping(store, clock).all("kentongan", "program")
        assert done["audit"] == 5
        lines = await store.read(lambda tx: lines_after(tx, 0, 99))
        assert [line.what for line in lines] == ["look", "audit.cut", "retention.run"]
        assert [head.seq for head, _ in await store.read(cuts)] == [5]
        assert (await verified(store, {})).whole
        assert (await keeping(store, clock).all("kentongan", "program"))["audit"] == 0

    held(tmp_path, scene)

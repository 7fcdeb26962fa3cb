"""Two processes on one store: both write a broadcast, and one stops it while the other writes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config.city import load_city
from config.clock import SystemClock
from gateway.broadcast.consent import end
from gateway.broadcast.store.keeping import ends_of, find
from gateway.broadcast.values import Stage, What
from gateway.broadcast.writing import WINDOW, Broadcasts
from gateway.store import Store, Tx
from gateway.store.outbound import OUTBOUND
from tests.fixtures import engines
from tests.gateway.test_broadcast import begun, known, live, resident, told
from tests.gateway.test_postgres import two

pytestmark = pytest.mark.engine(engines.POSTGRES)
CITY = load_city("binjai")
ROUNDS = 12


async def test_both_write_one_broadcast_once_and_a_stop_by_one_ends_the_writing_of_the_other(tmp_path: Path) -> None:
    clock = SystemClock()

    async def scene(one: Store, other: Store) -> None:
        await live(one, [resident(nth) for nth in range(2 * WINDOW)])
        id = await begun(one, told(What.WARNING, at=clock.now()))

        async def writes(store: Store) -> None:
            chore = Broadcasts(CITY)
            for _ in range(ROUNDS):
                await store.write(lambda tx: chore.run(tx, clock.now()))

        def stopped(tx: Tx) -> None:
            found = find(tx, id)
            assert found is not None
            assert end(tx, found, "budi", "page", clock.now() + timedelta(seconds=1)) is not None

        await asyncio.gather(writes(one), writes(other))
        assert (await known(other, id)).written == WINDOW, "as many as may wait, by both together"
        distinct = select(func.count(OUTBOUND.c.recipient.distinct()))
        assert await one.read(lambda tx: tx.execute(distinct).scalar_one()) == WINDOW
        await asyncio.gather(writes(one), other.write(stopped), writes(other))
        over = await known(one, id)
        assert over.stage is Stage.STOPPED
        assert await one.read(lambda tx: ends_of(tx, over)) == {"cancelled": over.written}

    async with asyncio.timeout(60.0):
        await two(tmp_path, clock, scene)

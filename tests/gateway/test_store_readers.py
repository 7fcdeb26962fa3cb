"""Readers take turns, whatever became of those before them: a read that was called off holds nobody up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

import config.clock
from config.clock import VirtualClock
from gateway.store import Tx
from gateway.store.process import READERS
from tests.gateway.room import opened, play

SILENT_S = 10.0  # real seconds after which virtual time gives up here; a read takes milliseconds
STEPS = 12  # turns of the loop in which a first read makes its connection, and some more


def count(tx: Tx) -> int:
    return int(tx.execute(text("SELECT count(*) FROM outbound")).scalar_one())


@pytest.mark.parametrize("steps", range(STEPS))
def test_reads_that_are_called_off_while_they_connect_leave_their_turn_to_the_next(
    steps: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config.clock, "STUCK_AFTER", SILENT_S)

    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db", inline=False) as store:
            first = [asyncio.create_task(store.read(count)) for _ in range(READERS)]
            next_ones = [asyncio.create_task(store.read(count)) for _ in range(READERS)]
            for _ in range(steps):
                await asyncio.sleep(0)
            for read in first:
                read.cancel()
            assert await asyncio.gather(*next_ones) == [0] * READERS
            await asyncio.wait(first)

    play(main)

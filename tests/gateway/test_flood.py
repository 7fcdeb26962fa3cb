"""A flood of letters: keeping goes before reading, urgent ones are read all the same, and none waits for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.clock import VirtualClock
from gateway.callback import Came
from gateway.inbox import BATCH, STAND_BACK_S, Inbox
from gateway.messages import Inbound
from gateway.pulse import Pulse
from gateway.store import Store, Tx
from tests.gateway.room import Notebook, Waits, opened, play

pytestmark = pytest.mark.either_engine

COMMIT_S = 0.02  # of a slow disk
POSTS = 40  # at once, one after the other
FLOOD_S = 4.0


class SlowDisk(Store):
    """A store whose every commit takes a while of the clock's time."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self._slow, self._time = store, clock

    async def write(self, work: Callable[[Tx], Any]) -> Any:
        await self._time.sleep(COMMIT_S)
        return await self._slow.write(work)


class Timed(Notebook):
    """A desk that knows when it read what."""

    clock: VirtualClock
    at: list[tuple[float, str]]

    def handle(self, letter: Inbound, tx: Tx) -> None:
        self.at.append((self.clock.monotonic(), letter.text))


def test_reading_stands_back_for_a_flood_but_not_for_long_and_never_for_an_emergency(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        urgent, last = Timed(name="urgent", urgent=True, words=("TOLONG",)), Timed(name="last")
        for desk in (urgent, last):
            desk.clock, desk.at = clock, []
        async with opened(clock) as store:
            slow = SlowDisk(store, clock)
            inbox = Inbox(slow, (urgent, last), clock, lambda point: None, Pulse(clock), waits=Waits())
            reader = asyncio.create_task(inbox.run())
            begun = clock.monotonic()

            async def post(name: str, text: str) -> None:
                await inbox.came("p", Came(id=name, sender="+6281200000001", text=text))

            async def posts(which: int) -> None:
                at = 0
                while clock.monotonic() < begun + FLOOD_S:
                    await post(f"{which}-{at}", "surat")
                    at += 1

            flood = [asyncio.create_task(posts(which)) for which in range(POSTS)]
            await clock.sleep(FLOOD_S / 2)
            cried = clock.monotonic()
            await post("cry", "TOLONG")
            await asyncio.gather(*flood)
            meanwhile = len(last.at)
            kept = await store.read(lambda tx: tx.exec_driver_sql("SELECT count(*) FROM inbound").scalar())
            await clock.sleep(600.0)
            reader.cancel()
            assert urgent.at[0][0] - cried < 0.5, "an emergency is read at once"
            assert 0 < meanwhile <= BATCH * (FLOOD_S / STAND_BACK_S + 1), "a batch now and then"
            assert min(at for at, _ in last.at) - begun < STAND_BACK_S + 0.5
            assert len(last.at) + 1 == kept, "in the end all are read"

    play(main)

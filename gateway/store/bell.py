"""The bell between processes on one PostgreSQL: LISTEN, told again whenever the line comes back.

A bell only makes things quicker: every loop reads its table by itself every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import asyncpg
from sqlalchemy import URL

from config.clock import Clock
from gateway.store.postgres import writing_engine
from gateway.store.postgres_session import BELL
from gateway.store.postgres_writer import FAREWELL
from gateway.store.process import Process

log = logging.getLogger(__name__)

BACK_OFF_S = (0.2, 1.0, 5.0)  # before the n-th try to listen again; the last again and again
GAP_S = 0.05  # seconds from one telling to the next: a busy neighbour must not keep every loop here looking
PROOF_S = 20.0  # seconds between two proofs that the line is not silently dead
ANSWER_S = 10.0  # seconds such a proof may take


class Ears:
    """Listens from ``run`` until it is cancelled. ``tell`` is called, on the loop's thread, after each commit of
    another process, and whenever commits may have been missed."""

    def __init__(self, address: URL, process: Process, clock: Clock, tell: Callable[[], None]) -> None:
        self._engine = writing_engine(
            address, clock, process
        )  # never written through; a reader's would stand in a pool
        self._process, self._clock, self._tell = process, clock, tell
        self._ended = False
        self._rung = asyncio.Event()  # by a commit, or by the line's end

    async def run(self) -> None:
        """For ever."""
        failures = 0
        while True:
            try:
                async with contextlib.AsyncExitStack() as stack:
                    with self._clock.busy():
                        driver = await self._listen(stack)
                    failures = 0
                    self._tell()
                    await self._until_ended(driver)
            except Exception as error:
                log.warning("commits of other processes are not heard: %s", error)
            await self._clock.sleep(BACK_OFF_S[min(failures, len(BACK_OFF_S) - 1)])
            failures += 1

    async def _listen(self, stack: contextlib.AsyncExitStack) -> asyncpg.Connection:
        tx = await self._engine.connect()
        stack.push_async_callback(tx.close)
        driver = (await tx.get_raw_connection()).driver_connection
        assert driver is not None
        self._ended = False
        self._rung.clear()
        driver.add_termination_listener(self._end)
        await driver.add_listener(BELL, self._heard)
        return driver

    async def _until_ended(self, driver: asyncpg.Connection) -> None:
        while not self._ended:
            try:
                async with self._clock.timeout(PROOF_S):
                    await self._rung.wait()
            except TimeoutError:
                with self._clock.busy():
                    async with self._clock.timeout(ANSWER_S):
                        await driver.execute("SELECT 1")
            else:
                self._rung.clear()
                self._tell()
                await self._clock.sleep(GAP_S)

    def _end(self, _driver: Any) -> None:
        self._ended = True
        self._rung.set()

    def _heard(self, _driver: Any, _pid: int, _channel: str, payload: object) -> None:
        if payload == FAREWELL:
            self._process.hastens = True
        elif payload != self._process.name:
            self._rung.set()

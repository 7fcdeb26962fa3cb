"""PostgreSQL's writer: the session in the writer's thread, found again when the line breaks.

A group whose line broke before its COMMIT was sent is run again on the next session. When the COMMIT was sent and its
answer lost, the server is asked what became of that transaction; only when it does not come back in time to say so are
the jobs told that they are not kept (and they may be: each is asked again under its own key).
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence

from sqlalchemy import URL

from config.clock import Clock, SystemClock
from gateway.store.backend import Told
from gateway.store.faults import StoreAway, StoreBroken, StoreBusy, StoreClash, StoreFault
from gateway.store.group import Done, Work
from gateway.store.postgres import away, refuse, shown, writing_engine
from gateway.store.postgres_schema import prepare, resume
from gateway.store.postgres_session import Server, Session, speak
from gateway.store.process import GRACE_S, Process

log = logging.getLogger(__name__)

PATIENCE_S = 5.0  # seconds from the loss of the line for which jobs wait for the server before they are told
BACK_OFF_S = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)  # before the n-th try to come back; the last again and again
TEND_S = 1.0  # seconds between two looks at an idle line
FAREWELL = "farewell"  # rung by a leader that stops in order
TRIES = 8  # at least, of a group that the server undid for another's sake, or whose line broke; and for PATIENCE_S


class PostgresWriter:
    """The writing session; see ``writer.Connected``. Raises StoreRefused when made."""

    rest_s: float | None = TEND_S

    def __init__(self, address: URL, clock: Clock, process: Process, told: Told) -> None:
        engine = writing_engine(address, clock, process)
        speak(engine)
        self._server = Server(address, engine, process)
        self._told = told
        self._runner = asyncio.Runner()
        self._session: Session | None = None
        self._former: int | None = None
        self._lost_at = 0.0
        self._again_at = 0.0
        self._failures = 0
        self._why = ""
        self._free_since: float | None = None
        try:
            self._runner.run(self._open())
        except BaseException as error:
            self._runner.close()
            refuse(address, error)

    async def _open(self) -> None:
        session = await Session.open(self._server)
        try:
            await prepare(session, self._server)
        except BaseException:
            await session.close()
            raise
        self._session = session

    def run(self, works: Sequence[Work]) -> list[Done]:
        return self._runner.run(self._run(works))

    def checkpoint(self) -> bool:
        """Look at the line while nothing is asked of it."""
        self._runner.run(self._tend())
        return False

    def close(self) -> None:
        self._runner.run(self._close())
        self._runner.close()

    async def _close(self) -> None:
        if self._session is not None:
            await self._session.close(farewell=FAREWELL if self._server.process.leads else "")
        await self._server.engine.dispose()

    # -- a group

    async def _run(self, works: Sequence[Work]) -> list[Done]:
        attempt, until = 0, time.monotonic() + PATIENCE_S
        while True:
            attempt += 1
            session, fault = await self._attached()
            if session is None:
                return [Done(error=fault)] * len(works)
            kept: list[Done] = []
            self._server.process.unsure = ""
            done = await session.group(works, kept)
            outcome = done[0].error if done else None
            over = attempt >= TRIES and time.monotonic() > until
            if isinstance(outcome, StoreClash) and not over:
                await SystemClock().sleep(random.uniform(0, 0.01 * 2 ** min(attempt, TRIES)))
            elif isinstance(outcome, StoreAway):
                unsure = self._server.process.unsure
                await self._lose(str(outcome))
                if unsure and (became := await self._became(unsure, kept, len(works))) is not None:
                    return became
                if over:
                    return done
            else:
                return done

    async def _became(self, xid: str, kept: list[Done], count: int) -> list[Done] | None:
        """The end of a group whose COMMIT was not answered; None: it was undone, and is run again."""
        fate, until = None, time.monotonic() + PATIENCE_S
        while fate is None and time.monotonic() < until:
            session, _ = await self._attached()
            if session is None:
                break
            try:
                fate = await session.fate(xid)
                break
            except Exception as error:
                await self._lose(str(error))
        if fate is None:
            unsure = StoreBusy("the server went away while it committed: this counts as not kept, and may be kept")
            return [Done(error=unsure)] * count
        return kept if fate else None

    # -- the line

    async def _attached(self) -> tuple[Session | None, StoreFault]:
        """A session, found again if need be; or why there is none."""
        while self._session is None:
            now, patient_until = time.monotonic(), self._lost_at + PATIENCE_S
            if now >= self._again_at:
                if (fault := await self._attach()) is not None:
                    return None, fault
            elif now >= patient_until:
                return None, StoreAway(self._why)
            else:
                await SystemClock().sleep(min(self._again_at, patient_until) - now)
        return self._session, StoreAway("")

    async def _attach(self) -> StoreFault | None:
        """Try once to come back. A fault that trying again does not mend is returned."""
        try:
            session = await Session.open(self._server, self._former)
            try:
                await resume(session, self._server)
                leads = self._server.process.leads and await session.lead()
            except BaseException:
                await session.drop()
                raise
        except StoreBroken as fault:
            return fault
        except Exception as error:
            pause = BACK_OFF_S[min(self._failures, len(BACK_OFF_S) - 1)]
            self._failures += 1
            self._again_at = time.monotonic() + pause
            self._why = f"{shown(self._server.address)} is away: {away(error) or error}"
            return None
        self._session, self._failures, self._free_since = session, 0, None
        log.warning("%s is there again", shown(self._server.address))
        self._told.away("")
        if self._server.process.leads and not leads:
            self._lead(leads=False)
        return None

    async def _lose(self, why: str) -> None:
        if self._session is None:
            return
        session, self._session = self._session, None
        self._former, self._lost_at, self._again_at = session.pid, time.monotonic(), 0.0
        self._why = f"{shown(self._server.address)} is away: {why}"
        log.error("%s", self._why)
        self._told.away(self._why)
        await session.drop()

    async def _tend(self) -> None:
        if self._session is None:
            if time.monotonic() >= self._again_at:
                await self._attach()
            return
        try:
            await self._session.driver.execute("SELECT 1")
            await self._stand_by(self._session)
        except Exception as error:
            await self._lose(str(error))

    # -- the leader

    async def _stand_by(self, session: Session) -> None:
        """Take over from a leader whose lock was free for the time of grace, or who said goodbye."""
        process = self._server.process
        if process.leads or not process.wants_lead:
            return
        if await session.led():
            self._free_since, process.hastens = None, False
            return
        now = time.monotonic()
        self._free_since = now if self._free_since is None else self._free_since
        if (process.hastens or now - self._free_since >= GRACE_S) and await session.lead():
            self._lead(leads=True)

    def _lead(self, *, leads: bool) -> None:
        process = self._server.process
        process.leads, process.hastens = leads, False
        self._told.leading(leads)

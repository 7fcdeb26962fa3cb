"""The one session of a process that writes to PostgreSQL: its transactions, its locks, the fate of a lost commit.

A transaction begins with the advisory lock WRITING, which makes the processes on one store take turns as one writer
does on SQLite: the verbs read, decide and write, and none of them can lose what another process wrote in between. It
ends with a NOTIFY in the same commit, sent only where something was written.

Session locks, held while the session lasts: ``process <name>`` says that this process lives (``process.gone``),
USING (shared) that nobody may change the schema, LEADING that the desks and dispatch run here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.util import await_only

from config.clock import SystemClock
from gateway.store.faults import StoreAway, StoreFault, StoreRefused
from gateway.store.group import Done, Work, run_group
from gateway.store.postgres import OLDEST, shown
from gateway.store.process import Process, lock_of

log = logging.getLogger(__name__)

BELL = "kentongan"  # the channel of NOTIFY; its payload names the process that wrote
WRITING, USING, LEADING, MIGRATING = (lock_of(word) for word in ("writing", "using", "leading", "migrating"))
BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({WRITING})"
GROUP_S = 60.0  # seconds after which a group is given up and its line cut: the server has ended it long before
OLD_S = 5.0  # seconds the server has to end our own session of before
_RING = """SELECT CASE WHEN xid IS NOT NULL THEN pg_notify($1, $2) END, xid::text
    FROM (SELECT pg_current_xact_id_if_assigned() AS xid) AS mine"""
_END_FORMER = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2"
_CHECK = """SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS standby,
    current_setting('server_encoding') AS encoding, current_setting('synchronous_commit') AS sync,
    current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages"""


@dataclass(frozen=True, slots=True)
class Server:
    """The database, and who we are to it."""

    address: URL
    engine: AsyncEngine
    process: Process


class Session:
    """Opened by ``open``; ``pid`` is the server's process that serves it."""

    def __init__(self, tx: AsyncConnection, driver: asyncpg.Connection) -> None:
        self.tx = tx
        self.driver = driver
        self.pid: int = driver.get_server_pid()

    @classmethod
    async def open(cls, server: Server, former: int | None = None) -> Session:
        """Connect, prove that what is committed here stays, and say that this process lives. ``former``: the server's
        process of our last session, ended where the server has not noticed that it is dead. Raises what the driver
        raises, StoreRefused, StoreAway."""
        tx = await server.engine.connect()
        try:
            driver = (await tx.get_raw_connection()).driver_connection
            assert driver is not None
            session = cls(tx, driver)
            await session._prove(server)
            await session._live(server.process, former)
            return session
        except BaseException:
            with contextlib.suppress(Exception):
                await tx.close()
            raise

    async def _prove(self, server: Server) -> None:
        said, where = await self.driver.fetchrow(_CHECK), shown(server.address)
        if said["version"] < OLDEST:
            raise StoreRefused(f"{where}: the server is too old: PostgreSQL 13 or later is needed")
        if said["encoding"] != "UTF8":
            mend = "make it anew (createdb --encoding=UTF8 --template=template0)"
            raise StoreRefused(f"{where} keeps text as {said['encoding']}: {mend}")
        if said["standby"]:
            raise StoreRefused(f"{where} is a standby that only reads: name the primary in [store] url")
        if said["sync"] not in ("on", "remote_apply"):
            raise StoreRefused(f"{where}: synchronous_commit stays {said['sync']}: what is acknowledged could be lost")
        if "off" in (said["fsync"], said["pages"]):
            log.warning("%s runs with fsync or full_page_writes off: a power cut loses what was acknowledged", where)

    async def _live(self, process: Process, former: int | None) -> None:
        deadline = asyncio.get_running_loop().time() + OLD_S
        while not await self.driver.fetchval("SELECT pg_try_advisory_lock($1)", lock_of(f"process {process.name}")):
            if asyncio.get_running_loop().time() > deadline:
                raise StoreAway("the server still holds our session of before")
            await self.driver.fetch(_END_FORMER, former or 0, f"kentongan {process.name}")
            await SystemClock().sleep(0.05)

    async def group(self, works: Sequence[Work], done: list[Done]) -> list[Done]:
        """``run_group`` in this session."""
        cut = asyncio.get_running_loop().call_later(GROUP_S, self.driver.terminate)
        try:
            return await self.tx.run_sync(_group, works, done)
        finally:
            cut.cancel()

    async def fate(self, xid: str) -> bool | None:
        """Whether a transaction of another session was committed; None: it is too long ago to know. Raises what the
        driver raises."""
        deadline = asyncio.get_running_loop().time() + OLD_S
        while asyncio.get_running_loop().time() < deadline:
            status = await self.driver.fetchval("SELECT pg_xact_status($1::text::xid8)", xid)
            if status != "in progress":
                return None if status is None else bool(status == "committed")
            await SystemClock().sleep(0.05)
        return None

    async def lead(self) -> bool:
        """Take the lock of the leader. False: another process has it."""
        return bool(await self.driver.fetchval("SELECT pg_try_advisory_lock($1)", LEADING))

    async def led(self) -> bool:
        """Whether any process has the lock of the leader."""
        held = """SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database AS here ON here.oid = database
            WHERE datname = current_database() AND locktype = 'advisory' AND granted
            AND classid = $1::bigint::oid AND objid = $2::bigint::oid)"""
        return bool(await self.driver.fetchval(held, LEADING >> 32 & 0xFFFFFFFF, LEADING & 0xFFFFFFFF))

    async def close(self, *, farewell: str = "") -> None:
        """Give the session back, with all its locks; ``farewell`` is rung first. Never raises."""
        with contextlib.suppress(Exception):
            if farewell and not self.driver.is_closed():
                await self.driver.execute(f"NOTIFY {BELL}, '{farewell}'")
        with contextlib.suppress(Exception):
            await self.tx.close()

    async def drop(self) -> None:
        """Let go of a session whose line is broken. Never raises."""
        self.driver.terminate()
        with contextlib.suppress(Exception):
            await self.tx.invalidate()
        with contextlib.suppress(Exception):
            await self.tx.close()


def speak(engine: AsyncEngine) -> None:
    """Let the connections of a writing engine say BEGIN and COMMIT as this file's head tells."""

    @event.listens_for(engine.sync_engine, "begin")
    def begin(tx: Connection) -> None:
        if not tx.info.pop("begins_later", False):
            _say(tx, BEGIN)

    @event.listens_for(engine.sync_engine, "commit")
    def commit(tx: Connection) -> None:
        process: Process = tx.info["process"]
        xid = _told(tx, lambda driver: driver.fetchrow(_RING, BELL, process.name))["xid"]
        process.unsure = xid or ""  # from here until it is answered, the commit may be kept
        if _say(tx, "COMMIT") != "COMMIT":
            raise StoreFault("the server rolled back instead of committing")
        process.unsure = ""

    @event.listens_for(engine.sync_engine, "rollback")
    def rollback(tx: Connection) -> None:
        with contextlib.suppress(StoreAway):
            _say(tx, "ROLLBACK")


def _group(tx: Connection, works: Sequence[Work], done: list[Done]) -> list[Done]:
    tx.info["begins_later"] = True
    return run_group(tx, works, _savepoints(tx), done)


def _savepoints(tx: Connection) -> Callable[[str], object]:
    """The savepoint statements; BEGIN goes with the first, and RELEASE with what follows it, which saves a way to the
    server for each. The last RELEASE is let be: COMMIT ends it too."""
    held = f"{BEGIN}; "

    def say(sql: str) -> object:
        nonlocal held
        if sql.startswith("RELEASE"):
            held = f"{sql}; "
            return None
        both, held = held + sql, ""
        return _say(tx, both)

    return say


def _say(tx: Connection, sql: str) -> str:
    return str(_told(tx, lambda driver: driver.execute(sql)))


def _told(tx: Connection, ask: Callable[[asyncpg.Connection], Any]) -> Any:
    if tx.invalidated:
        raise StoreAway("the line to the server broke")
    driver = tx.connection.driver_connection
    assert driver is not None
    try:
        return await_only(ask(driver))
    except asyncpg.PostgresError:  # the server's own word
        raise
    except Exception as error:  # the driver's: after a break in the middle it may say anything
        raise StoreAway(f"the line to the server broke ({error})") from error

"""SQLite: how connections are opened, and the one that writes.

Measured under power cuts: ``synchronous=FULL`` lost nothing, ``NORMAL`` lost up to 810 acknowledged commits. SQLite
3.7.0 to 3.51.2 has a fault in resetting the log that needs two writing or checkpointing connections: there is never a
second.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from config.clock import Clock
from gateway.store.group import Done, Work, run_group
from gateway.store.process import READERS, Process

BUSY_MS = 5000  # how long a connection waits for another program's lock
LOG_LIMIT = 64 * 2**20  # bytes of log above which a checkpoint also truncates it


@dataclass(frozen=True, slots=True)
class _Opening:
    path: Path
    clock: Clock
    begin: str
    process: Process


_OPENING: ContextVar[_Opening] = ContextVar("opening")


def writing_connection(
    path: Path, clock: Clock, begin: str = "BEGIN IMMEDIATE", process: Process | None = None
) -> Connection:
    """The one connection that writes; close it. ``BEGIN IMMEDIATE``: a deferred transaction that read first would lose
    updates silently (200 increments gave 50)."""
    token = _OPENING.set(_Opening(path, clock, begin, process or Process()))
    try:
        return _engine().connect()
    finally:
        _OPENING.reset(token)


@cache
def _engine() -> Engine:
    """One for the process: however often a store is opened (a simulator does it by the thousand), a statement is
    compiled once."""
    engine = create_engine("sqlite://", creator=lambda: _connect(_OPENING.get().path), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        opening = _OPENING.get()
        record.info.update(clock=opening.clock, process=opening.process, begin=opening.begin)
        for pragma in (f"busy_timeout={BUSY_MS}", "foreign_keys=ON", "synchronous=FULL", "wal_autocheckpoint=0"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(tx: Any) -> None:
        # Past SQLAlchemy's cursor, which takes a fifth of an empty commit's time.
        tx.connection.driver_connection.execute(tx.info["begin"])

    return engine


def inline_reader(path: Path, clock: Clock) -> Connection:
    """A reader on the caller's own thread."""
    tx = writing_connection(path, clock, begin="BEGIN")
    tx.exec_driver_sql("PRAGMA query_only=ON")
    tx.rollback()
    return tx


def _connect(path: Path) -> sqlite3.Connection:
    # One thread at a time uses it, though not always the one that opened it (migrations run before the writer starts).
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)


def reading_engine(path: Path, clock: Clock) -> AsyncEngine:
    """Readers that cannot write: opened read-only, and told so once more."""
    uri = f"file:{quote(str(path))}"
    url = make_url("sqlite+aiosqlite://").set(database=uri, query={"mode": "ro", "uri": "true"})
    engine = create_async_engine(url, pool_size=READERS, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        record.info["clock"] = clock
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_MS}", "query_only=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(tx: Any) -> None:
        tx.exec_driver_sql("BEGIN")  # deferred: one consistent view for the whole read

    return engine


class SqliteWriter:
    """The writing connection; see ``writer.Connected``."""

    rest_s: float | None = None

    def __init__(self, path: Path, clock: Clock, process: Process) -> None:
        self._tx = writing_connection(path, clock, process=process)
        driver = self._tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        self._log = path.with_name(path.name + "-wal")

    def run(self, works: Sequence[Work]) -> list[Done]:
        return run_group(self._tx, works, self._driver.execute)

    def checkpoint(self) -> bool:
        try:
            large = self._log.stat().st_size > LOG_LIMIT
            busy, log, moved = self._driver.execute(
                f"PRAGMA wal_checkpoint({'TRUNCATE' if large else 'PASSIVE'})"
            ).fetchone()
        except (sqlite3.Error, OSError):
            return True  # the log holds everything still; a disk that fails shows itself at the next commit
        return bool(busy) or log != moved

    def close(self) -> None:
        self._tx.close()

"""The two engines behind a ``Store``, and how ``[store] url`` chooses between them."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from config.clock import Clock
from gateway.store.faults import StoreFault, StoreRefused, storage_fault
from gateway.store.inspection import inspect, readable
from gateway.store.migrate import prepare
from gateway.store.process import Process
from gateway.store.sqlite import SqliteWriter, inline_reader, reading_engine
from gateway.store.writer import Connected

OTHERWISE = "[store] url is none this program knows: leave it empty for SQLite, or write postgresql+asyncpg://…"


class Told(Protocol):
    """What a writer's thread tells of its server; called in that thread."""

    def away(self, why: str) -> None:
        """The line is lost (why), or there again (empty)."""

    def leading(self, leads: bool) -> None:
        """This process became the leader, or is it no longer."""


class Backend(Protocol):
    """One engine. ``name``: how people see it, without its password. ``shared``: other processes may write too.
    ``file``: the store's file, beside which ``store.lock`` stands."""

    name: str
    shared: bool
    file: Path

    def connect(self, clock: Clock, process: Process, told: Told) -> Connected:
        """The writing connection, its schema made or brought up to date. Raises StoreRefused."""

    def readers(self, clock: Clock, process: Process) -> AsyncEngine:
        """Connections that cannot write."""

    def inline_reader(self, clock: Clock) -> Connection | None:
        """A reader on the caller's own thread, where there is such a thing."""

    def fault(self, error: BaseException) -> StoreFault | None:
        """The store's own fault behind an error of reading."""

    async def readable(self, readers: AsyncEngine) -> None:
        """Raises StoreRefused where this program cannot read what is there."""

    async def inspect(self, readers: AsyncEngine, clock: Clock) -> str:
        """One line on what is there. Raises StoreRefused with what is wrong."""

    def ears(self, process: Process, clock: Clock, tell: Callable[[], None]) -> Awaitable[None]:
        """Calls ``tell`` after the commits of other processes, until it is cancelled."""


def backend_of(file: Path, url: str) -> Backend:
    """The engine that ``[store] url`` names; SQLite in ``file`` where it is empty. Raises StoreRefused."""
    if not url:
        return Sqlite(file)
    scheme = url.partition(":")[0]
    if scheme.startswith("postgresql"):
        from gateway.store.postgres_backend import Postgres

        return Postgres(file, url)
    with contextlib.suppress(Exception):
        if scheme.startswith("sqlite") and (named := make_url(url).database):
            return Sqlite(Path(named))
    raise StoreRefused(OTHERWISE)


class Sqlite:
    """A file in ``data_dir``: one process."""

    shared = False

    def __init__(self, file: Path) -> None:
        self.file, self.name = file, file.name

    def connect(self, clock: Clock, process: Process, told: Told) -> Connected:
        prepare(self.file, clock)
        return SqliteWriter(self.file, clock, process)

    def readers(self, clock: Clock, process: Process) -> AsyncEngine:
        return reading_engine(self.file, clock)

    def inline_reader(self, clock: Clock) -> Connection | None:
        return inline_reader(self.file, clock)

    def fault(self, error: BaseException) -> StoreFault | None:
        return None if "readonly" in str(error) else storage_fault(error)

    async def readable(self, readers: AsyncEngine) -> None:
        if not self.file.is_file():
            raise StoreRefused(f"{self.file} does not exist: start the program once")
        readable(self.file)

    async def inspect(self, readers: AsyncEngine, clock: Clock) -> str:
        return inspect(self.file)

    async def ears(self, process: Process, clock: Clock, tell: Callable[[], None]) -> None:
        """Nobody else writes."""

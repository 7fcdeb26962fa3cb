"""``Store``: what the rooms hold. The backend behind it (SQLite here) is a writer and an engine for readers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from config.clock import Clock
from gateway.store.faults import StoreBroken, StoreFault, StoreRefused, storage_fault
from gateway.store.inspection import readable
from gateway.store.lock import Lock
from gateway.store.migrate import prepare
from gateway.store.schema import Tx
from gateway.store.sqlite import SqliteWriter, inline_reader, reading_engine
from gateway.store.writer import InlineWriter, ThreadWriter, Writer

T = TypeVar("T")
log = logging.getLogger(__name__)


class Store:
    """An open store. Use ``async with await Store.open(path, clock) as store``, or ``close`` it."""

    def __init__(self, path: Path, clock: Clock, readers: AsyncEngine) -> None:
        self.path = path
        self._clock = clock
        self._readers = readers
        self._writer: Writer | None = None
        self._lock: Lock | None = None
        self._inline: Connection | None = None  # the reader on the loop's own thread
        self._when_broken: list[Callable[[StoreBroken], None]] = []

    @classmethod
    async def open(cls, path: Path, clock: Clock, *, inline: bool = False) -> Store:
        """Open the store at ``path`` for writing, made or brought up to date as needed. Raises StoreRefused: in use,
        newer, not a database, read-only, full. ``inline``: all work on the loop's own thread, in the same order
        every time (for a simulator)."""
        lock = Lock(path.with_name("store.lock"))
        store = cls(path, clock, reading_engine(path, clock))
        try:
            if inline:
                prepare(path, clock)
                store._writer = InlineWriter(partial(SqliteWriter, path, clock), store._broke)
                store._inline = inline_reader(path, clock)
            else:
                await asyncio.get_running_loop().run_in_executor(None, prepare, path, clock)
                writer = ThreadWriter(partial(SqliteWriter, path, clock), clock, store._broke)
                await writer.open()
                store._writer = writer
        except BaseException:
            lock.release()
            raise
        store._lock = lock
        return store

    @classmethod
    async def open_reader(cls, path: Path, clock: Clock) -> Store:
        """Open for reading only, whether or not the program is running. Raises StoreRefused: none there, not a
        database, written by a newer version."""
        if not path.is_file():
            raise StoreRefused(f"{path} does not exist: start the program once")
        readable(path)
        return cls(path, clock, reading_engine(path, clock))

    @property
    def broken(self) -> StoreBroken | None:
        """Why nothing can be kept any more (disk full, disk failing); None while all is well."""
        return self._writer.broken if self._writer is not None else None

    def when_broken(self, tell: Callable[[StoreBroken], None]) -> None:
        """Call ``tell`` on the loop's thread, once, when the store breaks: alarm, and leave for a restart."""
        self._when_broken.append(tell)

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in the writer; returns once it is durable. An error of the work undoes it alone and is raised
        here. Raises StoreBusy (try again) or StoreBroken (nothing was kept, nothing will be)."""
        if self._writer is None:
            raise StoreFault("this store was opened for reading")
        if self._writer.broken is not None:
            raise StoreBroken(str(self._writer.broken))
        result: T = await self._writer.submit(work)
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on one consistent view of what is committed. It cannot write. Raises StoreFault."""
        if self._inline is not None:
            with self._inline.begin():
                return work(self._inline)
        with self._clock.busy():
            try:
                async with self._readers.connect() as tx:
                    return await tx.run_sync(work)
            except DBAPIError as error:
                fault = storage_fault(error)
                raise fault if fault is not None and "readonly" not in str(error) else error from error

    async def close(self) -> None:
        """Finish what was submitted and close. Readers go first: the writer's connection closes, and checkpoints,
        last. Idempotent."""
        await self._end(drop=False)

    async def abandon(self) -> None:
        """Close as a crash would: what was submitted and not yet run is lost."""
        await self._end(drop=True)

    async def _end(self, *, drop: bool) -> None:
        with self._clock.busy():
            await self._readers.dispose()
        if self._inline is not None:
            self._inline.close()
            self._inline = None
        if self._writer is not None:
            writer, self._writer = self._writer, None
            await writer.close(drop=drop)
        if self._lock is not None:
            self._lock.release()

    def _broke(self, fault: StoreBroken) -> None:
        log.critical("the store is broken, nothing is acknowledged any more: %s", fault)
        tell, self._when_broken = self._when_broken, []
        for hook in tell:
            hook(fault)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

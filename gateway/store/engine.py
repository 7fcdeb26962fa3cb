"""``Store``: what the rooms hold. Behind it stands a backend, SQLite or PostgreSQL: a writer, and readers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import BigInteger, Connection, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from config.clock import Clock
from gateway.store.backend import Backend, backend_of
from gateway.store.faults import StoreAway, StoreBroken, StoreFault
from gateway.store.leading import Leading
from gateway.store.lock import Lock
from gateway.store.process import READERS, Process, lock_of
from gateway.store.schema import Tx
from gateway.store.unfinished import whole
from gateway.store.writer import InlineWriter, ThreadWriter, Writer

T = TypeVar("T")
log = logging.getLogger(__name__)

READ_S = 40.0  # seconds a reader may take on a server; it has ended the statement before
_LEAD = select(func.pg_try_advisory_lock(bindparam("lock", type_=BigInteger)))


class Store:
    """An open store. Use ``async with await Store.open(path, clock) as store``, or ``close`` it. ``name`` is how people
    see it; ``shared``: other processes may write to it too."""

    def __init__(self, backend: Backend, clock: Clock, process: Process, readers: AsyncEngine) -> None:
        self.path = backend.file
        self.name = backend.name
        self.shared = backend.shared
        self._backend = backend
        self._clock = clock
        self._process = process
        self._readers = readers
        self._leading = Leading(process)
        self._writer: Writer | None = None
        self._lock: Lock | None = None
        self._inline: Connection | None = None  # the reader on the loop's own thread
        self._turns = asyncio.Semaphore(READERS)  # the pool tells nobody who waits that a connection was not made
        self._ears: list[asyncio.Task[None]] = []
        self._when_broken: list[Callable[[StoreBroken], None]] = []

    @classmethod
    async def open(cls, path: Path, clock: Clock, *, url: str = "", inline: bool = False) -> Store:
        """Open the store for writing, made or brought up to date as needed: the file ``path``, or the database that
        ``url`` names (``[store] url``). Raises StoreRefused: in use, newer, not a database, read-only, full, away.
        ``inline``: all work on the loop's own thread, in the same order every time (for a simulator); only SQLite can
        do that."""
        whole(path)
        backend, process = backend_of(path, url), Process()
        lock = Lock(backend.file.with_name("store.lock"), process.name)
        process.before = lock.before
        store = cls(backend, clock, process, backend.readers(clock, process))
        connect = partial(backend.connect, clock, process, store._leading)
        try:
            if inline and not backend.shared:
                store._writer = InlineWriter(connect, store._broke)
                store._inline = backend.inline_reader(clock)
            else:
                writer = ThreadWriter(connect, clock, store._broke)
                await writer.open()
                store._writer = writer
        except BaseException:
            lock.release()
            raise
        store._lock = lock
        return store

    @classmethod
    async def open_reader(cls, path: Path, clock: Clock, *, url: str = "") -> Store:
        """Open for reading only, whether or not the program is running. Raises StoreRefused: none there, not a
        database, written by a newer version, away."""
        whole(path)
        backend, process = backend_of(path, url), Process()
        readers = backend.readers(clock, process)
        try:
            with clock.busy():
                await backend.readable(readers)
        except BaseException:
            await readers.dispose()
            raise
        return cls(backend, clock, process, readers)

    @classmethod
    async def inspect(cls, path: Path, clock: Clock, *, url: str = "") -> str:
        """One line on the store, looked at from outside. Raises StoreRefused with what is wrong."""
        whole(path)
        backend = backend_of(path, url)
        readers = backend.readers(clock, Process())
        try:
            with clock.busy():
                return await backend.inspect(readers, clock)
        finally:
            await readers.dispose()

    @property
    def broken(self) -> StoreBroken | None:
        """Why nothing can be kept any more (disk full, disk failing); None while all is well."""
        return self._writer.broken if self._writer is not None else None

    @property
    def unaudited(self) -> int:
        """Deeds that this process could not write into the audit."""
        return self._process.unaudited

    def when_broken(self, tell: Callable[[StoreBroken], None]) -> None:
        """Call ``tell`` on the loop's thread, once, when the store breaks: alarm, and leave for a restart."""
        self._when_broken.append(tell)

    def when_away(self, tell: Callable[[str], None]) -> None:
        """Call ``tell`` on the loop's thread when the server is lost (with why), and when it is there again (empty).
        Meanwhile ``write`` and ``read`` raise StoreBusy."""
        self._leading.when_away(tell)

    def listen(self, tell: Callable[[], None]) -> None:
        """Call ``tell`` on the loop's thread after commits of other processes, and when some may have been missed. A
        bell, and no more: what is rung for must be found in its table without it too."""
        if self.shared:
            ears = self._backend.ears(self._process, self._clock, tell)
            self._ears.append(asyncio.ensure_future(ears))

    @property
    def leading(self) -> bool:
        """Whether the desks and dispatch run in this process."""
        return self._process.leads or not self.shared

    async def lead(self) -> None:
        """Return when this process leads: at once where no other does, else when the leader stopped or died. Raises
        StoreFault."""
        if not self.shared:
            return
        if not self._process.wants_lead:
            self._leading.set(leads=await self.write(_lead))
        await self._leading.won()

    async def deposed(self) -> None:
        """Return when another process may lead; never where one process has the store."""
        await self._leading.lost()

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work`` in the writer; returns once it is durable. An error of the work undoes it alone and is raised
        here. Raises StoreBusy (try again) or StoreBroken (nothing was kept, nothing will be). ``work`` may be run more
        than once, of which one is kept."""
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
                return await self._read(work)
            except StoreAway:  # a line that broke while nobody used it; a read is done again without harm
                return await self._read(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            async with self._clock.timeout(READ_S if self.shared else None), self._turns, self._readers.connect() as tx:
                return await tx.run_sync(work)
        except Exception as error:
            fault = self._backend.fault(error)
            if fault is None:
                raise
            raise fault from error

    async def close(self) -> None:
        """Finish what was submitted and close. Readers go first: the writer's connection closes, and checkpoints,
        last. Idempotent."""
        await self._end(drop=False)

    async def abandon(self) -> None:
        """Close as a crash would: what was submitted and not yet run is lost."""
        await self._end(drop=True)

    async def _end(self, *, drop: bool) -> None:
        with self._clock.busy():
            for ears in self._ears:
                ears.cancel()
            await asyncio.gather(*self._ears, return_exceptions=True)
            await self._readers.dispose()
        if self._inline is not None:
            self._inline.close()
            self._inline = None
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._process.leads = self._process.leads and not drop
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


def _lead(tx: Tx) -> bool:
    process: Process = tx.info["process"]  # written in the writer's thread, which may lose the line at any time
    process.wants_lead = True
    process.leads = bool(tx.execute(_LEAD, {"lock": lock_of("leading")}).scalar_one())
    return process.leads

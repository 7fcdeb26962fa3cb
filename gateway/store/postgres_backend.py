"""PostgreSQL as a ``Backend``. Loaded only where ``[store] url`` names it, and the driver with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from config.clock import Clock
from gateway.store.backend import Told
from gateway.store.bell import Ears
from gateway.store.faults import StoreEmpty, StoreFault, StoreRefused, storage_fault
from gateway.store.postgres import address_of, away, reading_engine, refuse, shown
from gateway.store.postgres_schema import revision
from gateway.store.postgres_writer import PostgresWriter
from gateway.store.process import Process
from gateway.store.writer import Connected

APART_S = 5.0  # seconds; processes on several machines stamp letters each by its own clock
_LOOK = """SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS pages, clock_timestamp() AS at,
    pg_database_size(current_database()) AS size, (SELECT version_num FROM alembic_version) AS schema,
    (SELECT count(*) FROM inbound) AS letters_in, (SELECT count(*) FROM outbound) AS letters_out,
    (SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name LIKE 'kentongan %'
        AND application_name <> current_setting('application_name')) AS programs"""
ONLY_READ = "25006"  # the transaction is read-only: the caller's mistake, when a reader says it


class Postgres:
    """A database that processes share."""

    shared = True

    def __init__(self, file: Path, url: str) -> None:
        self.file, self.address = file, address_of(url)
        self.name = shown(self.address)

    def connect(self, clock: Clock, process: Process, told: Told) -> Connected:
        return PostgresWriter(self.address, clock, process, told)

    def readers(self, clock: Clock, process: Process) -> AsyncEngine:
        return reading_engine(self.address, clock, process)

    def inline_reader(self, clock: Clock) -> Connection | None:
        return None

    def fault(self, error: BaseException) -> StoreFault | None:
        if getattr(getattr(error, "orig", error), "sqlstate", None) == ONLY_READ:
            return None
        if (lost := away(error)) is not None:
            return type(lost)(f"{self.name} is away: {lost}")
        return storage_fault(error)

    async def readable(self, readers: AsyncEngine) -> None:
        try:
            async with readers.connect() as tx:
                driver = (await tx.get_raw_connection()).driver_connection
                assert driver is not None
                here = await revision(driver, self.name)
        except Exception as error:
            refuse(self.address, error)
        if here is None:
            raise StoreEmpty(f"{self.name} is empty: start the program once")

    async def inspect(self, readers: AsyncEngine, clock: Clock) -> str:
        await self.readable(readers)
        try:
            async with readers.connect() as tx:
                driver = (await tx.get_raw_connection()).driver_connection
                assert driver is not None
                before, said, after = clock.now(), await driver.fetchrow(_LOOK), clock.now()
        except Exception as error:
            refuse(self.address, error)
        if "off" in (said["fsync"], said["pages"]):
            mend = "set fsync and full_page_writes to on"
            raise StoreRefused(f"{self.name}: a power cut at the server loses what was acknowledged: {mend}")
        apart_s = abs((said["at"] - before - (after - before) / 2).total_seconds())
        if apart_s > APART_S:
            raise StoreRefused(f"{self.name}: its clock and this machine's are {apart_s:.0f} s apart: set them (NTP)")
        size, used = said["size"] / 2**20, f"{said['programs']} of our programs on it"
        return (
            f"{self.name}: PostgreSQL {said['version']}, schema {said['schema']}, {size:.1f} MiB, "
            f"{said['letters_in']} letters in, {said['letters_out']} out, {used}"
        )

    async def ears(self, process: Process, clock: Clock, tell: Callable[[], None]) -> None:
        await Ears(self.address, process, clock, tell).run()

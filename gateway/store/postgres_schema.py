"""The schema on PostgreSQL: brought up to date at start, by one process, while no other uses the store.

Every text column is made to sort by its bytes (COLLATE "C"), whatever the database sorts by: keys are looked up by
ranges, and the two engines must put them in the same order.
"""

from __future__ import annotations

import logging

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from gateway.store.faults import StoreBroken, StoreRefused
from gateway.store.migrate import revisions, upgrade
from gateway.store.postgres import shown
from gateway.store.postgres_session import MIGRATING, USING, Server, Session

log = logging.getLogger(__name__)

_TEXTS = """SELECT table_name, column_name, udt_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND udt_name IN ('varchar', 'text') AND collation_name IS DISTINCT FROM 'C'
    AND table_name <> 'alembic_version' ORDER BY table_name, ordinal_position"""
_OPENED = """INSERT INTO setting (name, value) VALUES ('opened', '1')
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""


async def prepare(session: Session, server: Server) -> None:
    """Make sure that the database is a store of this version, and keep others from changing that while the session
    lasts. Raises StoreRefused, and what the driver raises."""
    driver = session.driver
    await driver.execute(f"SELECT pg_advisory_lock({MIGRATING})")
    try:
        known, here = revisions(), await revision(driver, shown(server.address))
        if here != known[-1]:
            await _migrate_alone(session, server, here, known[-1])
        await driver.execute(_OPENED)
        await driver.execute(f"SELECT pg_advisory_lock_shared({USING})")
    finally:
        if not driver.is_closed():
            await driver.execute(f"SELECT pg_advisory_unlock({MIGRATING})")


async def resume(session: Session, server: Server) -> None:
    """After the line was broken: the same as it was? Raises StoreBroken when a newer program changed the schema."""
    await session.driver.execute(f"SELECT pg_advisory_lock_shared({USING})")
    try:
        here = await revision(session.driver, shown(server.address))
    except StoreRefused as error:
        raise StoreBroken(str(error)) from error
    if here != revisions()[-1]:
        raise StoreBroken(f"the schema is {here} now, this program's {revisions()[-1]}: start it again")


async def revision(driver: asyncpg.Connection, where: str) -> str | None:
    """The schema's revision; None: the database is empty. Raises StoreRefused: another program's, or a newer one's."""
    tables = await driver.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    names = {row["tablename"] for row in tables}
    if not names:
        return None
    other = f"{where} is another program's database: make one of its own (createdb) and name it in [store] url"
    if "alembic_version" not in names:
        raise StoreRefused(other)
    here = await driver.fetchval("SELECT version_num FROM alembic_version")
    if here is not None and not (len(here) == 4 and here.isdigit()):
        raise StoreRefused(other)
    known = revisions()
    if here is not None and here not in known:
        raise StoreRefused(
            f"{where} was written by a newer version (schema {here}, this program knows {known[-1]}): "
            "install that version again, or restore an older copy"
        )
    return str(here) if here is not None else None


async def _migrate_alone(session: Session, server: Server, here: str | None, head: str) -> None:
    where = shown(server.address)
    if not await session.driver.fetchval("SELECT pg_try_advisory_lock($1)", USING):
        raise StoreRefused(f"{where}: a program of an older version is using it: stop that, then start this one")
    if here is not None:
        log.warning(
            "%s: the schema goes from %s to %s; a copy made by pg_dump before is the way back", where, here, head
        )
    try:
        await session.tx.run_sync(_migrate, head)
    except (DBAPIError, asyncpg.PostgresError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if getattr(cause, "sqlstate", "") == "42501":
            raise
        why = str(cause).splitlines()[0]
        raise StoreRefused(f"{where}: bringing the schema to {head} failed ({why}); nothing was changed") from error
    finally:
        if not session.driver.is_closed():
            await session.driver.execute(f"SELECT pg_advisory_unlock({USING})")


def _migrate(tx: Connection, head: str) -> None:
    with tx.begin():  # one transaction: half a migration is never seen
        tx.exec_driver_sql("SET LOCAL statement_timeout = 0")
        upgrade(tx, head)
        sort_by_bytes(tx)


def sort_by_bytes(tx: Connection) -> None:
    """Give every text column the collation of its bytes."""
    for table, column, kind in tx.exec_driver_sql(_TEXTS).all():
        tx.exec_driver_sql(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"')

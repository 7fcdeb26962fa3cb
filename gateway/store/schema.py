"""What every table shares: the metadata, the type of an instant, the name of a transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, DateTime, Dialect, MetaData, text
from sqlalchemy.types import TypeDecorator

from config.clock import Clock

Tx = Connection
"""A transaction under way, as verbs see it. It is never committed by the work done in it."""

metadata = MetaData(
    naming_convention={  # so that a later migration can name what it drops, on every backend
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Every room's tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite keeps no zone and would hand back a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive instant is not stored: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def where(sql: str) -> dict[str, Any]:
    """``Index(…, **where("state = 'queued'"))``: an index of those rows alone, on every engine. SQLite uses it only
    for a query that says the same words."""
    return {"sqlite_where": text(sql), "postgresql_where": text(sql)}


def new_id(result: CursorResult[Any]) -> int:
    """The id that an insert of one row gave it."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def now(tx: Tx) -> datetime:
    """The instant on the clock with which the store was opened, for verbs that stamp what they write."""
    clock: Clock = tx.info["clock"]
    return clock.now()

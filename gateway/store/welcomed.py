"""Who was welcomed: told once what the city can be asked for."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, bindparam, insert, select

from gateway.store.schema import Tx, UtcDateTime, metadata, now

WELCOMED = Table(
    "welcomed",
    metadata,
    Column("number", String, primary_key=True),  # E.164; the sweep of an erased person takes the row
    Column("at", UtcDateTime, nullable=False, index=True),
)
_KNOWN = select(WELCOMED.c.at).where(WELCOMED.c.number == bindparam("whose"))


def is_welcomed(tx: Tx, number: str) -> bool:
    """Whether that number was welcomed, or wrote to us before there was a welcome."""
    return tx.execute(_KNOWN, {"whose": number}).first() is not None


def keep_welcomed(tx: Tx, number: str) -> None:
    """From now on it is; said again it stays so."""
    if not is_welcomed(tx, number):
        tx.execute(insert(WELCOMED), {"number": number, "at": now(tx)})

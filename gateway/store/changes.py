"""What residents said of themselves that nobody has confirmed yet, where a confirmed line must not be written over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Row, String, Table, Text, bindparam, delete, insert, select

from gateway.store.among import Among
from gateway.store.carrying import AREA, CARRY, LANGUAGE
from gateway.store.schema import Tx, UtcDateTime, metadata

RESIDENT_CHANGE = Table(
    "resident_change",
    metadata,
    Column("phone", String, primary_key=True),  # E.164
    Column("name", String, nullable=False),
    Column("kelurahan", String, nullable=False, info={CARRY: AREA}),  # its code in the pack
    Column("address", Text, nullable=False),
    Column("language", String, nullable=False, info={CARRY: LANGUAGE}),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("lingkungan", String),
)

_OF = select(RESIDENT_CHANGE).where(RESIDENT_CHANGE.c.phone == bindparam("of_phone"))
_AMONG = Among(lambda numbers: select(RESIDENT_CHANGE.c.phone).where(RESIDENT_CHANGE.c.phone.in_(numbers)))
_END = delete(RESIDENT_CHANGE).where(RESIDENT_CHANGE.c.phone == bindparam("of_phone"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A confirmed resident's wish: this is my name and address now. The registry keeps the old line until a person
    confirms it."""

    phone: str
    name: str
    kelurahan: str
    address: str
    language: str
    asked_at: datetime
    lingkungan: str = ""


_FIELDS = tuple(column.name for column in RESIDENT_CHANGE.columns)


def keep_change(tx: Tx, change: Change) -> None:
    """Write the wish; it takes the place of an earlier one of that number."""
    end_change(tx, change.phone)
    tx.execute(insert(RESIDENT_CHANGE), {field: getattr(change, field) for field in _FIELDS})


def change_of(tx: Tx, number: str) -> Change | None:
    """What that number wishes to have changed."""
    row = tx.execute(_OF, {"of_phone": number}).first()
    return _change(row) if row is not None else None


def changing(tx: Tx, numbers: Collection[str]) -> set[str]:
    """Which of the numbers wish to have something changed."""
    return {row.phone for row in _AMONG.find(tx, numbers)}


def changes(tx: Tx, at_most: int = 500) -> list[Change]:
    """Wishes nobody has answered, the longest-waiting first."""
    found = select(RESIDENT_CHANGE).order_by(RESIDENT_CHANGE.c.asked_at).limit(at_most)
    return [_change(row) for row in tx.execute(found)]


def end_change(tx: Tx, number: str) -> bool:
    """Confirmed, refused or erased: the wish is gone. False: there was none."""
    return tx.execute(_END, {"of_phone": number}).rowcount > 0


def _change(row: Row[Any]) -> Change:
    return Change(**{field: getattr(row, field) for field in _FIELDS} | {"lingkungan": row.lingkungan or ""})

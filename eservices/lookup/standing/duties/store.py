"""What staff were asked of rows, and what they answered: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, String, Table, delete, func, insert, select, update

from eservices.lookup.store import ROW
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import LOOKUP, NAMES
from gateway.store.schema import new_id

DUTY = Table(
    "lookup_duty",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lookup", String, nullable=False, info={NAMES: LOOKUP}),
    Column("key", String, nullable=False),  # as it is compared
    Column("was", String, nullable=False),  # what the column said when it was given
    Column("state", String, nullable=False),
    Column("number", String, nullable=False),  # the official's, E.164; empty: nobody was asked yet
    Column("code", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("value", String, nullable=False),  # the column's, as it was answered
    Column("by", String, nullable=False),
    Column("answered_at", UtcDateTime),
    Index("ix_lookup_duty_number_code", "number", "code"),
    Index("ix_lookup_duty_lookup_key", "lookup", "key"),
    Index("ix_lookup_duty_state_id", "state", "id"),
)
OVERLAY = Table(
    "lookup_overlay",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("column", String, primary_key=True),
    Column("was", String, nullable=False),  # holds for as long as the import says this
    Column("value", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


class State(StrEnum):
    """Of a disposition. ``OVER``: the import said something else before anybody answered."""

    WAITS = "waits"
    ASKED = "asked"
    ANSWERED = "answered"
    OVER = "over"


OPEN = (State.WAITS.value, State.ASKED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One disposition."""

    lookup: str
    key: str
    was: str
    made_at: datetime
    state: State = State.WAITS
    number: str = ""
    code: str = ""
    asked_at: datetime | None = None
    value: str = ""
    by: str = ""
    answered_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """What staff answered about a row's column."""

    key: str
    column: str
    was: str
    value: str


def give(tx: Tx, one: Given) -> int:
    """A new disposition; its id."""
    values = {column.name: getattr(one, column.name) for column in DUTY.columns if column.name != "id"}
    return new_id(tx.execute(insert(DUTY), values))


def last_of(tx: Tx, lookup: str, keys: Collection[str]) -> dict[str, Given]:
    """The newest disposition of each of these rows, at most a few hundred."""
    mine = select(DUTY).where(DUTY.c.lookup == lookup, DUTY.c.key.in_(list(keys))).order_by(DUTY.c.id)
    return {row.key: _given(row) for row in tx.execute(mine)}


def keep(tx: Tx, one: Given) -> None:
    """As it is now."""
    values = {column.name: getattr(one, column.name) for column in DUTY.columns if column.name != "id"}
    tx.execute(update(DUTY).where(DUTY.c.id == one.id).values(values))


def waiting(tx: Tx, lookup: str, at_most: int) -> list[Given]:
    """Those of which nobody was told yet, the oldest first."""
    mine = select(DUTY).where(DUTY.c.state == State.WAITS.value, DUTY.c.lookup == lookup).order_by(DUTY.c.id)
    return [_given(row) for row in tx.execute(mine.limit(at_most))]


def asked_since(tx: Tx, lookup: str, since: datetime) -> int:
    """How many were sent since then."""
    sent = (DUTY.c.lookup == lookup, DUTY.c.asked_at >= since)
    return int(tx.execute(select(func.count()).select_from(DUTY).where(*sent)).scalar() or 0)


def with_code(tx: Tx, number: str, code: str) -> Given | None:
    """What that code means when that number says it; the newest."""
    mine = select(DUTY).where(DUTY.c.number == number, DUTY.c.code == code).order_by(DUTY.c.id.desc())
    row = tx.execute(mine.limit(1)).first()
    return _given(row) if row is not None else None


def codes_of(tx: Tx, number: str, since: datetime) -> set[str]:
    """Codes that a new one of that official must not be."""
    recent = DUTY.c.state.in_(OPEN) | (DUTY.c.made_at >= since)
    return set(tx.execute(select(DUTY.c.code).where(DUTY.c.number == number, recent)).scalars())


def open_count(tx: Tx, lookup: str) -> int:
    """How many wait for an answer."""
    mine = (DUTY.c.lookup == lookup, DUTY.c.state.in_(OPEN))
    return int(tx.execute(select(func.count()).select_from(DUTY).where(*mine)).scalar() or 0)


def listed(tx: Tx, lookup: str, at_most: int, *, only_open: bool = True) -> list[Given]:
    """Dispositions, the oldest open ones first, or the newest of all."""
    mine = select(DUTY).where(DUTY.c.lookup == lookup)
    mine = mine.where(DUTY.c.state.in_(OPEN)).order_by(DUTY.c.id) if only_open else mine.order_by(DUTY.c.id.desc())
    return [_given(row) for row in tx.execute(mine.limit(at_most))]


def end_missing(tx: Tx, lookup: str, version: int) -> None:
    """Rows that a version of the table does not hold are asked of nobody any more, and what was answered of them is
    gone: a row that has the same key later is another."""
    alive = DUTY.c.state != State.OVER.value
    tx.execute(update(DUTY).where(*_missing(DUTY, lookup, version), alive).values(state=State.OVER.value))
    tx.execute(delete(OVERLAY).where(*_missing(OVERLAY, lookup, version)))


def _missing(table: Table, lookup: str, version: int) -> tuple[Any, ...]:
    there = select(ROW.c.key).where(ROW.c.version == version, ROW.c.key == table.c.key)
    return table.c.lookup == lookup, ~there.exists()


# -- what was answered lies over what the import says


def lay(tx: Tx, lookup: str, one: Overlay, at: datetime) -> None:
    """From now on the row's column has that value, until the import says another than ``was``."""
    mine = (OVERLAY.c.lookup == lookup, OVERLAY.c.key == one.key, OVERLAY.c.column == one.column)
    tx.execute(delete(OVERLAY).where(*mine))
    values = {"lookup": lookup, "key": one.key, "column": one.column, "was": one.was, "value": one.value, "at": at}
    tx.execute(insert(OVERLAY), values)


def overlays(tx: Tx, lookup: str, keys: Collection[str]) -> list[Overlay]:
    """What lies over these rows, at most a few hundred."""
    mine = select(OVERLAY).where(OVERLAY.c.lookup == lookup, OVERLAY.c.key.in_(list(keys)))
    return [Overlay(key=row.key, column=row.column, was=row.was, value=row.value) for row in tx.execute(mine)]


def lift(tx: Tx, lookup: str, key: str, column: str) -> None:
    """What the import says holds again."""
    mine = (OVERLAY.c.lookup == lookup, OVERLAY.c.key == key, OVERLAY.c.column == column)
    tx.execute(delete(OVERLAY).where(*mine))


def _given(row: Row[Any]) -> Given:
    return Given(**{**row._mapping, "state": State(row.state)})

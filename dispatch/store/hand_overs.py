"""Hand-overs between two shifts of the command centre: what the one wrote, what the program saw, who took over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, Text, insert, select, update

from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.schema import new_id

HAND_OVER = Table(
    "hand_over",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("written_at", UtcDateTime, nullable=False, index=True),
    Column("written_by", String, nullable=False),  # a name
    Column("words", Text, nullable=False),
    Column("seen", Text, nullable=False),  # JSON: what was open then, without anybody's number
    Column("taken_at", UtcDateTime),
    Column("taken_by", String),
    Column("remark", Text),
)
_C = HAND_OVER.c


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """``words``: what the outgoing wrote; ``seen``: JSON, what the program collected at that moment; ``taken_at``:
    when the incoming took over, with his ``remark``."""

    id: int
    written_at: datetime
    written_by: str
    words: str
    seen: str
    taken_at: datetime | None = None
    taken_by: str | None = None
    remark: str | None = None


def write_hand_over(tx: Tx, at: datetime, by: str, words: str, seen: str) -> int:
    """Keep it; nobody has taken over yet."""
    return new_id(tx.execute(insert(HAND_OVER), {"written_at": at, "written_by": by, "words": words, "seen": seen}))


def take_over(tx: Tx, number: int, at: datetime, by: str, remark: str) -> bool:
    """By name and time, once. False: somebody did, or there is none."""
    waits = (_C.id == number) & _C.taken_at.is_(None)
    taken = update(HAND_OVER).where(waits).values(taken_at=at, taken_by=by, remark=remark)
    return tx.execute(taken).rowcount == 1


def hand_over(tx: Tx, number: int) -> HandOver | None:
    """The one of that id."""
    row = tx.execute(select(HAND_OVER).where(_C.id == number)).first()
    return _read(row) if row is not None else None


def hand_overs(tx: Tx, latest: int, before: int = 0) -> list[HandOver]:
    """The latest, newest first; ``before``: older than that id."""
    found = select(HAND_OVER).order_by(_C.id.desc()).limit(latest)
    return [_read(row) for row in tx.execute(found.where(_C.id < before) if before else found)]


def _read(row: Row[Any]) -> HandOver:
    return HandOver(**row._mapping)

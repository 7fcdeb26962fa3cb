"""What retention did and when, by class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, String, Table, func, insert, select, update

from gateway.store.schema import Tx, UtcDateTime, metadata, new_id

RUN = Table(
    "retention_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # NULL: under way, or killed in it
    Column("before", UtcDateTime, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("by", String, nullable=False),
    Index(None, "kind", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One look at one class: what was older than ``before`` went, in ``rows`` rows."""

    kind: str
    began_at: datetime
    ended_at: datetime | None
    before: datetime
    rows: int
    by: str


def begin_run(tx: Tx, kind: str, before: datetime, by: str, at: datetime) -> int:
    """It is begun; its id."""
    values = {"kind": kind, "began_at": at, "before": before, "rows": 0, "by": by}
    return new_id(tx.execute(insert(RUN), values))


def count_run(tx: Tx, run: int, rows: int) -> None:
    """So many rows more."""
    tx.execute(update(RUN).where(RUN.c.id == run).values(rows=RUN.c.rows + rows))


def end_run(tx: Tx, run: int, at: datetime) -> None:
    """There is no more."""
    tx.execute(update(RUN).where(RUN.c.id == run).values(ended_at=at))


def last_runs(tx: Tx) -> dict[str, Ran]:
    """The latest of each class."""
    latest = select(func.max(RUN.c.id)).group_by(RUN.c.kind)
    return {row.kind: _ran(row) for row in tx.execute(select(RUN).where(RUN.c.id.in_(latest)))}


def runs(tx: Tx, at_most: int) -> Sequence[Ran]:
    """The latest, newest first, that did something."""
    rows = select(RUN).where(RUN.c.rows > 0).order_by(RUN.c.id.desc()).limit(at_most)
    return [_ran(row) for row in tx.execute(rows)]


def _ran(row: Row[Any]) -> Ran:
    return Ran(kind=row.kind, began_at=row.began_at, ended_at=row.ended_at, before=row.before, rows=row.rows, by=row.by)

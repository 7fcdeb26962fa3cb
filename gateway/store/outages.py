"""When a part was ill, and when anybody watched: a row an illness, a row a run of the program.

A run's row says from when until when the program looked. Between two of them it was off: then nothing is known of any
part. An illness that was open when its run ended is closed at the run's last beat, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from gateway.retention import Term
from gateway.store.process import gone, me
from gateway.store.schema import Tx, UtcDateTime, metadata, new_id, where

OUTAGE = Table(
    "outage",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),  # of the part: modem, sim, provider …
    Column("name", String, nullable=False),
    Column("status", String, nullable=False),  # degraded or failed
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),  # NULL: not well yet
    Column("off", Boolean, nullable=False),  # not its end, but our last look at it
    Column("owner", String, nullable=False),  # the process that saw it
    Index(None, "began_at"),
    Index("ix_outage_open", "owner", **where("ended_at IS NULL")),
)
WATCHED = Table(
    "watched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),  # its last beat
    Index(None, "last_at"),
    Index(None, "owner", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ill:
    """One illness of one part. ``ended_at`` None: not over. ``off``: how it went on nobody saw."""

    kind: str
    name: str
    status: str
    began_at: datetime
    ended_at: datetime | None
    off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """From when until when one process of the program looked."""

    began_at: datetime
    last_at: datetime


def begin_watch(tx: Tx, at: datetime) -> int:
    """This process looks from now on; the id for ``beat``."""
    return new_id(tx.execute(insert(WATCHED), {"owner": me(tx), "began_at": at, "last_at": at}))


def beat(tx: Tx, watch: int, at: datetime) -> None:
    """It still looks."""
    tx.execute(update(WATCHED).where(WATCHED.c.id == watch, WATCHED.c.last_at < at).values(last_at=at))


def close_left(tx: Tx) -> int:
    """Close what ended processes left open, at the last beat of each; how many rows."""
    still = OUTAGE.c.ended_at.is_(None)
    owners = tx.execute(select(OUTAGE.c.owner).where(still).distinct()).scalars().all()
    left = tx.execute(select(OUTAGE).where(still, OUTAGE.c.owner.in_(gone(tx, owners)))).all()
    for row in left:
        last = select(func.max(WATCHED.c.last_at, type_=UtcDateTime)).where(WATCHED.c.owner == row.owner)
        ends = max(row.began_at, tx.execute(last).scalar() or row.began_at)
        tx.execute(update(OUTAGE).where(OUTAGE.c.id == row.id).values(ended_at=ends, off=True))
    return len(left)


def own_open(tx: Tx) -> dict[tuple[str, str], tuple[int, Ill]]:
    """What this process has open, by kind and name, with the rows' ids."""
    rows = tx.execute(select(OUTAGE).where(OUTAGE.c.owner == me(tx), OUTAGE.c.ended_at.is_(None)))
    return {(row.kind, row.name): (row.id, _ill(row)) for row in rows}


def open_row(tx: Tx, ill: Ill) -> int:
    """It fell ill; the row's id."""
    row = {"kind": ill.kind, "name": ill.name, "status": ill.status, "began_at": ill.began_at}
    return new_id(tx.execute(insert(OUTAGE), {**row, "off": False, "owner": me(tx)}))


def worsen(tx: Tx, row: int, status: str) -> None:
    """It is worse than was written."""
    tx.execute(update(OUTAGE).where(OUTAGE.c.id == row).values(status=status))


def close_row(tx: Tx, row: int, at: datetime) -> None:
    """It was well again, or otherwise ill, from then on."""
    tx.execute(update(OUTAGE).where(OUTAGE.c.id == row).values(ended_at=at))


def ills(tx: Tx, since: datetime, until: datetime) -> list[Ill]:
    """What was ill at any time of the span, by its beginning."""
    over = or_(OUTAGE.c.ended_at.is_(None), OUTAGE.c.ended_at > since)
    rows = tx.execute(select(OUTAGE).where(OUTAGE.c.began_at < until, over).order_by(OUTAGE.c.began_at, OUTAGE.c.id))
    return [_ill(row) for row in rows]


def runs(tx: Tx, since: datetime, until: datetime) -> list[Run]:
    """When the program looked, by its beginning: all that touches the span, and the last one before it."""
    before = select(func.max(WATCHED.c.last_at)).where(WATCHED.c.last_at <= since).scalar_subquery()
    mine = and_(WATCHED.c.began_at < until, or_(WATCHED.c.last_at > since, WATCHED.c.last_at == before))
    rows = tx.execute(select(WATCHED).where(mine).order_by(WATCHED.c.began_at, WATCHED.c.id))
    return [Run(began_at=row.began_at, last_at=row.last_at) for row in rows]


def _ill(row: Row[Any]) -> Ill:
    return Ill(
        kind=row.kind, name=row.name, status=row.status, began_at=row.began_at, ended_at=row.ended_at, off=row.off
    )


_ENDS = ((OUTAGE, OUTAGE.c.ended_at), (WATCHED, WATCHED.c.last_at))


def _count(tx: Tx, before: datetime) -> int:
    return sum(tx.execute(select(func.count()).where(ended < before)).scalar_one() for _, ended in _ENDS)


def _work(tx: Tx, before: datetime, at_most: int) -> int:
    for table, ended in _ENDS:
        keys = tx.execute(select(table.c.id).where(ended < before).limit(at_most)).scalars().all()
        if keys:
            tx.execute(delete(table).where(table.c.id.in_(keys)))
            return len(keys)
    return 0


TERM = Term(
    kind="outages",
    days=2 * 365,
    becomes="deleted",
    what={"id": "Riwayat gangguan jalur", "en": "The history of outages"},
    why={
        "id": "Laporan membandingkan dua tahun; tidak ada nama orang di dalamnya.",
        "en": "Reports compare two years; no person is named in it.",
    },
    count=_count,
    work=_work,
)

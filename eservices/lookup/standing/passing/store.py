"""How far a new version was gone through, and which rows were seen before: verbs over a ``Tx`` of their caller."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, delete, insert, select, update

from gateway.store import Tx, UtcDateTime, metadata

PASS = Table(
    "lookup_pass",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("after", Integer, nullable=False),  # the place of the last row gone through; -1: none yet
    Column("first", Boolean, nullable=False),  # the first version of all: none of its rows is news
    Column("done_at", UtcDateTime),
)
KNOWN = Table(
    "lookup_known",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("digest", String, primary_key=True),  # of what makes a row the same one
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_lookup_known_lookup_seen_at", "lookup", "seen_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """``after``: the place of the last row gone through."""

    lookup: str
    version: int
    after: int
    first: bool
    done_at: datetime | None = None


def pass_of(tx: Tx, lookup: str) -> Pass | None:
    """None: no version of it was gone through yet."""
    row = tx.execute(select(PASS).where(PASS.c.lookup == lookup)).first()
    return Pass(**row._mapping) if row is not None else None


def keep_pass(tx: Tx, one: Pass) -> None:
    """As it stands now."""
    values = {column.name: getattr(one, column.name) for column in PASS.columns}
    if tx.execute(update(PASS).where(PASS.c.lookup == one.lookup).values(values)).rowcount == 0:
        tx.execute(insert(PASS), values)


def unknown(tx: Tx, lookup: str, digests: Collection[str], at: datetime) -> set[str]:
    """Those that were not seen before; all of them are seen from now on. At most a few hundred."""
    if not digests:
        return set()
    among = (KNOWN.c.lookup == lookup, KNOWN.c.digest.in_(digests))
    known = set(tx.execute(select(KNOWN.c.digest).where(*among)).scalars())
    if known:
        tx.execute(update(KNOWN).where(*among).values(seen_at=at))
    new = set(digests) - known
    if new:
        tx.execute(insert(KNOWN), [{"lookup": lookup, "digest": one, "seen_at": at} for one in sorted(new)])
    return new


def forget_known(tx: Tx, lookup: str, before: datetime) -> None:
    """What was last seen before that is new when it comes back."""
    tx.execute(delete(KNOWN).where(KNOWN.c.lookup == lookup, KNOWN.c.seen_at < before))

"""The days by which rows must be done, and who was warned: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Row, String, Table, delete, func, insert, or_, select, update

from gateway.store import Tx, UtcDateTime, metadata

DEADLINE = Table(
    "lookup_deadline",
    metadata,
    Column("lookup", String, primary_key=True),
    Column("key", String, primary_key=True),  # as it is compared
    Column("due", String, nullable=False),  # the last day, ISO
    Column("version", Integer, nullable=False),  # of the table, in which the row was seen last
    Column("warned_at", UtcDateTime),  # the official was told
    Column("raised_at", UtcDateTime),  # the inspectorate was
    Index("ix_lookup_deadline_lookup_due", "lookup", "due"),
)
"""Rows that are not done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One row that is not done."""

    lookup: str
    key: str
    due: str
    version: int
    warned_at: datetime | None
    raised_at: datetime | None


def follow(tx: Tx, lookup: str, version: int, days: Mapping[str, str]) -> None:
    """Rows of a version that are not done, by key, with the last day of each (at most a few hundred). Where the day
    is another than before nobody was warned of it yet."""
    if not days:
        return
    mine = (DEADLINE.c.lookup == lookup, DEADLINE.c.key.in_(list(days)))
    known = {row.key: row.due for row in tx.execute(select(DEADLINE.c.key, DEADLINE.c.due).where(*mine))}
    tx.execute(update(DEADLINE).where(*mine).values(version=version))
    for key in sorted(key for key, day in known.items() if days[key] != day):
        one = (DEADLINE.c.lookup == lookup, DEADLINE.c.key == key)
        tx.execute(update(DEADLINE).where(*one).values(due=days[key], warned_at=None, raised_at=None))
    new = [
        {"lookup": lookup, "key": key, "due": day, "version": version}
        for key, day in sorted(days.items())
        if key not in known
    ]
    if new:
        tx.execute(insert(DEADLINE), new)


def drop_others(tx: Tx, lookup: str, version: int) -> None:
    """What the version does not hold, or is done in it, stands no more."""
    tx.execute(delete(DEADLINE).where(DEADLINE.c.lookup == lookup, DEADLINE.c.version != version))


def _late(lookup: str, today: str) -> tuple[Any, ...]:
    return DEADLINE.c.lookup == lookup, DEADLINE.c.due < today, DEADLINE.c.warned_at.is_(None)


def _to_raise(lookup: str, warned_before: datetime) -> tuple[Any, ...]:
    warned = DEADLINE.c.warned_at < warned_before
    return DEADLINE.c.lookup == lookup, warned, DEADLINE.c.raised_at.is_(None)


def _oldest(tx: Tx, rules: tuple[Any, ...]) -> tuple[int, Standing | None]:
    many = int(tx.execute(select(func.count()).select_from(DEADLINE).where(*rules)).scalar() or 0)
    row = tx.execute(select(DEADLINE).where(*rules).order_by(DEADLINE.c.due, DEADLINE.c.key).limit(1)).first()
    return many, _standing(row) if row is not None else None


def late(tx: Tx, lookup: str, today: str) -> tuple[int, Standing | None]:
    """Of how many past their day nobody was warned, and the oldest of them."""
    return _oldest(tx, _late(lookup, today))


def note_warned(tx: Tx, lookup: str, today: str, at: datetime, *, raised: bool = False) -> None:
    """The official knows of all these. ``raised``: there is none, and the inspectorate does."""
    values = {"warned_at": at, **({"raised_at": at} if raised else {})}
    tx.execute(update(DEADLINE).where(*_late(lookup, today)).values(values))


def to_raise(tx: Tx, lookup: str, warned_before: datetime) -> tuple[int, Standing | None]:
    """Of how many the official was warned before that and the inspectorate was not, and the oldest of them."""
    return _oldest(tx, _to_raise(lookup, warned_before))


def note_raised(tx: Tx, lookup: str, warned_before: datetime, at: datetime) -> None:
    """The inspectorate knows of all these."""
    tx.execute(update(DEADLINE).where(*_to_raise(lookup, warned_before)).values(raised_at=at))


def listed(tx: Tx, lookup: str, at_most: int, *, warned: bool = False) -> list[Standing]:
    """Those that stand, the longest due first. ``warned``: only those of which somebody was warned."""
    wanted = select(DEADLINE).where(DEADLINE.c.lookup == lookup).order_by(DEADLINE.c.due, DEADLINE.c.key)
    told = or_(DEADLINE.c.warned_at.is_not(None), DEADLINE.c.raised_at.is_not(None))
    return [_standing(row) for row in tx.execute((wanted.where(told) if warned else wanted).limit(at_most))]


def after(tx: Tx, lookup: str, key: str, at_most: int) -> list[Standing]:
    """Those that stand, by their keys, behind that key."""
    mine = select(DEADLINE).where(DEADLINE.c.lookup == lookup, DEADLINE.c.key > key).order_by(DEADLINE.c.key)
    return [_standing(row) for row in tx.execute(mine.limit(at_most))]


def count(tx: Tx, lookup: str, *, warned: bool = False) -> int:
    """How many stand."""
    wanted = select(func.count()).select_from(DEADLINE).where(DEADLINE.c.lookup == lookup)
    wanted = wanted.where(DEADLINE.c.warned_at.is_not(None)) if warned else wanted
    return int(tx.execute(wanted).scalar() or 0)


def _standing(row: Row[Any]) -> Standing:
    return Standing(**row._mapping)

"""Who asked to be reminded of the day of which row: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    insert,
    select,
    update,
)

from config.lookup import Row as Values
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import LOOKUP, NAMES
from gateway.store.forgetting import FORGET, ROW
from gateway.store.schema import new_id

REMINDER = Table(
    "lookup_reminder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lookup", String, nullable=False, info={NAMES: LOOKUP}),
    Column("number", String, nullable=False, index=True, info={FORGET: ROW}),  # E.164
    Column("key", String, nullable=False),  # as it is compared
    Column("language", String, nullable=False),  # in which it was asked, for who is in no registry
    Column("due", String, nullable=False),  # the day as it was seen last, ISO
    Column("told", String, nullable=False),  # what was said last: the day, and how long before it
    Column("row", Text, nullable=False),  # JSON: the row as it was seen last, names masked
    Column("asked_at", UtcDateTime, nullable=False),
    Column("look_at", UtcDateTime, nullable=False),
    UniqueConstraint("lookup", "number", "key"),
    Index("ix_lookup_reminder_look_at", "look_at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """One reminder. ``told``: see ``plan.py``; ``row``: as it was seen last."""

    lookup: str
    number: str
    key: str
    language: str
    due: str
    told: str
    row: Values
    asked_at: datetime
    look_at: datetime
    id: int = 0


def ask(tx: Tx, one: Reminding) -> int:
    """Remind that number of that row; asked again it is asked anew. Its id."""
    same = (REMINDER.c.lookup == one.lookup, REMINDER.c.number == one.number, REMINDER.c.key == one.key)
    values = {column.name: getattr(one, column.name) for column in REMINDER.columns if column.name != "id"}
    values["row"] = json.dumps(dict(one.row))
    known = tx.execute(select(REMINDER.c.id).where(*same)).scalar()
    if known is None:
        return new_id(tx.execute(insert(REMINDER), values))
    tx.execute(update(REMINDER).where(REMINDER.c.id == known).values(values))
    return int(known)


def due(tx: Tx, now: datetime, at_most: int) -> list[Reminding]:
    """Those to be looked at now, what waits longest first."""
    ready = select(REMINDER).where(REMINDER.c.look_at <= now).order_by(REMINDER.c.look_at, REMINDER.c.id)
    return [_reminding(row) for row in tx.execute(ready.limit(at_most))]


def soonest(tx: Tx) -> datetime | None:
    """When the next is to be looked at."""
    at: datetime | None = tx.execute(select(func.min(REMINDER.c.look_at))).scalar()
    return at


def keep(tx: Tx, one: Reminding) -> None:
    """What was seen and said of it, and when it is looked at again."""
    values = {"due": one.due, "told": one.told, "row": json.dumps(dict(one.row)), "look_at": one.look_at}
    tx.execute(update(REMINDER).where(REMINDER.c.id == one.id).values(values))


def end(tx: Tx, one: Reminding) -> None:
    """It is over."""
    tx.execute(delete(REMINDER).where(REMINDER.c.id == one.id))


def end_all(tx: Tx, number: str) -> int:
    """That number is reminded of nothing more; how many it were."""
    return int(tx.execute(delete(REMINDER).where(REMINDER.c.number == number)).rowcount)


def of(tx: Tx, number: str) -> list[Reminding]:
    """That number's, the nearest day first."""
    mine = select(REMINDER).where(REMINDER.c.number == number).order_by(REMINDER.c.due, REMINDER.c.id)
    return [_reminding(row) for row in tx.execute(mine)]


def listed(tx: Tx, lookup: str, at_most: int) -> list[Reminding]:
    """Reminders that stand, the nearest day first."""
    wanted = select(REMINDER).where(REMINDER.c.lookup == lookup).order_by(REMINDER.c.due, REMINDER.c.id)
    return [_reminding(row) for row in tx.execute(wanted.limit(at_most))]


def count(tx: Tx, lookup: str) -> int:
    """How many stand."""
    return int(tx.execute(select(func.count()).where(REMINDER.c.lookup == lookup)).scalar() or 0)


def _reminding(row: Row[Any]) -> Reminding:
    return Reminding(**{**row._mapping, "row": json.loads(row.row)})

"""What the city's systems answered last, and the letters that wait for their answer: verbs over a ``Tx``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from config.lookup import Row
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.forgetting import FORGET, ROW
from gateway.store.inbound import leave_unread, letter_named

KEPT = Table(
    "lookup_kept",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lookup", String, nullable=False),
    Column("key", String, nullable=False),  # as it is compared
    Column("number", String, nullable=False, info={FORGET: ROW}),  # E.164 where the answer hangs on who asks, else ""
    Column("data", Text, nullable=False),  # the rows as JSON
    Column("as_of", UtcDateTime, nullable=False),
    UniqueConstraint("lookup", "key", "number"),
    Index(None, "lookup", "as_of"),
    Index(None, "number"),
)
QUESTION = Table(
    "lookup_question",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("turn", String, nullable=False, unique=True),  # the letter's external_id
    Column("number", String, nullable=False, index=True, info={FORGET: ROW}),
    Column("lookup", String, nullable=False),
    Column("key", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)

_KEPT = select(KEPT.c.id, KEPT.c.data, KEPT.c.as_of).where(
    KEPT.c.lookup == bindparam("of"), KEPT.c.key == bindparam("said"), KEPT.c.number == bindparam("whose")
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered last, and when."""

    rows: tuple[Row, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A letter that waits for an answer. ``turn``: the letter's identity; ``number``: who asked."""

    turn: str
    number: str
    lookup: str
    key: str
    asked_at: datetime


# -- last answers


def keep(tx: Tx, lookup: str, key: str, number: str, answer: Kept, most: int) -> None:
    """The last answer from now on, unless a later one is there; of each look-up the ``most`` newest are kept."""
    known = tx.execute(_KEPT, {"of": lookup, "said": key, "whose": number}).first()
    if known is not None and known.as_of >= answer.as_of:
        return
    data = json.dumps([dict(row) for row in answer.rows], ensure_ascii=False)
    if known is not None:
        tx.execute(update(KEPT).where(KEPT.c.id == known.id).values(data=data, as_of=answer.as_of))
        return
    row = {"lookup": lookup, "key": key, "number": number, "data": data, "as_of": answer.as_of}
    tx.execute(insert(KEPT), row)
    mine = KEPT.c.lookup == lookup
    surplus = tx.execute(select(func.count()).select_from(KEPT).where(mine)).scalar_one() - most
    if surplus > 0:
        oldest = select(KEPT.c.id).where(mine).order_by(KEPT.c.as_of, KEPT.c.id).limit(surplus)
        tx.execute(delete(KEPT).where(KEPT.c.id.in_(list(tx.execute(oldest).scalars()))))


def kept(tx: Tx, lookup: str, key: str, number: str) -> Kept | None:
    """The last answer."""
    row = tx.execute(_KEPT, {"of": lookup, "said": key, "whose": number}).first()
    return Kept(tuple(json.loads(row.data)), row.as_of) if row is not None else None


# -- questions


def ask(tx: Tx, question: Question) -> None:
    """The letter waits; once, however often it is handled."""
    if tx.execute(select(QUESTION.c.id).where(QUESTION.c.turn == question.turn)).first() is None:
        tx.execute(insert(QUESTION), {name: getattr(question, name) for name in _FIELDS})


def answered(tx: Tx, turn: str) -> bool:
    """It waits no longer. False: it did not."""
    return tx.execute(delete(QUESTION).where(QUESTION.c.turn == turn)).rowcount > 0


def waits(tx: Tx, turn: str) -> bool:
    """Whether that letter still waits."""
    return tx.execute(select(QUESTION.c.id).where(QUESTION.c.turn == turn)).first() is not None


def questions(tx: Tx, at_most: int, but: Iterable[str] = ()) -> list[Question]:
    """Letters that wait, in the order in which they came; not those ``but``."""
    found = select(QUESTION).where(QUESTION.c.turn.not_in(list(but))).order_by(QUESTION.c.id).limit(at_most)
    return [_question(row) for row in tx.execute(found).mappings()]


def leave_all(tx: Tx) -> int:
    """Nobody waits for an answer any more; a person reads what was asked. How many letters that were."""
    turns = list(tx.execute(select(QUESTION.c.turn)).scalars())
    for turn in turns:
        if (letter := letter_named(tx, turn)) is not None:
            leave_unread(tx, letter.id)
        answered(tx, turn)
    return len(turns)


_FIELDS = ("turn", "number", "lookup", "key", "asked_at")


def _question(row: Any) -> Question:
    return Question(**{name: row[name] for name in _FIELDS})

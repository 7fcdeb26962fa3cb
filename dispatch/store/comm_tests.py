"""Tests of whether officers hear the city: one row a test, kept for more than a year.

WAITING ──begin──→ DOING ──settle──→ DONE      busy, unreachable: back to WAITING, once
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from dispatch.comm_test import CommTest, TestState
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import CARRY, STATION

COMM_TEST = Table(
    "comm_test",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("number", String, nullable=False),
    Column("name", String, nullable=False),
    Column("station", String, nullable=False, info={CARRY: STATION}),  # empty: the command centre
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", String, nullable=False),  # empty: the pack's schedule
    Column("state", String, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("began_at", UtcDateTime),
    Column("rang_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("heard_at", UtcDateTime),  # he pressed the key
    Column("settled_at", UtcDateTime),
    Column("outcome", String, nullable=False),  # ivr.leg.Outcome, or why there is none
    Column("leg", String, nullable=False),
    Column("detail", String, nullable=False),
    UniqueConstraint("key"),
    Index(None, "number", "id"),
    Index("ix_comm_test_state", "state", "due_at"),
    Index(None, "asked_at"),
)
_C = COMM_TEST.c
_ONE = [_C[field.name] for field in fields(CommTest)]
_OF_RUN = select(_C.key).where(_C.key >= bindparam("first"), _C.key < bindparam("end"))
_WAITING = select(*_ONE).where(_C.state == TestState.WAITING.value).order_by(_C.due_at, _C.id)


def ask_comm_test(tx: Tx, key: str, who: Mapping[str, str], at: datetime, by: str) -> bool:
    """Have this number called. ``key``: the run and the number. False: the run has it, or one waits for that number."""
    waits = (_C.number == who["number"]) & (_C.state != TestState.DONE.value)
    if tx.execute(select(_C.id).where((_C.key == key) | waits).limit(1)).first() is not None:
        return False
    usual = {"state": TestState.WAITING.value, "tries": 0, "outcome": "", "leg": "", "detail": ""}
    tx.execute(insert(COMM_TEST), {"key": key, **who, "asked_at": at, "asked_by": by, "due_at": at, **usual})
    return True


def comm_tests_asked(tx: Tx, run: str) -> set[str]:
    """The keys of the tests that this run has."""
    return set(tx.execute(_OF_RUN, {"first": f"{run}/", "end": f"{run}0"}).scalars())  # 0 is what follows a slash


def comm_test(tx: Tx, number: int) -> CommTest | None:
    """The test of that id."""
    row = tx.execute(select(*_ONE).where(_C.id == number)).first()
    return _read(row) if row is not None else None


def comm_tests_waiting(tx: Tx) -> list[CommTest]:
    """Those that are to be called, in the order in which they are due."""
    return [_read(row) for row in tx.execute(_WAITING)]


def comm_tests_doing(tx: Tx) -> list[CommTest]:
    """Those whose call was begun, and of which no end is known."""
    return [_read(row) for row in tx.execute(select(*_ONE).where(_C.state == TestState.DOING.value).order_by(_C.id))]


def note_comm_test(tx: Tx, number: int, **values: Any) -> None:
    """Write down what became of it."""
    tx.execute(update(COMM_TEST).where(_C.id == number).values(**values))


def comm_tests(tx: Tx, latest: int) -> list[CommTest]:
    """The latest tests, newest first."""
    return [_read(row) for row in tx.execute(select(*_ONE).order_by(_C.id.desc()).limit(latest))]


def last_comm_test(tx: Tx, number: str, *, heard: bool = False) -> CommTest | None:
    """The latest test of that number that has ended; ``heard``: the latest that was passed."""
    mine = (_C.number == number) & (_C.heard_at.is_not(None) if heard else _C.state == TestState.DONE.value)
    row = tx.execute(select(*_ONE).where(mine).order_by(_C.id.desc()).limit(1)).first()
    return _read(row) if row is not None else None


def sweep_comm_tests(tx: Tx, before: datetime) -> None:
    """Forget tests that were asked for before then."""
    tx.execute(delete(COMM_TEST).where(_C.asked_at < before, _C.state == TestState.DONE.value))


def _read(row: Row[Any]) -> CommTest:
    said = dict(row._mapping)
    return CommTest(**said | {"state": TestState(said["state"])})

"""What an office was asked, reminded of and may answer with: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from eservices.complaints.offices.deadlines import What
from eservices.complaints.store import TICKET
from eservices.complaints.ticket import State
from gateway.store import Tx, UtcDateTime, metadata

OWED = (State.OPEN.value, State.WORKING.value, State.ANSWERED.value)  # states in which something is due by the clock

TASK = Table(
    "office_task",
    metadata,
    Column("ticket", ForeignKey("ticket.number"), primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),  # counts who was made responsible: given, passed on, reopened
    Column("state", String, nullable=False),  # this and the next three: the ticket's, as the clock saw them last
    Column("office", String, nullable=False),
    Column("reopened", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("since", UtcDateTime, nullable=False),  # when this round began
    Column("parked", Boolean, nullable=False),  # no office takes it for its own: a person must pass it on
    Column("next_at", UtcDateTime),
    Index("ix_office_task_next_at", "next_at"),
)

NOTICE = Table(
    "office_notice",
    metadata,
    Column("ticket", ForeignKey("ticket.number"), primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("what", String, primary_key=True),
    Column("number", String, nullable=False),  # E.164, or empty: the followers, nobody
    Column("at", UtcDateTime, nullable=False),
)
"""The ledger: each notice of a round once."""

CODE = Table(
    "office_code",
    metadata,
    Column("number", String, primary_key=True),  # the official's, E.164
    Column("code", String, primary_key=True),
    Column("ticket", ForeignKey("ticket.number"), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
    Column("spent", Boolean, nullable=False),
    Index("ix_office_code_ticket_number", "ticket", "number"),
)

GUESS = Table(
    "office_guess",
    metadata,
    Column("number", String, primary_key=True),
    Column("wrong", Integer, nullable=False),  # wrong codes in a row
    Column("paused_until", UtcDateTime),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the clock knows of one ticket."""

    ticket: int
    round: int
    state: str
    office: str
    reopened: int
    due_at: datetime
    since: datetime
    parked: bool = False
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """With which one official answers for one ticket. ``spent``: it changes nothing any more."""

    number: str
    code: str
    ticket: int
    spent: bool


_SEEN = TASK.c
_CHANGED = (
    select(TICKET.c.number)
    .join(TASK, _SEEN.ticket == TICKET.c.number, isouter=True)
    .where(TICKET.c.state.in_(OWED))
    .where(
        or_(
            _SEEN.ticket.is_(None),
            _SEEN.state != TICKET.c.state,
            _SEEN.office != TICKET.c.office,
            _SEEN.reopened != TICKET.c.reopened,
            _SEEN.due_at != TICKET.c.due_at,
        )
    )
    .order_by(TICKET.c.number)
    .limit(bindparam("most"))
)
_DUE = select(TASK).where(TASK.c.next_at <= bindparam("now")).order_by(TASK.c.next_at, TASK.c.ticket)
_SOONEST = select(func.min(TASK.c.next_at))
_TASK = select(TASK).where(TASK.c.ticket == bindparam("of"))
_SENT = select(NOTICE).where(NOTICE.c.ticket == bindparam("of"), NOTICE.c.round == bindparam("in_round"))
_CODE = select(CODE).where(CODE.c.number == bindparam("who"), CODE.c.code == bindparam("said"))
_CODE_FOR = (
    select(CODE)
    .where(CODE.c.ticket == bindparam("of"), CODE.c.number == bindparam("who"), ~CODE.c.spent)
    .order_by(CODE.c.given_at.desc())
)
_HIS_CODES = select(CODE.c.code).where(CODE.c.number == bindparam("who"))
_OLD_CODES = delete(CODE).where(CODE.c.number == bindparam("who"), CODE.c.spent, CODE.c.given_at < bindparam("before"))
_SPEND = update(CODE).where(CODE.c.ticket == bindparam("of")).values(spent=True)
_GUESS = select(GUESS).where(GUESS.c.number == bindparam("who"))


# -- what is due


def changed(tx: Tx, at_most: int) -> list[int]:
    """Numbers of tickets in which something is due and that are new to the clock, or moved since it looked."""
    return list(tx.execute(_CHANGED, {"most": at_most}).scalars())


def due(tx: Tx, now: datetime, at_most: int) -> list[Task]:
    """Tasks whose time has come, the longest due first."""
    return [_task(row) for row in tx.execute(_DUE.limit(at_most), {"now": now})]


def soonest(tx: Tx) -> datetime | None:
    """When the next task is due."""
    at: datetime | None = tx.execute(_SOONEST).scalar()
    return at


def task(tx: Tx, ticket: int) -> Task | None:
    """None: the clock has not seen that ticket yet."""
    row = tx.execute(_TASK, {"of": ticket}).first()
    return _task(row) if row is not None else None


def keep_task(tx: Tx, one: Task) -> None:
    """Write a task as it is now."""
    values = {column.name: getattr(one, column.name) for column in TASK.columns}
    if tx.execute(update(TASK).where(TASK.c.ticket == one.ticket).values(values)).rowcount == 0:
        tx.execute(insert(TASK), values)


# -- the ledger


def sent(tx: Tx, ticket: int, round: int) -> dict[What, datetime]:
    """The notices of that round, and when they were sent."""
    return {What(row.what): row.at for row in tx.execute(_SENT, {"of": ticket, "in_round": round})}


def note_sent(tx: Tx, ticket: int, round: int, what: What, number: str, at: datetime) -> None:
    """Write down that it was sent; a second time raises, and undoes the letter with it."""
    tx.execute(insert(NOTICE), {"ticket": ticket, "round": round, "what": what.value, "number": number, "at": at})


# -- codes


def give_code(tx: Tx, ticket: int, number: str, code: str, at: datetime) -> None:
    """That official answers for that ticket with this code from now on."""
    tx.execute(insert(CODE), {"number": number, "code": code, "ticket": ticket, "given_at": at, "spent": False})


def code_of(tx: Tx, number: str, code: str) -> Code | None:
    """What that code means when that number says it."""
    row = tx.execute(_CODE, {"who": number, "said": code}).first()
    return _code(row) if row is not None else None


def code_for(tx: Tx, ticket: int, number: str) -> str | None:
    """The code with which that official may answer for the ticket now."""
    row = tx.execute(_CODE_FOR, {"of": ticket, "who": number}).first()
    return str(row.code) if row is not None else None


def codes_given(tx: Tx, number: str, forget_before: datetime) -> set[str]:
    """Codes that a new one of that official must not be; spent ones older than that are forgotten."""
    tx.execute(_OLD_CODES, {"who": number, "before": forget_before})
    return set(tx.execute(_HIS_CODES, {"who": number}).scalars())


def spend_codes(tx: Tx, ticket: int) -> None:
    """Nobody answers for that ticket with what was given up to now."""
    tx.execute(_SPEND, {"of": ticket})


# -- who guesses


def guesses(tx: Tx, number: str) -> tuple[int, datetime | None]:
    """How many wrong codes in a row came from there, and until when it is not listened to."""
    row = tx.execute(_GUESS, {"who": number}).first()
    return (row.wrong, row.paused_until) if row is not None else (0, None)


def keep_guesses(tx: Tx, number: str, wrong: int, paused_until: datetime | None) -> None:
    """Write them as they are now."""
    tx.execute(delete(GUESS).where(GUESS.c.number == number))
    if wrong or paused_until is not None:
        tx.execute(insert(GUESS), {"number": number, "wrong": wrong, "paused_until": paused_until})


def _task(row: Row[Any]) -> Task:
    return Task(**{column.name: getattr(row, column.name) for column in TASK.columns})


def _code(row: Row[Any]) -> Code:
    return Code(number=row.number, code=row.code, ticket=row.ticket, spent=row.spent)

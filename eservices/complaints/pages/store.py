"""Tickets found for a desk: by what they are, in the order in which somebody must look at them, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select

from eservices.complaints.offices.store import CODE, TASK
from eservices.complaints.store import FOLLOWER, LARGEST, TICKET, ticket_of
from eservices.complaints.ticket import State, Ticket
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

OWED = (State.OPEN.value, State.WORKING.value)
OFFICE, RESIDENTS = "office", "ticket"  # how the keys of letters begin: to officials, to who reported it
HIDDEN = (State.WITHHELD.value, State.WITHDRAWN.value)  # of these an office knows nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is looked for; empty: anything. ``states``: of these; ``office`` …: ids of the pack; ``words``: in the text
    or the place; ``ticket``: its number; ``phone``: reported from it (E.164), and not by somebody who hides. ``late``:
    the deadline is over; ``parked``: no office takes it. ``by_office``: as an office may see it."""

    states: Sequence[State] = ()
    office: str = ""
    category: str = ""
    kelurahan: str = ""
    words: str = ""
    ticket: int = 0
    phone: str = ""
    late: bool = False
    parked: bool = False
    by_office: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One office's work: ``owed`` an answer, of those ``late`` and ``today``; ``parked``: sent back by the office."""

    office: str
    owed: int
    late: int
    today: int
    parked: int


def find(tx: Tx, asked: Asked, now: datetime, *, skip: int, most: int) -> list[Ticket]:
    """A page of them: what is owed first, the soonest due before; then what waits for a person; then the newest."""
    turn = case((TICKET.c.state.in_(OWED), 0), (TICKET.c.state == State.WITHHELD.value, 1), else_=2)
    due = case((TICKET.c.state.in_(OWED), TICKET.c.due_at), else_=None)
    order = (turn, due.asc().nulls_last(), TICKET.c.number.desc())
    found = _where(select(TICKET), asked, now).order_by(*order).offset(skip).limit(most)
    return [ticket_of(row) for row in tx.execute(found)]


def count(tx: Tx, asked: Asked, now: datetime) -> int:
    """How many there are."""
    return int(tx.execute(_where(select(func.count()).select_from(TICKET), asked, now)).scalar_one())


def counts(tx: Tx, now: datetime, day_ends: datetime, office: str = "") -> list[Count]:
    """The work of each office that has any. ``day_ends``: what is due before it is due today."""
    owed = TICKET.c.state.in_(OWED)
    parked = func.coalesce(TASK.c.parked, False)
    found = (
        select(
            TICKET.c.office,
            func.count().label("owed"),
            func.sum(case((TICKET.c.due_at < now, 1), else_=0)).label("late"),
            func.sum(case((and_(TICKET.c.due_at >= now, TICKET.c.due_at < day_ends), 1), else_=0)).label("today"),
            func.sum(case((parked, 1), else_=0)).label("parked"),
        )
        .join(TASK, TASK.c.ticket == TICKET.c.number, isouter=True)
        .where(owed)
        .group_by(TICKET.c.office)
        .order_by(TICKET.c.office)
    )
    if office:
        found = found.where(TICKET.c.office == office)
    return [Count(**{name: getattr(row, name) for name in Count.__slots__}) for row in tx.execute(found)]


def in_states(tx: Tx, office: str = "") -> Mapping[State, int]:
    """How many stand in each state."""
    found = select(TICKET.c.state, func.count()).group_by(TICKET.c.state)
    found = found.where(TICKET.c.office == office) if office else found
    return {State(state): int(many) for state, many in tx.execute(found)}


def _where(found: Select[Any], asked: Asked, now: datetime) -> Select[Any]:
    kept = TICKET.c
    plain = {"office": asked.office, "category": asked.category, "kelurahan": asked.kelurahan}
    found = found.where(*(kept[name] == value for name, value in plain.items() if value))
    if asked.states:
        found = found.where(kept.state.in_([one.value for one in asked.states]))
    if asked.by_office:
        found = found.where(kept.state.not_in(HIDDEN))
    if asked.late:
        found = found.where(kept.state.in_(OWED), kept.due_at < now)
    if asked.parked:
        found = found.where(exists().where(TASK.c.ticket == kept.number, TASK.c.parked))
    if asked.ticket:
        found = found.where(kept.number == min(asked.ticket, LARGEST))
    if asked.phone:
        theirs = and_(FOLLOWER.c.ticket == kept.number, FOLLOWER.c.number == asked.phone, not_(FOLLOWER.c.secret))
        found = found.where(exists().where(theirs))
    if asked.words:
        found = found.where(or_(_like(kept.place, asked.words), and_(_said_openly(), _like(kept.text, asked.words))))
    return found


def _said_openly() -> ColumnElement[bool]:
    """Nobody who reported it hides, and it is not withheld: else a search would find what the page does not show."""
    hides = exists().where(FOLLOWER.c.ticket == TICKET.c.number, FOLLOWER.c.secret)
    return and_(not_(TICKET.c.secret), not_(TICKET.c.abusive), not_(hides))


def _like(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    return and_(*(func.lower(column).contains(word.lower(), autoescape=True) for word in words.split()))


def merged_into(tx: Tx, number: int) -> list[int]:
    """The tickets for which that one speaks."""
    found = select(TICKET.c.number).where(TICKET.c.merged_into == number).order_by(TICKET.c.number)
    return list(tx.execute(found).scalars())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One letter about a ticket: ``to`` E.164, ``state`` as of the outbox."""

    to: str
    text: str
    at: datetime
    state: str


def letters_of(tx: Tx, number: int, kind: str, most: int) -> list[Sent]:
    """What was put into letters of that kind (``OFFICE``, ``RESIDENTS``), the oldest first."""
    to = select(FOLLOWER.c.number).where(FOLLOWER.c.ticket == number)
    if kind == OFFICE:
        to = select(CODE.c.number).where(CODE.c.ticket == number)
    mine = OUTBOUND.c.key.startswith(f"{kind}/{number}/", autoescape=True)
    found = select(OUTBOUND).where(OUTBOUND.c.recipient.in_(to), mine)  # by who had one: they have an index, keys none
    rows = tx.execute(found.order_by(OUTBOUND.c.id).limit(most))
    return [Sent(to=row.recipient, text=row.text, at=row.created_at, state=row.state) for row in rows]


def codes_of(tx: Tx, number: int) -> list[str]:
    """The codes that were given for it: nobody but their officials reads them."""
    return list(tx.execute(select(CODE.c.code).where(CODE.c.ticket == number)).scalars())

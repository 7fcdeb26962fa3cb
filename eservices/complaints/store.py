"""Tickets, who follows them, and what became of them: verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
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
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from eservices.complaints.ticket import FIRST_NUMBER, State, Ticket
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import AREA, AREAS, CARRY
from gateway.store.forgetting import FORGET, ROW
from gateway.store.numbering import least
from gateway.store.schema import where

OPEN = "state IN ('open', 'working')"  # as State.open says it
LARGEST = 2**31 - 1  # what a server's Integer holds

TICKET = Table(
    "ticket",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String, nullable=False),
    Column("category", String, nullable=False),
    Column("office", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("channel", String, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("read_by", UtcDateTime),  # when the office will read it, where it came out of hours
    Column("kelurahan", String, info={CARRY: AREA}),
    Column("candidates", Text, nullable=False, info={CARRY: AREAS}),  # codes, parted by blanks
    Column("street", String, nullable=False),
    Column("place", Text, nullable=False),
    Column("secret", Boolean, nullable=False),
    Column("abusive", Boolean, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("rating", Integer),
    Column("reopened", Integer, nullable=False),
    Column("merged_into", Integer),
    Column("moved_at", UtcDateTime),
    Index("ix_ticket_open", "due_at", **where(OPEN)),
    Index("ix_ticket_category_opened_at", "category", "opened_at"),
    Index("ix_ticket_office_number", "office", "number"),
    Index("ix_ticket_state_number", "state", "number"),
)

FOLLOWER = Table(
    "ticket_follower",
    metadata,
    Column("ticket", ForeignKey("ticket.number"), primary_key=True, autoincrement=False),
    Column("number", String, primary_key=True, info={FORGET: ROW}),  # E.164; the ticket stays without it
    Column("since", UtcDateTime, nullable=False),
    Column("first", Boolean, nullable=False),  # who opened it
    Column("secret", Boolean, nullable=False),
    Column("language", String, nullable=False),
    Column("text", Text, nullable=False),  # in this person's own words
    Index("ix_ticket_follower_number_ticket", "number", "ticket"),
)

EVENT = Table(
    "ticket_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", ForeignKey("ticket.number"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String, nullable=False),
    Column("by", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("ix_ticket_event_ticket_id", "ticket", "id"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Somebody who reported the matter, and is told of it. ``secret``: hides from the office; only the operator and
    the program's own letters know the number. ``text``: that person's own words."""

    number: str
    since: datetime
    first: bool = False
    secret: bool = False
    language: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One line of a ticket's history. ``by``: an official's or operator's name, ``resident``, or ``system``; never a
    resident's number or name."""

    at: datetime
    what: str
    by: str
    text: str


class NoSuchTicket(Exception):
    """No ticket has that number."""


_FIELDS = tuple(one.name for one in fields(Ticket))
_ONE = select(TICKET).where(TICKET.c.number == bindparam("of"))
_LAST = select(func.max(TICKET.c.number))
_ALTER = update(TICKET).where(TICKET.c.number == bindparam("of"))
_FOLLOWERS = select(FOLLOWER).where(FOLLOWER.c.ticket == bindparam("of")).order_by(FOLLOWER.c.since, FOLLOWER.c.number)
_OF = (
    select(TICKET)
    .join(FOLLOWER, FOLLOWER.c.ticket == TICKET.c.number)
    .where(FOLLOWER.c.number == bindparam("who"))
    .order_by(TICKET.c.number.desc())
    .limit(bindparam("most"))
)
_HISTORY = select(EVENT).where(EVENT.c.ticket == bindparam("of")).order_by(EVENT.c.id)


# -- tickets


def add(tx: Tx, ticket: Ticket) -> int:
    """Write a new ticket; returns the number it got (the one given in is ignored)."""
    last = tx.execute(_LAST).scalar()
    number = max(FIRST_NUMBER, (last or 0) + 1, least(tx, TICKET.c.number))
    tx.execute(insert(TICKET), _columns(replace(ticket, number=number)))
    return number


def ticket(tx: Tx, number: int) -> Ticket:
    """Raises NoSuchTicket."""
    row = tx.execute(_ONE, {"of": number}).first() if 0 < number <= LARGEST else None
    if row is None:
        raise NoSuchTicket(number)
    return ticket_of(row)


def save(tx: Tx, ticket: Ticket) -> None:
    """Write the ticket as it is now. Raises NoSuchTicket."""
    if tx.execute(_ALTER, {"of": ticket.number, **_columns(ticket)}).rowcount == 0:
        raise NoSuchTicket(ticket.number)


def open_tickets(tx: Tx, *, office: str = "", due_before: datetime | None = None, at_most: int = 500) -> list[Ticket]:
    """Tickets for which an office owes something, the soonest due first; of one office, due before that instant."""
    found = select(TICKET).where(text(OPEN)).order_by(TICKET.c.due_at, TICKET.c.number).limit(at_most)
    if office:
        found = found.where(TICKET.c.office == office)
    if due_before is not None:
        found = found.where(TICKET.c.due_at < due_before)
    return [ticket_of(row) for row in tx.execute(found)]


def list_tickets(
    tx: Tx, *, state: State | None = None, office: str = "", before: int = LARGEST, at_most: int = 100
) -> list[Ticket]:
    """The newest first, of one state or office; ``before`` that number (for paging)."""
    found = select(TICKET).where(TICKET.c.number < before).order_by(TICKET.c.number.desc()).limit(at_most)
    if state is not None:
        found = found.where(TICKET.c.state == state.value)
    if office:
        found = found.where(TICKET.c.office == office)
    return [ticket_of(row) for row in tx.execute(found)]


def same_category(tx: Tx, category: str, since: datetime, at_most: int = 200) -> list[Ticket]:
    """Open tickets of that category that were reported since then, the oldest first: what a report may repeat."""
    found = select(TICKET).where(TICKET.c.category == category, TICKET.c.opened_at >= since, text(OPEN))
    return [ticket_of(row) for row in tx.execute(found.order_by(TICKET.c.number).limit(at_most))]


def tickets_of(tx: Tx, number: str, at_most: int = 20) -> list[Ticket]:
    """What that phone reported or follows, the newest first."""
    return [ticket_of(row) for row in tx.execute(_OF, {"who": number, "most": at_most})]


# -- who follows


def follow(tx: Tx, number: int, follower: Follower) -> bool:
    """That person is told of the ticket from now on. False: was already (a wish to be hidden is kept)."""
    mine = (FOLLOWER.c.ticket == number) & (FOLLOWER.c.number == follower.number)
    if tx.execute(select(FOLLOWER.c.secret).where(mine)).first() is not None:
        if follower.secret:
            tx.execute(update(FOLLOWER).where(mine).values(secret=True))
        return False
    row = {one.name: getattr(follower, one.name) for one in fields(Follower)}
    tx.execute(insert(FOLLOWER), {"ticket": number, **row})
    return True


def followers(tx: Tx, number: int) -> list[Follower]:
    """Everybody who reported it or was merged into it, the first sender first."""
    return [
        Follower(**{one.name: getattr(row, one.name) for one in fields(Follower)})
        for row in tx.execute(_FOLLOWERS, {"of": number})
    ]


def follower(tx: Tx, number: int, who: str) -> Follower | None:
    """That person's part in the ticket; None: has none."""
    return next((one for one in followers(tx, number) if one.number == who), None)


def hides(tx: Tx, who: str) -> bool:
    """Whether that phone reported anything in secret."""
    mine = (FOLLOWER.c.number == who, FOLLOWER.c.secret)
    return tx.execute(select(FOLLOWER.c.ticket).where(*mine).limit(1)).first() is not None


def unfollow(tx: Tx, number: int, who: str) -> bool:
    """That person is told nothing more of the ticket. False: was not told before."""
    mine = (FOLLOWER.c.ticket == number) & (FOLLOWER.c.number == who)
    return tx.execute(delete(FOLLOWER).where(mine)).rowcount > 0


def move_followers(tx: Tx, number: int, into: int) -> None:
    """A ticket was merged into another by a person: who followed the first follows the other as well."""
    for one in followers(tx, number):
        follow(tx, into, replace(one, first=False))


# -- what became of it


def note(tx: Tx, number: int, at: datetime, what: str, by: str = "system", text: str = "") -> None:
    """One line more of its history. ``by``: never a resident's number."""
    tx.execute(insert(EVENT), {"ticket": number, "at": at, "what": what, "by": by, "text": text})


def history(tx: Tx, number: int) -> list[Past]:
    """In the order in which it happened."""
    rows = tx.execute(_HISTORY, {"of": number})
    return [Past(at=row.at, what=row.what, by=row.by, text=row.text) for row in rows]


def _columns(ticket: Ticket) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in _FIELDS}
    return values | {"state": ticket.state.value, "candidates": " ".join(ticket.candidates)}


def ticket_of(row: Row[Any]) -> Ticket:
    """The ticket of a row of its table."""
    values = {name: getattr(row, name) for name in _FIELDS}
    values |= {"state": State(row.state), "candidates": tuple(row.candidates.split())}
    return Ticket(**values)

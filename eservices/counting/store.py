"""The rows of which the services' figures are made: one of a ticket, one of a visit to a doctor, without a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, not_, select

from eservices.clinic.queue import State as Stand
from eservices.clinic.store.tables import BOOKING, SESSION
from eservices.complaints.store import EVENT, TICKET
from eservices.complaints.ticket import State
from gateway.store import Tx

ANSWERS = ("working", "answered", "refused", "forwarded")  # what an office says of a ticket, in its history
NO_WORK = (State.MERGED.value, State.WITHDRAWN.value, State.WITHHELD.value)  # of these no office owed anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One ticket. ``first_at``: when its office said anything first; ``answered_at``: when it said last what was
    done."""

    office: str
    category: str
    kelurahan: str
    opened_at: datetime
    due_at: datetime
    first_at: datetime | None
    answered_at: datetime | None
    rating: int | None
    reopened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One place at a doctor's. ``told_for``: the hour that the ticket said first."""

    clinic: str
    service: str
    doctor: str
    begins: datetime
    state: Stand
    walk_in: bool
    on_paper: bool
    booked_at: datetime
    told_for: datetime | None
    called_at: datetime | None


def cases(tx: Tx, since: datetime, until: datetime) -> list[Case]:
    """The tickets that came in the span and that were an office's to answer."""
    said = (
        select(EVENT.c.ticket, func.min(EVENT.c.at).label("first_at"))
        .where(EVENT.c.what.in_(ANSWERS))
        .group_by(EVENT.c.ticket)
        .subquery()
    )
    kept = TICKET.c
    found = (
        select(*(kept[name] for name in Case.__slots__ if name != "first_at"), said.c.first_at)
        .join(said, said.c.ticket == kept.number, isouter=True)
        .where(kept.opened_at >= since, kept.opened_at < until, not_(kept.state.in_(NO_WORK)))
    )
    return [
        Case(
            **{name: getattr(row, name) for name in Case.__slots__ if name != "kelurahan"},
            kelurahan=row.kelurahan or "",
        )
        for row in tx.execute(found)
    ]


def visits(tx: Tx, first: date, last: date) -> list[Visited]:
    """The places of these days, both among them, that had a number."""
    own = ("clinic", "walk_in", "booked_at", "told_for", "called_at")
    found = (
        select(
            *(BOOKING.c[name] for name in (*own, "state", "block", "why")),
            *(SESSION.c[name] for name in ("service", "doctor", "begins")),
        )
        .join(SESSION)
        .where(BOOKING.c.day >= first.isoformat(), BOOKING.c.day <= last.isoformat(), BOOKING.c.queue.is_not(None))
    )
    return [
        Visited(
            **{name: getattr(row, name) for name in (*own, "service", "doctor", "begins")},
            state=Stand(row.state),
            on_paper=row.block is not None or row.why.startswith("paper "),
        )
        for row in tx.execute(found)
    ]

"""Which kepling was asked to vouch for which phone, and by which code he answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Row, String, Table, delete, insert, select, update

from gateway.store.changes import RESIDENT_CHANGE
from gateway.store.people import RESIDENT
from gateway.store.schema import Tx, UtcDateTime, metadata

NOBODY = ""  # in the place of a kepling: none serves that lingkungan, a person of the city decides

ASKED = Table(
    "kepling_asked",
    metadata,
    Column("phone", String, primary_key=True),  # E.164: who registered
    Column("kepling", String, nullable=False, index=True),  # E.164, or NOBODY
    Column("code", String, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False, index=True),
    Column("reminded_at", UtcDateTime),
    Column("tries_left", Integer, nullable=False),
    Column("answer", String, nullable=False),  # empty while it is waited for; no
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question to a kepling. A change of what was said ends it, so that a yes is to what he was shown."""

    phone: str
    kepling: str
    code: str
    asked_at: datetime
    reminded_at: datetime | None = None
    tries_left: int
    answer: str = ""


_FIELDS = tuple(field.name for field in fields(Asked))


def ask_for(tx: Tx, new: Asked) -> None:
    """Write the question; it takes the place of an earlier one about that phone."""
    end_asked(tx, new.phone)
    tx.execute(insert(ASKED), {field: getattr(new, field) for field in _FIELDS})


def asked_about(tx: Tx, number: str) -> Asked | None:
    """What was asked about that phone."""
    row = tx.execute(select(ASKED).where(ASKED.c.phone == number)).first()
    return _asked(row) if row is not None else None


def asked_of(tx: Tx, kepling: str, since: datetime) -> list[Asked]:
    """What waits for that kepling's answer, with a code that holds still (asked after ``since``), oldest first."""
    mine = (ASKED.c.kepling == kepling, ASKED.c.answer == "", ASKED.c.asked_at > since, ASKED.c.tries_left > 0)
    return [_asked(row) for row in tx.execute(select(ASKED).where(*mine).order_by(ASKED.c.asked_at, ASKED.c.phone))]


def burn_tries(tx: Tx, phones: Collection[str]) -> None:
    """A wrong code came from the kepling of these."""
    mine = ASKED.c.phone.in_(phones) & (ASKED.c.tries_left > 0)
    tx.execute(update(ASKED).where(mine).values(tries_left=ASKED.c.tries_left - 1))


def refused_by_kepling(tx: Tx, number: str) -> None:
    """He said no; a person of the city decides."""
    tx.execute(update(ASKED).where(ASKED.c.phone == number).values(answer="no"))


def end_asked(tx: Tx, number: str) -> bool:
    """Nothing is asked about that phone any more: it was decided, or what it said changed. False: nothing was."""
    return tx.execute(delete(ASKED).where(ASKED.c.phone == number)).rowcount > 0


def unasked(tx: Tx, at_most: int) -> list[str]:
    """Phones of which something waits and nobody has been asked yet."""
    known = select(ASKED.c.phone)
    lines = select(RESIDENT.c.phone).where(RESIDENT.c.confirmed.is_(False), RESIDENT.c.phone.not_in(known))
    wishes = select(RESIDENT_CHANGE.c.phone).where(RESIDENT_CHANGE.c.phone.not_in(known))
    found = [*tx.execute(lines.limit(at_most)).scalars(), *tx.execute(wishes.limit(at_most)).scalars()]
    return sorted(set(found))[:at_most]


def to_remind(tx: Tx, asked_before: datetime, asked_after: datetime, at_most: int) -> list[Asked]:
    """Questions without an answer or a reminder, whose code holds still."""
    due = (
        ASKED.c.answer == "",
        ASKED.c.kepling != NOBODY,
        ASKED.c.reminded_at.is_(None),
        ASKED.c.asked_at <= asked_before,
        ASKED.c.asked_at > asked_after,
        ASKED.c.tries_left > 0,
    )
    return [_asked(row) for row in tx.execute(select(ASKED).where(*due).order_by(ASKED.c.asked_at).limit(at_most))]


def note_reminded(tx: Tx, number: str, at: datetime) -> None:
    tx.execute(update(ASKED).where(ASKED.c.phone == number).values(reminded_at=at))


def next_reminder(tx: Tx, asked_after: datetime) -> datetime | None:
    """When the oldest question without an answer or a reminder was asked."""
    mine = (ASKED.c.answer == "", ASKED.c.kepling != NOBODY, ASKED.c.reminded_at.is_(None))
    found = select(ASKED.c.asked_at).where(*mine, ASKED.c.asked_at > asked_after, ASKED.c.tries_left > 0)
    at: datetime | None = tx.execute(found.order_by(ASKED.c.asked_at).limit(1)).scalar()
    return at


def _asked(row: Row[Any]) -> Asked:
    return Asked(**{field: getattr(row, field) for field in _FIELDS})

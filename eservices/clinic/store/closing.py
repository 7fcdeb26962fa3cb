"""What the staff closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select

from eservices.clinic.store.tables import ASKED, CLOSURE
from gateway.store import Tx

_CLOSED = select(CLOSURE.c.reason).where(
    CLOSURE.c.clinic == bindparam("at_clinic"),
    CLOSURE.c.service.in_((bindparam("of_service"), "")),
    CLOSURE.c.day == bindparam("on_day"),
)


def closed(tx: Tx, clinic: str, service: str, day: date) -> str | None:
    """Why the staff closed that service on that day; None: they did not."""
    asked = {"at_clinic": clinic, "of_service": service, "on_day": day.isoformat()}
    reason: str | None = tx.execute(_CLOSED, asked).scalar()
    return reason


def close(tx: Tx, clinic: str, service: str, day: date, *, reason: str, by: str, at: datetime) -> bool:
    """Close a service (empty: all of the clinic's) for a day. False: it was closed already."""
    if closed(tx, clinic, service, day) is not None:
        return False
    row = {"clinic": clinic, "service": service, "day": day.isoformat(), "reason": reason, "by_whom": by, "at": at}
    tx.execute(insert(CLOSURE), row)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the staff was asked to confirm."""

    service: str
    day: date
    reason: str
    at: datetime


def ask(tx: Tx, phone: str, asked: Asked) -> None:
    """Remember what that phone was asked; it takes the place of what it was asked before."""
    asked_of(tx, phone)
    row = {"phone": phone, "service": asked.service, "day": asked.day.isoformat(), "reason": asked.reason}
    tx.execute(insert(ASKED), {**row, "at": asked.at})


def asked_of(tx: Tx, phone: str) -> Asked | None:
    """What that phone was asked; it is forgotten."""
    row = tx.execute(select(ASKED).where(ASKED.c.phone == phone)).first()
    if row is None:
        return None
    tx.execute(delete(ASKED).where(ASKED.c.phone == phone))
    return Asked(service=row.service, day=date.fromisoformat(row.day), reason=row.reason, at=row.at)

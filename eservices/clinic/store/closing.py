"""What the staff closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import bindparam, insert, select

from eservices.clinic.store.tables import CLOSURE
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

"""How long each doctor really takes, as it was learned."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select

from eservices.clinic.store.tables import PACE
from gateway.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """``minutes`` from one call to the next, learned from ``seen`` of them; ``late``: minutes after the beginning of
    the hours at which the first is called, learned from ``days``."""

    minutes: float
    seen: int = 0
    late: float = 0.0
    days: int = 0


def pace(tx: Tx, clinic: str, service: str, doctor: str) -> Pace | None:
    """What was learned of that doctor; None: nothing yet."""
    row = tx.execute(select(PACE).where(*_of(clinic, service, doctor))).first()
    return Pace(minutes=row.minutes, seen=row.seen, late=row.late, days=row.days) if row is not None else None


def keep_pace(tx: Tx, clinic: str, service: str, doctor: str, learned: Pace) -> None:
    """Write what was learned."""
    tx.execute(delete(PACE).where(*_of(clinic, service, doctor)))
    row = {"minutes": learned.minutes, "seen": learned.seen, "late": learned.late, "days": learned.days}
    tx.execute(insert(PACE), {"clinic": clinic, "service": service, "doctor": doctor, **row})


def _of(clinic: str, service: str, doctor: str) -> tuple[ColumnElement[bool], ...]:
    return PACE.c.clinic == clinic, PACE.c.service == service, PACE.c.doctor == doctor

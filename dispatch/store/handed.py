"""What an outgoing shift leaves behind beside its open incidents: questions that callers have not answered, and what
was taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from dispatch.case import Role
from dispatch.incident import State
from dispatch.store.tables import INCIDENT, INCIDENT_LETTER
from gateway.store import Tx
from gateway.store.inbound import INBOUND

_I, _L = INCIDENT.c, INCIDENT_LETTER.c
_OVER = (State.CLOSED.value, State.CANCELLED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One incident: ``what`` is the question that is open with its caller, or the state in which BATAL left it."""

    incident: int
    what: str
    at: datetime


def open_questions(tx: Tx, at_most: int) -> Sequence[Left]:
    """Questions to callers of open incidents, the oldest first."""
    asked = select(_I.id, _I.asked, _I.asked_at, _I.opened_at).where(_I.asked != "", _I.state.not_in(_OVER))
    rows = tx.execute(asked.order_by(_I.id).limit(at_most))
    return [Left(incident=row.id, what=row.asked, at=row.asked_at or row.opened_at) for row in rows]


def taken_back(tx: Tx, since: datetime, at_most: int) -> Sequence[Left]:
    """What callers wrote BATAL to: everything that is open yet (a late BATAL stops nothing), and what came since then;
    the newest first."""
    said = select(_I.id, _I.state, INBOUND.c.received_at).join(INCIDENT_LETTER, _L.incident == _I.id)
    said = said.join(INBOUND, INBOUND.c.id == _L.letter).where(_L.role == Role.CANCEL.value)
    said = said.where(or_(_I.state.not_in(_OVER), INBOUND.c.received_at >= since))
    rows = tx.execute(said.order_by(INBOUND.c.id.desc()).limit(at_most))
    return [Left(incident=row.id, what=row.state, at=row.received_at) for row in rows]

"""The timeline: what happened to an incident, line by line, for people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from dispatch.case import Event
from dispatch.store.tables import TIMELINE
from gateway.store import Tx

_TELL = insert(TIMELINE)


def tell(tx: Tx, number: int, at: datetime, kind: str, text: str, who: str = "") -> None:
    """Add a line to the incident's timeline."""
    tx.execute(_TELL, {"incident": number, "at": at, "kind": kind, "who": who, "text": text})


def events_of(tx: Tx, number: int) -> list[Event]:
    """The incident's timeline, oldest first."""
    rows = tx.execute(select(TIMELINE).where(TIMELINE.c.incident == number).order_by(TIMELINE.c.id))
    return [Event(at=row.at, kind=row.kind, who=row.who, text=row.text) for row in rows]

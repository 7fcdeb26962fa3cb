"""The timeline: what happened to an incident, line by line, for people."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from dispatch.case import Event
from dispatch.store.tables import TIMELINE
from gateway.store import Tx

_TELL = insert(TIMELINE)
_LINES = select(TIMELINE).order_by(TIMELINE.c.id)


def tell(tx: Tx, number: int, at: datetime, kind: str, text: str, who: str = "", **data: object) -> None:
    """Add a line to the incident's timeline. ``data``: what the text says, in parts."""
    parts = json.dumps({name: str(value) for name, value in data.items()}, ensure_ascii=False) if data else None
    tx.execute(_TELL, {"incident": number, "at": at, "kind": kind, "who": who, "text": text, "data": parts})


def events_of(tx: Tx, number: int) -> list[Event]:
    """The incident's timeline, oldest first."""
    return [_event(row) for row in tx.execute(_LINES.where(TIMELINE.c.incident == number))]


def events_since(tx: Tx, number: int, after: int, kinds: Collection[str]) -> list[Event]:
    """Its lines of these kinds after the line ``after``, oldest first."""
    newer = _LINES.where(TIMELINE.c.incident == number, TIMELINE.c.id > after, TIMELINE.c.kind.in_(kinds))
    return [_event(row) for row in tx.execute(newer)]


def last_lines(tx: Tx, numbers: Collection[int], kinds: Collection[str] = ()) -> Mapping[int, int]:
    """By incident: the id of its last line, of these kinds where some are named."""
    mine = select(TIMELINE.c.incident, func.max(TIMELINE.c.id)).where(TIMELINE.c.incident.in_(numbers))
    mine = mine.where(TIMELINE.c.kind.in_(kinds)) if kinds else mine
    return {row[0]: row[1] for row in tx.execute(mine.group_by(TIMELINE.c.incident))}


def last_events(tx: Tx, numbers: Collection[int], kinds: Collection[str]) -> Mapping[int, Event]:
    """By incident: its last line of these kinds."""
    lines = last_lines(tx, numbers, kinds).values()
    rows = tx.execute(_LINES.where(TIMELINE.c.id.in_(lines))) if lines else ()
    return {row.incident: _event(row) for row in rows}


def _event(row: Row[Any]) -> Event:
    said = json.loads(row.data) if row.data else {}
    return Event(id=row.id, at=row.at, kind=row.kind, who=row.who, text=row.text, data=said)

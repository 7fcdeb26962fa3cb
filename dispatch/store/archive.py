"""Incidents of any age, searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from dispatch.case import Case
from dispatch.incident import State
from dispatch.store.incidents import OPEN, case_of
from dispatch.store.tables import INCIDENT
from gateway.store import Tx

OPEN_STATES = "open"  # instead of one state: all that have not ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for; empty: anything. ``code``: the incident's number; ``caller``: E.164; ``kelurahan``: a code;
    ``since`` and ``until``: instants between which it was opened; ``drill`` None: both."""

    code: int | None = None
    caller: str = ""
    kind: str = ""
    state: str = ""
    kelurahan: str = ""
    since: datetime | None = None
    until: datetime | None = None
    drill: bool | None = None


def archived(tx: Tx, wanted: Wanted, *, first: int, count: int) -> tuple[list[Case], int]:
    """``count`` of them from the ``first`` on, the newest first, and how many there are in all."""
    found = _where(select(INCIDENT), wanted).order_by(INCIDENT.c.id.desc()).offset(first).limit(count)
    total = tx.execute(_where(select(func.count()).select_from(INCIDENT), wanted)).scalar_one()
    return [case_of(row) for row in tx.execute(found)], int(total)


def _where(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.code is not None:
        query = query.where(INCIDENT.c.id == wanted.code)
    if wanted.caller:
        query = query.where(INCIDENT.c.caller == wanted.caller)
    if wanted.kind:
        query = query.where(INCIDENT.c.kind == wanted.kind)
    if wanted.state == OPEN_STATES:
        query = query.where(OPEN)
    elif wanted.state in set(State):
        query = query.where(INCIDENT.c.state == wanted.state)
    if wanted.kelurahan:
        query = query.where(INCIDENT.c.place.contains(f'"kelurahan": "{wanted.kelurahan}"', autoescape=True))
    if wanted.since is not None:
        query = query.where(INCIDENT.c.opened_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(INCIDENT.c.opened_at < wanted.until)
    if wanted.drill is not None:
        query = query.where(INCIDENT.c.drill.is_(wanted.drill))
    return query

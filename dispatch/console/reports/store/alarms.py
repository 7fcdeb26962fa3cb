"""How many incidents there were, and what they turned out to be: by kind, by kelurahan, by hour, by mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from dispatch.console.reports.store.spans import in_json, slot_of
from dispatch.store.tables import INCIDENT
from gateway.messages import Kind
from gateway.store import Tx

MOST_MARKS = 3  # so many and more are one row


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Incidents of one group (``part``; empty: not known). ``false``: a person said that nothing was there.
    ``taken_back``: cancelled, and nobody called it false. ``missed``: begun by a missed call."""

    part: str
    count: int
    confirmed: int = 0
    accepted: int = 0
    false: int = 0
    taken_back: int = 0
    missed: int = 0


KIND: ColumnElement[Any] = INCIDENT.c.kind
FINDING: ColumnElement[Any] = INCIDENT.c.finding
KELURAHAN: ColumnElement[Any] = in_json(INCIDENT.c.place, literal("kelurahan"))


def tallies(tx: Tx, mine: ColumnElement[bool], part: ColumnElement[Any] | None = None) -> list[Tally]:
    """One row a part, the fullest first; without ``part``: one row in all, and none where there was no incident."""
    group = literal("") if part is None else func.coalesce(part, "")
    back = and_(INCIDENT.c.cancelled_at.is_not(None), INCIDENT.c.false_alarm.is_(False))
    asked = select(
        group.label("part"),
        func.count().label("count"),
        _sum(INCIDENT.c.confirmed_at.is_not(None)).label("confirmed"),
        _sum(INCIDENT.c.accepted_at.is_not(None)).label("accepted"),
        _sum(INCIDENT.c.false_alarm.is_(True)).label("false"),
        _sum(back).label("taken_back"),
        _sum(INCIDENT.c.origin == Kind.MISSED_CALL.value).label("missed"),
    ).where(mine)
    grouped = asked.group_by(group) if part is not None else asked.having(func.count() > 0)
    rows = [Tally(**row._mapping) for row in tx.execute(grouped)]
    return sorted(rows, key=lambda row: (-row.count, row.part))


def by_slot(tx: Tx, mine: ColumnElement[bool], width: int) -> dict[int, int]:
    """How many incidents were opened in each slot of ``width`` seconds since 1970."""
    slot = slot_of(INCIDENT.c.opened_at, literal(width, literal_execute=True))
    return {row[0]: row[1] for row in tx.execute(select(slot, func.count()).where(mine).group_by(slot))}


def marks(tx: Tx, mine: ColumnElement[bool]) -> dict[int, int]:
    """How many numbers have so many false alarms; ``MOST_MARKS`` stands for more, too. Withheld numbers are none."""
    each = select(func.count().label("marks")).where(mine, INCIDENT.c.false_alarm.is_(True), INCIDENT.c.caller != "")
    callers = each.group_by(INCIDENT.c.caller).subquery()
    found: dict[int, int] = {}
    for row in tx.execute(select(callers.c.marks, func.count()).group_by(callers.c.marks)):
        held = min(int(row[0]), MOST_MARKS)
        found[held] = found.get(held, 0) + int(row[1])
    return found


def of_samples(tx: Tx, mine: ColumnElement[bool], prefix: str) -> int:
    """How many came from numbers marked as sample: of the virtual world, not of people."""
    if not prefix:
        return 0
    return int(tx.execute(select(func.count()).where(mine, INCIDENT.c.caller.startswith(prefix))).scalar() or 0)


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

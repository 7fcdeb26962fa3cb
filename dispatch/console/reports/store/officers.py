"""Who was rung, who answered, who came: by station and by officer; and whether each hears the city in a test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, or_, select

from dispatch.console.reports.store.spans import Spread, seconds_between, spreads
from dispatch.plan import EffectKind
from dispatch.store.comm_tests import COMM_TEST
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx
from ivr.leg import Outcome

STATION: ColumnElement[Any] = func.coalesce(EFFECT.c.station, "")
OFFICER: ColumnElement[Any] = EFFECT.c.target
T = COMM_TEST.c
TESTED_STATION: ColumnElement[Any] = T.station
TESTED_NUMBER: ColumnElement[Any] = T.number
_TAKEN = or_(EFFECT.c.answer.is_not(None), EFFECT.c.outcome == Outcome.ANSWERED.value)
_HIS = case((INCIDENT.c.accepted_by == EFFECT.c.target, EFFECT.c.incident))


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """Calls to one station or officer (``part``): made, rang, taken up; ``accepted``: incidents, not calls."""

    part: str
    made: int
    rang: int
    answered: int
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Tests of one station or number (``part``) that came to an end. ``heard``: the key was pressed; ``answered``:
    taken up, and no key."""

    part: str
    count: int
    heard: int
    answered: int

    @property
    def unreached(self) -> int:
        """Not taken up, engaged, out of reach, or lapsed."""
        return self.count - self.heard - self.answered


def called(tx: Tx, mine: ColumnElement[bool], part: ColumnElement[Any]) -> list[Called]:
    """By ``part``, the most called first."""
    calls = and_(EFFECT.c.kind == EffectKind.CALL.value, EFFECT.c.attempted_at.is_not(None))
    asked = select(
        part.label("part"),
        func.count().label("made"),
        func.count(EFFECT.c.started_at).label("rang"),
        func.sum(case((_TAKEN, 1), else_=0)).label("answered"),
        func.count(distinct(_HIS)).label("accepted"),
    ).join(INCIDENT, INCIDENT.c.id == EFFECT.c.incident)
    rows = [Called(**row._mapping) for row in tx.execute(asked.where(mine, calls).group_by(part))]
    return sorted(rows, key=lambda row: (-row.made, row.part))


def attended(tx: Tx, mine: ColumnElement[bool]) -> list[Called]:
    """By station, each incident once: called for it, and taken up or accepted by anybody there."""
    calls = and_(EFFECT.c.kind == EffectKind.CALL.value, EFFECT.c.attempted_at.is_not(None))
    rows = tx.execute(
        select(
            STATION.label("part"),
            func.count(distinct(EFFECT.c.incident)).label("made"),
            func.count(distinct(case((EFFECT.c.started_at.is_not(None), EFFECT.c.incident)))).label("rang"),
            func.count(distinct(case((_TAKEN, EFFECT.c.incident)))).label("answered"),
            func.count(distinct(_HIS)).label("accepted"),
        )
        .join(INCIDENT, INCIDENT.c.id == EFFECT.c.incident)
        .where(mine, calls)
        .group_by(STATION)
    )
    return sorted((Called(**row._mapping) for row in rows), key=lambda row: (-row.made, row.part))


def decided(tx: Tx, mine: ColumnElement[bool], part: ColumnElement[Any], goal_s: float) -> dict[str, Spread]:
    """By ``part``: from the first ring of him who accepted until he did."""
    first = select(
        part.label("part"), INCIDENT.c.accepted_at.label("at"), func.min(EFFECT.c.started_at).label("since")
    ).join(INCIDENT, INCIDENT.c.id == EFFECT.c.incident)
    his = and_(EFFECT.c.target == INCIDENT.c.accepted_by, EFFECT.c.started_at <= INCIDENT.c.accepted_at)
    first = first.where(mine, EFFECT.c.kind == EffectKind.CALL.value, his)
    pairs = first.group_by(part, INCIDENT.c.id, INCIDENT.c.accepted_at).subquery()
    return spreads(tx, select(pairs.c.part, seconds_between(pairs.c.since, pairs.c.at).label("took")), goal_s)


def tested(tx: Tx, since: datetime, until: datetime, part: ColumnElement[Any]) -> list[Tested]:
    """Communication tests asked for in the span, by ``part``."""
    key, taken = T.heard_at.is_not(None), and_(T.heard_at.is_(None), T.answered_at.is_not(None))
    asked = select(
        part.label("part"),
        func.count().label("count"),
        func.sum(case((key, 1), else_=0)).label("heard"),
        func.sum(case((taken, 1), else_=0)).label("answered"),
    ).where(T.asked_at >= since, T.asked_at < until, T.settled_at.is_not(None))
    return [Tested(**row._mapping) for row in tx.execute(asked.group_by(part).order_by(part))]


def drills_of(tx: Tx, since: datetime, until: datetime, at_most: int) -> list[int]:
    """The drills of the span, oldest first."""
    asked = select(INCIDENT.c.id).where(
        INCIDENT.c.drill.is_(True), INCIDENT.c.opened_at >= since, INCIDENT.c.opened_at < until
    )
    return list(tx.execute(asked.order_by(INCIDENT.c.id).limit(at_most)).scalars())

"""When officers last answered a call of the city, and what became of the last one: of incidents and of tests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from dispatch.comm_test import TestState
from dispatch.plan import EffectKind
from dispatch.store.comm_tests import COMM_TEST
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx
from ivr.leg import Outcome

LATEST = 300  # incidents that are looked through: what lies behind them says nothing of today


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """``answered_at``: somebody last picked up. ``tried_at``, ``outcome``: the last call that has ended."""

    answered_at: datetime | None = None
    tried_at: datetime | None = None
    outcome: str = ""


def reached(tx: Tx, numbers: Collection[str]) -> dict[str, Reached]:
    """By number; whoever was never called is not in it."""
    found: dict[str, Reached] = {}
    rows = [*_of_incidents(tx, numbers), *_of_tests(tx, numbers)]
    for number, at, outcome, answered in sorted(rows, key=lambda row: row[1]):
        before = found.get(number, Reached())
        found[number] = Reached(answered_at=at if answered else before.answered_at, tried_at=at, outcome=outcome)
    return found


def _of_incidents(tx: Tx, numbers: Collection[str]) -> list[tuple[str, datetime, str, bool]]:
    newest = tx.execute(select(func.max(INCIDENT.c.id))).scalar() or 0
    asked = select(EFFECT.c.target, EFFECT.c.settled_at, EFFECT.c.outcome, EFFECT.c.pressed).where(
        EFFECT.c.incident > newest - LATEST,
        EFFECT.c.kind == EffectKind.CALL.value,
        EFFECT.c.target.in_(numbers),
        EFFECT.c.settled_at.is_not(None),
        EFFECT.c.attempted_at.is_not(None),
        EFFECT.c.outcome.is_not(None),
    )
    heard = Outcome.ANSWERED.value
    return [
        (row.target, row.settled_at, row.outcome, row.outcome == heard or bool(row.pressed))
        for row in tx.execute(asked)
    ]


def _of_tests(tx: Tx, numbers: Collection[str]) -> list[tuple[str, datetime, str, bool]]:
    newest = tx.execute(select(func.max(COMM_TEST.c.id))).scalar() or 0
    asked = select(
        COMM_TEST.c.number, COMM_TEST.c.settled_at, COMM_TEST.c.outcome, COMM_TEST.c.answered_at, COMM_TEST.c.heard_at
    ).where(
        COMM_TEST.c.id > newest - 10 * LATEST,
        COMM_TEST.c.number.in_(numbers),
        COMM_TEST.c.state == TestState.DONE.value,
        COMM_TEST.c.settled_at.is_not(None),
        COMM_TEST.c.began_at.is_not(None),
    )
    return [
        (row.number, row.settled_at, row.outcome, row.answered_at is not None or row.heard_at is not None)
        for row in tx.execute(asked)
    ]

"""Drills: who asked for one, whether sirens may sound, when it ends by itself. What it does is in its incident."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Row, String, Table, insert, select, text, update

from dispatch.case import Drill
from dispatch.incident import State
from dispatch.plan import EffectState
from dispatch.store.ledger import WIRED
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx, UtcDateTime, metadata

DRILL = Table(
    "drill",
    metadata,
    Column("incident", Integer, ForeignKey("incident.id"), primary_key=True, autoincrement=False),
    Column("asked_by", String, nullable=False),
    Column("sirens", Boolean, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("ended", String, nullable=False),  # why, when it did not run to its end
)
_OPEN = text("incident.state IN ('pending', 'confirmed', 'accepted')")  # as the partial index says it
_RUNNING = (
    select(DRILL).join(INCIDENT, INCIDENT.c.id == DRILL.c.incident).where(_OPEN).order_by(DRILL.c.incident).limit(1)
)
_UNDER_WAY = (EffectState.INTENDED.value, EffectState.DOING.value)


def begin_drill(tx: Tx, drill: Drill) -> None:
    """The incident is a drill."""
    said = {"incident": drill.incident, "asked_by": drill.asked_by, "sirens": drill.sirens, "ends_at": drill.ends_at}
    tx.execute(insert(DRILL), {**said, "ended": drill.ended})


def drill_of(tx: Tx, incident: int) -> Drill | None:
    """The drill that this incident is."""
    row = tx.execute(select(DRILL).where(DRILL.c.incident == incident)).first()
    return _drill(row) if row is not None else None


def drills(tx: Tx, latest: int) -> list[Drill]:
    """The latest, newest first."""
    return [_drill(row) for row in tx.execute(select(DRILL).order_by(DRILL.c.incident.desc()).limit(latest))]


def drill_running(tx: Tx) -> Drill | None:
    """The one that is under way."""
    row = tx.execute(_RUNNING).first()
    return _drill(row) if row is not None else None


def drill_ended(tx: Tx, incident: int, why: str) -> None:
    """Why it is over."""
    tx.execute(update(DRILL).where(DRILL.c.incident == incident).values(ended=why))


def real_emergency(tx: Tx) -> int | None:
    """An incident, no drill, that is being called about: confirmed, or with a call that waits or is under way."""
    real = select(INCIDENT.c.id).where(INCIDENT.c.drill.is_(False), _OPEN)
    confirmed = real.where(INCIDENT.c.state == State.CONFIRMED.value).order_by(INCIDENT.c.id).limit(1)
    found = tx.execute(confirmed).scalar()
    if found is not None:
        return int(found)
    calls = real.join(EFFECT, EFFECT.c.incident == INCIDENT.c.id)
    calls = calls.where(EFFECT.c.kind.in_(WIRED), EFFECT.c.state.in_(_UNDER_WAY)).limit(1)
    found = tx.execute(calls).scalar()
    return int(found) if found is not None else None


def _drill(row: Row[Any]) -> Drill:
    return Drill(**row._mapping)

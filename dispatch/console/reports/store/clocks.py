"""How long each step of an emergency took (laws of the emergency's clocks): one select a step, ``took`` in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from dispatch.case import Role
from dispatch.console.reports.store.spans import Spread, once, seconds_between, spread
from dispatch.plan import EffectKind
from dispatch.store.ledger import WIRED
from dispatch.store.tables import EFFECT, INCIDENT, INCIDENT_LETTER
from gateway.messages import Kind
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART

Those = ColumnElement[bool]
"""Which incidents are meant."""
FIFTH = 5  # tiers that must have been rung within three minutes


class Step(StrEnum):
    """A step of an emergency that has a clock."""

    READ = "read"  # the letter arrived → it is kept, read, and the incident stands
    COMMAND = "command"  # it stands → the first letter or call of it is given to a way out
    SIREN = "siren"  # confirmed → the siren is dialled
    FIRST_RING = "first_ring"  # confirmed → the first officer's phone rings
    NEXT_RING = "next_ring"  # one officer's phone rings → the next one's does
    FIVE = "five"  # confirmed → the fifth officer's phone rings
    ACCEPTED = "accepted"  # confirmed → somebody accepts
    REPLY = "reply"  # the letter arrived → the first answer to it is handed to the network
    CALL_BACK = "call_back"  # a missed call → the caller's phone rings


def in_span(since: datetime, until: datetime, *, drill: bool = False) -> Those:
    """Incidents that were opened in the span; drills, or those that were none."""
    return and_(INCIDENT.c.opened_at >= since, INCIDENT.c.opened_at < until, INCIDENT.c.drill.is_(drill))


def step_spread(tx: Tx, step: Step, mine: Those, goal_s: float) -> Spread | None:
    """How long that step took for the incidents of ``mine``."""
    return spread(tx, _STEPS[step](mine), goal_s)


def _lasted(inner: Select[Any]) -> Select[Any]:
    """``inner``: since and at of each case. A case whose clock went back is none."""
    pairs = once(inner)
    took = seconds_between(pairs.c.since, pairs.c.at)
    return select(took.label("took")).where(pairs.c.at >= pairs.c.since)


def _opened_by(mine: Those) -> Select[Any]:
    opener = and_(INCIDENT_LETTER.c.incident == INCIDENT.c.id, INCIDENT_LETTER.c.role == Role.OPENED.value)
    came = select(INBOUND.c.received_at.label("since")).select_from(INCIDENT)
    return came.join(INCIDENT_LETTER, opener).join(INBOUND, INBOUND.c.id == INCIDENT_LETTER.c.letter).where(mine)


def _read(mine: Those) -> Select[Any]:
    return _lasted(_opened_by(mine).add_columns(INCIDENT.c.opened_at.label("at")))


def _first(kind: EffectKind, at: Any) -> Any:
    """The first ``at`` of the incident's effects of that kind: looked up by the incident, one at a time, so that a day
    costs a day's work whatever the table holds."""
    mine = and_(EFFECT.c.incident == INCIDENT.c.id, EFFECT.c.kind == kind.value)
    return select(func.min(at)).where(mine).correlate(INCIDENT).scalar_subquery()


def _command(mine: Those) -> Select[Any]:
    of = EFFECT.c.incident == INCIDENT.c.id
    called = select(func.min(EFFECT.c.attempted_at)).where(of, EFFECT.c.kind.in_(WIRED))
    wrote = select(func.min(OUTBOUND_PART.c.claimed_at)).select_from(EFFECT)
    wrote = wrote.join(OUTBOUND, OUTBOUND.c.key == EFFECT.c.key)
    wrote = wrote.join(OUTBOUND_PART, and_(OUTBOUND_PART.c.outbound_id == OUTBOUND.c.id, OUTBOUND_PART.c.part == 0))
    wrote = wrote.where(of, EFFECT.c.kind == EffectKind.TEXT.value)
    both = select(
        INCIDENT.c.opened_at,
        called.correlate(INCIDENT).scalar_subquery().label("called"),
        wrote.correlate(INCIDENT).scalar_subquery().label("wrote"),
    )
    one = once(both.where(mine))
    sooner = case((one.c.called < one.c.wrote, one.c.called), else_=func.coalesce(one.c.wrote, one.c.called))
    return _lasted(select(one.c.opened_at.label("since"), sooner.label("at")))


def _siren(mine: Those) -> Select[Any]:
    """Of a registered caller: for others the siren waits for a person."""
    first = _first(EffectKind.SIREN, EFFECT.c.attempted_at).label("at")
    return _lasted(select(INCIDENT.c.confirmed_at.label("since"), first).where(mine, INCIDENT.c.registered))


def _first_ring(mine: Those) -> Select[Any]:
    first = _first(EffectKind.CALL, EFFECT.c.started_at).label("at")
    return _lasted(select(INCIDENT.c.confirmed_at.label("since"), first).where(mine))


def _in_order(mine: Those) -> Select[Any]:
    """The calls of the first walk through the ladder, that rang."""
    order = {"partition_by": EFFECT.c.incident, "order_by": (EFFECT.c.started_at, EFFECT.c.id)}
    rows = select(
        INCIDENT.c.confirmed_at,
        EFFECT.c.started_at.label("at"),
        func.lag(EFFECT.c.started_at).over(**order).label("since"),  # type: ignore[arg-type]
        func.row_number().over(**order).label("place"),  # type: ignore[arg-type]
    ).join(EFFECT, EFFECT.c.incident == INCIDENT.c.id)
    first = and_(EFFECT.c.round == 1, EFFECT.c.tier >= 0, EFFECT.c.started_at.is_not(None))
    return rows.where(mine, EFFECT.c.kind == EffectKind.CALL.value, first)


def _next_ring(mine: Those) -> Select[Any]:
    calls = _in_order(mine).subquery()
    return _lasted(select(calls.c.since, calls.c.at).where(calls.c.since.is_not(None)))


def _five(mine: Those) -> Select[Any]:
    calls = _in_order(mine).subquery()
    return _lasted(select(calls.c.confirmed_at.label("since"), calls.c.at).where(calls.c.place == FIFTH))


def _accepted(mine: Those) -> Select[Any]:
    rows = select(INCIDENT.c.confirmed_at.label("since"), INCIDENT.c.accepted_at.label("at"))
    return _lasted(rows.where(mine, INCIDENT.c.confirmed_at.is_not(None), INCIDENT.c.accepted_at.is_not(None)))


def _reply(mine: Those) -> Select[Any]:
    """By the recipient's index; ``answers`` says that it is the answer to just that letter."""
    sent = select(func.min(OUTBOUND_PART.c.sent_at)).select_from(OUTBOUND)
    sent = sent.join(OUTBOUND_PART, OUTBOUND_PART.c.outbound_id == OUTBOUND.c.id)
    sent = sent.where(OUTBOUND.c.recipient == INCIDENT.c.caller, OUTBOUND.c.answers == INBOUND.c.id)
    first = sent.correlate(INCIDENT, INBOUND).scalar_subquery()
    return _lasted(_opened_by(mine).add_columns(first.label("at")))


def _call_back(mine: Those) -> Select[Any]:
    first = _first(EffectKind.CALL_BACK, EFFECT.c.started_at).label("at")
    return _lasted(_opened_by(mine).add_columns(first).where(INCIDENT.c.origin == Kind.MISSED_CALL.value))


def unaccepted(tx: Tx, mine: Those) -> tuple[int, int]:
    """Confirmed incidents, and how many of them ended, or stand, without that anybody accepted."""
    nobody = func.sum(case((INCIDENT.c.accepted_at.is_(None), 1), else_=0))
    row = tx.execute(select(func.count(), nobody).where(mine, INCIDENT.c.confirmed_at.is_not(None))).one()
    return int(row[0]), int(row[1] or 0)


_STEPS: Mapping[Step, Any] = {
    Step.READ: _read,
    Step.COMMAND: _command,
    Step.SIREN: _siren,
    Step.FIRST_RING: _first_ring,
    Step.NEXT_RING: _next_ring,
    Step.FIVE: _five,
    Step.ACCEPTED: _accepted,
    Step.REPLY: _reply,
    Step.CALL_BACK: _call_back,
}

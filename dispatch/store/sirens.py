"""What is known of every siren's path, and when one last rang."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, insert, select, text, update

from dispatch.case import SirenState
from dispatch.plan import EffectState
from dispatch.store.tables import EFFECT, INCIDENT, SIREN_STATE
from gateway.store import Tx, now
from ivr.leg import Outcome

_PERHAPS_HEARD = (Outcome.REJECTED.value, Outcome.UNKNOWN.value)
_BEGUN = (EffectState.DOING.value, EffectState.DONE.value, EffectState.UNKNOWN.value)
_DEAD = select(SIREN_STATE.c.number).where(SIREN_STATE.c.failures > 0, SIREN_STATE.c.failed_at >= bindparam("since"))
_SIREN = text("kind = 'siren'")  # as the partial index says it, word for word, so that SQLite uses it
_LATEST = (EFFECT.c.attempted_at.desc(), EFFECT.c.id.desc())
_TESTS = select(SIREN_STATE.c.number).where(SIREN_STATE.c.test_at.is_not(None)).order_by(SIREN_STATE.c.test_at)
_RINGS = (
    select(EFFECT.c.target, func.max(func.coalesce(EFFECT.c.started_at, EFFECT.c.attempted_at)).label("at"))
    .where(
        _SIREN,
        EFFECT.c.incident != bindparam("of"),
        EFFECT.c.state.in_(_BEGUN),
        EFFECT.c.outcome.is_(None) | EFFECT.c.outcome.in_(_PERHAPS_HEARD),
        EFFECT.c.attempted_at >= bindparam("since"),
        EFFECT.c.incident.not_in(select(INCIDENT.c.id).where(INCIDENT.c.drill.is_(True))),
    )
    .group_by(EFFECT.c.target)
)


def siren_states(tx: Tx) -> Mapping[str, SirenState]:
    """By number, every siren of which something is known."""
    rows = tx.execute(select(*(SIREN_STATE.c[field.name] for field in fields(SirenState))))
    return {row.number: SirenState(**row._mapping) for row in rows}


def dead_sirens(tx: Tx, since: datetime) -> frozenset[str]:
    """Numbers that failed since then and were not proven after it."""
    return frozenset(tx.execute(_DEAD, {"since": since}).scalars())


def fail_siren(tx: Tx, number: str, at: datetime, outcome: str) -> None:
    """A ring of it did not come through: it cannot be counted on until it is proven again."""
    _known(tx, number)
    failed = {"failures": SIREN_STATE.c.failures + 1, "failed_at": at, "outcome": outcome}
    tx.execute(update(SIREN_STATE).where(SIREN_STATE.c.number == number).values(failed))


def prove_siren(tx: Tx, number: str, at: datetime, outcome: str) -> None:
    """It works: it turned our call away, or sent its own SMS."""
    _known(tx, number)
    well = {"failures": 0, "proven_at": at, "outcome": outcome}
    tx.execute(update(SIREN_STATE).where(SIREN_STATE.c.number == number).values(well))


def relay_closed(tx: Tx, number: str, since: datetime, at: datetime) -> int | None:
    """The controller's own SMS: mark the last ring of it, begun after ``since``, as heard. Returns its incident."""
    tried = (EFFECT.c.target == number) & (EFFECT.c.attempted_at >= since) & EFFECT.c.relayed_at.is_(None) & _SIREN
    last = tx.execute(select(EFFECT.c.id, EFFECT.c.incident).where(tried).order_by(*_LATEST)).first()
    if last is None:
        return None
    tx.execute(update(EFFECT).where(EFFECT.c.id == last.id).values(relayed_at=at))
    return int(last.incident)


def rings_by_others(tx: Tx, number: int, since: datetime) -> Mapping[str, datetime]:
    """Siren number → when another incident last began to ring it; rings that failed are left out."""
    return {row.target: row.at for row in tx.execute(_RINGS, {"of": number, "since": since})}


def ask_test(tx: Tx, number: str, at: datetime, by: str) -> None:
    """A person wants this siren rung to see that it works."""
    _known(tx, number)
    tx.execute(update(SIREN_STATE).where(SIREN_STATE.c.number == number).values(test_at=at, test_by=by))


def tests_asked(tx: Tx) -> list[str]:
    """Numbers of the sirens whose test nobody began yet."""
    return list(tx.execute(_TESTS).scalars())


def drop_test(tx: Tx, number: str) -> bool:
    """The test is given up. False: it was before, or is begun."""
    return tx.execute(update(SIREN_STATE).where(_waits(number)).values(test_at=None)).rowcount == 1


def begin_test(tx: Tx, number: str) -> bool:
    """The test is begun: from now on what comes of the siren is its result. False: it was given up, or begun before."""
    begun = {"test_at": None, "tested_at": now(tx)}
    return tx.execute(update(SIREN_STATE).where(_waits(number)).values(begun)).rowcount == 1


def _waits(number: str) -> ColumnElement[bool]:
    return (SIREN_STATE.c.number == number) & SIREN_STATE.c.test_at.is_not(None)


def _known(tx: Tx, number: str) -> None:
    if tx.execute(select(SIREN_STATE.c.number).where(SIREN_STATE.c.number == number)).first() is None:
        tx.execute(insert(SIREN_STATE).values(number=number, failures=0, outcome="", test_by=""))

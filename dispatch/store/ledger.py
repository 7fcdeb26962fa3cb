"""The effect ledger: what was intended, what was attempted, what came of it. One row an effect, never deleted.

INTENDED ──claim──→ DOING ──settle──→ DONE | FAILED | CANCELLED          found DOING at start ──→ UNKNOWN
A TEXT's row stands where its letter stands in the outbox: the letter is the truth, the row points at it by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, text, update

from dispatch.plan import Answer, Effect, EffectKind, EffectRow, EffectState
from dispatch.store.tables import EFFECT, INCIDENT
from gateway.store import Tx
from ivr.leg import CallResult, Outcome

_FIELDS = ("incident", "target", "wave", "round", "tier", "station", "text", "offers", "ring_s", "talk_s", "why")
WIRED = (EffectKind.SIREN.value, EffectKind.CALL.value, EffectKind.CALL_BACK.value)

_KNOWN = select(EFFECT.c.id).where(EFFECT.c.key == bindparam("of"))
_INTEND = insert(EFFECT)
_CLAIM = (
    update(EFFECT)
    .where(EFFECT.c.key == bindparam("of"), EFFECT.c.state == EffectState.INTENDED.value)
    .values(state=EffectState.DOING.value, attempted_at=bindparam("now"))
)
_RINGS = (
    update(EFFECT)
    .where(EFFECT.c.key == bindparam("of"), EFFECT.c.started_at.is_(None))
    .values(started_at=bindparam("now"))
)
_LEDGER = select(EFFECT).where(EFFECT.c.incident == bindparam("of")).order_by(EFFECT.c.id)
_WAITING = (
    select(EFFECT)
    .where(EFFECT.c.incident == bindparam("of"), EFFECT.c.state == EffectState.INTENDED.value, EFFECT.c.kind.in_(WIRED))
    .order_by(EFFECT.c.id)
)
_LINE_AWAITED = (
    select(EFFECT.c.id)
    .join(INCIDENT, INCIDENT.c.id == EFFECT.c.incident)
    .where(
        INCIDENT.c.state == text("'confirmed'"),
        INCIDENT.c.drill.is_(False),
        EFFECT.c.kind.in_(bindparam("kinds", expanding=True)),
        EFFECT.c.state == EffectState.INTENDED.value,
        EFFECT.c.intended_at <= bindparam("since"),
    )
    .limit(1)
)


def intend(tx: Tx, wanted: Effect, at: datetime) -> bool:
    """Write the intention. False: it was written before (its key is in the ledger already)."""
    if tx.execute(_KNOWN, {"of": wanted.key}).first() is not None:
        return False
    said = {name: getattr(wanted, name) for name in _FIELDS}
    said |= {"kind": wanted.kind.value, "name": wanted.name, "key": wanted.key}
    said |= {"state": EffectState.INTENDED.value, "intended_at": at, "leg": "", "detail": ""}
    tx.execute(_INTEND, said)
    return True


def claim(tx: Tx, key: str, at: datetime) -> bool:
    """From here on the wire may have been touched. False: the row is no longer waiting, do not dial."""
    return tx.execute(_CLAIM, {"of": key, "now": at}).rowcount == 1


def rings(tx: Tx, key: str, at: datetime) -> None:
    """The far end began to ring."""
    tx.execute(_RINGS, {"of": key, "now": at})


def pressed(tx: Tx, key: str, digit: str) -> None:
    """A key was heard while the call was up."""
    tx.execute(update(EFFECT).where(EFFECT.c.key == key).values(pressed=digit))


def answered(tx: Tx, key: str, what: Answer) -> None:
    """Somebody or something answered the call."""
    tx.execute(update(EFFECT).where(EFFECT.c.key == key).values(answer=what.value))


def settle(tx: Tx, key: str, state: EffectState, at: datetime, result: CallResult | None = None) -> bool:
    """What came of it. False: it was settled before; the first account stands."""
    waiting = (EffectState.INTENDED.value, EffectState.DOING.value)
    values: dict[str, Any] = {"state": state.value, "settled_at": at}
    if result is not None:
        values |= {"outcome": result.outcome.value, "leg": result.leg, "detail": result.detail}
        values |= {"alerted_s": result.alerted_s}
    row = update(EFFECT).where(EFFECT.c.key == key, EFFECT.c.state.in_(waiting)).values(**values)
    return tx.execute(row).rowcount == 1


def withdraw(tx: Tx, keys: Iterable[str], at: datetime) -> list[str]:
    """Rows still INTENDED become CANCELLED; returns the keys of those that did. What is DOING stays: its call is
    hung up by whoever holds it."""
    done = []
    for key in keys:
        waiting = update(EFFECT).where(EFFECT.c.key == key, EFFECT.c.state == EffectState.INTENDED.value)
        if tx.execute(waiting.values(state=EffectState.CANCELLED.value, settled_at=at)).rowcount:
            done.append(key)
    return done


def found_doing(tx: Tx, at: datetime) -> list[tuple[int, str]]:
    """At start: a call that was under way when the program stopped is UNKNOWN, not failed. Returns their incidents
    and keys."""
    doing = (EFFECT.c.state == text("'doing'")) & EFFECT.c.kind.in_(WIRED)  # as the partial index says it
    rows = tx.execute(select(EFFECT.c.incident, EFFECT.c.key).where(doing).order_by(EFFECT.c.id))
    keys = [(row.incident, row.key) for row in rows]
    values = {"state": EffectState.UNKNOWN.value, "settled_at": at, "outcome": Outcome.UNKNOWN.value}
    tx.execute(update(EFFECT).where(doing).values(**values))
    return keys


def ledger_of(tx: Tx, number: int) -> list[EffectRow]:
    """Every effect of the incident, in the order in which it was intended, as the ledger has it (a TEXT's row
    stands INTENDED here until ``views`` puts its letter's state in)."""
    return [_row(row) for row in tx.execute(_LEDGER, {"of": number})]


def waiting_calls(tx: Tx, number: int) -> list[Effect]:
    """Calls of the incident that nobody has claimed yet, in order."""
    return [_row(row).effect for row in tx.execute(_WAITING, {"of": number})]


def somebody_waits_for_a_line(
    tx: Tx, since: datetime, kinds: Collection[EffectKind] = (EffectKind.SIREN, EffectKind.CALL)
) -> bool:
    """Whether a siren or an officer (``kinds``) of any alarm waits since then for a line to be rung on."""
    asked = {"since": since, "kinds": [kind.value for kind in kinds]}
    return tx.execute(_LINE_AWAITED, asked).first() is not None


def wire_accounts(tx: Tx, number: int) -> dict[str, tuple[float | None, str, str]]:
    """By key: how long it rang in seconds, which leg carried it, and what the leg said; for pages and JSON."""
    said = select(EFFECT.c.key, EFFECT.c.alerted_s, EFFECT.c.leg, EFFECT.c.detail).where(EFFECT.c.incident == number)
    return {row.key: (row.alerted_s, row.leg, row.detail) for row in tx.execute(said)}


def _row(row: Row[Any]) -> EffectRow:
    said = row._mapping
    what = Effect(kind=EffectKind(said["kind"]), **{name: said[name] for name in _FIELDS})
    return EffectRow(
        effect=what,
        state=EffectState(said["state"]),
        intended_at=said["intended_at"],
        attempted_at=said["attempted_at"],
        started_at=said["started_at"],
        settled_at=said["settled_at"],
        outcome=Outcome(said["outcome"]) if said["outcome"] else None,
        pressed=said["pressed"],
        relayed_at=said["relayed_at"],
        answer=Answer(said["answer"]) if said["answer"] else None,
    )

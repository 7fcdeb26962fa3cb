"""What the ladder is shown: an incident with its whole ledger, and what is known of sirens and of calls back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from dispatch.case import Case
from dispatch.plan import EffectKind, EffectRow, EffectState, View
from dispatch.store.ledger import ledger_of
from dispatch.store.offers import recalls_of
from dispatch.store.sirens import dead_sirens, rings_by_others
from gateway.messages import Kind
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

LETTER_STATES: Mapping[str, EffectState] = {
    "queued": EffectState.INTENDED,
    "doing": EffectState.DOING,
    "sent": EffectState.DONE,
    "delivered": EffectState.DONE,
    "failed": EffectState.FAILED,
    "refused": EffectState.FAILED,
    "dead": EffectState.FAILED,
    "expired": EffectState.EXPIRED,
    "cancelled": EffectState.CANCELLED,
    "unknown": EffectState.UNKNOWN,
}
"""Where a letter stands in the outbox, as the ladder calls it."""
_LETTERS = select(OUTBOUND.c.key, OUTBOUND.c.state, OUTBOUND.c.created_at, OUTBOUND.c.settled_at).where(
    OUTBOUND.c.key.in_(bindparam("keys", expanding=True))
)
LEFT = frozenset({EffectState.DOING, EffectState.DONE, EffectState.UNKNOWN})
"""A letter in one of these may have reached its phone."""


def view_of(tx: Tx, case: Case, now: datetime, *, mass_s: float, proven_s: float) -> View:
    """``mass_s``: how far back another incident's ring of a siren counts. ``proven_s``: how long a siren that failed
    counts as dead."""
    number = case.incident.id
    return View(
        incident=case.incident,
        rows=tuple(followed_ledger(tx, number)),
        dead_sirens=dead_sirens(tx, now - timedelta(seconds=proven_s)),
        rings=rings_by_others(tx, number, now - timedelta(seconds=mass_s)),
        hurried_at=case.hurried_at,
        recalls=recalls_of(tx, number),
        in_words=case.origin is not Kind.MISSED_CALL,
        assigned_to=case.assigned_to,
        assigned_at=case.assigned_at,
        called_at=case.called_at,
    )


def followed_ledger(tx: Tx, number: int) -> list[EffectRow]:
    """The incident's ledger, with the state of each TEXT as the outbox has it."""
    rows = ledger_of(tx, number)
    letters = _letters(tx, [row.effect.key for row in rows if row.effect.kind is EffectKind.TEXT])
    return [_follow(row, *letters[row.effect.key]) if row.effect.key in letters else row for row in rows]


def _letters(tx: Tx, keys: Sequence[str]) -> dict[str, tuple[EffectState, datetime, datetime | None]]:
    if not keys:
        return {}
    rows = tx.execute(_LETTERS, {"keys": keys})
    return {row.key: (LETTER_STATES[row.state], row.created_at, row.settled_at) for row in rows}


def _follow(row: EffectRow, state: EffectState, created_at: datetime, settled_at: datetime | None) -> EffectRow:
    attempted = (settled_at or created_at) if state in LEFT else None
    settled = None if state.under_way else settled_at or created_at
    return replace(row, state=state, attempted_at=attempted, settled_at=settled)

"""Letters that ended badly, or of which nobody knows how they ended and that nothing repeats: nothing ends unseen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select, text, union_all, update

from gateway.store.outbound import OUTBOUND, UNSEEN
from gateway.store.schema import Tx, now

BADLY = ("dead", "expired", "failed", "refused", "unknown")
DOUBTED = "seen_at IS NULL AND state = 'unknown'"  # one that is repeated is marked seen: its repeat ends in its place
UNKNOWN_TO_ALL = or_(text(UNSEEN), text(DOUBTED))
_COUNTED = select(OUTBOUND.c.state, func.count().label("number")).group_by(OUTBOUND.c.state)
_UNSEEN = union_all(_COUNTED.where(text(UNSEEN)), _COUNTED.where(text(DOUBTED)))  # each by its own index


def unseen(tx: Tx) -> str:
    """What ended badly and no person has seen, in words; empty: nothing."""
    rows = tx.execute(_UNSEEN).all()
    if not rows:
        return ""
    counts = ", ".join(f"{row.number} {row.state}" for row in sorted(rows, key=lambda row: str(row.state)))
    return f"ended badly, and nobody has seen it: {counts} ('kentongan letters list --state unseen')"


def see(tx: Tx, letter_id: int) -> bool:
    """A person knows that this letter ended badly. False: it did not, or somebody knew."""
    this = OUTBOUND.c.id == letter_id, OUTBOUND.c.state.in_(BADLY), OUTBOUND.c.seen_at.is_(None)
    return tx.execute(update(OUTBOUND).where(*this).values(seen_at=now(tx))).rowcount > 0


def see_all(tx: Tx, until: datetime) -> int:
    """A person knows of all that ended badly until then. Returns how many letters that were."""
    these = UNKNOWN_TO_ALL, OUTBOUND.c.settled_at <= until
    return int(tx.execute(update(OUTBOUND).where(*these).values(seen_at=now(tx))).rowcount)

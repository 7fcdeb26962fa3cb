"""Which letters were written already, and whether lately one was about an emergency."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from eservices.calling.store import told as said
from gateway.messages import Lane
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

CHUNK = 500  # keys asked for at once; SQLite allows 32766 parameters


def written(tx: Tx, keys: Collection[str]) -> set[str]:
    """Those of the keys of which there is a letter, or a call in its place, whatever became of it."""
    asked, found = list(keys), set[str]()
    for start in range(0, len(asked), CHUNK):
        chunk = asked[start : start + CHUNK]
        some = select(OUTBOUND.c.key).where(OUTBOUND.c.key.in_(chunk))
        found |= set(tx.execute(some).scalars()) | said(tx, chunk)
    return found


def emergency_since(tx: Tx, phone: str, since: datetime) -> bool:
    """Whether that phone was written to about an emergency since then."""
    found = select(OUTBOUND.c.id).where(
        OUTBOUND.c.recipient == phone, OUTBOUND.c.lane == Lane.EMERGENCY.value, OUTBOUND.c.created_at >= since
    )
    return tx.execute(found.limit(1)).first() is not None

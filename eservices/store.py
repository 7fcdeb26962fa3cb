"""The last desk's question to the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from gateway.store import Tx
from gateway.store.outbound import OUTBOUND


def last_answer(tx: Tx, number: str, prefix: str) -> datetime | None:
    """When the last letter whose key begins with ``prefix`` was written to that number."""
    mine = (OUTBOUND.c.recipient == number) & OUTBOUND.c.key.startswith(prefix, autoescape=True)
    at: datetime | None = tx.execute(select(func.max(OUTBOUND.c.created_at)).where(mine)).scalar()
    return at

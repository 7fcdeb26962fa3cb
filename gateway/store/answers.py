"""How often a number was written to of late: limits touch replies, never what is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx

_COUNT = select(func.count()).where(
    OUTBOUND.c.recipient == bindparam("number"),
    OUTBOUND.c.created_at >= bindparam("since"),
    OUTBOUND.c.key.startswith(bindparam("prefix"), autoescape=False),
)


def answers_since(tx: Tx, number: str, prefix: str, since: datetime) -> int:
    """How many letters whose key begins with ``prefix`` (no ``%`` or ``_`` in it) were written to the number."""
    return int(tx.execute(_COUNT, {"number": number, "since": since, "prefix": prefix}).scalar() or 0)

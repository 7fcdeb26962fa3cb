"""The last desk's question to the store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, select

import eservices.calling.store
import eservices.clinic.store.tables
import eservices.lookup.kept.store  # noqa: F401  # whoever knows this room's store knows its tables
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

_LAST = select(func.max(OUTBOUND.c.created_at)).where(
    OUTBOUND.c.recipient == bindparam("number"),
    func.substr(OUTBOUND.c.key, 1, bindparam("length")) == bindparam("prefix"),
)


def last_answer(tx: Tx, number: str, prefix: str) -> datetime | None:
    """When the last letter whose key begins with ``prefix`` was written to that number."""
    asked = {"number": number, "prefix": prefix, "length": len(prefix)}
    at: datetime | None = tx.execute(_LAST, asked).scalar()
    return at

"""Which letters were written already."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from gateway.store import Tx
from gateway.store.outbound import OUTBOUND

CHUNK = 500  # keys asked for at once; SQLite allows 32766 parameters


def written(tx: Tx, keys: Collection[str]) -> set[str]:
    """Those of the keys of which there is a letter, whatever became of it."""
    asked, found = list(keys), set[str]()
    for start in range(0, len(asked), CHUNK):
        some = select(OUTBOUND.c.key).where(OUTBOUND.c.key.in_(asked[start : start + CHUNK]))
        found |= set(tx.execute(some).scalars())
    return found

"""The audit's own retention: the oldest lines go, and the hash of the last of them stays, from which the chain goes
on. The cut is told in the chain itself."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile

from sqlalchemy import delete, func, insert, select

from gateway.store.audit import AUDIT_CUT, AUDIT_LINE, append
from gateway.store.schema import Tx, now

CUT = "audit.cut"  # the act's name
TOGETHER = 5000  # lines of one cut: each cut is a line itself
PROGRAM = "kentongan"  # who acts where no person does


def lines_before(tx: Tx, before: datetime) -> int:
    """How many lines are older."""
    return int(tx.execute(select(func.count()).select_from(AUDIT_LINE).where(AUDIT_LINE.c.at < before)).scalar_one())


def cut_audit(tx: Tx, before: datetime, at_most: int) -> int:
    """Cut the oldest lines, never the last of all; how many went (``at_most`` or a little more)."""
    old = (
        select(AUDIT_LINE.c.seq, AUDIT_LINE.c.hash, AUDIT_LINE.c.at)
        .order_by(AUDIT_LINE.c.seq)
        .limit(max(at_most, TOGETHER) + 1)
    )
    rows = tx.execute(old).all()
    going = list(takewhile(lambda row: row.at < before, rows[:-1]))
    if not going:
        return 0
    last, at = going[-1], now(tx)
    append(tx, at, PROGRAM, "program", CUT, f"audit/{last.seq}", (), last.hash)
    tx.execute(insert(AUDIT_CUT), {"seq": last.seq, "hash": last.hash, "at": at})
    tx.execute(delete(AUDIT_LINE).where(AUDIT_LINE.c.seq <= last.seq))
    return len(going)

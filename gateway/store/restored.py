"""A store that was brought back from a copy: what waited in it is of another day."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text, update

from gateway.messages import Lane
from gateway.store.faults import StoreRefused
from gateway.store.inbound import INBOUND, LONG
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, now

MARK = "restore.unfinished"  # beside the store, from the first file that is moved until the last


def whole(path: Path) -> None:
    """Raises StoreRefused where bringing back a copy was cut short: the store may be the old one, the new one or none,
    and beside another's keys."""
    mark = path.with_name(MARK)
    if mark.exists():
        raise StoreRefused(
            f"{mark}: bringing back a copy was cut short: run 'kentongan restore FILE' with the same copy once more"
        )


def lay_aside(tx: Tx) -> int:
    """What came in and no desk has read is left for a person: read by a desk it would be an alarm of today. What was to
    go to many is not sent; every other letter has its own time. Returns how many letters a person must read."""
    tx.execute(update(LONG).where(LONG.c.state == text("'open'")).values(state="partial"))
    many = (OUTBOUND.c.state == text("'queued'")) & (OUTBOUND.c.lane == Lane.BULK.value)
    tx.execute(update(OUTBOUND).where(many).values(state="cancelled", settled_at=now(tx)))
    waits = update(INBOUND).where(INBOUND.c.state == text("'new'"))
    return int(tx.execute(waits.values(state="unread", read_at=now(tx))).rowcount)

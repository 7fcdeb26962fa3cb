"""A store that was brought back from a copy: what waited in it is of another day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, text, update

from gateway.store.audit import AUDIT_LINE
from gateway.store.inbound import INBOUND, LONG
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, now

WHY = "it was of a copy of the store that was brought back"


def last_moment(tx: Tx) -> datetime | None:
    """When something was last written to this store; None: never."""
    stamps = (AUDIT_LINE.c.at, INBOUND.c.received_at, OUTBOUND.c.created_at)
    found: list[datetime | None] = [tx.execute(select(func.max(stamp))).scalar() for stamp in stamps]
    return max((one for one in found if one is not None), default=None)


def leave_to_person(tx: Tx) -> int:
    """What came in and no desk has read is left for a person: read by a desk it would be an alarm of today. How many
    letters that were."""
    tx.execute(update(LONG).where(LONG.c.state == text("'open'")).values(state="partial"))
    waits = update(INBOUND).where(INBOUND.c.state == text("'new'"))
    return int(tx.execute(waits.values(state="unread", read_at=now(tx))).rowcount)


def withhold(tx: Tx) -> int:
    """No letter that waits leaves, and none that a channel had in its hand is repeated: it may have come long ago. How
    many those were; they are listed as cancelled."""
    ended = {"settled_at": now(tx), "fault": WHY}
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.state == text("'doing'")).values(state="unknown", **ended))
    waits = update(OUTBOUND).where(OUTBOUND.c.state == text("'queued'"))
    return int(tx.execute(waits.values(state="cancelled", **ended)).rowcount)

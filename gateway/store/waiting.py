"""Letters that wait: to leave, how many in each lane and parts; to be read by a person. And since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select, text

from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx

PART_CHARS = 153  # of GSM-7 in one part of a long SMS (3GPP TS 23.040, 9.2.3.24.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """``parts``: at least so many SMS."""

    lane: str
    count: int
    parts: int
    oldest_at: datetime | None


def queues(tx: Tx) -> list[Queue]:
    """Each lane with letters in it whose time has come or will come, the most urgent first."""
    guess = 1 + func.length(OUTBOUND.c.text) / PART_CHARS
    parts = func.sum(case((OUTBOUND.c.parts > 0, OUTBOUND.c.parts - OUTBOUND.c.next_part), else_=guess))
    made = OUTBOUND.c.lane, func.count(), parts, func.min(OUTBOUND.c.created_at)
    waiting = select(*made).where(OUTBOUND.c.state == text("'queued'"))
    rows = tx.execute(waiting.group_by(OUTBOUND.c.lane, OUTBOUND.c.urgency).order_by(OUTBOUND.c.urgency))
    return [Queue(lane=row[0], count=row[1], parts=int(row[2]), oldest_at=row[3]) for row in rows]


def unread(tx: Tx) -> tuple[int, datetime | None]:
    """How many letters their desk left for a person, who has not read them; and when the oldest came."""
    count, oldest = tx.execute(
        select(func.count(), func.min(INBOUND.c.received_at)).where(INBOUND.c.state == "unread")
    ).one()
    return count, oldest

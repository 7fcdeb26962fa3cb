"""Instants of letters, by which a clock is judged."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, UtcDateTime

MOST = 20  # letters


def stamps(tx: Tx, channels: Collection[str], since: datetime) -> list[tuple[datetime, datetime]]:
    """Of the latest letters on those channels: when the network says it was sent, and when we had it."""
    found = select(INBOUND.c.sent_at, INBOUND.c.received_at).where(
        INBOUND.c.channel.in_(channels), INBOUND.c.sent_at.is_not(None), INBOUND.c.received_at >= since
    )
    return [(row[0], row[1]) for row in tx.execute(found.order_by(INBOUND.c.id.desc()).limit(MOST))]


def newest_kept(tx: Tx) -> datetime | None:
    """The newest instant that was written down for a letter."""
    came = select(func.max(INBOUND.c.received_at, type_=UtcDateTime))
    went = select(func.max(OUTBOUND.c.created_at, type_=UtcDateTime))
    known = [at for at in (tx.execute(came).scalar(), tx.execute(went).scalar()) if at is not None]
    return max(known, default=None)

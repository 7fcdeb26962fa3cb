"""Letters as a person looks at them: both directions in one list, and the verbs of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART, forget_parts
from gateway.store.schema import Tx, now

INBOUND_STATES = ("new", "unread", "read", "failed")
OUTBOUND_STATES = (
    "queued",
    "doing",
    "sent",
    "delivered",
    "failed",
    "refused",
    "expired",
    "unknown",
    "cancelled",
    "dead",
)
_RETRIABLE = ("failed", "refused", "expired", "unknown", "cancelled", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One letter. ``id`` is ``in-12`` or ``out-12``; ``other`` the number at the far end."""

    id: str
    direction: str
    channel: str | None
    other: str
    text: str
    lane: str | None
    state: str
    parts: int
    at: datetime
    expires_at: datetime | None
    fault: str | None


def letters(tx: Tx, *, state: str | None = None, at_most: int = 100) -> list[Listed]:
    """The newest letters, oldest of them first. ``unread``: what no person has read, handled by a desk or not."""
    found: list[Listed] = []
    if state is None or state in INBOUND_STATES:
        came = select(INBOUND).order_by(INBOUND.c.id.desc()).limit(at_most)
        if state is not None:
            came = came.where(INBOUND.c.state.in_(("new", "unread") if state == "unread" else (state,)))
        found += [_inbound(row) for row in tx.execute(came)]
    if state is None or state in OUTBOUND_STATES:
        went = select(OUTBOUND).order_by(OUTBOUND.c.id.desc()).limit(at_most)
        if state is not None:
            went = went.where(OUTBOUND.c.state == state)
        found += [_outbound(row) for row in tx.execute(went)]
    return sorted(found, key=lambda one: (one.at, one.id))[-at_most:]


def letter(tx: Tx, name: str) -> Listed | None:
    """The letter ``in-12`` or ``out-12``; None when there is no such letter."""
    direction, _, number = name.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    if direction == "in":
        row = tx.execute(select(INBOUND).where(INBOUND.c.id == int(number))).first()
        return _inbound(row) if row is not None else None
    if direction == "out":
        row = tx.execute(select(OUTBOUND).where(OUTBOUND.c.id == int(number))).first()
        return _outbound(row) if row is not None else None
    return None


def parts_of(tx: Tx, name: str) -> list[str]:
    """What happened to each part of a letter that went out."""
    number = int(name.partition("-")[2])
    query = select(OUTBOUND_PART).where(OUTBOUND_PART.c.outbound_id == number).order_by(OUTBOUND_PART.c.part)
    return [
        f"part {row.part + 1}: {row.state} by {row.channel}, reference {row.reference}" for row in tx.execute(query)
    ]


def retry(tx: Tx, name: str) -> bool:
    """Once more: a letter that failed every desk is new again; one that did not leave is queued again, for as long as
    it had the first time. False: there is no such letter, or it is under way or done."""
    direction, _, number = name.partition("-")
    if direction == "in":
        failed = INBOUND.c.id == int(number), INBOUND.c.state == "failed"
        done = tx.execute(update(INBOUND).where(*failed).values(state="new", tries=0, fault=None))
        return done.rowcount > 0
    row = tx.execute(select(OUTBOUND).where(OUTBOUND.c.id == int(number))).first()
    if row is None or row.state not in _RETRIABLE or row.fault == "not a subscriber's number: never written to":
        return False
    at, span = now(tx), max(row.expires_at - row.created_at, timedelta(minutes=10))
    forget_parts(tx, row.id)
    again = {"state": "queued", "due_at": at, "created_at": at, "expires_at": at + span, "settled_at": None}
    again |= {"tries": 0, "next_part": 0, "parts": 0, "reference": None, "fault": None}
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == row.id).values(again))
    return True


def done(tx: Tx, name: str) -> bool:
    """A person has read the letter. False: there is no such unread letter."""
    direction, _, number = name.partition("-")
    if direction != "in":
        return False
    unread = INBOUND.c.id == int(number), INBOUND.c.state == "unread"
    return tx.execute(update(INBOUND).where(*unread).values(state="read", read_at=now(tx))).rowcount > 0


def _inbound(row: Row[Any]) -> Listed:
    return Listed(
        id=f"in-{row.id}",
        direction="in",
        channel=row.channel,
        other=row.sender,
        text=row.text,
        lane="emergency" if row.urgency == 0 else None,
        state=row.state,
        parts=1,
        at=row.received_at,
        expires_at=None,
        fault=row.fault,
    )


def _outbound(row: Row[Any]) -> Listed:
    return Listed(
        id=f"out-{row.id}",
        direction="out",
        channel=row.channel or row.wanted,
        other=row.recipient,
        text=row.text,
        lane=row.lane,
        state=row.state,
        parts=row.parts,
        at=row.created_at,
        expires_at=row.expires_at,
        fault=row.fault,
    )

"""Letters as a person looks at them: both directions in one list, and the verbs of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from gateway.letter_words import Fate, PartLine
from gateway.store.ended import BADLY, UNKNOWN_TO_ALL, see
from gateway.store.inbound import INBOUND
from gateway.store.outbound import NEVER, OUTBOUND, OUTBOUND_PART, forget_parts
from gateway.store.schema import Tx, now

INBOUND_STATES = ("new", "unread", "read", "failed")
OUTBOUND_STATES = (
    "queued",
    "doing",
    "sent",
    "delivered",
    "read",
    "failed",
    "refused",
    "expired",
    "unknown",
    "cancelled",
    "dead",
)
ENDED_BADLY, ENDED_UNSEEN = "ended-badly", "unseen"
"""Groups of states: what is not known to have arrived, and that part of it which no person has seen."""
_RETRIABLE = ("failed", "refused", "expired", "unknown", "cancelled", "dead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One letter. ``id`` is ``in-12`` or ``out-12``; ``other`` the number at the far end. ``hides``: its number and
    words are not for everybody who reads letters (``hiding.masked``)."""

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
    doubt: str = ""  # why it is perhaps not from whom it says
    hides: bool = False


def letters(tx: Tx, *, state: str | None = None, at_most: int = 100) -> list[Listed]:
    """The newest letters, oldest of them first. ``unread``: what no person has read, handled by a desk or not;
    ``ended-badly`` and ``unseen``: of those that went out."""
    found: list[Listed] = []
    if state is None or state in INBOUND_STATES:
        came = select(INBOUND).order_by(INBOUND.c.id.desc()).limit(at_most)
        if state is not None:
            came = came.where(INBOUND.c.state.in_(("new", "unread") if state == "unread" else (state,)))
        found += [_inbound(row) for row in tx.execute(came)]
    if state is None or state in (*OUTBOUND_STATES, ENDED_BADLY, ENDED_UNSEEN):
        went = select(OUTBOUND).order_by(OUTBOUND.c.id.desc()).limit(at_most)
        if state == ENDED_UNSEEN:
            went = went.where(UNKNOWN_TO_ALL)
        elif state is not None:
            went = went.where(OUTBOUND.c.state.in_(BADLY if state == ENDED_BADLY else (state,)))
        found += [_outbound(row) for row in tx.execute(went)]
    return sorted(found, key=lambda one: (one.at, one.id))[-at_most:]


def letter(tx: Tx, name: str) -> Listed | None:
    """The letter ``in-12`` or ``out-12``; None when there is no such letter."""
    direction, _, number = name.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # the ids of both engines
        return None
    if direction == "in":
        row = tx.execute(select(INBOUND).where(INBOUND.c.id == int(number))).first()
        return _inbound(row) if row is not None else None
    if direction == "out":
        row = tx.execute(select(OUTBOUND).where(OUTBOUND.c.id == int(number))).first()
        return _outbound(row) if row is not None else None
    return None


def fate(tx: Tx, name: str) -> Fate | None:
    """What became of a letter that went out; None when there is no such letter."""
    direction, _, number = name.partition("-")
    if direction != "out" or not number.isdecimal():
        return None
    row = tx.execute(select(OUTBOUND).where(OUTBOUND.c.id == int(number))).first()
    if row is None:
        return None
    parts = select(OUTBOUND_PART).where(OUTBOUND_PART.c.outbound_id == row.id).order_by(OUTBOUND_PART.c.part)
    again = tx.execute(select(OUTBOUND.c.id).where(OUTBOUND.c.repeats == row.id)).scalar()
    return Fate(
        state=row.state,
        expires_at=row.expires_at,
        parts=row.parts,
        lines=tuple(_part(part) for part in tx.execute(parts)),
        fault=row.fault,
        repeated_by=f"out-{again}" if again is not None else "",
    )


def _part(row: Row[Any]) -> PartLine:
    return PartLine(
        part=row.part,
        state=row.state,
        channel=row.channel,
        reference=row.reference,
        sent_at=row.sent_at,
        reported_at=row.reported_at,
        awaits=bool(row.awaits),
    )


def retry(tx: Tx, name: str) -> bool:
    """Once more: a letter that failed every desk is new again; one that did not leave is queued again, for as long as
    it had the first time. False: there is no such letter, or it is under way or done."""
    direction, _, number = name.partition("-")
    if direction == "in":
        failed = INBOUND.c.id == int(number), INBOUND.c.state == "failed"
        done = tx.execute(update(INBOUND).where(*failed).values(state="new", tries=0, fault=None))
        return done.rowcount > 0
    row = tx.execute(select(OUTBOUND).where(OUTBOUND.c.id == int(number))).first()
    if row is None or row.state not in _RETRIABLE or row.fault == NEVER:
        return False
    at, span = now(tx), max(row.expires_at - row.created_at, timedelta(minutes=10))
    forget_parts(tx, row.id)
    again = {"state": "queued", "due_at": at, "created_at": at, "expires_at": at + span, "settled_at": None}
    again |= {"tries": 0, "next_part": 0, "parts": 0, "reference": None, "fault": None}
    again |= {"seen_at": None, "refused_by": None, "doubted": None, "doubted_until": None}
    tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == row.id).values(again))
    return True


def done(tx: Tx, name: str) -> bool:
    """A person has read the letter, or knows that it ended badly. False: there is no such letter."""
    direction, _, number = name.partition("-")
    if direction != "in":
        return see(tx, int(number))
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
        doubt=row.doubt or "",
        hides=bool(row.hides),
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
        hides=bool(row.hides),
    )

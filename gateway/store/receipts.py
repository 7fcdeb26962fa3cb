"""Delivery reports, joined to the part they speak of, whichever of the two comes first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from gateway.messages import Delivery, Receipt
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART, RECEIPT
from gateway.store.schema import Tx

NETWORK_TRIES = timedelta(days=7)  # a service centre gives a message up after at most about that long
_STATES = {Delivery.DELIVERED: "delivered", Delivery.FAILED: "failed"}

_EARLY = (
    select(RECEIPT.c.id, RECEIPT.c.delivery, RECEIPT.c.at)
    .where(
        RECEIPT.c.channel == bindparam("by"),
        RECEIPT.c.reference == bindparam("named"),
        RECEIPT.c.recipient == bindparam("whom"),
        RECEIPT.c.part_id.is_(None),
        RECEIPT.c.received_at >= bindparam("since"),
    )
    .order_by(RECEIPT.c.id)
)
_NEWEST = (
    select(OUTBOUND_PART.c.id, OUTBOUND_PART.c.state)
    .where(
        OUTBOUND_PART.c.channel == bindparam("by"),
        OUTBOUND_PART.c.reference == bindparam("named"),
        OUTBOUND_PART.c.recipient == bindparam("whom"),
        OUTBOUND_PART.c.sent_at > bindparam("since"),
    )
    .order_by(OUTBOUND_PART.c.id.desc())
    .limit(1)
)
_ADD = insert(RECEIPT)
_JOIN = update(RECEIPT).where(RECEIPT.c.id == bindparam("receipt")).values(part_id=bindparam("part"))
_REPORTED = (
    update(OUTBOUND_PART)
    .where(OUTBOUND_PART.c.id == bindparam("this"))
    .values(state=bindparam("to"), reported_at=bindparam("then"))
)
_LETTER = select(OUTBOUND_PART.c.outbound_id).where(OUTBOUND_PART.c.id == bindparam("this"))
_PARTS = select(OUTBOUND_PART.c.state).where(OUTBOUND_PART.c.outbound_id == bindparam("letter"))
_ENDED = (
    update(OUTBOUND)
    .where(OUTBOUND.c.id == bindparam("letter"), OUTBOUND.c.state == text("'sent'"))
    .values(state=bindparam("to"))
)


def add_receipt(tx: Tx, receipt: Receipt, received_at: datetime) -> None:
    """Keep a report. References go round (a modem counts to 255), so the newest part of that name is meant. When none
    is there, or the last word on it was spoken, the send has not returned yet: ``early_receipts`` finds it."""
    whom = {"by": receipt.channel, "named": receipt.reference, "whom": receipt.to}
    part = tx.execute(_NEWEST, {**whom, "since": received_at - NETWORK_TRIES}).first()
    part_id = part.id if part is not None and part.state not in _STATES.values() else None
    row: dict[str, Any] = {
        "channel": receipt.channel,
        "reference": receipt.reference,
        "recipient": receipt.to,
        "delivery": receipt.delivery.value,
        "at": receipt.at,
        "received_at": received_at,
        "part_id": part_id,
    }
    tx.execute(_ADD, row)
    if part_id is not None:
        _apply(tx, part_id, receipt.delivery, receipt.at)


def early_receipts(tx: Tx, part_id: int, channel: str, reference: str, recipient: str, since: datetime) -> None:
    """Apply the reports that came between the claim of this part and the end of its sending."""
    query = {"by": channel, "named": reference, "whom": recipient, "since": since}
    for row in tx.execute(_EARLY, query).all():
        tx.execute(_JOIN, {"receipt": row.id, "part": part_id})
        _apply(tx, part_id, Delivery(row.delivery), row.at)


def _apply(tx: Tx, part_id: int, delivery: Delivery, at: datetime) -> None:
    state = _STATES.get(delivery)
    if state is None:
        return
    tx.execute(_REPORTED, {"this": part_id, "to": state, "then": at})
    letter_reported(tx, tx.execute(_LETTER, {"this": part_id}).scalar_one())


def letter_reported(tx: Tx, letter_id: int) -> None:
    """A letter that was sent is delivered when every part is, and failed when one is."""
    states = tx.execute(_PARTS, {"letter": letter_id}).scalars().all()
    if "failed" in states:
        to = "failed"
    elif all(state == "delivered" for state in states):
        to = "delivered"
    else:
        return
    tx.execute(_ENDED, {"letter": letter_id, "to": to})

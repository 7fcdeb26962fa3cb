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


def add_receipt(tx: Tx, receipt: Receipt, received_at: datetime) -> None:
    """Keep a report. References go round (a modem counts to 255), so the newest part of that name is meant. When none
    is there, the send has not returned yet: ``early_receipts`` finds it."""
    part_id = tx.execute(
        select(OUTBOUND_PART.c.id)
        .where(
            OUTBOUND_PART.c.channel == receipt.channel,
            OUTBOUND_PART.c.reference == receipt.reference,
            OUTBOUND_PART.c.recipient == receipt.to,
            OUTBOUND_PART.c.sent_at > received_at - NETWORK_TRIES,
        )
        .order_by(OUTBOUND_PART.c.id.desc())
        .limit(1)
    ).scalar()
    row: dict[str, Any] = {
        "channel": receipt.channel,
        "reference": receipt.reference,
        "recipient": receipt.to,
        "delivery": receipt.delivery.value,
        "at": receipt.at,
        "received_at": received_at,
        "part_id": None if part_id is None or _answered(tx, part_id) else part_id,
    }
    tx.execute(insert(RECEIPT), row)
    if row["part_id"] is not None:
        _apply(tx, row["part_id"], receipt.delivery, receipt.at)


def _answered(tx: Tx, part_id: int) -> bool:
    """Whether the last word on this part was spoken: then a report of its name is of a part still being sent."""
    state = tx.execute(select(OUTBOUND_PART.c.state).where(OUTBOUND_PART.c.id == part_id)).scalar()
    return state in _STATES.values()


def early_receipts(tx: Tx, part_id: int, channel: str, reference: str, recipient: str, since: datetime) -> None:
    """Apply the reports that came between the claim of this part and the end of its sending."""
    query = {"by": channel, "named": reference, "whom": recipient, "since": since}
    for row in tx.execute(_EARLY, query).all():
        tx.execute(update(RECEIPT).where(RECEIPT.c.id == row.id).values(part_id=part_id))
        _apply(tx, part_id, Delivery(row.delivery), row.at)


def _apply(tx: Tx, part_id: int, delivery: Delivery, at: datetime) -> None:
    state = _STATES.get(delivery)
    if state is None:
        return
    tx.execute(update(OUTBOUND_PART).where(OUTBOUND_PART.c.id == part_id).values(state=state, reported_at=at))
    letter_id = tx.execute(select(OUTBOUND_PART.c.outbound_id).where(OUTBOUND_PART.c.id == part_id)).scalar_one()
    letter_reported(tx, letter_id)


def letter_reported(tx: Tx, letter_id: int) -> None:
    """A letter that was sent is delivered when every part is, and failed when one is."""
    states = tx.execute(select(OUTBOUND_PART.c.state).where(OUTBOUND_PART.c.outbound_id == letter_id)).scalars().all()
    if "failed" in states:
        to = "failed"
    elif all(state == "delivered" for state in states):
        to = "delivered"
    else:
        return
    sent = OUTBOUND.c.id == letter_id, OUTBOUND.c.state == text("'sent'")
    tx.execute(update(OUTBOUND).where(*sent).values(state=to))

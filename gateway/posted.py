"""What a provider said, as the store's own values."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from gateway.callback import Came, Reported
from gateway.envelope import storable
from gateway.messages import Inbound, Kind, Receipt
from gateway.number import normal
from gateway.store import Tx
from gateway.store.callbacks import was_reported
from gateway.store.receipts import add_receipt

MOST_DOUBT = 500  # characters kept of what was wrong; the request itself is kept beside it
REPEATED = timedelta(days=7)  # reports come as late as that
SHORT = 4  # characters of a reference that may go round


def letter_from(channel: str, came: Came, at: datetime) -> Inbound:
    """The letter, with the same ``external_id`` for the same id of the same provider, for ever. One that has no id is
    itself: whether it repeats another is asked of the store."""
    sender, text = normal(came.sender) or storable(came.sender), storable(came.text)
    identity = f"{channel}|{came.id}" if came.id else f"{channel}||{sender}|{text}|{at.isoformat()}"
    return Inbound(
        id=0,
        channel=channel,
        kind=Kind.SMS,
        sender=sender,
        text=text,
        sent_at=came.sent_at,
        received_at=at,
        external_id=hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest(),
        doubt=storable("; ".join(came.doubts))[:MOST_DOUBT] if came.doubts else "",
    )


def add_report(tx: Tx, channel: str, reported: Reported, at: datetime) -> None:
    """Keep a delivery report, once: providers repeat what they were not answered. (Short references go round, as a
    modem's do, and an equal report may be another letter's.)"""
    receipt = Receipt(
        channel=channel,
        reference=storable(reported.reference),
        to=normal(reported.to) or storable(reported.to),
        delivery=reported.delivery,
        at=reported.at or at,
    )
    if len(receipt.reference) < SHORT or not was_reported(tx, receipt, at - REPEATED):
        add_receipt(tx, receipt, at)

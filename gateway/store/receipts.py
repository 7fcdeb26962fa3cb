"""Delivery reports, joined to the part they speak of, whichever of the two comes first.

Reports come late, twice and in any order; the end is the same: of all that was said of a part the best news holds
(a phone that has a message has it, whatever a centre on the way believed), and of a letter the worst part counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, literal, select, update

from gateway.messages import Delivery, Receipt
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART, RECEIPT
from gateway.store.schema import Tx

NOBODY = ""  # some providers' reports name the letter alone; their references do not go round
NETWORK_TRIES = timedelta(days=7)  # a service centre gives a message up after at most about that long
_STATES = {Delivery.READ: "read", Delivery.DELIVERED: "delivered", Delivery.FAILED: "failed"}
_NEWS = {"sent": 0, "failed": 1, "delivered": 2, "read": 3}  # the higher is the better
MODEM_COUNTS = 256  # a modem's references go round there; a provider's are never used again

_EARLY = (
    select(RECEIPT.c.id, RECEIPT.c.delivery, RECEIPT.c.at)
    .where(
        RECEIPT.c.channel == bindparam("by"),
        RECEIPT.c.reference == bindparam("named"),
        RECEIPT.c.recipient.in_((bindparam("whom"), literal(NOBODY))),
        RECEIPT.c.part_id.is_(None),
        RECEIPT.c.received_at >= bindparam("since"),
    )
    .order_by(RECEIPT.c.id)
)
_NAMED = (
    select(OUTBOUND_PART.c.id, OUTBOUND_PART.c.state)
    .where(
        OUTBOUND_PART.c.channel == bindparam("by"),
        OUTBOUND_PART.c.reference == bindparam("named"),
        OUTBOUND_PART.c.sent_at > bindparam("since"),
    )
    .order_by(OUTBOUND_PART.c.id.desc())
    .limit(1)
)
_NEWEST = _NAMED.where(OUTBOUND_PART.c.recipient == bindparam("whom"))
_ADD = insert(RECEIPT)
_JOIN = update(RECEIPT).where(RECEIPT.c.id == bindparam("receipt")).values(part_id=bindparam("part"))
_REPORTED = (
    update(OUTBOUND_PART)
    .where(OUTBOUND_PART.c.id == bindparam("this"))
    .values(state=bindparam("to"), reported_at=bindparam("then"))
)
_PART = select(OUTBOUND_PART.c.outbound_id, OUTBOUND_PART.c.state).where(OUTBOUND_PART.c.id == bindparam("this"))
_PARTS = select(OUTBOUND_PART.c.state).where(OUTBOUND_PART.c.outbound_id == bindparam("letter"))
_ENDED = (
    update(OUTBOUND)
    .where(OUTBOUND.c.id == bindparam("letter"), OUTBOUND.c.state.in_(("sent", "failed", "delivered")))
    .values(state=bindparam("to"))
)


def add_receipt(tx: Tx, receipt: Receipt, received_at: datetime) -> None:
    """Keep a report. The newest part of that name is meant. When none is there, the send has not returned yet:
    ``early_receipts`` finds it. So it is, too, where a modem's reference has gone round and the last word on the older
    part was spoken."""
    named = {"by": receipt.channel, "named": receipt.reference, "since": received_at - NETWORK_TRIES}
    whom = {} if receipt.to == NOBODY else {"whom": receipt.to}
    part = tx.execute(_NEWEST if whom else _NAMED, named | whom).first()
    told = part is not None and part.state in _STATES.values()
    part_id = None if part is None or (told and _goes_round(receipt.reference)) else part.id
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


def _goes_round(reference: str) -> bool:
    return reference.isascii() and reference.isdecimal() and int(reference) < MODEM_COUNTS


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
    part = tx.execute(_PART, {"this": part_id}).one()
    if _NEWS[state] <= _NEWS.get(part.state, 0):
        return
    tx.execute(_REPORTED, {"this": part_id, "to": state, "then": at})
    letter_reported(tx, part.outbound_id)


def letter_reported(tx: Tx, letter_id: int) -> None:
    """A letter that was sent is delivered when every part is, read when every part is, and failed when one is (and
    merely sent again when that one came after all, and another is not reported yet)."""
    worst = min((_NEWS.get(state, 0) for state in _reported(tx, letter_id)), default=0)
    to = next(state for state, news in _NEWS.items() if news == worst)
    tx.execute(_ENDED, {"letter": letter_id, "to": to})


def _reported(tx: Tx, letter_id: int) -> list[str]:
    """The states of its parts; a failed one outweighs those of which nothing is known yet."""
    states = list(tx.execute(_PARTS, {"letter": letter_id}).scalars())
    return ["failed"] if "failed" in states else states

"""The parts of long SMS: kept as they come, in any order, until the letter is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, text, update

from gateway.store.inbound import LONG, PART
from gateway.store.schema import Tx, new_id

_OPEN = select(LONG.c.id, LONG.c.first_at).where(LONG.c.state == text("'open'")).order_by(LONG.c.first_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf:
    """What a part says of its letter. ``part`` counts from 1; ``digest`` is of the user data."""

    channel: str
    sender: str
    ref: int
    ref_bits: int
    parts: int
    part: int
    pdu: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """A long letter as far as it is here. ``pdus``: part number → raw PDU."""

    id: int
    whole: str
    channel: str
    sender: str
    parts: int
    first_at: datetime
    state: str
    pdus: dict[int, str]

    @property
    def complete(self) -> bool:
        return len(self.pdus) == self.parts


def add_part(tx: Tx, part: PartOf, *, at: datetime, window_s: float) -> Long:
    """Keep a part and return its letter. Sender, reference, its width and the count name the letter, for ``window_s``
    seconds from the first part; a phone that uses a reference again starts a new letter when the part is there already
    with other words (the same words again, while others are missing, are the same part sent twice)."""
    found = tx.execute(
        select(LONG.c.id)
        .where(
            LONG.c.sender == part.sender,
            LONG.c.ref == part.ref,
            LONG.c.ref_bits == part.ref_bits,
            LONG.c.parts == part.parts,
            LONG.c.first_at > at - timedelta(seconds=window_s),
        )
        .order_by(LONG.c.id.desc())
    ).scalars()
    for long_id in found.all():
        here = tx.execute(select(PART.c.digest).where(PART.c.long_id == long_id, PART.c.part == part.part)).scalar()
        if here is None:
            return _add(tx, long_id, part)
        long = long_letter(tx, long_id)
        if here == part.digest and not long.complete:
            return long
    return _add(tx, _begin(tx, part, at), part)


def _begin(tx: Tx, part: PartOf, at: datetime) -> int:
    last = tx.execute(select(func.max(LONG.c.id))).scalar() or 0
    return new_id(
        tx.execute(
            insert(LONG).values(
                whole=f"long-{last + 1}-{part.ref}",
                channel=part.channel,
                sender=part.sender,
                ref=part.ref,
                ref_bits=part.ref_bits,
                parts=part.parts,
                first_at=at,
                state="open",
            )
        )
    )


def _add(tx: Tx, long_id: int, part: PartOf) -> Long:
    tx.execute(insert(PART).values(long_id=long_id, part=part.part, pdu=part.pdu, digest=part.digest))
    return long_letter(tx, long_id)


def long_letter(tx: Tx, long_id: int) -> Long:
    """The letter with what is here of it."""
    row = tx.execute(select(LONG).where(LONG.c.id == long_id)).one()
    pieces = tx.execute(select(PART.c.part, PART.c.pdu).where(PART.c.long_id == long_id).order_by(PART.c.part))
    return Long(
        id=row.id,
        whole=row.whole,
        channel=row.channel,
        sender=row.sender,
        parts=row.parts,
        first_at=row.first_at,
        state=row.state,
        pdus={piece.part: piece.pdu for piece in pieces},
    )


def mark_long(tx: Tx, long_id: int, state: str) -> None:
    """``complete``, or ``partial`` when it was given to the desks with parts missing."""
    tx.execute(update(LONG).where(LONG.c.id == long_id).values(state=state))


def open_longs(tx: Tx) -> list[tuple[int, datetime]]:
    """Long letters whose parts are still awaited, and since when, the longest-waiting first."""
    return [(row.id, row.first_at) for row in tx.execute(_OPEN)]

"""One page of letters: so many at most in a transaction, and with them how far the writing is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from gateway.broadcast.areas import within
from gateway.broadcast.store.keeping import change, same
from gateway.broadcast.store.people import Reader, page
from gateway.broadcast.values import SAME_WITHIN, Broadcast, What
from gateway.messages import Outbound
from gateway.number import subscriber
from gateway.store.among import Among
from gateway.store.outbound import OUTBOUND, put_crowd
from gateway.store.schema import Tx

if TYPE_CHECKING:
    from config.city import City

REACHES = ("queued", "doing", "sent", "delivered", "read", "unknown")
PAGE = 100  # telephones looked at in one transaction: some ten milliseconds of the one writer

_LETTERS = Among(
    lambda numbers: select(OUTBOUND.c.recipient, OUTBOUND.c.state).where(
        OUTBOUND.c.recipient.in_(numbers),
        OUTBOUND.c.crowd + 0 == bindparam("of"),  # looked up by its reader: a crowd is sixty thousand rows
    )
)


def write_page(tx: Tx, city: City, one: Broadcast, at: datetime) -> Broadcast:
    """The letters to the next ``PAGE`` numbers. By the registry as it is at this moment: who moved away before his
    number came gets none, who moved in gets one; whose number was passed already waits for the next broadcast. A
    number is passed once, so nobody gets two; nor who had the same news as one of another area."""
    found = page(tx, within(city, one.area), one.what, one.passed, PAGE)
    readers = [reader for reader in found if not reader.spared and subscriber(reader.number)]
    had = _had(tx, one, [reader.number for reader in readers])
    readers = [reader for reader in readers if reader.number not in had]
    put_crowd(tx, [_letter(city, one, reader) for reader in readers], one.id)
    over = len(found) < PAGE
    return change(
        tx,
        one,
        written=one.written + len(readers),
        left_out=one.left_out + len(found) - len(readers),
        passed="" if over else found[-1].number,
        written_at=at if over else None,
    )


def _had(tx: Tx, one: Broadcast, numbers: Sequence[str]) -> set[str]:
    """Those of the numbers that the same texts have reached, or wait for, by another broadcast of that day. A warning
    that is said again is meant to be."""
    if one.what is What.WARNING:
        return set()
    others = [other.id for other in same(tx, one.what, one.texts, one.asked_at - SAME_WITHIN) if other.id != one.id]
    found = (row for other in others for row in _LETTERS.find(tx, numbers, of=other))
    return {row.recipient for row in found if row.state in REACHES}


def _letter(city: City, one: Broadcast, reader: Reader) -> Outbound:
    return Outbound(
        to=reader.number,
        text=one.text(reader.language or city.languages[0]),
        lane=one.what.lane,
        key=f"{one.what.value}/{one.id}/{reader.number}",
        expires_at=one.expires_at,
    )

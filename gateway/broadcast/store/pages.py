"""One page of letters: so many at most in a transaction, and with them how far the writing is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from gateway.broadcast.areas import within
from gateway.broadcast.store.keeping import change
from gateway.broadcast.store.people import Reader, page
from gateway.broadcast.values import Broadcast
from gateway.messages import Outbound
from gateway.number import subscriber
from gateway.store.outbound import put_crowd
from gateway.store.schema import Tx

if TYPE_CHECKING:
    from config.city import City

PAGE = 100  # telephones looked at in one transaction: some ten milliseconds of the one writer


def write_page(tx: Tx, city: City, one: Broadcast, at: datetime) -> Broadcast:
    """The letters to the next ``PAGE`` numbers. By the registry as it is at this moment: who moved away before his
    number came gets none, who moved in gets one; whose number was passed already waits for the next broadcast. A
    number is passed once, so nobody gets two."""
    found = page(tx, within(city, one.area), one.what, one.passed, PAGE)
    readers = [reader for reader in found if not reader.spared and subscriber(reader.number)]
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


def _letter(city: City, one: Broadcast, reader: Reader) -> Outbound:
    return Outbound(
        to=reader.number,
        text=one.text(reader.language or city.languages[0]),
        lane=one.what.lane,
        key=f"{one.what.value}/{one.id}/{reader.number}",
        expires_at=one.expires_at,
    )

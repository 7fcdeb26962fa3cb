"""What is said to people unasked: by a letter, or by a call to those who asked for calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.calling import store
from eservices.clinic.daytime import later
from gateway.messages import Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.people import Resident

if TYPE_CHECKING:
    from config.city import City

PATIENCE = timedelta(hours=1)  # of daytime, until what nobody heard is written; less where it is worth less
SHARE = 3  # of the time that it is worth, so much is for calls: who is next in three hours reads it in two


def tell(tx: Tx, city: City, letter: Outbound, language: str, resident: Resident | None, at: datetime) -> None:
    """Put the letter into the outbox, or have it said. The same key is the same letter, either way."""
    if resident is not None and resident.call_me and not resident.quiet and subscriber(letter.to):
        patience = min(PATIENCE, (letter.expires_at - at) / SHARE)
        by_day = later(at, patience, city.timezone)
        falls_at = by_day if by_day < letter.expires_at - patience else at + patience
        store.keep(tx, letter, language, at, falls_at)
    elif not store.told(tx, [letter.key]):
        put(tx, letter)

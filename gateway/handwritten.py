"""A letter that a person at the desk writes to one number, in his own words."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.registry import find
from gateway.store import Tx, put
from gateway.store.listing import Listed, letter
from gateway.store.schema import now
from gateway.store.searching import knows

if TYPE_CHECKING:
    from config.city import City

MOST = 459  # septets of three joined SMS (3GPP TS 23.040, 9.2.3.24.1): more is a call
LIVES = timedelta(hours=24)  # what a person writes by hand is about today
KEY_OCTETS = 8


class Unwritable(Exception):
    """Not written. ``str()``: number, unknown, quiet, empty, long."""


def write_to(tx: Tx, city: City, number: str, text: str, in_secret: Callable[[Tx, str], bool]) -> Listed:
    """Queue it, and what it is in the list. Only to a subscriber whom the city knows: he wrote to us, is registered,
    or is on the roster, so that nobody's number is typed by a slip. A phone that must be quiet, or whose alarm
    is ``in_secret``, is not written to. Raises Unwritable."""
    words = " ".join(text.split())
    resident = find(tx, number)
    if not subscriber(number):
        raise Unwritable("number")
    if not (resident or city.officer(number) or knows(tx, number)):
        raise Unwritable("unknown")
    if (resident is not None and resident.quiet) or in_secret(tx, number):
        raise Unwritable("quiet")
    if not words:
        raise Unwritable("empty")
    if len(words) > MOST:
        raise Unwritable("long")
    key = f"hand/{secrets.token_hex(KEY_OCTETS)}"
    written = put(tx, Outbound(to=number, text=words, lane=Lane.SERVICE, key=key, expires_at=now(tx) + LIVES))
    found = letter(tx, f"out-{written}")
    assert found is not None
    return found

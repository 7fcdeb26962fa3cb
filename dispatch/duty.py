"""The city as its people have it now: the pack's roster with the changes that stand in the store.

The one place where the two meet. Whoever asks who is on duty, who an officer is, or whether a number may be dialled,
asks the city that this gives: the ladder for its texts and calls, what is said and shown, the communication test.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dispatch import store
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


def as_changed(tx: Tx, city: City, now: datetime) -> City:
    """The same city where nothing is changed. It is for one transaction: nothing keeps it, nothing is built from it
    (locators and readers are built from the pack's own)."""
    return city.changed(store.duty_changes(tx, now))

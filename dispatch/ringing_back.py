"""Officers who are asked, and may ring us back: known beforehand, because a phone that rings must be answered, or
turned away, before any store can be asked."""

from __future__ import annotations

from dispatch import store
from gateway.store import Tx


class RingingBack:
    """Who is being asked, as of the last walk through the table: one follows every call's beginning and end. Whoever
    rings is asked about in the store again, when his call is handled as a missed one."""

    def __init__(self) -> None:
        self._numbers: frozenset[str] = frozenset()

    def look(self, tx: Tx) -> None:
        """Read it anew."""
        self._numbers = store.asked_numbers(tx)

    def awaits(self, number: str) -> bool:
        """Whether a call of that number means "call me again now"."""
        return number in self._numbers

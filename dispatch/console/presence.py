"""Whose hand is on which incident: known by the open pages themselves, in memory, and gone with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

STAYS_S = 30.0  # a page says anew where its hand is every 10 s
LONGEST = 24  # characters of a page's own id, and of what a hand does
MOST = 500  # pages at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """``page``: one window. ``doing``: place, close …; empty: it only looks."""

    page: str
    name: str
    incident: int
    doing: str
    at: datetime


class Presence:
    """``changed`` is called when somebody's hand moved."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._hands: dict[str, Hand] = {}
        self._changed = changed

    def put(self, hand: Hand) -> None:
        """A page says where its hand is. Incident 0: nowhere."""
        page, before = hand.page[:LONGEST], self._hands.get(hand.page[:LONGEST])
        if before is not None and before.name != hand.name:
            return None  # another person's window
        if not hand.incident or not page:
            return self.drop(page)
        if before is None and len(self._hands) >= MOST:
            return None
        self._hands[page] = hand
        if before is None or (before.incident, before.doing) != (hand.incident, hand.doing):
            self._changed()
        return None

    def drop(self, page: str) -> None:
        """The page is gone."""
        if self._hands.pop(page[:LONGEST], None) is not None:
            self._changed()

    def hands(self, now: datetime) -> list[Hand]:
        """Every hand that was heard of lately, by incident and name."""
        since = now - timedelta(seconds=STAYS_S)
        self._hands = {page: hand for page, hand in self._hands.items() if hand.at >= since}
        return sorted(self._hands.values(), key=lambda hand: (hand.incident, hand.name, hand.page))

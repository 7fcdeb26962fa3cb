"""How many answers one number gets: limits touch replies, never what is kept, and nobody meets silence unwarned."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gateway.messages import Inbound, Lane
from gateway.store import Tx, put
from gateway.store.answers import answers_since

if TYPE_CHECKING:
    from config.city import City

KEY = "talk/"  # begins the key of every reply
TOLD = "enough/"  # begins the key of the letter that says so
MOST = 60  # replies to one number in lane_s: a kepling who registers seven neighbours without a pause
MINUTE_S = 60.0


class Enough:
    """A number that wrote so often of late that its letters are kept, and not answered: perhaps a machine."""

    def __init__(self, city: City) -> None:
        self._city, self._span = city, timedelta(seconds=city.clocks.lane_s)

    def reached(self, tx: Tx, number: str, now: datetime) -> bool:
        """Whether it gets no answer now."""
        return answers_since(tx, number, KEY, now - self._span) >= MOST

    def warn(self, tx: Tx, letter: Inbound, language: str, now: datetime) -> None:
        """Called when a reply was put: after the last one it is said that none follows for a while; once in it."""
        number = letter.sender
        if not self.reached(tx, number, now) or answers_since(tx, number, TOLD, now - self._span):
            return
        minutes = round(self._span.total_seconds() / MINUTE_S)
        text = self._city.text(language, "telling_enough", minutes=minutes, call=self._city.emergency_call)
        key = f"{TOLD}{letter.external_id}"
        put(tx, letter.reply(text, lane=Lane.SERVICE, key=key, expires_at=now + self._span))

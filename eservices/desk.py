"""The last desk: takes everything that no other desk took. Nothing is thrown away, nobody is left without an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from config.clock import Clock
from eservices.store import last_answer
from gateway.dialogue import was_said
from gateway.messages import Inbound, Kind, Lane
from gateway.number import subscriber
from gateway.registry import find
from gateway.store import Tx, leave_unread, put

if TYPE_CHECKING:
    from config.city import City

ANSWER = "not_emergency"  # the text's key in the pack, and the beginning of the letter's


class LastDesk:
    """Keeps the letter for a person to read, and says so once in ``lane_s``, with whom to call in need. It never
    writes to what is no subscriber's number (machines answer machines for ever) nor to a phone that must be quiet."""

    name = "last"
    urgent = False

    def __init__(
        self,
        city: City,
        clock: Clock,
        *,
        heard: Callable[[Inbound, Tx], bool] = lambda letter, tx: False,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``heard`` is asked first: it handles what a dialogue knows for its own matter (``Conversation.heard``).
        ``wake`` is called after a commit: an answer may wait in the outbox."""
        self._city, self._clock, self._heard, self._wake = city, clock, heard, wake

    def takes(self, letter: Inbound) -> bool:
        """Everything."""
        return True

    def handle(self, letter: Inbound, tx: Tx) -> None:
        if letter.kind is Kind.PART:
            return  # its long SMS comes here by itself, joined or with its holes named
        if self._heard(letter, tx):
            return
        leave_unread(tx, letter.id)
        if letter.kind is Kind.SMS and subscriber(letter.sender) and not was_said(letter):  # its screen said so
            self._answer(letter, tx)

    def wake(self) -> None:
        self._wake()

    def _answer(self, letter: Inbound, tx: Tx) -> None:
        now, clocks = self._clock.now(), self._city.clocks
        resident = find(tx, letter.sender)
        if resident is not None and resident.quiet:
            return
        prefix = f"{ANSWER}/{letter.sender}/"
        last = last_answer(tx, letter.sender, prefix)
        if last is not None and now - last < timedelta(seconds=clocks.lane_s):
            return
        lang = (resident.language if resident else "") or self._city.languages[0]
        text = self._city.text(lang, ANSWER, call=self._city.emergency_call)
        ends = now + timedelta(seconds=clocks.reply_s)
        put(tx, letter.reply(text, lane=Lane.SERVICE, key=f"{prefix}{letter.external_id}", expires_at=ends))

"""The last desk: takes everything that no other desk took. Nothing is thrown away, nobody is left without an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from eservices.store import last_answer
from gateway.asking import short
from gateway.dialogue import was_said
from gateway.greeting import Greeting, Nearly
from gateway.messages import Inbound, Kind, Lane
from gateway.number import subscriber
from gateway.registry import find
from gateway.store import Tx, leave_unread, put
from gateway.store.answers import answers_since
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City

ANSWER = "not_emergency"  # the text's key in the pack, and the beginning of the letter's
NEARLY = "nearly"  # begins the key of a hint at a word that was perhaps meant, which follows
HINTS = 5  # of those to one number in lane_s, each at another word
WORDS = 1  # of a letter that is rather a word which nobody knows than something to be read


class Talks(Protocol):
    """The conversations that stand before this desk (``gateway.conversation``)."""

    greeting: Greeting
    nearly: Nearly

    def heard(self, letter: Inbound, tx: Tx) -> bool: ...
    def settle(self) -> None: ...


class LastDesk:
    """Keeps the letter for a person to read, and says so once in ``lane_s``, with whom to call in need; a word that is
    nearly a known one is answered besides, each such word once in that time, and few of them. It never writes to what
    is no subscriber's number (machines answer machines for ever) nor to a phone that must be quiet."""

    name = "last"
    urgent = False

    def __init__(self, city: City, clock: Clock, *, talks: Callable[[], Talks] | None = None) -> None:
        """``talks`` are asked first: they handle what a dialogue knows for its own matter (``heard``), know its words,
        and greet who writes for the first time. After a commit they are told, since an answer may wait."""
        self._city, self._clock, self._talks = city, clock, talks

    def takes(self, letter: Inbound) -> bool:
        """Everything."""
        return True

    def handle(self, letter: Inbound, tx: Tx) -> None:
        if letter.kind is Kind.PART:
            return  # its long SMS comes here by itself, joined or with its holes named
        if self._talks is not None and self._talks().heard(letter, tx):
            return
        leave_unread(tx, letter.id)
        if letter.kind is Kind.SMS and subscriber(letter.sender) and not was_said(letter):  # its screen said so
            self._answer(letter, tx)

    def wake(self) -> None:
        if self._talks is not None:
            self._talks().settle()

    def _answer(self, letter: Inbound, tx: Tx) -> None:
        now, clocks = self._clock.now(), self._city.clocks
        resident = find(tx, letter.sender)
        if resident is not None and resident.quiet:
            return
        near = self._near(letter.text)
        prefix = f"{NEARLY}/{'+'.join(near).lower()}/" if near else f"{ANSWER}/{letter.sender}/"
        since = now - timedelta(seconds=clocks.lane_s)
        last = last_answer(tx, letter.sender, prefix)
        if (last is not None and last > since) or (near and answers_since(tx, letter.sender, NEARLY, since) >= HINTS):
            return
        lang = (resident.language if resident else "") or self._city.languages[0]
        ends = now + timedelta(seconds=clocks.reply_s)
        text = self._said(lang, letter.text, near)
        answer = letter.reply(text, lane=Lane.SERVICE, key=f"{prefix}{letter.external_id}", expires_at=ends)
        if self._talks is None:
            put(tx, answer)
        else:
            self._talks().greeting.put(tx, answer, lang, doubt=bool(letter.doubt))

    def _near(self, text: str) -> tuple[str, ...]:
        """The words that were perhaps meant."""
        nearly = self._talks().nearly if self._talks is not None else None
        return nearly.find(text) if nearly is not None and text and not nearly.knows(text) else ()

    def _said(self, lang: str, text: str, near: tuple[str, ...]) -> str:
        """That it is kept; and, of a word or so, what was perhaps meant, or where to find what can be asked for."""
        call, nearly = self._city.emergency_call, self._talks().nearly if self._talks is not None else None
        if near:
            word = f" {self._city.text(lang, 'telling_or')} ".join(near)
            return self._city.text(lang, "telling_near", word=word, call=call)
        a_word = nearly is not None and not nearly.knows(text) and short(text, WORDS) and squash(text).isalpha()
        return self._city.text(lang, "telling_unknown" if a_word else ANSWER, call=call)

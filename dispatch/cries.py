"""What a conversation must know of emergencies: is this a cry, is an alarm open, is that digit for us."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.answers import MOST_CHOICES
from dispatch.case import Asked, Case
from dispatch.incident import State
from dispatch.officers import codes_in
from dispatch.reading import Act, Intent, Reader, Reading, reader_of
from dispatch.vocabulary import Hit, How
from gateway.messages import Inbound
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

READ_AHEAD = 256  # texts whose reading is remembered: each is asked about when it is kept and when it is handled
LONG_WORD = 8  # letters of a word of emergency that no name is one slip away from


class Cries:
    """Emergency words win over every dialogue; built once, for one city."""

    def __init__(self, city: City, reader: Reader | None = None) -> None:
        self._city = city
        self._reader = reader or reader_of(city)
        self._read: Callable[[str], Reading] = lru_cache(READ_AHEAD)(self._reader.read)

    def cry(self, text: str, *, words_awaited: bool) -> bool:
        """Whether the text is an emergency. Where a choice is awaited any word of emergency is one. Where words are
        (a name, a street) it must be surely one and more than the answer: ``Jl. Kebakaran`` is a street, ``Bakar`` a
        name; ``kebakaran jl mawar`` is an alarm, and so is ``SOS``. In doubt it is the alarm: the question stays open.
        """
        reading = self._read(text)
        if reading.digit is not None or reading.act not in (Act.RING, Act.PERSON):
            return False
        return self._surely(text) if words_awaited else True

    def alarm(self, text: str) -> bool:
        """Whether a letter that begins with a service's word ("LAPOR ada rampok") is an alarm all the same."""
        reading = self._read(text)
        return reading.intent is Intent.EMERGENCY and reading.digit is None and reading.act in (Act.RING, Act.PERSON)

    def cancels(self, text: str) -> bool:
        """Whether the text takes something back (BATAL)."""
        return self._read(text).intent is Intent.CANCEL

    def open_alarm(self, tx: Tx, number: str, since: datetime | None = None) -> bool:
        """Whether an alarm of that number is not closed; only one that was heard of after ``since``."""
        return any(since is None or case.heard_at >= since for case in store.open_cases_of(tx, number))

    def secret(self, tx: Tx, number: str, since: datetime | None = None) -> bool:
        """Whether an alarm of that number that is not closed must not be betrayed by its phone; only one that was heard
        of after ``since``."""
        return store.in_secret(tx, number, since)

    def ours(self, tx: Tx, letter: Inbound, since: datetime, *, words: bool) -> bool:
        """Whether the letter answers the emergencies' desk: an officer's code; a digit, or (``words``) any text, for a
        question that the desk asked after ``since``."""
        codes = codes_in(letter.text)
        if codes and store.offers_with(tx, letter.sender, codes):
            return True
        digit = self._read(letter.text).digit
        return any(
            self._asks(case, digit, letter, since)
            for case in store.open_cases_of(tx, letter.sender)
            if digit is not None or words
        )

    def _asks(self, case: Case, digit: str | None, letter: Inbound, since: datetime) -> bool:
        if case.asked_at is None or case.asked_at < since:
            return False
        if letter.received_at - case.asked_at > timedelta(seconds=2 * self._city.clocks.choice_s):
            return False
        if digit is None:
            return case.asked in (Asked.PLACE, Asked.WHICH)
        if case.asked in (Asked.MISSED_CALL, Asked.DOUBT):
            return case.incident.state is State.PENDING and digit in ("1", "2")
        many = min(len(case.incident.place.candidates), MOST_CHOICES)
        return case.asked is Asked.WHICH and 1 <= int(digit) <= many

    def _surely(self, text: str) -> bool:
        """An emergency beside what could be the answer: the word after "jl" and a house's number are no proof."""
        vocabulary, language = self._reader.vocabulary, self._reader.language
        tokens = vocabulary.tokens(text)
        if len(tokens) == 2 and tokens[0] in language.code_heads - language.address.stops and tokens[1].isdigit():
            return True  # "kode 2"
        rest = self._without_streets(tokens)
        beside = self._read(" ".join(rest))
        if beside.digit is not None or beside.act not in (Act.RING, Act.PERSON):
            return False
        cried = any(token in language.help for token in rest)
        seen = any(seen.startswith(("distress", "scene")) for seen in beside.saw)
        if cried or seen or beside.act is Act.PERSON:
            return cried or seen
        return any(_sure(hit) for hit in vocabulary.hits(rest))

    def _without_streets(self, tokens: Sequence[str]) -> tuple[str, ...]:
        address = self._reader.language.address
        heads = address.street | address.lane | address.area | address.ward
        left: list[str] = []
        for at, token in enumerate(tokens):
            if token not in heads and not token.isdigit() and not (at and tokens[at - 1] in heads):
                left.append(token)
        return tuple(left)


def _sure(hit: Hit) -> bool:
    """Whether the word can hardly be a name: "Malini" is near "maling", nothing is near "kebakaran"."""
    return hit.how <= How.SHORT or (hit.how is How.SLIP and len(hit.word) >= LONG_WORD)

"""The words of one city's clinics, and the tokens of one letter in which they are found. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from config.times import TimeWords, times_of
from gateway.numerals import Token, tokens
from gateway.words import fold, plain, unglue

if TYPE_CHECKING:
    from config.city import City

LONGEST_PHRASE = 5  # words
LEAST_SLIP = 4  # letters of a word that may hold one slip of the thumb; two from LEAST_TWO on
LEAST_TWO = 8
MARKS = frozenset("/.,:;-+")
_LONG_WORD = re.compile(r"[^\W\d_]{8,}")

Phrases = Mapping[str, frozenset[str]]
"""What is typed, folded words with one space between, and the ids it may stand for."""


class Lexicon:
    """``services`` and ``clinics``: by what people call them. ``bare``: clinics by the part of their name that is also
    a place's; it counts after a word for a clinic."""

    def __init__(self, city: City, times: TimeWords) -> None:
        ours = ((name, said) for name, said in city.words.items() if name.startswith("queue_"))
        self._words = {name: frozenset(_phrase(word) for word in said) for name, said in ours}
        there = city.clinics
        self.services: Phrases = _gathered(
            (name, one.id) for one in there.services.values() for name in (one.id, *one.words, *one.labels.values())
        )
        self.clinics: Phrases = _gathered(
            (name, one.id) for one in there.clinics.values() for name in (one.name, *one.words)
        )
        house = self._words.get("queue_house", frozenset())
        self.bare: Phrases = _gathered(
            (" ".join(word for word in _phrase(name).split() if word not in house), one.id)
            for one in there.clinics.values()
            for name in (one.name, *one.words)
        )
        self.areas: Phrases = _gathered(
            (name, area.code) for area in city.areas.values() for name in (area.name, *area.variants)
        )

        days = (word for table in (times.days, times.weekdays) for word in table)
        singles = {*self.services, *self.bare, *self.words("queue_doctor"), *self.words("queue_house"), *days}
        self._parts = frozenset(word for word in singles if len(word) >= LEAST_SLIP and " " not in word)

    def apart(self, text: str) -> str:
        """The folded text with what was typed together parted: ``doktergigi besok``."""
        return _LONG_WORD.sub(lambda word: self._parted(word[0]), text)

    def _parted(self, word: str) -> str:
        pieces = unglue(word, self._parts)
        whole = word in self._parts or not all(piece.known for piece in pieces)
        return word if whole else " ".join(piece.text for piece in pieces)

    def words(self, meaning: str) -> frozenset[str]:
        """The phrases of that meaning ("queue_kin")."""
        return self._words.get(meaning, frozenset())


@lru_cache(maxsize=2)
def lexicon_of(city: City) -> Lexicon:
    """The words of a city, gathered once."""
    return Lexicon(city, times_of(city.languages))


class Letter:
    """One text's tokens. ``used``: those that are understood already."""

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.tokens: tuple[Token, ...] = tokens(text)
        self.lexicon, self.used = lexicon, set[int]()
        self._plain = [one.text for one in self.tokens]

    def text(self, at: int) -> str:
        """The token's text; "" where none is."""
        return self._plain[at] if 0 <= at < len(self._plain) else ""

    def phrase(self, at: int, many: int) -> str:
        """So many tokens as one phrase."""
        return " ".join(self._plain[at : at + many])

    def end_of(self, meaning: str, at: int) -> int | None:
        """What comes after the longest phrase of that meaning there; None: none begins there."""
        known = self.lexicon.words(meaning)
        for many in range(min(LONGEST_PHRASE, len(self.tokens) - at), 0, -1):
            if at >= 0 and self.phrase(at, many) in known:
                return at + many
        return None

    def has(self, meaning: str) -> bool:
        """Whether a phrase of that meaning stands anywhere."""
        return any(self.end_of(meaning, at) is not None for at in range(len(self.tokens)))

    def is_one(self, meaning: str, at: int) -> bool:
        """Whether that one token is of that meaning."""
        return self.text(at) in self.lexicon.words(meaning)

    def use(self, begin: int, end: int) -> None:
        """Those tokens are understood."""
        self.used.update(range(begin, end))

    def unused(self, begin: int, end: int) -> bool:
        """Whether none of those is understood yet."""
        return self.used.isdisjoint(range(begin, end))

    def named(self, at: int, table: Phrases) -> tuple[frozenset[str], int] | None:
        """The longest name of the table there: the ids, and what comes after it."""
        for many in range(min(LONGEST_PHRASE, len(self.tokens) - at), 0, -1):
            if self.unused(at, at + many) and (ids := table.get(self.phrase(at, many))):
                return ids, at + many
        return None

    def nearly(self, at: int, table: Phrases, least: int = LEAST_SLIP) -> frozenset[str] | None:
        """The ids of the names of one word that the token, of ``least`` letters or more, is a slip away from."""
        word = self.text(at)
        if len(word) < least or not word.isalpha() or at in self.used:
            return None
        near: set[frozenset[str]] = set()
        for name, ids in table.items():
            if " " not in name and len(name) >= LEAST_SLIP and name[0] == word[0]:
                allowed = 2 if min(len(name), len(word)) >= LEAST_TWO else 1
                if OSA.distance(name, word, score_cutoff=allowed) <= allowed:
                    near.add(ids)
        return near.pop() if len(near) == 1 else None


def _phrase(name: str) -> str:
    return " ".join(plain(one.text) for one in tokens(fold(name)) if one.text not in MARKS)


def _gathered(pairs: Iterable[tuple[str, str]]) -> Phrases:
    found: dict[str, set[str]] = {}
    for name, meant in pairs:
        phrase = _phrase(name)
        for said in {phrase, phrase.replace(" ", "")} - {""}:
            found.setdefault(said, set()).add(meant)
    return {phrase: frozenset(ids) for phrase, ids in found.items()}

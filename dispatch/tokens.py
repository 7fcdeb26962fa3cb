"""A text as the words it is read by: cut apart where the spaces are missing, short forms written out, a slip in a word
that tells something mended. Pure; a word of emergency is left as it was typed (``Vocabulary`` reads it)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from dispatch.nearness import VOWELS, inside, nearest, skeleton
from gateway.spelling import Spelling
from gateway.words import unglue, words

LEAST_GLUED = 6  # letters of a word worth cutting up
LEAST_CORE = 5  # letters of a word that is believed inside a longer unknown one
LEAST_MENDED = 6  # letters of a word that may hold a slip
LEAST_BARE = 3  # consonants of a word that still tell it ("pntu"), where no other fits
POSSESSIVES = ("nya", "ku", "mu", "lah")
LOOSE = frozenset({"di", "ke", "ter", "ber", "me", "per"})  # beginnings that are often typed apart
REMEMBERED = 8192  # words whose reading is remembered: people use the same ones
_AMOUNT = re.compile(r"(\d+)(jt|rb|juta|ribu)")  # "15jt"
_DOUBLED = re.compile(r"([a-z])\1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The words of a city and its language. ``roots``: of emergencies, with cries; ``telling``: those in whose phrases
    a slip is mended; ``common``: the rest that has a meaning; ``plain``: never misspellings; ``glue``: what a
    word without spaces may be made of; ``daily``: of these the words of offices and clinics; ``matters``: whether an
    emergency or a cry is in a word, slips allowed."""

    spelling: Spelling
    roots: Collection[str]
    cries: Collection[str]
    telling: Collection[str]
    common: Collection[str]
    plain: Collection[str]
    glue: frozenset[str]
    daily: Collection[str]
    matters: Callable[[str], bool]


class Tokens:
    """Built once for a city; remembers what it made of a word."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._spelling = known.spelling
        self._mendable = sorted(word for word in known.telling if len(word) >= LEAST_MENDED)
        self._bare: dict[str, list[str]] = {}
        for word in sorted(known.telling):
            if len(skeleton(word)) >= LEAST_BARE:
                self._bare.setdefault(skeleton(word), []).append(word)
        self._pieces: Callable[[str], tuple[str, ...]] = lru_cache(REMEMBERED)(self._cut)

    def of(self, text: str) -> tuple[str, ...]:
        """The words of the text in order; a beginning typed apart ("di aniaya", "ke bakaran") is put back."""
        found = [piece for word in words(text) for piece in self._pieces(word.plain)]
        if LOOSE.isdisjoint(found):
            return tuple(found)
        out: list[str] = []
        for word in found:
            if out and out[-1] in LOOSE and self._whole(out[-1] + word):
                out[-1] += word
            else:
                out.append(word)
        return tuple(out)

    def _whole(self, word: str) -> bool:
        return word in self._known.roots or (word in self._known.telling and word not in self._known.common)

    def _cut(self, word: str) -> tuple[str, ...]:
        amount = _AMOUNT.fullmatch(word)
        parts = (amount[1], amount[2]) if amount else self._apart(word)
        return tuple(long for piece in parts for long in self._spelt(piece))

    def _apart(self, word: str) -> tuple[str, ...]:
        known = self._known
        if self._settled(word) or word in self._spelling or len(word) < LEAST_GLUED or not word.isalpha():
            return (word,)
        if known.matters(word):
            return (word,)
        pieces = unglue(word, known.glue)
        content = [p.text for p in pieces if p.known and (p.text in known.roots or p.text in known.cries)]
        content += [p.text for p in pieces if len(pieces) > 1 and p.text in known.daily]
        whole = all(piece.known for piece in pieces) and bool(content)
        content = [text for text in content if text not in known.daily]
        core = any(len(text) >= LEAST_CORE for text in content)
        return tuple(piece.text for piece in pieces) if whole or core else (word,)

    def _spelt(self, word: str) -> tuple[str, ...]:
        """The word as it is written in the lists."""
        if word in self._spelling:
            return self._spelling.words(word)
        if not word.isascii() or not word.isalpha() or word in self._known.common or word in self._known.roots:
            return (word,)
        if (owned := word.removesuffix("nya")) != word and owned in self._known.telling:
            return self._spelling.words(owned)
        if word in self._known.plain:
            return (word,)
        for form in self._forms(word):
            if self._settled(form) or form in self._spelling:
                return self._spelling.words(form)
        if len(word) < LEAST_MENDED or self._known.matters(word):
            return (word,)
        return self._spelling.words(nearest(word, self._mendable, 1) or word)

    def _settled(self, word: str) -> bool:
        return word in self._known.common or word in self._known.plain or word in self._known.roots

    def _forms(self, word: str) -> Iterable[str]:
        """What the word may be: typed with a letter twice, with "-nya", without its vowels."""
        single = _DOUBLED.sub(r"\1", word)
        if single != word:
            yield single
        for tail in POSSESSIVES:
            stem = word.removesuffix(tail)
            if stem != word and (stem in self._known.telling or stem in self._spelling):
                yield stem
        if len(word) >= LEAST_BARE and sum(char in VOWELS for char in word) <= 1:
            meant = self._bare.get(skeleton(word), ())
            fitting = [one for one in meant if len(one) > len(word) and inside(word, one)]
            if len(fitting) == 1:
                yield fitting[0]

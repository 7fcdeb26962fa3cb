"""What a complaint is about: the pack's words of each category, found as people type them. Pure.

A phrase may be parted by a few words ("jalan sudirman rusak parah"), a word may be glued, shortened, or hold a slip.
What stands after "dekat" or names a street says where it is, and rather not what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.language import language_of
from gateway.spelling import Spelling, pairs_of
from gateway.words import normal, unglue, words

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Category

MOST_BETWEEN = 3  # words between two of a phrase: "jalan [besar sei mencirim] berlubang"
LEAST_SLIP = 5  # letters of a word that may hold a slip; from TWO_SLIPS on it may hold two
TWO_SLIPS = 9
LEAST_GLUED = 8  # letters of a word worth cutting up
LEAST_LINE = 16  # letters of a whole line without blanks; what is unknown in it is a name
MOST_UNKNOWN = 0.5  # of its letters
LEAST_BARE = 3  # consonants that still tell a word typed without vowels
LEAST_ROOT = 4  # letters that must remain when "ber", "nya" are taken off
LOOSE = "nya"  # stands after words of three letters too ("airnya")
VOWELS = frozenset("aiueo")
REMEMBERED = 2048
_UNNAMED = re.compile(r"\b(?:jalan|jln)\b(?=\s*[,;!?])", re.IGNORECASE)  # "… ke jalan, mohon": no name follows

PHRASE, SINGLE = 4, 3  # worth of each word of a phrase, and of a word alone
GAP = 1  # taken off for each word between those of a phrase
ASIDE = 1  # worth of each word after "dekat" or "di": less than of any word elsewhere; in a name ("jl taman") nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A phrase of a category at the words ``places``, and what it is worth."""

    category: str
    phrase: str
    places: tuple[int, ...]
    worth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a text is about. ``category``: of the pack, None where none fits; ``saw``: the phrases that say so."""

    category: Category | None
    saw: tuple[str, ...] = ()
    worth: int = 0


class Categories:
    """The categories of one city."""

    def __init__(self, city: City) -> None:
        language = language_of(city)
        address = language.address
        self._offices = city.offices
        self._spelling = Spelling({**language.spelling, **pairs_of(city.words.get("slang", ()))})
        self._streets, self._lanes = address.street, address.lane
        self._near = frozenset(map(normal, city.words.get("ticket_near", ())))
        self._small = frozenset(map(normal, city.words.get("ticket_small", ())))
        self._aside = self._near | address.locative
        self._phrases = dict(self._listed())
        self._vocabulary = sorted({word for phrase in self._phrases for word in phrase})
        self._long = [word for word in self._vocabulary if len(word) >= LEAST_SLIP]
        self._bare = {_bare(word): word for word in self._vocabulary if len(_bare(word)) >= LEAST_BARE}
        self._streets_begin = {
            word
            for street in city.streets
            for name in (street.name, *street.variants)
            for word in normal(name).split()[:1]
        }
        self._glue = frozenset(word for word in self._vocabulary if len(word) > 3) | {"jalan", "yang", "sudah", "tidak"}
        names = {n for street in city.streets for name in (street.name, *street.variants) for n in normal(name).split()}
        names |= {n for area in city.areas.values() for n in normal(area.name).split()}
        heads = {
            "di",
            "jl",
            "jln",
            "dekat",
            "depan",
            "kel",
            "gg",
            *(normal(one) for one in city.words["ticket_report"]),
        }
        self._line = self._glue | {name for name in names if len(name) > LEAST_BARE} | heads
        self._wrong = frozenset(map(normal, city.words.get("ticket_damage", ())))
        self._polite = frozenset(map(normal, city.words.get("ticket_but", ())))
        self._known = language.known | {n for area in city.areas.values() for n in normal(area.name).split()}
        self._prefixes = sorted(language.prefixes, key=len, reverse=True)
        self._suffixes = sorted(language.suffixes, key=len, reverse=True)
        self._forms = lru_cache(REMEMBERED)(self._read)

    def _listed(self) -> Iterable[tuple[tuple[str, ...], str]]:
        for category in self._offices.categories.values():
            for phrase in category.words:
                yield tuple(self._spelling.phrase(normal(phrase)).split()), category.id

    def find(self, text: str) -> Matter:
        """The category of the text; none where no word of any stands in it."""
        tokens = self.tokens(text)
        matches = self._chosen(tuple(self._matches(tokens)))
        worth: dict[str, int] = {}
        for match in matches:
            worth[match.category] = worth.get(match.category, 0) + match.worth
        if not worth:
            return Matter(category=None)
        first = {match.category: match.places[0] for match in reversed(matches)}
        best = max(worth, key=lambda one: (worth[one], -first[one]))
        saw = tuple(match.phrase for match in matches if match.category == best)
        return Matter(category=self._offices.categories[best], saw=saw, worth=worth[best])

    def known(self, text: str) -> Category | None:
        """The category of that text, else the one for what fits none; None: the pack has no categories."""
        return self.find(text).category or self._offices.categories.get(self._offices.default)

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of a text as they are read: short forms written out, those typed as one cut apart."""
        return tuple(piece for word in words(text) for piece in self._written(word.plain))

    def _written(self, word: str) -> Sequence[str]:
        pieces = ("jalan" if piece in self._streets else piece for piece in self._apart(word))
        return [long for piece in pieces for long in self._spelling.words(piece)]

    def _apart(self, word: str) -> Sequence[str]:
        if len(word) < LEAST_GLUED or word in self._known or word in self._vocabulary:
            return (word,)
        if len(word) >= LEAST_LINE:
            line = unglue(word, self._line)
            unknown = sum(len(piece.text) for piece in line if not piece.known)
            return [piece.text for piece in line] if unknown <= MOST_UNKNOWN * len(word) else (word,)
        pieces = unglue(word, self._glue)
        whole = all(piece.known for piece in pieces)
        return [piece.text for piece in pieces] if whole else (word,)

    def without_matter(self, text: str) -> str:
        """The text for a reader of places: without "jalan" where it is what is wrong and heads no name ("jalan rusak",
        "lampu jalan"). Marks and capitals are lost."""
        read: list[str] = []
        origin: list[int] = []
        typed: list[str] = []
        for word in words(_UNNAMED.sub("", text)):
            pieces = self._written(word.plain)
            line = len(word.plain) >= LEAST_LINE and len(pieces) > 1
            for at, piece in enumerate(pieces):
                if line or at == 0:
                    typed.append(piece if line else word.typed)
                read.append(piece)
                origin.append(len(typed) - 1)
        dropped = {
            origin[place]
            for match in self._chosen(tuple(self._matches(read)))
            for place in match.places
            if read[place] == "jalan" and self._is_matter(read, place, match.places)
        }
        streets = [at for at, piece in enumerate(read) if piece == "jalan"]
        dropped |= {origin[at] for at in streets if self._no_name(read[at + 1 :])}
        return " ".join(word for place, word in enumerate(typed) if place not in dropped and not self._the_street(word))

    def _the_street(self, word: str) -> bool:
        """ "jalannya": no name follows it."""
        return word.endswith(LOOSE) and word.removesuffix(LOOSE) in self._streets

    def _no_name(self, following: Sequence[str]) -> bool:
        """What is wrong, or a request, and no street of the city: "jalan mohon diperbaiki"."""
        forms = {following[0], *self.roots(following[0])} if following else set()
        return LOOSE in forms or (bool(forms & (self._wrong | self._polite)) and forms.isdisjoint(self._streets_begin))

    def _is_matter(self, tokens: Sequence[str], at: int, places: tuple[int, ...]) -> bool:
        """Whether "jalan" heads no name there: "lampu jalan", "jalan yang rusak", and no street of the city follows."""
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if at - 1 in places:
            return following not in self._streets_begin
        later = [place for place in places if place > at]
        return bool(later) and all(tokens[place] in self._small for place in range(at + 1, later[0]))

    # -- one word

    def _read(self, token: str) -> frozenset[str]:
        """The words of the pack that a word may stand for."""
        stripped = {token, *self.roots(token)}
        exact = stripped & set(self._vocabulary)
        if exact or token in self._known:
            return frozenset(exact)
        bare = self._bare.get(token) if not VOWELS & set(token) else None
        return frozenset([bare] if bare else self._slipped(token))

    def roots(self, token: str) -> Iterable[str]:
        """The word with and without what is glued to it: "rusaknya", "berlubang"."""
        heads = [token, *(token[len(p) :] for p in self._prefixes if token.startswith(p))]
        for head in heads:
            if len(head) >= LEAST_ROOT:
                yield head
            for tail in self._suffixes:
                least = LEAST_ROOT - 1 if tail == LOOSE else LEAST_ROOT
                if head.endswith(tail) and len(head) - len(tail) >= least:
                    yield head[: -len(tail)]

    def _slipped(self, token: str) -> Iterable[str]:
        if len(token) < LEAST_SLIP or not token.isalpha():
            return ()
        most = 2 if len(token) >= TWO_SLIPS else 1
        near = process.extractOne(token, self._long, scorer=OSA.distance, score_cutoff=most)
        if near is None or near[0][0] != token[0]:
            return ()
        return {near[0], *(set(self.roots(near[0])) & set(self._vocabulary))}

    # -- phrases

    def _matches(self, tokens: Sequence[str]) -> Iterable[Match]:
        forms = [self._forms(token) for token in tokens]
        at: dict[str, list[int]] = {}
        for place, form in enumerate(forms):
            for word in form:
                at.setdefault(word, []).append(place)
        for phrase, category in self._phrases.items():
            for begin in at.get(phrase[0], ()):
                found = _followed(phrase, begin, at) or _turned(phrase, begin, at)
                if found is not None and (worth := self._worth(tokens, found)) > 0:
                    yield Match(category=category, phrase=" ".join(phrase), places=found, worth=worth)

    def _worth(self, tokens: Sequence[str], found: tuple[int, ...]) -> int:
        before = tokens[found[0] - 1] if found[0] else ""
        between = found[-1] - found[0] + 1 - len(found)
        worth = PHRASE * len(found) - GAP * between if len(found) > 1 else SINGLE
        if len(found) == 1 and (before == "jalan" or before in self._lanes):
            return 0
        return ASIDE * len(found) if before in self._aside else worth

    @staticmethod
    def _chosen(matches: Sequence[Match]) -> Sequence[Match]:
        """The worthiest that share no word, in the order of the text."""
        taken: set[int] = set()
        chosen: list[Match] = []
        for match in sorted(matches, key=lambda one: (-one.worth, one.places)):
            if taken.isdisjoint(match.places):
                taken |= set(match.places)
                chosen.append(match)
        return sorted(chosen, key=lambda one: one.places)


@lru_cache(maxsize=2)
def categories_of(city: City) -> Categories:
    """The categories of a city: whoever reads texts shares them."""
    return Categories(city)


def _followed(phrase: Sequence[str], begin: int, at: Mapping[str, Sequence[int]]) -> tuple[int, ...] | None:
    """Where the words of a phrase stand one after the other, from ``begin`` on, with little between."""
    found = [begin]
    for word in phrase[1:]:
        after = next((place for place in at.get(word, ()) if found[-1] < place <= found[-1] + 1 + MOST_BETWEEN), None)
        if after is None:
            return None
        found.append(after)
    return tuple(found)


def _turned(phrase: Sequence[str], begin: int, at: Mapping[str, Sequence[int]]) -> tuple[int, ...] | None:
    """The two words of a phrase the other way round ("rusak jalan"), next to each other."""
    return (begin - 1, begin) if len(phrase) == 2 and begin - 1 in at.get(phrase[1], ()) else None


def _bare(word: str) -> str:
    return "".join(char for char in word if char not in VOWELS)

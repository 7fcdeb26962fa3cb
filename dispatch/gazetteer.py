"""Finds the names of a city's places in what people type. Pure. A wrong place is worse than a question: a name that
fits two places equally well is both of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.language import Language, language_of, lists
from dispatch.place_names import Name, NameKind, all_names, by_form, longhand, loose
from gateway.words import squash, unglue

if TYPE_CHECKING:
    from config.city import City

LONGEST_NAME = 5  # words
EXACT_UP_TO = 5  # letters: a shorter name must be typed without a slip (one in five letters is another word)
ONE_SLIP_UP_TO = 8  # letters; a longer name may hold two
SLIP_WORTH = 3  # letters: a longer name with a slip beats a shorter one without, if it is longer by more
LEAST_GLUED = 7  # letters of a word worth cutting up
LEAST_LOOSE = 5  # letters of a name that may be spelt the old way
LONG = 99  # letters: as many slips as a name may hold
REMEMBERED = 16384  # words and runs of words whose reading is remembered: people use the same ones
_CLAUSE = re.compile(r"[;\n#|()]+|,(?!\d)|(?<!\d),|(?<=\w{6})[.!?](?=\s|$)")
_HOUSE = re.compile(r"([a-z]{4,})(\d{1,4}[a-z]?)")
_LETTERS = str.maketrans("01345", "oieas")

__all__ = ["Clauses", "Gazetteer", "Mention", "Name", "NameKind", "slips_allowed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name found in words ``begin`` to ``end`` (exclusive). ``names``: more than one when they fit alike. ``rank``:
    how far the words around it say that it is the place (``dispatch.mentions``)."""

    kind: NameKind
    begin: int
    end: int
    names: tuple[Name, ...]
    slips: int = 0
    rank: int = 0
    head: str = ""  # the word before that says what it is of

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for name in self.names for code in name.codes))

    @property
    def exact(self) -> bool:
        """Typed in full and without a slip."""
        return self.slips == 0 and not any(name.short for name in self.names)


@dataclass(frozen=True, slots=True)
class Clauses:
    """The words of a text, and at which of them a clause begins (after a comma, a line's end)."""

    words: tuple[str, ...]
    begins: frozenset[int]

    def end(self, at: int) -> int:
        """Where the clause that holds word ``at`` ends (exclusive)."""
        return min((begin for begin in self.begins if begin > at), default=len(self.words))


Found = tuple[NameKind, tuple[Name, ...], int]


def slips_allowed(letters: int) -> int:
    """How many slips of the thumb a name of that many letters may hold."""
    return 0 if letters <= EXACT_UP_TO else 1 if letters <= ONE_SLIP_UP_TO else 2


class Gazetteer:
    """All names of one city, built once."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.language: Language = language_of(city)
        self.names: tuple[Name, ...] = all_names(city, self.language)
        self.own = squash(city.name)
        self._exact = by_form(self.names)
        self._loose: dict[tuple[NameKind, str], list[Name]] = {}
        self._by_letter: dict[tuple[NameKind, str, int], list[str]] = {}
        for (kind, form), names in self._exact.items():
            self._loose.setdefault((kind, loose(form)), []).extend(name for name in names if not name.short)
            if not all(name.part or name.headed or name.short for name in names):
                self._by_letter.setdefault((kind, form[0], len(form)), []).append(form)
        self._order = {one: at for at, one in enumerate(self._exact)}
        self._forms = frozenset(form for _, form in self._exact)
        self._loose_forms = frozenset(form for _, form in self._loose)
        self._longest = max((len(form) for form in self._forms), default=0) + slips_allowed(LONG)
        self._areas = tuple(form for kind, form in self._exact if kind is NameKind.AREA)
        self._glue = frozenset(
            {form for _, form in self._exact if len(form) > EXACT_UP_TO and form.isalpha()} | self.language.joints
        )
        self._affixes = self.language.prefixes | self.language.suffixes
        self.single = frozenset(word for name in self.names if not name.short for word in name.words)
        """Every word that is part of a name: never a misspelling of something else."""
        self.inside = frozenset(word for name in self.names if name.kind is not NameKind.OUTSIDE for word in name.words)
        self.known = self._known_words()
        self.cries = frozenset(word.casefold().split()[-1] for code in city.codes for word in code.words)
        """Words of emergency, behind which a place beyond the border may stand bare."""
        self.function = self.language.joints | self.language.address.stops | self.language.address.common
        self._firsts = frozenset({name.words[0] for name in self.names} | {form for _, form in self._exact})
        remembered = functools.lru_cache(REMEMBERED)
        self._as_long: Callable[[NameKind, str, int, int], list[str]] = remembered(self._of_length)
        self._old: Callable[[str], str] = remembered(loose)
        self._word: Callable[[str], tuple[str, ...]] = remembered(self._apart)
        self._lookup: Callable[[tuple[str, ...], tuple[NameKind, ...], bool], Found | None] = remembered(self._look)

    def _known_words(self) -> frozenset[str]:
        """Words that mean something of their own: after one of them a name has ended."""
        language, address = self.language, self.language.address
        every = [words for name, words in lists(language).items() if name not in ("prefixes", "suffixes")]
        every += [address.street, address.lane, address.area, address.district, address.ward]
        every += [address.locative, address.stops, address.relation, address.region, address.to, address.number]
        listed = {word for one in every for phrase in one for word in phrase.split()}
        listed |= {word for code in self.city.codes for said in code.words for word in said.split()}
        return frozenset(listed - (self._affixes - language.joints - address.stops))

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of a text as compared: written out, and cut apart where the spaces are missing."""
        return self.clauses(text).words

    def clauses(self, text: str) -> Clauses:
        """The same with the beginnings of its clauses."""
        out: list[str] = []
        begins = {0}
        for clause in _CLAUSE.split(text):
            begins.add(len(out))
            for token in longhand(self.language, clause):
                out.extend(self._word(token))
        return Clauses(tuple(out), frozenset(begins))

    def _apart(self, token: str) -> tuple[str, ...]:
        if not token.isascii() or token.isdigit():
            return (token,)
        if not token.isalpha():
            spelt = token.translate(_LETTERS)
            if spelt.isalpha() and self._listed(spelt):
                return self._apart(spelt)
            house = _HOUSE.fullmatch(token)
            return (token,) if house is None else (*self._apart(house[1]), house[2])
        if len(token) < LEAST_GLUED or self._listed(token):
            return (token,)
        pieces = unglue(token, self._glue)
        named = any(piece.known and piece.text not in self.language.joints for piece in pieces)
        street = len(pieces) > 1 and any(piece.text in self.language.address.street for piece in pieces)
        affixed = any(piece.text in self._affixes for piece in pieces if not piece.known)
        return tuple(piece.text for piece in pieces) if (named or street) and not affixed else (token,)

    def _listed(self, token: str) -> bool:
        return token in self._glue or token in self.single or token in self.language.ordinary

    def find(self, said: Clauses, begin: int, kinds: tuple[NameKind, ...], *, headed: bool) -> Mention | None:
        """The name that starts at word ``begin``: the one with the most letters, each slip counted against it.
        ``headed``: the word before says what it is of."""
        first = said.words[begin]
        if first not in self._firsts and (first.isdigit() or first in self.function):
            return None  # neither exactly a name nor, being a word of its own, nearly one
        best: Mention | None = None
        most = 0
        for end in range(min(said.end(begin), begin + LONGEST_NAME), begin, -1):
            typed = said.words[begin:end]
            form = "".join(typed)
            if form not in self._forms and (len(form) > self._longest or not self.function.isdisjoint(typed)):
                continue  # too long for any, or a word of its own in it and not exactly a name
            found = self._lookup(typed, kinds, headed)
            if found is None:
                continue
            kind, names, slips = found
            if any(name.short for name in names) and said.words[end : end + 1] and said.words[end] in self.single:
                continue  # another name begins at its last word
            worth = len(names[0].squashed) - SLIP_WORTH * slips
            if best is None or worth > most:
                best, most = Mention(kind=kind, begin=begin, end=end, names=names, slips=slips), worth
        return best

    def _look(self, typed: tuple[str, ...], kinds: tuple[NameKind, ...], headed: bool) -> Found | None:
        form = "".join(typed)
        for kind in kinds if form in self._forms else ():
            names = [name for name in self._exact.get((kind, form), ()) if headed or not name.headed]
            names = [name for name in names if not name.short or len(name.words[0]) > 1 or typed == name.words]
            if names:
                return kind, _distinct(names), 0
        if len(form) >= LEAST_LOOSE and not self.function.intersection(typed):
            old = self._old(form)
            for kind in kinds if old in self._loose_forms else ():
                names = [n for n in self._loose.get((kind, old), ()) if not (n.headed or n.part)]
                if names:
                    return kind, _distinct(names), 1
        return self._near(typed, form, kinds)

    def _near(self, typed: tuple[str, ...], form: str, kinds: Sequence[NameKind]) -> Found | None:
        """The names nearest to ``form`` within the slips its length allows; equally near ones together."""
        allowed = slips_allowed(len(form))
        if not allowed or not form.isalpha() or form in self.language.ordinary or self.function.intersection(typed):
            return None
        near = list(self._neighbours(form, kinds, allowed))
        good = [one for one in near if one[0] <= slips_allowed(min(len(form), len(one[2].squashed)))]
        good = [one for one in good if _word_by_word(typed, one[2]) and _head_holds(form, one[2])]
        if not good:
            return None
        slips = min(one[0] for one in good)
        kind = next(one[1] for one in good if one[0] == slips)
        names = [one[2] for one in near if one[0] <= slips and one[1] is kind]
        rivals = self._rivals(form, slips) if NameKind.AREA in kinds else []
        if rivals and kind is not NameKind.AREA:
            return None
        return kind, _distinct([*names, *rivals]), slips

    def _of_length(self, kind: NameKind, letter: str, letters: int, allowed: int) -> list[str]:
        """The forms with that first letter that so many slips can make of one of that length."""
        lengths = range(letters - allowed, letters + allowed + 1)
        return [form for length in lengths for form in self._by_letter.get((kind, letter, length), ())]

    def _rivals(self, form: str, slips: int) -> list[Name]:
        """Every kelurahan as near, were it too short for a slip, or the slip in its first letter: it may be meant."""
        found = process.extract(form, self._areas, scorer=OSA.distance, processor=None, score_cutoff=slips, limit=None)
        names = (name for other, _, _ in found for name in self._exact[NameKind.AREA, other])
        return [name for name in names if not (name.part or name.headed or name.short)]

    def _neighbours(self, form: str, kinds: Sequence[NameKind], allowed: int) -> Iterator[tuple[int, NameKind, Name]]:
        for kind in kinds:
            forms = self._as_long(kind, form[0], len(form), allowed)
            if not forms:
                continue
            found = process.extract(form, forms, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None)
            for other, slips, _ in sorted(found, key=lambda one: (one[1], self._order[kind, one[0]])):
                for name in self._exact[kind, other]:
                    if not (name.part or name.headed or name.short):
                        yield int(slips), kind, name

    @functools.cached_property
    def heads(self) -> Mapping[str, NameKind | None]:
        """The words that say what the next name is of; None: a lane, whose name is nobody else's."""
        address = self.language.address
        said: dict[str, NameKind | None] = dict.fromkeys(address.lane)
        said |= dict.fromkeys(address.street, NameKind.STREET)
        said |= dict.fromkeys(address.area, NameKind.AREA)
        said |= dict.fromkeys(address.region, NameKind.OUTSIDE)
        said |= dict.fromkeys(address.district, NameKind.DISTRICT)
        return said


def _distinct(names: Sequence[Name]) -> tuple[Name, ...]:
    """One name of each place."""
    return tuple({name.codes: name for name in reversed(names)}.values())[::-1]


def _head_holds(form: str, name: Name) -> bool:
    """Whether a landmark's first word is right: "pacar tapi" is not "pasar tapip"."""
    return name.kind is not NameKind.LANDMARK or form.startswith(name.words[0])


def _word_by_word(typed: tuple[str, ...], name: Name) -> bool:
    """Whether the slips are spread so that each word may still be the name's: "sumber daya" is not "Sumber Karya"."""
    if len(typed) != len(name.words):
        return True
    for said, meant in zip(typed, name.words, strict=True):
        allowed = 1 if len(meant) <= ONE_SLIP_UP_TO else 2
        if OSA.distance(said, meant, score_cutoff=allowed) > allowed or (len(meant) < 3 and said != meant):
            return False
    return True


@functools.lru_cache(maxsize=2)
def gazetteer_of(city: City) -> Gazetteer:
    """The gazetteer of a city, built once: who reads and who places look names up in the same."""
    return Gazetteer(city)

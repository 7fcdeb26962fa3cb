"""The names of a city's places, found in what people type. Pure. A wrong place is worse than a question: a name that
fits two places equally well is both of them, and a common word is a place only where the words around it say so."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.language import Language, language_of
from gateway.words import squash, unglue, words

if TYPE_CHECKING:
    from config.city import City

LONGEST_NAME = 4  # words
EXACT_UP_TO = 5  # letters: a shorter name must be typed without a slip (one in five letters is another word)
ONE_SLIP_UP_TO = 8  # letters; a longer name may hold two
SLIP_WORTH = 3  # letters: a longer name with a slip beats a shorter one without, if it is longer by more
LEAST_GLUED = 7  # letters of a word worth cutting up
LEAST_HEAD = 6  # letters of a first word that names all its places without "kelurahan" before it ("rambung")


class NameKind(StrEnum):
    """What a name is of."""

    AREA = "area"  # a kelurahan
    DISTRICT = "district"  # a kecamatan
    STREET = "street"
    OUTSIDE = "outside"  # beyond the border


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is compared. ``codes``: the kelurahan or kecamatan; a street: its place in the city's list."""

    kind: NameKind
    shown: str
    squashed: str
    codes: tuple[str, ...]
    alone: bool  # may stand anywhere; else only after a word of place, or at the end
    part: bool = False  # the first word of several names
    headed: bool = False  # only after the word that says what it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name found in words ``begin`` to ``end`` (exclusive). ``names``: more than one when they fit alike."""

    kind: NameKind
    begin: int
    end: int
    names: tuple[Name, ...]
    slips: int = 0
    headed: bool = False  # the word before says what it is ("kel", "jl")

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(code for name in self.names for code in name.codes))


def _worth(found: Mention) -> int:
    return len(found.names[0].squashed) - SLIP_WORTH * found.slips


def slips_allowed(letters: int) -> int:
    """How many slips of the thumb a name of that many letters may hold."""
    return 0 if letters <= EXACT_UP_TO else 1 if letters <= ONE_SLIP_UP_TO else 2


class Gazetteer:
    """All names of one city, built once."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.language: Language = language_of(city.languages)
        self.names: tuple[Name, ...] = tuple(self._all_names())
        self._by_form: dict[tuple[NameKind, str], list[Name]] = {}
        for name in self.names:
            self._by_form.setdefault((name.kind, name.squashed), []).append(name)
        self._forms = {kind: [form for of, form in self._by_form if of is kind] for kind in NameKind}
        self._glue = frozenset(
            {name.squashed for name in self.names if len(name.squashed) > EXACT_UP_TO} | self.language.joints
        )
        self.single = frozenset(word.typed for name in self.names for word in words(name.shown))
        """Every word that is part of a name: never a misspelling of something else."""

    def _all_names(self) -> Iterable[Name]:
        city = self.city
        heads: dict[str, list[str]] = {}
        for area in city.areas.values():
            yield from self._spellings(NameKind.AREA, (area.name, *area.variants), (area.code,))
            first, *rest = [word.typed for word in words(area.name)]
            if rest:
                heads.setdefault(first, []).append(area.code)
        for head, codes in heads.items():
            if len(codes) > 1:
                alone = len(head) >= LEAST_HEAD and head not in self.language.ordinary and not self._city_word(head)
                yield Name(kind=NameKind.AREA, shown=head, squashed=head, codes=tuple(codes), alone=alone, part=True)
        for code, district in city.districts.items():
            yield from self._spellings(NameKind.DISTRICT, (district,), (code,))
        for place, street in enumerate(city.streets):
            yield from self._spellings(NameKind.STREET, (street.name, *street.variants), (str(place),))
        for outside in city.words.get("outside", ()):
            yield from self._beyond(outside)

    def _spellings(self, kind: NameKind, spellings: Iterable[str], codes: tuple[str, ...]) -> Iterable[Name]:
        shown: str | None = None
        for form in dict.fromkeys(squash(self.longhand(spelling)) for spelling in spellings):
            shown = shown or next(iter(spellings))
            alone = form not in self.language.ordinary and not self._city_word(form)
            yield Name(kind=kind, shown=shown, squashed=form, codes=codes, alone=alone)

    def _beyond(self, outside: str) -> Iterable[Name]:
        """A place beyond the border. One written with "kec" is only meant after that word: the neighbouring kecamatan
        may bear the city's own name."""
        first, *rest = self.longhand(outside).split()
        if first not in self.language.address.district:
            yield from self._spellings(NameKind.OUTSIDE, (outside,), (outside,))
        elif rest:
            squashed = "".join(rest)
            yield Name(
                kind=NameKind.OUTSIDE, shown=outside, squashed=squashed, codes=(outside,), alone=False, headed=True
            )

    def _city_word(self, form: str) -> bool:
        """The city's own name says nothing of where in it."""
        return form == squash(self.city.name)

    def longhand(self, text: str) -> str:
        """The words of a text with what is written short written out ("Rambung Dlm" → "rambung dalam")."""
        short = self.language.address.short
        return " ".join(short.get(word.typed, word.typed) for word in words(text))

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of a text as compared: written out, and cut apart where the spaces are missing."""
        out: list[str] = []
        for token in self.longhand(text).split():
            if len(token) < LEAST_GLUED or not token.isalpha() or token in self._glue or token in self.single:
                out.append(token)
                continue
            pieces = unglue(token, self._glue)
            named = any(piece.known and piece.text not in self.language.joints for piece in pieces)
            street = len(pieces) > 1 and any(piece.text in self.language.address.street for piece in pieces)
            out.extend([piece.text for piece in pieces] if named or street else [token])
        return tuple(out)

    def find(self, tokens: Sequence[str], begin: int, kinds: Sequence[NameKind], *, headed: bool) -> Mention | None:
        """The name that starts at word ``begin``: the one with the most letters, each slip counted against it.
        ``headed``: the word before says what it is of."""
        best: Mention | None = None
        for end in range(min(len(tokens), begin + LONGEST_NAME), begin, -1):
            form = "".join(tokens[begin:end])
            found = self._exact(form, begin, end, kinds, headed) or self._near(form, begin, end, kinds)
            if found is not None and (best is None or _worth(found) > _worth(best)):
                best = found
        return best

    def _exact(self, form: str, begin: int, end: int, kinds: Sequence[NameKind], headed: bool) -> Mention | None:
        for kind in kinds:
            names = [name for name in self._by_form.get((kind, form), ()) if headed or not name.headed]
            if names:
                return Mention(kind=kind, begin=begin, end=end, names=tuple(names), headed=headed)
        return None

    def _near(self, form: str, begin: int, end: int, kinds: Sequence[NameKind]) -> Mention | None:
        """The names nearest to ``form`` within the slips its length allows; equally near ones together."""
        if not slips_allowed(len(form)) or form in self.language.ordinary or not form.isalpha():
            return None
        nearest: dict[int, list[Name]] = {}
        for kind in kinds:
            forms = self._forms[kind]
            allowed = slips_allowed(len(form))
            for near, slips, _ in process.extract(
                form, forms, scorer=OSA.distance, processor=None, score_cutoff=allowed, limit=None
            ):
                if near[0] == form[0] and slips <= slips_allowed(min(len(form), len(near))):
                    whole = (name for name in self._by_form[kind, near] if not (name.part or name.headed))
                    nearest.setdefault(int(slips), []).extend(whole)
        nearest = {slips: names for slips, names in nearest.items() if names}
        if not nearest:
            return None
        slips = min(nearest)
        kind = nearest[slips][0].kind
        names = tuple(name for name in nearest[slips] if name.kind is kind)
        return Mention(kind=kind, begin=begin, end=end, names=names, slips=slips)

    @functools.cached_property
    def heads(self) -> Mapping[str, NameKind | None]:
        """The words that say what the next name is of; None: a lane, whose name is nobody else's."""
        address = self.language.address
        said: dict[str, NameKind | None] = dict.fromkeys(address.lane)
        said |= dict.fromkeys(address.street, NameKind.STREET)
        said |= dict.fromkeys(address.area, NameKind.AREA)
        said |= dict.fromkeys(address.district, NameKind.DISTRICT)
        return said

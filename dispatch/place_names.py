"""The names of a city's places in every form in which they are compared. Pure; built once for a city."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from config.city_places import WHOLE
from config.language import Language
from gateway.words import squash, words

if TYPE_CHECKING:
    from config.city import City, Landmark, Street

LEAST_HEAD = 6  # letters of a first word that names all its places without "kelurahan" before it ("rambung")
LEAST_SKELETON = 3  # consonants of a word that is written without its vowels ("tnh")
LEAST_LONE_SKELETON = 4  # of a name of one word ("mncrm")
LEAST_REST = 5  # letters of a street's name that stands without its title ("jl bendahara")
_VOWELS = re.compile(r"(?<=.)[aiueo]")
_DOUBLED = re.compile(r"([a-z])\1+")
_OLD = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("v", "f"), ("ph", "f"), ("kh", "k"), ("dh", "d"))


class NameKind(StrEnum):
    """What a name is of."""

    AREA = "area"  # a kelurahan
    DISTRICT = "district"  # a kecamatan
    STREET = "street"
    LANDMARK = "landmark"
    OUTSIDE = "outside"  # beyond the border


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is compared. ``codes``: the kelurahan or kecamatan; a street or landmark: its place in the city's
    list; ``words``: as written out."""

    kind: NameKind
    shown: str
    words: tuple[str, ...]
    codes: tuple[str, ...]
    alone: bool = True  # may stand anywhere; else only after a word of place, or at the end
    part: bool = False  # the first word of several names
    headed: bool = False  # only after the word that says what it is
    short: bool = False  # written without its vowels, or with an initial

    @property
    def squashed(self) -> str:
        return "".join(self.words)


def loose(form: str) -> str:
    """A name without what spelling reforms and fast thumbs change: "djoelham" and "julham" are one."""
    for old, new in _OLD:
        form = form.replace(old, new)
    return _DOUBLED.sub(r"\1", form)


def longhand(language: Language, text: str) -> list[str]:
    """The words of a text with what is written short written out ("Rambung Dlm" → "rambung dalam")."""
    short = language.address.short
    return [said for word in words(text) for said in short.get(word.typed, word.typed).split()]


def all_names(city: City, language: Language) -> tuple[Name, ...]:
    """Every name in every form; no form of an abbreviation is also a full name."""
    maker = _Maker(city, language)
    full = [*maker.areas(), *maker.districts(), *maker.outside(), *maker.streets(), *maker.landmarks()]
    taken = {name.squashed for name in full}
    return (*full, *(name for name in maker.abbreviations() if name.squashed not in taken))


class _Maker:
    """The names of one city, kind by kind."""

    def __init__(self, city: City, language: Language) -> None:
        self.city, self.language = city, language
        self.own = squash(city.name)

    def _spellings(self, kind: NameKind, spellings: Sequence[str], codes: tuple[str, ...]) -> Iterator[Name]:
        written = (tuple(longhand(self.language, spelling)) for spelling in spellings)
        as_is = (
            tuple(word.typed for word in words(spelling)) for spelling in spellings
        )  # "bhakti" may hold a slip too
        for said in dict.fromkeys((*written, *as_is)):
            form = "".join(said)
            if form:
                alone = form not in self.language.ordinary and form != self.own
                yield Name(kind=kind, shown=spellings[0], words=said, codes=codes, alone=alone)

    def areas(self) -> Iterator[Name]:
        """Every kelurahan, and the first words that several share."""
        heads: dict[str, list[str]] = {}
        for area in self.city.areas.values():
            yield from self._spellings(NameKind.AREA, (area.name, *area.variants), (area.code,))
            first, *rest = longhand(self.language, area.name)
            if rest:
                heads.setdefault(first, []).append(area.code)
        for head, codes in heads.items():
            if len(codes) > 1:
                alone = len(head) >= LEAST_HEAD and head not in self.language.ordinary and head != self.own
                yield Name(kind=NameKind.AREA, shown=head, words=(head,), codes=tuple(codes), alone=alone, part=True)

    def districts(self) -> Iterator[Name]:
        """Every kecamatan; after "kec" also without the city's name ("kec utara")."""
        for code, district in self.city.districts.items():
            if code == WHOLE:
                continue
            yield from self._spellings(NameKind.DISTRICT, (district,), (code,))
            first, *rest = longhand(self.language, district)
            if rest and first == self.own:
                yield Name(
                    kind=NameKind.DISTRICT, shown=district, words=tuple(rest), codes=(code,), alone=False, headed=True
                )

    def outside(self) -> Iterator[Name]:
        """Places beyond the border. One written with "kec" is only meant after that word: the neighbouring kecamatan
        may bear the city's own name."""
        for outside in self.city.words.get("outside", ()):
            first, *rest = longhand(self.language, outside)
            if first not in self.language.address.district:
                yield from self._spellings(NameKind.OUTSIDE, (outside,), (outside,))
            elif rest:
                yield Name(
                    kind=NameKind.OUTSIDE, shown=outside, words=tuple(rest), codes=(outside,), alone=False, headed=True
                )

    def streets(self) -> Iterator[Name]:
        """Every street with its spellings, and what people put for its title."""
        for place, street in enumerate(self.city.streets):
            forms = dict.fromkeys(self._titled(street))
            yield from self._spellings(NameKind.STREET, tuple(forms), (str(place),))

    def _titled(self, street: Street) -> Iterator[str]:
        yield street.name
        yield from street.variants
        first, *rest = longhand(self.language, street.name)
        for title in self.language.address.titles.get(first, ()):
            tail = " ".join(rest)
            if title or len(tail) >= LEAST_REST:
                yield f"{title} {tail}".strip()

    def landmarks(self) -> Iterator[Name]:
        """Every landmark with what people put for its first word, and without the city's name at the end."""
        for place, landmark in enumerate(self.city.landmarks):
            yield from self._spellings(NameKind.LANDMARK, tuple(dict.fromkeys(self._headed(landmark))), (str(place),))

    def _headed(self, landmark: Landmark) -> Iterator[str]:
        yield landmark.name
        for spelling in (landmark.name, *landmark.variants):
            said = longhand(self.language, spelling)
            bare = said[:-1] if len(said) > 2 and said[-1] == self.own else said
            for tail in dict.fromkeys((tuple(said[1:]), tuple(bare[1:]))):
                for head in (said[0], *self.language.address.landmark.get(said[0], ())):
                    yield " ".join((head, *tail))

    def abbreviations(self) -> Iterator[Name]:
        """Kelurahan as they are shortened: "tnh tinggi", "sbr mulyorejo", "t. tinggi", "mncrm"."""
        for area in self.city.areas.values():
            said = longhand(self.language, area.name)
            forms = {form for form in itertools.product(*map(_shorter, said)) if form != tuple(said)}
            if len(said) > 1:
                forms.add((said[0][0], *said[1:]))
            for form in sorted(forms):
                if len(said) == 1 and len(form[0]) < LEAST_LONE_SKELETON:
                    continue
                whole = any(len(word) >= LEAST_REST for word in form if word in said) and len(form[0]) > 1
                yield Name(kind=NameKind.AREA, shown=area.name, words=form, codes=(area.code,), alone=whole, short=True)


def _shorter(word: str) -> Iterable[str]:
    """A word, and it without vowels, or without a consonant too: "sumber", "smbr", "sbr"."""
    bare = _VOWELS.sub("", word)
    skeletons = {bare, _DOUBLED.sub(r"\1", bare)}
    skeletons |= {bare[:at] + bare[at + 1 :] for at in range(1, len(bare))}
    return {word} | {one for one in skeletons if len(one) >= LEAST_SKELETON and len(one) < len(word)}


def by_form(names: Iterable[Name]) -> dict[tuple[NameKind, str], list[Name]]:
    """The names by kind and squashed form."""
    found: dict[tuple[NameKind, str], list[Name]] = {}
    for name in names:
        found.setdefault((name.kind, name.squashed), []).append(name)
    return found

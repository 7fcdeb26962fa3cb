"""What a city calls its areas: the smallest, the one above it, the quarter below it and that quarter's head.

``[levels.<lang>]`` of ``city.toml``. Texts, prompts and pages name none of them: they write ``{level_area}``,
``{Level_area}`` (at the beginning of a sentence) and the like, and the words are put in when the pack is read. What of
a text stands in square brackets with such a word is left out where a city has no such thing (``ward = ""``).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from config.table import Table

SHOWN = ("id", "en")  # languages of the pages: a pack may name its levels in them whatever people write
LONGEST = 16  # septets of a word
ROLES = ("area", "district")  # what ``level`` of a feature may always be; else the city's own word for it
_OPTIONAL = re.compile(r"\[([^\[\]]*?\{[Ll]evel_(\w+)\}[^\[\]]*)\]")
_WORD = re.compile(r"\{([Ll])evel_(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The words of one language. ``areas``, ``districts``: several. ``typed``: other words that people write before
    an area's name, ``typed_district`` and ``typed_ward``: before those of the others."""

    area: str = "kelurahan"
    areas: str = ""
    district: str = "kecamatan"
    districts: str = ""
    ward: str = "lingkungan"
    head: str = "kepling"
    typed: tuple[str, ...] = ()
    typed_district: tuple[str, ...] = ()
    typed_ward: tuple[str, ...] = ()

    def called(self, name: str) -> str:
        """The word of that role; several are one where the language makes no difference."""
        return getattr(self, name) or (getattr(self, name[:-1]) if name in ("areas", "districts") else "")

    def fill(self, text: str) -> str:
        """``text`` with these words in it. Placeholders that are no level's stay."""
        if "evel_" not in text:
            return text
        text = _OPTIONAL.sub(lambda found: found[1] if self._known(found[2]) and self.called(found[2]) else "", text)
        return _WORD.sub(self._put, text)

    def _put(self, found: re.Match[str]) -> str:
        if not self._known(found[2]):
            return found[0]
        said = self.called(found[2])
        return said[:1].upper() + said[1:] if found[1] == "L" else said

    def _known(self, name: str) -> bool:
        return name in WORDS


WORDS = ("area", "areas", "district", "districts", "ward", "head")
USUAL = Level()


@dataclass(frozen=True, slots=True)
class Levels:
    """Those of one city, by language."""

    by: Mapping[str, Level] = field(default_factory=dict)

    def of(self, lang: str) -> Level:
        """In that language; in one that the pack does not give, in its first."""
        return self.by.get(lang) or next(iter(self.by.values()), USUAL)

    def flat(self) -> Levels:
        """Those of a city whose areas stand under no district."""
        languages = self.by or {SHOWN[0]: USUAL}
        return Levels({lang: dataclasses.replace(one, district="", districts="") for lang, one in languages.items()})

    def roles(self) -> Mapping[str, str]:
        """What ``level`` of a feature may say, and which role it means."""
        said = {role: role for role in ROLES}
        for one in (*self.by.values(), *(() if self.by else (USUAL,))):
            said |= {one.area.lower(): "area", one.district.lower(): "district"}
        return {word: role for word, role in said.items() if word}

    def typed(self, role: str) -> frozenset[str]:
        """What people write before the name of one: single words, in small letters."""
        other = {"area": "typed", "district": "typed_district", "ward": "typed_ward"}[role]
        given = (word for one in self.by.values() for word in (one.called(role), *getattr(one, other)))
        return frozenset(word.lower() for word in given if word and " " not in word)


NAMELESS = Levels()
"""Of a pack that says nothing: the words of an Indonesian town."""


def read_levels(table: Table, languages: tuple[str, ...]) -> Levels:
    """``[levels]``; without it the words of an Indonesian town."""
    read: dict[str, Level] = {}
    for lang in dict.fromkeys((*languages, *SHOWN)):
        if lang in table.data:
            read[lang] = _level(table.table(lang))
    table.done()
    return Levels(MappingProxyType(read))


def _level(table: Table) -> Level:
    said = {name: table.short(name, LONGEST, getattr(USUAL, name)) for name in WORDS}
    typed, district, ward = (table.texts(name, ()) for name in ("typed", "typed_district", "typed_ward"))
    table.done()
    for name, word in said.items():
        if not word and name in ("area", "head"):
            table.fault(name, "must not be empty")
    return Level(**said, typed=typed, typed_district=district, typed_ward=ward)

"""How the speakers of a language type numbers, days and hours, as data (``languages/<lang>_times.toml``)."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.language import SHIPPED
from config.wording import BASE

Phrases = Mapping[str, int]
"""What is typed, folded, and what it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWords:
    """``numbers``: single words of a value; ``scales``: multipliers (10, 100, 1000, 1000000; "belas" is ``teens``).
    ``days``: days from today; ``weekdays``: 1 is Monday; ``parts``: the part of the day by word. ``lists``: every
    other list by its table and name ("hours.heads")."""

    numbers: Phrases = field(default_factory=dict)
    ordinals: Phrases = field(default_factory=dict)
    scales: Phrases = field(default_factory=dict)
    days: Phrases = field(default_factory=dict)
    weekdays: Phrases = field(default_factory=dict)
    months: Phrases = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def has(self, name: str, word: str) -> bool:
        """Whether the word is in that list ("dates.heads"). A list that nobody wrote is empty."""
        return word in self.lists.get(name, ())


SCALES = {"tens": 10, "hundreds": 100, "thousands": 1000, "millions": 1_000_000}


@functools.cache
def load_times(code: str) -> TimeWords:
    """Those of the language of that ISO 639-1 code. Raises FileNotFoundError if it is not shipped."""
    top: dict[str, Any] = tomllib.loads((SHIPPED / f"{code}_times.toml").read_text(encoding="utf-8"))
    parts = {word: part for part, words in top.pop("parts").items() for word in words}
    whole = {name: _by_word(top.pop(name)) for name in ("numbers", "ordinals", "days", "weekdays", "months")}
    named = top["number_words"]
    scales = {word: value for name, value in SCALES.items() for word in named[name]}
    lists = {f"{table}.{name}": frozenset(words) for table, given in top.items() for name, words in given.items()}
    return TimeWords(scales=scales, parts=parts, lists=lists, **whole)


def times_of(codes: tuple[str, ...]) -> TimeWords:
    """Those of the first of the languages that is shipped, else of Indonesian."""
    return load_times(next((code for code in codes if (SHIPPED / f"{code}_times.toml").is_file()), BASE))


def _by_word(table: Mapping[str, list[str]]) -> Phrases:
    return {word: int(value) for value, words in table.items() for word in words}

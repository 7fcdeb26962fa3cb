"""What the speakers of a language type, as data (``languages/<lang>.toml``): lists of words by what they do in a
text, and the words of addresses. No city is in it; a city adds its own words in ``codes.toml``."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

SHIPPED = Path(__file__).with_name("languages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The words around a place: in front of a street, a lane, a kelurahan, a kecamatan, a kabupaten, a lingkungan;
    before any place; and those that end a street's name. ``forename``: begins a street's name and is none by itself.
    ``toward``: the next place is where somebody goes or comes from; so is that after one of ``moving`` and one of
    ``to``. ``other``: the next name is a person's or a thing's; ``institution``: a building's. ``number``: before a
    house's number. ``common``: never a slip in a name. ``home``, ``beside``, ``elsewhere``: phrases for the registered
    address, for what is near it, and for what is not it. ``short``: what is written for what; ``titles``: what people
    put for the first word of a street's name; ``landmark``: for that of a landmark; ``numbers``: those in words."""

    street: frozenset[str] = frozenset()
    lane: frozenset[str] = frozenset()
    area: frozenset[str] = frozenset()
    district: frozenset[str] = frozenset()
    ward: frozenset[str] = frozenset()
    locative: frozenset[str] = frozenset()
    stops: frozenset[str] = frozenset()
    region: frozenset[str] = frozenset()
    forename: frozenset[str] = frozenset()
    toward: frozenset[str] = frozenset()
    moving: frozenset[str] = frozenset()
    to: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    institution: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    short: Mapping[str, str]
    titles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    landmark: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Folded words and phrases, by what they do. The file says of each list what it is for. ``digits``: by word."""

    help: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    perhaps_present: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    idioms: frozenset[str] = frozenset()
    fraud: frozenset[str] = frozenset()
    bait: frozenset[str] = frozenset()
    complaint: frozenset[str] = frozenset()
    service: frozenset[str] = frozenset()
    question: frozenset[str] = frozenset()
    hypothetical: frozenset[str] = frozenset()
    negation: frozenset[str] = frozenset()
    drill: frozenset[str] = frozenset()
    cancel: frozenset[str] = frozenset()
    quiet: frozenset[str] = frozenset()
    quiet_phrases: frozenset[str] = frozenset()
    code_heads: frozenset[str] = frozenset()
    distress: frozenset[str] = frozenset()
    emoji: frozenset[str] = frozenset()
    mild: frozenset[str] = frozenset()
    ordinary: frozenset[str] = frozenset()
    joints: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    suffixes: frozenset[str] = frozenset()
    digits: Mapping[str, str] = field(default_factory=dict)
    address: Address


@functools.cache
def load_language(code: str) -> Language:
    """The language of that ISO 639-1 code. Raises FileNotFoundError if it is not shipped, TypeError for an unknown
    list (the files are ours and are read by a test)."""
    top = tomllib.loads((SHIPPED / f"{code}.toml").read_text(encoding="utf-8"))
    lists = dict(top.pop("address"))
    short, numbers = lists.pop("short"), lists.pop("numbers", {})
    titles = {word: tuple(said) for word, said in lists.pop("titles", {}).items()}
    landmark = {word: tuple(said) for word, said in lists.pop("landmark", {}).items()}
    digits = {word: digit for digit, words in top.pop("digits", {}).items() for word in words}
    sets = {name: frozenset(words) for name, words in lists.items()}
    address = Address(short=short, numbers=numbers, titles=titles, landmark=landmark, **sets)
    return Language(address=address, digits=digits, **{name: frozenset(words) for name, words in top.items()})


def language_of(codes: tuple[str, ...]) -> Language:
    """The first of the languages that is shipped, else one without a word."""
    for code in codes:
        if (SHIPPED / f"{code}.toml").is_file():
            return load_language(code)
    return Language(address=Address(short={}))


def lists(language: Language) -> dict[str, frozenset[str]]:
    """Every list by its name, for tests and for showing."""
    return {one.name: getattr(language, one.name) for one in fields(language) if one.name not in ("address", "digits")}

"""How a language is said aloud, as data: ``<lang>_spoken.toml`` beside the other words of the language."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from config.language import SHIPPED

USUAL = "id"  # how a language without such a file is said
LETTERS = ("short", "small", "stopped", "before_number", "before_name", "initials", "degrees", "written", "slashed")
FIGURES = ("words", "units", "per", "scales", "money")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The tables of one language, as the file explains them; ``digest`` changes with any of them."""

    lang: str
    digest: str
    marks: tuple[str, str]  # of thousands, of fractions
    words: Mapping[str, str]
    short: Mapping[str, str]
    small: Mapping[str, str]
    stopped: Mapping[str, str]
    before_number: Mapping[str, str]
    before_name: Mapping[str, str]
    initials: Mapping[str, str]
    degrees: Mapping[str, str]
    written: Mapping[str, str]
    slashed: Mapping[str, str]
    units: Mapping[str, str]
    per: Mapping[str, str]
    scales: Mapping[str, str]
    money: Mapping[str, str]
    months: Mapping[str, int]
    month_names: Mapping[int, str]
    weekdays: Mapping[str, str]
    context: Mapping[str, frozenset[str]]
    said: Mapping[str, str]
    spelt: frozenset[str]
    read: frozenset[str]
    plates: frozenset[str]

    def follows(self, name: str, before: str, within: int) -> bool:
        """Whether one of that list stands among the last so many words of ``before``: folded, a blank at both ends."""
        last = f" {' '.join(before.split()[-within:])} "
        return any(f" {word} " in last for word in self.context.get(name, ()))


@functools.cache
def spoken_words(lang: str) -> Spoken:
    """The tables of a language; of one that has none, those of ``USUAL``."""
    path = SHIPPED / f"{lang}_spoken.toml"
    if not lang.isalpha() or not path.is_file():
        return spoken_words(USUAL)
    data = path.read_bytes()
    top = tomllib.loads(data.decode())
    months = {int(number): names for number, names in top["months"].items()}
    return Spoken(
        lang=lang,
        digest=hashlib.sha256(data).hexdigest()[:8],
        marks=(top["thousands_mark"], top["fraction_mark"]),
        **{name: top.get(name, {}) for name in (*LETTERS, *FIGURES)},
        months={name.lower(): number for number, names in months.items() for name in names},
        month_names={number: names[0] for number, names in months.items()},
        weekdays=top.get("weekdays", {}),
        context={name: frozenset(words) for name, words in top["context"].items()},
        said=top["capitals"].get("said", {}),
        spelt=frozenset(top["capitals"].get("spelt", ())),
        read=frozenset(top["capitals"].get("read", ())),
        plates=frozenset(top.get("plates", {}).get("letters", ())),
    )

"""Texts that were written to be read, as they are said: no "reply 1", no "type STATUS 17". Pure.

A text is recognised by its template (``City.texts``) and said in other words (``City.screens``) with the same fields;
of one that has no other words the sentences are left out in which a pattern of ``City.unsaid`` is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import TYPE_CHECKING

from gateway.dialogue import Screen

if TYPE_CHECKING:
    from config.city import City

RECORDED, RECORDED_HERE = "recorded", "recorded_here"  # prompts: what stands in a text for a recording; how it is said
LINE = "press_line"  # prompt: {label}, press {key}, then MORE
_ENDS = re.compile(r"(?<=[.?!])\s+|\n+")
_LINE_ENDS = re.compile(r"([^\s.?!:,])[ \t]*\n")
_CHOICE = re.compile(r"([1-8]) (.+)")
_BACK = re.compile(r"0 .+")


@dataclass(frozen=True, slots=True)
class _Reworded:
    """A text's template as patterns, how much of it is fixed, and its words for the ear."""

    patterns: tuple[re.Pattern[str], ...]  # the narrowest first
    fixed: int
    words: str


class SpokenText:
    """One city's texts."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._recorded = {lang: _recorded(city) for lang in city.languages}
        self._unsaid = {lang: [re.compile(one) for one in city.unsaid.get(lang, ())] for lang in city.languages}
        self._reworded = {lang: _reworded(city, lang) for lang in city.languages}

    def screen(self, screen: Screen, lang: str) -> Screen:
        """The same screen for the ear; its choices keep their keys."""
        lang = lang if lang in self._reworded else self._city.languages[0]
        choices = tuple(replace(one, label=self.text(one.label, lang)) for one in screen.choices)
        text = screen.text
        if not screen.choices and not screen.last:
            text = "\n".join(self._lines(text.split("\n"), lang))
        return replace(screen, text=self.text(text, lang), choices=choices)

    def text(self, text: str, lang: str) -> str:
        """Such a text for the ear. Never empty where the text is not."""
        lang = lang if lang in self._reworded else self._city.languages[0]
        said = self._recorded[lang].sub(self._city.prompt(lang, RECORDED_HERE), text.strip())
        return self._said(said, lang)

    def _lines(self, lines: Sequence[str], lang: str) -> Iterator[str]:
        """Where words are awaited, a line that is chosen by a digit is said as one; how to go back is said anyway."""
        for line in lines:
            if found := _CHOICE.fullmatch(line):
                yield self._city.prompt(lang, LINE, label=found[2], key=found[1])
            elif not _BACK.fullmatch(line):
                yield line

    def _said(self, text: str, lang: str) -> str:
        """Its words for the ear; of two texts that stand side by side, those of both."""
        whole = self._as_one(text, lang)
        if whole is not None:
            return whole
        for end in _ENDS.finditer(text):
            first = self._as_one(text[: end.start()], lang)
            if first is not None:
                return f"{first} {self._said(text[end.end() :], lang)}".strip()
            last = self._as_one(text[end.end() :], lang)
            if last is not None:
                return f"{self._plain(text[: end.start()], lang)} {last}".strip()
        return self._plain(text, lang)

    def _as_one(self, text: str, lang: str) -> str | None:
        """The words of the template that fits all of it; of several the one that says most by itself."""
        for one in self._reworded[lang]:
            for pattern in one.patterns:
                if found := pattern.fullmatch(text):
                    return " ".join(one.words.format_map(found.groupdict()).split())
        return None

    def _plain(self, text: str, lang: str) -> str:
        """Without the sentences that are not said; a line is one."""
        sentences = _ENDS.split(_LINE_ENDS.sub(r"\1.\n", text))
        kept = [one for one in sentences if one and not any(bad.search(one) for bad in self._unsaid[lang])]
        return " ".join(kept) or " ".join(text.split())


def _reworded(city: City, lang: str) -> tuple[_Reworded, ...]:
    """Those of a language, the most telling first."""
    narrow = _known(city, lang)
    found = [_one(city.texts[lang][key], words, narrow) for key, words in city.screens.get(lang, {}).items()]
    return tuple(sorted(found, key=lambda one: -one.fixed))


def _known(city: City, lang: str) -> Mapping[str, str]:
    """Fields that stand side by side in a text, with what they may hold: where one ends and the next begins."""
    services = (one.labels.get(lang, "") for one in city.clinics.services.values())
    clinics = (one.name for one in city.clinics.clinics.values())
    names = {"service": services, "clinic": clinics}
    known = {name: "|".join(re.escape(one) for one in ones if one) for name, ones in names.items()}
    return {
        "day": r"\S+ \d{1,2}/\d{1,2}",
        "time": r"\d{1,2}\.\d\d",
        **{name: one for name, one in known.items() if one},
    }


def _one(template: str, words: str, narrow: Mapping[str, str]) -> _Reworded:
    wide, fixed = _pattern(template, {})
    return _Reworded(patterns=(_pattern(template, narrow)[0], wide), fixed=fixed, words=words)


def _pattern(template: str, fields: Mapping[str, str]) -> tuple[re.Pattern[str], int]:
    """What fits the template, its fields as these say; and how much of it is fixed."""
    pattern, fixed, seen = "", 0, set[str]()
    for literal, name, _, _ in Formatter().parse(template):
        pattern += re.escape(literal)
        fixed += len(literal)
        if name is not None:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>{fields.get(name, '.*?')})"
            seen.add(name)
    return re.compile(pattern, re.DOTALL), fixed


def _recorded(city: City) -> re.Pattern[str]:
    """What stands for a recording in a text, with its id."""
    template: Mapping[str, str] = city.prompts[city.languages[0]]
    before, _, after = template[RECORDED].partition("{number}")
    return re.compile(f"{re.escape(before)}[A-Za-z0-9_-]+(?:[.]{{2}})?{re.escape(after)}", re.IGNORECASE)

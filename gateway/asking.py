"""What an answer means: one of the choices, a word that steers, or words to keep. Pure; holds no word of any language.

Every dialogue reads its answers by these, so that ``2``, ``2#``, `` 2. ``, ``2 daftar`` and ``daftar`` mean the same
whatever the face.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.gsm7 import ONE_SMS, septets
from gateway.dialogue import Choice, Screen, State, Step, Who
from gateway.words import fold, squash, words

if TYPE_CHECKING:
    from config.city import City

T = TypeVar("T")

MENU = "menu"  # the dialogue that every other leads back to
HELP = "telling_help"  # the one that says what there is
BACK = "0"  # typed anywhere: back to the menu, or past a question that may be skipped
USSD_SCREEN = 182  # GSM-7 septets in one USSD screen (3GPP TS 23.038, 5: 160 octets)
USSD_LINES = 7  # what a small phone shows without scrolling
LEAST_SLIP = 5  # letters of a word that may hold a slip of the thumb
_NUMBER = re.compile(r"[\W_]*(\d{1,3})[\W_]*")
_FIRST = re.compile(r"[\W_]*(\d{1,3})[\W_]+(?=\w)")
_MARKS = "'’`.,-/()#:&"


def digit(typed: str) -> str | None:
    """The number that is all of the text, without zeros before it: ``2``, ``02``, ``2#``, ``(2)``; else None."""
    found = _NUMBER.fullmatch(fold(typed))
    return (str(int(found[1])) if found[1].isascii() else None) if found else None


def chosen(choices: Sequence[Choice], typed: str) -> Choice | None:
    """The choice that was meant: its key, its label, or both. A slip in a label is forgiven where one label is near."""
    key = digit(typed)
    if key is not None:
        return next((choice for choice in choices if choice.key == key), None)
    if headed := _FIRST.match(fold(typed)):
        named = chosen(choices, typed[headed.end() :]) if headed.end() < len(typed) else None
        return named if named is not None and named.key == headed[1].lstrip("0") else None
    return nearest(((choice.label, choice) for choice in choices), typed)


def nearest(names: Iterable[tuple[str, T]], typed: str) -> T | None:
    """What the name that was typed stands for, in any spelling of blanks and capitals, with one slip if it is long
    enough and only one thing is that near."""
    return Names(names).find(typed)


class Names(Generic[T]):
    """Names and what they stand for, squashed once: for lists that are asked of every letter."""

    def __init__(self, names: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, set[T]] = {}
        for name, meant in names:
            self._exact.setdefault(squash(name), set()).add(meant)
        self._long = [name for name in self._exact if len(name) >= LEAST_SLIP]

    def find(self, typed: str, *, slips: bool = True) -> T | None:
        """As ``nearest``. ``slips`` False: only as it is written."""
        said = squash(typed)
        near = self._exact.get(said, set()) if said else set()
        near = near or {meant for name in self._slipped(said) if slips for meant in self._exact[name]}
        return next(iter(near)) if len(near) == 1 else None

    def _slipped(self, said: str) -> list[str]:
        """The names one slip away, their first letter right."""
        if len(said) < LEAST_SLIP or not said.isalpha():
            return []
        found = process.extract(said, self._long, scorer=OSA.distance, processor=None, score_cutoff=1, limit=None)
        return [name for name, _, _ in found if name[0] == said[0]]


def agreed(city: City, choices: Sequence[Choice], typed: str) -> Choice | None:
    """The choice that was meant: of one alone by a yes, too, of two by a yes or a no."""
    words = ("yes", "no")[: len(choices)] if len(choices) <= 2 else ()
    said = (one for one, word in zip(choices, words, strict=False) if means(city, word, typed))
    return chosen(choices, typed) or next(said, None)


def means(city: City, what: str, typed: str) -> bool:
    """Whether the whole text is one of the city's words for ``what`` (cancel, menu, skip …)."""
    return nearest(((word, True) for word in city.words.get(what, ())), typed) or False


def left(city: City, typed: str, who: Who) -> Step | None:
    """The step of somebody who wants back to the menu, to be told what there is, or to stop; None for other words."""
    if digit(typed) == BACK or means(city, "menu", typed):
        return Step(goto=MENU)
    if means(city, "help", typed):
        return Step(goto=HELP)
    if means(city, "cancel", typed):
        return Step(screen=Screen(text=city.text(who.language, "talk_ended"), last=True))
    return None


def aside(who: Who, typed: str) -> bool:
    """Whether words are rather a letter of their own: a digit was offered beside an answer, and nothing is asked."""
    return not who.screen and digit(typed) is None


def label(city: City, who: Who, key: str, name: str, **more: str) -> Choice:
    """A choice whose label is the city's text ``name``."""
    return Choice(key=key, label=city.text(who.language, name, **more))


def again(city: City, who: Who, screen: Screen, state: State, help: str = "") -> Step:
    """The same screen again, with a word of help where there is room for it."""
    word = help or city.text(who.language, "talk_help")
    helped = replace(screen, text=f"{word} {screen.text}".rstrip())
    most = USSD_SCREEN if who.screen else ONE_SMS
    short_enough = (septets(shown(helped)) or most + 1) <= most
    room = short_enough and (screen.text != "" or len(screen.choices) < USSD_LINES)
    return Step(screen=helped if room else screen, state=state, understood=False)


def shown(screen: Screen) -> str:
    """The screen as text: one line for what is said, one for each choice."""
    lines = [screen.text, *(f"{choice.key} {choice.label}" for choice in screen.choices)]
    return "\n".join(line for line in lines if line)


def tidy(typed: str) -> str:
    """What was typed, to be kept: letters of any script, digits and the marks of names and addresses; every other
    character (controls, emoji, direction marks) falls away, and blanks are single."""
    kept = (char if _keeps(char) else "" if unicodedata.category(char) in ("Cf", "Mn", "Me") else " " for char in typed)
    return " ".join("".join(kept).split())


def _keeps(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Mc" or char in _MARKS


def letters(text: str) -> int:
    """How many letters it has."""
    return sum(char.isalpha() for char in text)


def short(typed: str, most: int) -> bool:
    """Whether the text is at most so many words: rather a wrong answer than a letter of its own."""
    return len(words(typed)) <= most

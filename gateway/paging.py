"""A screen cut into pages that any phone shows: at most 182 septets and 7 lines each. Pure.

``0 lanjut`` and ``9 kembali`` move between pages; their words are the pack's. A choice keeps its number on every page,
and may be typed on any: what fits one page is shown as the dialogue numbers it. Only on a screen of several pages a
choice numbered 9 or 0 is shown as ``09`` or ``00``, because there the single key means the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from config.gsm7 import clip, septets, transliterate
from gateway.dialogue import Screen

WIDTH = 182  # septets in a USSD string: 160 octets of 7 bits (3GPP TS 23.038, 6.1.2.3)
LINES = 7  # what a small phone shows without scrolling
LABEL = 60  # septets of a choice's line: longer ones are cut, so that two fit a page in any case
NEXT, BACK = "0", "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """The words beside ``0`` and ``9``, in the person's language."""

    next: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paged:
    """A screen as it is shown. ``keys``: what may be typed, on any page, and the dialogue's own key for it."""

    pages: tuple[str, ...]
    keys: Mapping[str, str]


@lru_cache(maxsize=512)
def paged(screen: Screen, turning: Turning) -> Paged:
    """Cut a screen into pages; there is always one at the least."""
    text = _clean(screen.text)
    own = {choice.key: choice.key for choice in screen.choices}
    whole = "\n".join([*([text] if text else []), *(_line(one.key, one.label) for one in screen.choices)])
    if _fits(whole, WIDTH, LINES):
        return Paged(pages=(whole,), keys=MappingProxyType(own))
    shown = _shown([choice.key for choice in screen.choices])
    choices = [_line(shown[choice.key], choice.label) for choice in screen.choices]
    turned = _Pages(turning)
    for line in text.split("\n") if text else []:
        turned.words(line)
    for line in choices:
        turned.line(line)
    keys = {seen: key for key, seen in shown.items()}
    return Paged(pages=turned.done(), keys=MappingProxyType(keys))


def _shown(keys: Sequence[str]) -> dict[str, str]:
    """Own key → the number shown on a screen of several pages."""
    taken = set(keys)
    shown: dict[str, str] = {}
    for key in keys:
        seen = key
        while seen in (NEXT, BACK) or (seen != key and seen in taken):
            seen = f"0{seen}"
        taken.add(seen)
        shown[key] = seen
    return shown


def _line(key: str, label: str) -> str:
    return clip(f"{key} {_clean(label)}".replace("\n", " "), LABEL)


def _clean(text: str) -> str:
    """In the alphabet, with ``\\n`` as the only control, without blanks at the ends of lines."""
    plain = transliterate(text.replace("\r\n", "\n")).replace("\r", "\n").replace("\f", "\n")
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")


def _fits(text: str, width: int, lines: int) -> bool:
    return _long(text) <= width and text.count("\n") < lines


def _long(text: str) -> int:
    length = septets(text)
    assert length is not None, "transliterated text is in the alphabet"
    return length


class _Pages:
    """Filled line by line; every page leaves room for the line that turns it."""

    def __init__(self, turning: Turning) -> None:
        self._next = clip(f"{NEXT} {_clean(turning.next)}", LABEL // 2)
        self._back = clip(f"{BACK} {_clean(turning.back)}", LABEL // 2)
        self._full: list[list[str]] = []
        self._page: list[str] = []

    def line(self, line: str) -> None:
        """A line that is never broken."""
        if self._page and not self._room("\n".join([*self._page, line])):
            self._turn()
        self._page.append(line)

    def words(self, line: str) -> None:
        """A line that may go on on the next page, broken between words where it can be."""
        if self._room("\n".join([*self._page, line])):
            self._page.append(line)
            return
        begun = ""
        for word in line.split(" "):
            longer = f"{begun} {word}" if begun else word
            if not self._room("\n".join([*self._page, longer])):
                self._push(begun)
                longer = self._cut(word)
            begun = longer
        if begun:
            self._page.append(begun)

    def _push(self, begun: str) -> None:
        """End the page with what stands on it."""
        if begun:
            self._page.append(begun)
        if self._page:
            self._turn()

    def _cut(self, word: str) -> str:
        """What is left of a word longer than a page."""
        while not self._room(word):
            end = 1
            while self._room(word[: end + 1]):
                end += 1
            self._page.append(word[:end])
            self._turn()
            word = word[end:]
        return word

    def _turn(self) -> None:
        self._full.append(self._page)
        self._page = []

    def _room(self, text: str) -> bool:
        bar = f"{self._next} {self._back}" if self._full else self._next
        return _fits(f"{text}\n{bar}", WIDTH, LINES)

    def done(self) -> tuple[str, ...]:
        """Every page with its line that turns it."""
        pages = [*self._full, self._page] if self._page else self._full
        last = len(pages) - 1
        bars = [[self._next] * (nth < last) + [self._back] * (nth > 0) for nth in range(len(pages))]
        return tuple("\n".join([*page, " ".join(bar)]) for page, bar in zip(pages, bars, strict=True))

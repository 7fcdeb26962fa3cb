"""Where the reading of a text stands, and what a rule of it is. Pure.

A rule looks at one place and either says what is written there and where it ends, or leaves it to the next rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from ivr.spoken_words import Spoken

END = r"(?![0-9A-Za-z])"


class Found(NamedTuple):
    """``words``: what is said, with commas where one breathes. ``end``: what comes after it in the text. ``figure``:
    it was a number: another one right behind it is another number."""

    words: str
    end: int
    figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``before``: the last words said in this sentence, folded, with a blank at both ends."""

    text: str
    at: int
    lang: Spoken
    before: str

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What begins right here."""
        return pattern.match(self.text, self.at)

    @property
    def loose(self) -> bool:
        """Whether nothing is written right before it."""
        return self.at == 0 or self.text[self.at - 1] in " ("

    def after(self, *words: str) -> bool:
        """Whether the last thing said was one of these."""
        return any(self.before.endswith(f" {word} ") for word in words)


Rule = Callable[[Place], Found | None]

"""A text of which the days and hours are looked for: its tokens, and small questions about them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from config.times import TimeWords
from gateway.numerals import Numeral, Token, numeral

T = TypeVar("T")

LONGEST_PHRASE = 4  # words
NEAR = 4  # tokens in which a word of an address makes a number part of it
BORN_WITHIN = 4  # tokens in which a word of birth makes a date that of a birth
MARKS = frozenset("/.-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day, or days, as said. ``first`` … ``last``: both included. ``begin``, ``end``: its tokens. ``weekday``: only
    that was said (1 Monday), and a week said beside it decides. ``week``: such a week, or a month. ``weak``: holds
    where nothing else is said. ``night``: an evening. ``past``: it was said to be over."""

    first: date
    last: date
    begin: int
    end: int
    saw: str
    weekday: int = 0
    week: bool = False
    weak: bool = False
    night: bool = False
    past: bool = False


class Said:
    """``today``: the day on which it was said."""

    def __init__(self, said: Sequence[Token], words: TimeWords, today: date) -> None:
        self.tokens, self.words, self.today = said, words, today
        self.monday = today - timedelta(days=today.weekday())

    def day(self, first: date, begin: int, end: int, last: date | None = None) -> Day:
        """A day of those tokens."""
        saw = " ".join(one.text for one in self.tokens[begin:end])
        return Day(first=first, last=last or first, begin=begin, end=end, saw=saw)

    def text(self, at: int) -> str:
        """The token's text; "" where none is."""
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def has(self, name: str, at: int) -> bool:
        """Whether the token is in that list of words."""
        return 0 <= at < len(self.tokens) and self.words.has(name, self.tokens[at].text)

    def digits(self, at: int) -> bool:
        """Whether digits stand there."""
        return 0 <= at < len(self.tokens) and self.tokens[at].digits

    def joined(self, mark: int) -> bool:
        """Whether digits follow that mark, and nothing stands between."""
        if not self.digits(mark + 1) or not self.tokens[mark].joined or not self.tokens[mark + 1].joined:
            return False
        return self.tokens[mark].text in MARKS or self.tokens[mark].text in (":", ",")

    def phrase(self, at: int, table: Mapping[str, T]) -> tuple[T, int] | None:
        """The longest phrase of the table that begins there: what it stands for, and what comes after it."""
        for many in range(min(LONGEST_PHRASE, len(self.tokens) - at), 0, -1):
            text = " ".join(one.text for one in self.tokens[at : at + many])
            if text in table:
                return table[text], at + many
        return None

    def follow(self, name: str, at: int) -> int | None:
        """What comes after the phrase of that list that begins there; None: none does."""
        found = self.phrase(at, dict.fromkeys(self.words.lists.get(name, ()), True)) if at >= 0 else None
        return found[1] if found is not None else None

    def count(self, at: int, most: int) -> Numeral | None:
        """The whole number from 1 to ``most`` there."""
        found = numeral(self.tokens, at, self.words) if at < len(self.tokens) else None
        return found if found is not None and found.whole is not None and 1 <= found.whole <= most else None

    def part(self, at: int) -> tuple[str, int] | None:
        """The part of the day there."""
        return self.phrase(at, self.words.parts) if 0 <= at < len(self.tokens) else None

    def of_address(self, at: int) -> bool:
        """Whether a number there belongs to an address, a price, a telephone …: ``no 12/3``, ``jl sudirman 12/3``."""
        if self.has("dates.not_before", at - 1) or (
            self.text(at - 1) in MARKS and self.has("dates.not_before", at - 2)
        ):
            return True
        for before in range(at - 1, max(-1, at - 1 - NEAR), -1):
            if self.text(before) in (",", ";") and not self.tokens[at].joined:
                return False
            if self.has("dates.street", before):
                return True
        return False

    def born(self, at: int) -> bool:
        """Whether the date there is that of a birth."""
        return any(self.has("dates.birth", before) for before in range(max(0, at - BORN_WITHIN), at))

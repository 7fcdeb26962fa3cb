"""What stands after STATUS, SUDAH or BELUM: a ticket's number, a mark, words. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from eservices.complaints.ticket import BEST, WORST
from gateway.words import fold, words

LEAST_NUMBER = 101  # what is meant for a ticket, whether there is one or not; less is a mark, a digit of a menu, a word

_NUMBER = re.compile(r"(?<![\w])(?:no\.?|nomor|#)?\s*(\d{1,9})(?![\w])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """``ticket``, ``rating``: numbers that stand there; ``rest``: the words that are neither numbers nor courtesy."""

    ticket: int | None = None
    rating: int | None = None
    rest: tuple[str, ...] = ()


def typed(said: str, courtesy: Collection[str]) -> Typed:
    """Read it. A number from LEAST_NUMBER on is a ticket's, one digit from 1 to 5 a mark; any other is a word."""
    ticket: int | None = None
    rating: int | None = None
    rest: list[str] = []
    for word in words(said):
        if word.typed.isdigit() and word.typed.isascii() and len(word.typed) <= 9:
            number = int(word.typed)
            if number >= LEAST_NUMBER and ticket is None:
                ticket = number
                continue
            if WORST <= number <= BEST and rating is None:
                rating = number
                continue
        if word.typed not in courtesy and word.plain not in courtesy:
            rest.append(word.typed)
    return Typed(ticket=ticket, rating=rating, rest=tuple(rest))


def only_number(said: str) -> int | None:
    """The number that is all of the text, "123", "#123", "no 123"; None: something else."""
    found = _NUMBER.fullmatch(fold(said).strip(" .:#-"))
    return int(found[1]) if found is not None and found[1].isascii() else None

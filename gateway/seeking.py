"""A person of the registry, found by what somebody remembers of him: a part of the number, a name as it was heard, a
street, a kelurahan. Where no line has the words as they are, lines whose words are a slip away are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from gateway.number import normal
from gateway.store import Store
from gateway.store.people import Resident
from gateway.store.seeking import Sought, lines_after, lines_of, seek
from gateway.words import fold

if TYPE_CHECKING:
    from config.city import City

GROUP = 1000  # lines read in one look, so that the letters of the running program go between
MOST_NEAR = 100  # lines a slip away that are shown; more would be no help
LEAST_DIGITS = 3
SLIP_FROM, TWO_SLIPS_FROM = 4, 8  # letters of a word that may hold one slip, or two
MOST_WORDS = 6
_NUMBER = re.compile(r"[+()\d\s./-]+")
_WORD = re.compile(r"[^\W_]+")
_OF_ADDRESS = frozenset({"jl", "jln", "jalan", "gg", "gang", "no", "nomor", "kel", "kelurahan", "lk", "lingkungan"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """``near``: no line has these words; these have words a slip away."""

    lines: list[Resident]
    number: int
    near: bool = False


def sought(city: City, typed: str, kelurahan: str = "", state: str = "") -> Sought:
    """What somebody typed into one field, read: a number in any form or the last digits of one; else words."""
    if _NUMBER.fullmatch(typed) and sum(char.isdigit() for char in typed) >= LEAST_DIGITS:
        return Sought(digits=_digits(typed), kelurahan=kelurahan, state=state)
    typed_words = [word for word in _WORD.findall(fold(typed)) if word not in _OF_ADDRESS][:MOST_WORDS]
    words = tuple((word, _areas(city, word)) for word in typed_words)
    return Sought(words=words, kelurahan=kelurahan, state=state)


async def people(store: Store, wanted: Sought, at_most: int, skip: int = 0) -> Found:
    """The lines that fit; where none has the words, those that nearly do."""
    lines, number = await store.read(lambda tx: seek(tx, wanted, at_most, skip))
    if number or not wanted.words:
        return Found(lines=lines, number=number)
    near = await _near(store, wanted)
    page = near[skip : skip + at_most]
    return Found(lines=await store.read(lambda tx: lines_of(tx, page)), number=len(near), near=bool(near))


def _digits(typed: str) -> str:
    """The digits as they stand in E.164, however the number begins."""
    whole = normal(typed)
    if whole is not None:
        return whole
    digits = "".join(char for char in typed if char.isdigit())
    return re.sub(r"^(?:00)?62(?=8)|^0+", "", digits) or digits


def _areas(city: City, word: str) -> tuple[str, ...]:
    """Kelurahan in whose name the word is."""
    named = {area.code: {*_WORD.findall(fold(area.name))} for area in city.areas.values()}
    return tuple(code for code, words in named.items() if word in words)


async def _near(store: Store, wanted: Sought) -> list[str]:
    """The numbers of lines whose name and address have each word, or one a slip away; the nearest first."""
    nearness = _Nearness([word for word, _ in wanted.words])
    last, found = "", list[tuple[int, str, str]]()
    while True:
        lines = await store.read(partial(lines_after, number=last, sought=wanted, at_most=GROUP))
        for number, name, address in lines:
            slips = nearness.of(f"{name} {address}")
            if slips is not None:
                found.append((slips, name.casefold(), number))
        if len(lines) < GROUP or len(found) >= 10 * MOST_NEAR:
            break
        last = lines[-1][0]
    return [number for _, _, number in sorted(found)[:MOST_NEAR]]


class _Nearness:
    """How far a line is from the words. Each pair of words is compared once: people have the same names."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._known: dict[tuple[str, str], int | None] = {}

    def of(self, line: str) -> int | None:
        """Slips in all; None: a word is not there."""
        there, slips = _WORD.findall(fold(line)), 0
        for word in self._words:
            each = [far for one in there if (far := self._far(word, one)) is not None]
            if not each:
                return None
            slips += min(each)
        return slips

    def _far(self, word: str, other: str) -> int | None:
        if (word, other) not in self._known:
            self._known[word, other] = _slips(word, other)
        return self._known[word, other]


def _slips(word: str, other: str) -> int | None:
    """Letters more, less, other, or two exchanged; None: another word. Short words, and digits, are exact."""
    if word in other:
        return 0
    most = 2 if len(word) >= TWO_SLIPS_FROM else 1 if len(word) >= SLIP_FROM and word.isalpha() else 0
    far = OSA.distance(word, other, score_cutoff=most)
    return int(far) if far <= most else None

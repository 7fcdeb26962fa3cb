"""Kelurahan by their names, in a text. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from config.language import language_of
from gateway.words import squash, words

if TYPE_CHECKING:
    from config.city import City

LONGEST = 4  # words of a name, with one that was parted ("paya ro ba")
LEAST_SLIP = 6  # letters of a name that may hold a slip; shorter ones are too near to people's
LEAST_BEGUN = 4  # letters of a name's first word that stands for it ("Rambung")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The words from ``start`` to ``end`` name a kelurahan (``code``) or may name several. ``headed``: "kel" stands
    before it."""

    start: int
    end: int
    code: str = ""
    candidates: tuple[str, ...] = ()
    headed: bool = False


class AreaNames:
    """Those of one city."""

    def __init__(self, city: City) -> None:
        address = language_of(city).address
        self._heads, self._district_heads, self._short = address.area, address.district, address.short
        self._city = squash(city.name)
        self._names: dict[str, set[str]] = {}
        self._begun: dict[str, set[str]] = {}
        for area in city.areas.values():
            for name in (area.name, *area.variants):
                self._names.setdefault(self._key(name.split()), set()).add(area.code)
                first = squash(name.split()[0])
                if len(name.split()) > 1 and len(first) >= LEAST_BEGUN:
                    self._begun.setdefault(first, set()).add(area.code)
        self._districts = {squash(name) for name in city.districts.values()}
        self._districts |= {squash(name.removeprefix(city.name)) for name in city.districts.values()}

    def whole(self, field: str) -> Span | None:
        """The kelurahan that is all of the field."""
        said = [word.typed for word in words(field)]
        headed = len(said) > 1 and said[0] in self._heads
        said = said[1:] if headed else said
        while len(said) > 1 and self._is_district(said[-1:]) and self._key(said) not in self._names:
            said = said[:-1]  # the city after it
        found = self._known(said, slip=True) or self._begins(said)
        return self._span(0, len(said), found, headed) if found else None

    def district(self, field: str) -> bool:
        """Whether all of the field is a kecamatan, or the city."""
        said = [word.typed for word in words(field)]
        headed = len(said) > 1 and said[0] in self._district_heads
        return self._is_district(said[1:] if headed else said)

    def inside(self, said: Sequence[str], streets: Collection[str]) -> Span | None:
        """The kelurahan named among the words: by its head, else the longest name, else the last. A name straight
        after a street's head is that street's."""
        return self._among(said, streets, slip=False) or self._among(said, streets, slip=True)

    def before_district(self, said: Sequence[str]) -> int:
        """Where the kecamatan or the city begins that ends the words; their number: there is none."""
        for start in range(len(said)):
            headed = said[start] in self._district_heads
            if self._is_district(said[start + headed :]) and (headed or len(said) - start <= 3):
                return start
        return len(said)

    def _among(self, said: Sequence[str], streets: Collection[str], *, slip: bool) -> Span | None:
        best: tuple[tuple[bool, int, int], Span] | None = None
        for start in range(len(said)):
            headed = start > 0 and said[start - 1] in self._heads
            if start > 0 and (said[start - 1] in streets or said[start - 1] in self._district_heads):
                continue
            for many in range(min(LONGEST, len(said) - start), 0, -1):
                words_here = said[start : start + many]
                found = self._known(words_here, slip=slip or headed)
                if not found and headed and many == 1:
                    found = self._begins(words_here)
                if not found or (self._key(words_here) == self._city and not headed):
                    continue
                rank = (headed, many, start)
                if best is None or rank > best[0]:
                    best = rank, self._span(start - headed, start + many, found, headed)
        return best[1] if best is not None else None

    def _known(self, said: Sequence[str], *, slip: bool) -> set[str]:
        key = self._key(said)
        exact = self._names.get(key, set())
        if exact or not slip or len(key) < LEAST_SLIP or not key.isalpha():
            return exact
        near = [codes for name, codes in self._names.items() if _near(key, name)]
        return near[0] if len({frozenset(codes) for codes in near}) == 1 else set()

    def _begins(self, said: Sequence[str]) -> set[str]:
        return self._begun.get(self._key(said), set())

    def _key(self, said: Sequence[str]) -> str:
        return "".join(self._short.get(word, word) for word in (squash(one) for one in said))

    def _is_district(self, said: Sequence[str]) -> bool:
        key = squash(" ".join(said))
        return bool(key) and (key in self._districts or key in (self._city, f"kota{self._city}"))

    @staticmethod
    def _span(start: int, end: int, found: set[str], headed: bool) -> Span:
        if len(found) == 1:
            return Span(start=start, end=end, code=next(iter(found)), headed=headed)
        return Span(start=start, end=end, candidates=tuple(sorted(found)), headed=headed)


def _near(one: str, other: str) -> bool:
    return one[0] == other[0] and len(other) >= LEAST_SLIP and OSA.distance(one, other, score_cutoff=1) <= 1

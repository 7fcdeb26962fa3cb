"""Whether a proposal says what another says, in other words or spelling: it is pointed out before a second is kept, and
its sender decides. So a doubtful likeness costs one question, and is worth asking about. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from config.language import language_of
from gateway.spelling import Spelling
from gateway.words import normal, words

if TYPE_CHECKING:
    from config.city import City

ALIKE = 85.0  # of 100: two words that are the same with a slip or an affix
LEAST_WORD = 4  # letters of a word that may hold a slip
LEAST_SHARED = 2  # words
STREET, LANE = "street", "lane"  # in the place of "jl", "jalan", "jln" and of "gg", "gang"
REMEMBERED = 4096  # proposals whose words are
PART = 0.7  # of the words of both: "perbaikan jalan gang melati" and "jalan gang melati diperbaiki"


class Similar:
    """For one city; built once."""

    def __init__(self, city: City) -> None:
        language = language_of(city)
        self._spelling = Spelling(language.spelling)
        one = dict.fromkeys(language.address.street, STREET) | dict.fromkeys(language.address.lane, LANE)
        self._short = dict(language.address.short) | one
        names = {word for area in city.areas.values() for word in normal(area.name).split()}
        heads = language.address.area | language.address.district | language.address.locative
        said = (*city.words.get("ticket_small", ()), *city.words.get("ticket_courtesy", ()), *city.words["prop_small"])
        self._small = frozenset(map(normal, said)) | names | heads
        self._matter = lru_cache(REMEMBERED)(self._read)  # a list is compared with every new proposal

    def first(self, text: str, others: Sequence[tuple[int, str]]) -> int | None:
        """The number of the one that is most like the text; None: nothing is."""
        mine, theirs = self._matter(text), [(number, self._matter(said)) for number, said in others]
        known = frozenset().union(*(there for _, there in theirs))
        alike = [frozenset(other for other in known if _alike(one, other)) for one in mine]
        best = max(((_likeness(alike, there), -number) for number, there in theirs), default=(0.0, 0))
        return -best[1] if best[0] >= PART else None

    def _read(self, text: str) -> frozenset[str]:
        """The words that say something, as they are spelt rightly."""
        said = [self._short.get(word.typed, word.plain) for word in words(text)]
        plain = (one for word in said for one in self._spelling.words(word))
        return frozenset(one for one in plain if (len(one) > 2 or one.isdigit()) and one not in self._small)


def _likeness(alike: Sequence[frozenset[str]], there: frozenset[str]) -> float:
    """The part of the words that have their like among the others: of 1; 0 where they are too few to tell."""
    shared = sum(not one.isdisjoint(there) for one in alike)
    return shared / max(len(alike), len(there)) if shared >= LEAST_SHARED else 0.0


def _alike(one: str, other: str) -> bool:
    if one == other or min(len(one), len(other)) < LEAST_WORD or one.isdigit() or other.isdigit():
        return one == other
    return fuzz.ratio(one, other) >= ALIKE or (min(len(one), len(other)) > LEAST_WORD and _holds(one, other))


def _holds(one: str, other: str) -> bool:
    """As a word stands in what is derived of it: "baik" in "perbaikan"."""
    return one in other or other in one


@lru_cache(maxsize=2)
def similar_of(city: City) -> Similar:
    """Built once for a city."""
    return Similar(city)

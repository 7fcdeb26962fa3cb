"""Whether a proposal says what another says, in other words or spelling: it is pointed out before a second is kept, and
its sender decides. So a doubtful likeness costs one question, and is worth asking about. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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

    def first(self, text: str, others: Sequence[tuple[int, str]]) -> int | None:
        """The number of the one that is most like the text; None: nothing is."""
        mine = self._matter(text)
        best = max(((_likeness(mine, self._matter(said)), -number) for number, said in others), default=(0.0, 0))
        return -best[1] if best[0] >= PART else None

    def _matter(self, text: str) -> Collection[str]:
        """The words that say something, as they are spelt rightly."""
        said = [self._short.get(word.typed, word.plain) for word in words(text)]
        plain = [one for word in said for one in self._spelling.words(word)]
        return tuple(dict.fromkeys(one for one in plain if (len(one) > 2 or one.isdigit()) and one not in self._small))


def _likeness(here: Collection[str], there: Collection[str]) -> float:
    """The part of the words that have their like among the others: of 1; 0 where they are too few to tell."""
    shared = sum(any(_alike(one, other) for other in there) for one in here)
    return shared / max(len(here), len(there)) if shared >= LEAST_SHARED else 0.0


def _alike(one: str, other: str) -> bool:
    if one == other or min(len(one), len(other)) < LEAST_WORD or one.isdigit() or other.isdigit():
        return one == other
    return fuzz.ratio(one, other) >= ALIKE or (min(len(one), len(other)) > LEAST_WORD and _holds(one, other))


def _holds(one: str, other: str) -> bool:
    """ "baik" stands in "perbaikan"."""
    return one in other or other in one


@lru_cache(maxsize=2)
def similar_of(city: City) -> Similar:
    """Built once for a city."""
    return Similar(city)

"""What the staff of a clinic types: ``PANGGIL GIGI``, ``LEWAT 7``, ``DATANG SITI LANSIA``, ``TUTUP GIGI KAMIS sakit``.
Pure; the words are the city's. A day that is said and not understood is never today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz.distance import OSA

from config.times import times_of
from gateway.when import When, when
from gateway.words import Word, fold, plain, words

if TYPE_CHECKING:
    from config.city import City

T = TypeVar("T")

LEAST_SLIP = 5  # letters of a word that may hold a slip of the thumb
LONGEST_NAME = 5  # words
MOST_NUMBER = 999


class Verb(StrEnum):
    """What the staff does with the queue."""

    CALL = "call"
    AWAY = "away"
    DONE = "done"
    WALK_IN = "walk_in"
    CLOSE = "close"
    LIST = "list"
    YES = "yes"
    NO = "no"


ALONE = (Verb.YES, Verb.NO)  # only as the whole of a letter
WITH_NUMBER = (Verb.AWAY, Verb.DONE)
DATED = (Verb.CLOSE, Verb.LIST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """``service``: an id, empty: not said. ``number``: of the queue. ``days``: from today (0) on; ``vague``: a day was
    said, and which it is is not sure. ``said``: the rest, as it was typed: a name, a reason. ``priority``: said to be
    old, pregnant or disabled."""

    verb: Verb
    service: str = ""
    number: int | None = None
    days: int = 0
    vague: bool = False
    said: str = ""
    priority: bool = False


class StaffWords:
    """The words of one city."""

    def __init__(self, city: City) -> None:
        self._verbs = _phrases({verb: city.words.get(f"clinic_{verb}", ()) for verb in Verb})
        self._services = {key: one.words for key, one in city.clinics.services.items()}
        self._today = _phrases({0: city.words.get("clinic_today", ()), 1: city.words.get("clinic_tomorrow", ())})
        self._times = times_of(city.languages)
        self._zone = city.timezone
        self._early = _phrases({True: city.words.get("queue_first", ())})

    def read(self, text: str, services: Sequence[str], at: datetime) -> Order | None:
        """What is ordered at that instant; ``services``: ids that the clinic has. None: it has not the form of an
        order."""
        typed = list(words(text))
        found = _leading(typed, self._verbs)
        if found is None:
            return None
        verb, rest = found[0], typed[found[1] :]
        if verb in ALONE:
            return Order(verb=verb) if not rest else None
        named = _phrases({key: (key, *self._services[key]) for key in services if key in self._services})
        order = self._rest(verb, rest, named)
        if verb not in DATED:
            return order
        days, kept, vague = self._day(fold(text), at)
        again = _leading(list(words(kept)), self._verbs)
        if not (days or vague) or again is None or again[0] is not verb:
            return order  # "hari ini", or nothing of a day: today
        order = self._rest(verb, list(words(kept))[again[1] :], named)
        return replace(order, days=days, vague=vague) if order is not None else None

    def _day(self, text: str, at: datetime) -> tuple[int, str, bool]:
        """Days from today, the text without them, and whether a day was said that is not sure."""
        local = at.astimezone(self._zone)
        found = when(text, local, self._times)
        kept = "".join(" " if _within(place, found) else char for place, char in enumerate(text))
        if found.date is not None and found.date >= local.date() and not found.past:
            return (found.date - local.date()).days, kept, False
        dated = found.date is not None or found.range is not None or found.options or found.past
        return 0, kept, bool(dated) or any(char.isdigit() for char in kept)

    def _rest(self, verb: Verb, rest: list[Word], named: Mapping[tuple[str, ...], str]) -> Order | None:
        service, number, days = "", None, 0
        early = verb is Verb.WALK_IN and self._early_in(rest)
        said: list[str] = []
        while rest:
            if not said and not service and (found := _leading(rest, named)) is not None:
                service, rest = found[0], rest[found[1] :]
            elif verb in (Verb.CLOSE, Verb.LIST) and not said and (day := _leading(rest, self._today)) is not None:
                days, rest = day[0], rest[day[1] :]
            elif verb in WITH_NUMBER and number is None and rest[0].typed.isdecimal() and len(rest[0].typed) <= 4:
                number, rest = int(rest[0].typed), rest[1:]
            elif early and (mark := _leading(rest, self._early)) is not None:
                rest = rest[mark[1] :]
            else:
                said.append(rest[0].typed)
                rest = rest[1:]
        if verb in (Verb.CALL, Verb.AWAY, Verb.DONE, Verb.LIST) and said:
            return None  # more than an order: somebody says something
        if number is not None and not 0 < number <= MOST_NUMBER:
            return None
        return Order(verb=verb, service=service, number=number, days=days, said=" ".join(said), priority=early)

    def _early_in(self, rest: list[Word]) -> bool:
        return any(_leading(rest[place:], self._early) is not None for place in range(len(rest)))


def _within(place: int, found: When) -> bool:
    return any(begin <= place < end for begin, end in found.span)


def _phrases(meant: Mapping[T, Iterable[str]]) -> dict[tuple[str, ...], T]:
    return {
        tuple(plain(word.typed) for word in words(phrase)): meaning
        for meaning, phrases in meant.items()
        for phrase in phrases
    }


def _leading(typed: Sequence[Word], phrases: Mapping[tuple[str, ...], T]) -> tuple[T, int] | None:
    """The longest phrase that the words begin with, and how many words it has; a slip in a long single word is
    forgiven."""
    said = [word.plain for word in typed]
    for many in range(min(4, len(said)), 0, -1):
        if (found := phrases.get(tuple(said[:many]))) is not None:
            return found, many
    near = {meaning for phrase, meaning in phrases.items() if said and len(phrase) == 1 and _slip(phrase[0], said[0])}
    return (near.pop(), 1) if len(near) == 1 else None


def _slip(word: str, typed: str) -> bool:
    if min(len(word), len(typed)) < LEAST_SLIP or word[0] != typed[0]:
        return False
    return OSA.distance(word, typed, score_cutoff=1) <= 1

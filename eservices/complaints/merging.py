"""Whether two complaints of one category are of the same thing: the second sender joins the first ticket then. Pure.

Unsure is no: a ticket too many costs an office a minute, a wrong merge loses somebody's complaint. So what differs in
street, lane, kelurahan, lingkungan, house number or landmark is never the same, and neither is what is not placed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from config.language import language_of
from eservices.complaints.ticket import Ticket
from gateway.spelling import Spelling
from gateway.words import normal, words

if TYPE_CHECKING:
    from config.city import City

WITHIN = timedelta(days=14)  # a hole reported a fortnight ago and open still is the same hole
ALIKE = 85.0  # of 100: two words that are the same with a slip or an affix (fuzz.ratio, fuzz.partial_ratio)
STREETS_ALIKE = 92.0  # of 100: two spellings of one street that the city's list does not hold
LEAST_WORD = 4  # letters of a word that may hold a slip
LEAST_SHARED = 2  # words that two complaints without a street must share
LONGEST_LANDMARK = 2  # words after "dekat"
OWN = "~own"  # a landmark that only its sender knows
STREET = "street"  # what the number in a street's name counts ("Pasar 3")
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """What a complaint says of its place beyond the street, and of the matter. ``numbers``: by what they count
    (house, lingkungan); ``landmarks``: words after "dekat"; ``lanes``: names of lanes; ``matter``: the other words."""

    lanes: frozenset[str] = frozenset()
    landmarks: frozenset[str] = frozenset()
    numbers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    matter: frozenset[str] = frozenset()


class Merging:
    """Tells by a city's words which complaints are one."""

    def __init__(self, city: City) -> None:
        language = language_of(city)
        self._spelling = Spelling(language.spelling)
        self._address = language.address
        groups = [normal(group).split() for group in city.words.get("ticket_alike", ())]
        self._same = {word: group[0] for group in groups for word in group}
        self._near = frozenset(map(normal, city.words.get("ticket_near", ())))
        names = {word for area in city.areas.values() for word in normal(area.name).split()}
        heads = self._address.area | self._address.district | self._address.ward | self._address.locative
        self._small = frozenset(map(normal, city.words.get("ticket_small", ()))) | names | heads

    def same(self, new: Ticket, old: Ticket) -> bool:
        """Whether ``new`` repeats ``old``."""
        if new.category != old.category or not (new.placed and old.placed) or not _one_area(new, old):
            return False
        if bool(new.street) != bool(old.street):
            return False
        if new.street and not _one_street(new.street, old.street):
            return False
        here, there = self.spot(new), self.spot(old)
        if not _alike_all(here.lanes, there.lanes) or _contradicts(here, there):
            return False
        shared = _shared(here.matter, there.matter)
        if new.street:
            return shared >= 1
        pinned = bool(here.lanes) or _pinned(here, there)
        return bool(new.kelurahan) and shared >= (1 if pinned else LEAST_SHARED)

    def repeated(self, new: Ticket, others: Sequence[Ticket]) -> Ticket | None:
        """The oldest of the tickets that ``new`` repeats."""
        return next((old for old in others if old.number != new.number and self.same(new, old)), None)

    def spot(self, ticket: Ticket) -> Spot:
        """What the ticket's words say."""
        tokens = [word.typed for word in words(ticket.text)]
        street = {one.typed for one in words(ticket.street)}
        lanes, landmarks, used = set[str](), set[str](), set[int]()
        numbers: dict[str, set[str]] = {}
        for at, token in enumerate(tokens):
            following = tokens[at + 1] if at + 1 < len(tokens) else ""
            if token in self._address.lane and following:
                lanes.add(following)
                used |= {at, at + 1}
            elif (kind := self._counts(token)) and (number := _number(following)):
                numbers.setdefault(kind, set()).add(number)
                used |= {at, at + 1}
            elif at and tokens[at - 1] in street and (number := _number(token)):
                numbers.setdefault(STREET, set()).add(number)
                used |= {at}
            elif token in self._near:
                after = self._landmark(tokens[at + 1 :])
                landmarks.update(after)
                used |= {at}
        matter = {
            plain
            for at, token in enumerate(tokens)
            if at not in used and token not in street and token not in landmarks
            for plain in self._plain(token)
        }
        return Spot(
            lanes=frozenset(lanes),
            landmarks=frozenset(landmarks),
            numbers={kind: frozenset(said) for kind, said in numbers.items()},
            matter=frozenset(matter),
        )

    def _counts(self, token: str) -> str:
        if token in self._address.ward:
            return "lingkungan"
        return "house" if token in self._address.number else ""

    def _landmark(self, tokens: Sequence[str]) -> Sequence[str]:
        """The words of a landmark; nothing where only the sender knows it ("depan rumah saya")."""
        said = []
        for token in tokens[:LONGEST_LANDMARK]:
            if token in self._near or token in self._address.locative or token in self._address.street:
                break
            said.append(token)
        kept = [one for one in said if one not in self._small]
        return kept if kept or not said else [OWN]

    def _plain(self, token: str) -> Sequence[str]:
        read = [one for word in words(token) for one in self._spelling.words(word.plain)]
        kept = (one for one in read if len(one) > 2 and one not in self._small and not one.isdigit())
        return [self._same.get(one, one) for one in kept]


@lru_cache(maxsize=2)
def merging_of(city: City) -> Merging:
    """Built once for a city."""
    return Merging(city)


def _one_area(new: Ticket, old: Ticket) -> bool:
    """Whether both may lie in one kelurahan."""
    here, there = _areas(new), _areas(old)
    return not here or not there or bool(here & there)


def _areas(ticket: Ticket) -> frozenset[str]:
    return frozenset([ticket.kelurahan] if ticket.kelurahan else ticket.candidates)


def _one_street(one: str, other: str) -> bool:
    """Two spellings of a name; numbers in it ("Pasar 3") must be equal."""
    here, there = normal(one), normal(other)
    digits = [[word for word in name.split() if _number(word)] for name in (here, there)]
    return digits[0] == digits[1] and (here == there or fuzz.ratio(here, there) >= STREETS_ALIKE)


def _contradicts(here: Spot, there: Spot) -> bool:
    """Whether one names a landmark or a number where the other names another."""
    if here.landmarks and there.landmarks and not _shared(here.landmarks - {OWN}, there.landmarks - {OWN}):
        return True
    if here.numbers.get(STREET) != there.numbers.get(STREET):
        return True
    both = here.numbers.keys() & there.numbers.keys()
    return any(here.numbers[kind].isdisjoint(there.numbers[kind]) for kind in both)


def _pinned(here: Spot, there: Spot) -> bool:
    """Whether both name one landmark, house or lingkungan."""
    both = here.numbers.keys() & there.numbers.keys()
    return bool(both) or bool(_shared(here.landmarks - {OWN}, there.landmarks - {OWN}))


def _alike_all(here: Collection[str], there: Collection[str]) -> bool:
    """Whether each has its like among the others."""
    return len(here) == len(there) and _shared(here, there) == len(here)


def _shared(here: Collection[str], there: Collection[str]) -> int:
    """How many of the words have their like among the others."""
    return sum(any(_alike(one, other) for other in there) for one in here)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < LEAST_WORD or one.isdigit() or other.isdigit():
        return False
    return fuzz.ratio(one, other) >= ALIKE or (
        min(len(one), len(other)) > LEAST_WORD and fuzz.partial_ratio(one, other) >= 100.0
    )


def _number(token: str) -> str:
    """A number as it is compared: "07" and "7", "IV" and "4" are equal; empty: it is none."""
    return token.lstrip("0") if token.isdigit() else _ROMAN.get(token, "")

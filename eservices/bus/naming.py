"""What people call a stop or a bus. Pure; the words are the pack's and the language's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from config.city_buses import Stop, Vehicle
from config.language import language_of
from gateway.asking import Names, digit
from gateway.words import fold, squash

if TYPE_CHECKING:
    from config.city import City

MOST = 6  # stops that are offered to choose from
STRAY = 1  # words of a name that may be no part of it
LEAST_PART = 3  # letters of a word by which a stop may be known


class Naming:
    """Made once for a city."""

    def __init__(self, city: City) -> None:
        self._buses = city.buses
        stops = city.buses.stops.values()
        self._exact = Names((name, stop.id) for stop in stops for name in (stop.name, *stop.variants))
        self._parts = [(stop, _words(" ".join((stop.name, *stop.variants)))) for stop in stops]
        self._single = Names((word, word) for _, words in self._parts for word in words)
        heads = sorted(city.words["bus_vehicle"], key=len, reverse=True)
        between = "|".join(map(re.escape, city.words["bus_numbered"]))
        head = "|".join(map(re.escape, heads))
        self._asked = frozenset(city.words["bus_asked"])
        digits = {word: key for word, key in language_of(city).digits.items() if len(word) >= LEAST_PART}
        numbers = "|".join([r"\d{1,3}", *(re.escape(word) for word in digits)])
        self._digits = digits
        self._said = re.compile(
            rf"(?<![^\W\d_])(?:{head})\s*(?:(?:{between})\b\s*)?[.:#-]?\s*({numbers})(?![^\W_]|[.:]\d)"
        )
        stands, counted = ("|".join(map(re.escape, city.words[name])) for name in ("bus_stand", "bus_counted"))
        self._stand, self._counted = re.compile(rf"\b(?:{stands})\W*\Z"), re.compile(rf"\s*(?:{counted})\b")

    def stops(self, typed: str) -> list[Stop]:
        """The stops that a name may mean, the pack's order: one where it is sure, none where nothing is near. Slips of
        the thumb are forgiven, and a part of a name is enough."""
        typed = self.asked(typed)
        found = self._exact.find(typed)
        if found is not None:
            return [self._buses.stops[found]]
        said = [self._single.find(word) or word for word in _words(typed)]
        if not said:
            return []
        rated = [(sum(word in words for word in said), stop) for stop, words in self._parts]
        most = max((rate for rate, _ in rated), default=0)
        if not most or len(said) - most > STRAY:
            return []  # it says something else as well
        return [stop for rate, stop in rated if rate == most]

    def asked(self, typed: str) -> str:
        """What was typed without the words around it: "3 dimana sekarang" is "3"."""
        return " ".join(word for word in typed.split() if squash(word) not in self._asked)

    def number(self, typed: str) -> str | None:
        """The number that is all of the text: "3", "no 3", "tiga", "3 dimana"."""
        typed = self.asked(typed)
        return digit(typed) or self._digits.get(fold(typed).strip()) or self.named(f"bus {typed}", whole=True)

    def named(self, text: str, *, whole: bool = False) -> str | None:
        """The number of the bus that a text names: "tolong di bus 3 ada copet". Of "bus terbalik, bus 3 orang luka" and
        "halte bus 3" none: an emergency would be looked for in another bus."""
        folded = fold(text)
        found = self._said.fullmatch(folded.strip()) if whole else next(self._buses_in(folded), None)
        if found is None:
            return None
        said = found[1]
        return str(int(said)) if said.isdigit() else self._digits.get(said)

    def _buses_in(self, folded: str) -> Iterator[re.Match[str]]:
        for found in self._said.finditer(folded):
            if not self._stand.search(folded[: found.start()]) and not self._counted.match(folded, found.end()):
                yield found

    def vehicle(self, number: str) -> Vehicle | None:
        """The bus of that number."""
        return self._buses.vehicles.get(number)


def _words(text: str) -> Sequence[str]:
    return list(dict.fromkeys(word for word in map(squash, fold(text).replace(".", " ").split()) if _tells(word)))


def _tells(word: str) -> bool:
    return len(word) >= LEAST_PART or word.isdigit()

"""Where a complaint is: what the reader of places found, as a ticket keeps and people read it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from eservices.complaints.category import Categories
from eservices.complaints.seams import REGISTERED, Found, Places
from gateway.asking import tidy
from gateway.registry import Resident
from gateway.words import fold, normal, words

if TYPE_CHECKING:
    from config.city import City

MOST_CHOICES = 3  # kelurahan that one question may name: more do not fit its SMS
ROMAN = frozenset({"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"})
IN = frozenset({"di", "d", "di.", "in", "at"})
ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)  # only the age of a registered address is counted from it
LONGEST = 60  # characters of a place in its sender's own words
_MEASURED = re.compile(r'\d\.\d{3}|https?:|A"ML')  # coordinates, a link of a map, AML: read as they came


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """``street``: a street or landmark by name; ``place``: what people are shown; ``clear``: nobody need be asked;
    ``outside``: it lies beyond the city's border."""

    kelurahan: str | None = None
    candidates: tuple[str, ...] = ()
    street: str = ""
    place: str = ""
    clear: bool = False
    outside: bool = False


class Spotting:
    """Built once for a city."""

    def __init__(self, city: City, places: Places, categories: Categories) -> None:
        self._city, self._places, self._categories = city, places, categories
        self._home = tuple(normal(phrase) for phrase in city.words.get("ticket_home", ()))
        self._counted = frozenset(map(normal, city.words.get("ticket_numbered", ())))

    def spot(self, text: str, resident: Resident | None, now: datetime) -> Spot:
        """The place that the words name. A registered address makes clear which of several is meant; it is never the
        place of what names none."""
        said = text if _MEASURED.search(text) else self._categories.without_matter(text)
        found = self._places.locate(said, resident, now)
        if found.source == REGISTERED:
            found = self._places.locate(said, None, now)
        named = found.street or found.landmark or ""
        candidates = () if found.kelurahan else found.candidates
        return Spot(
            kelurahan=found.kelurahan,
            candidates=candidates,
            street=named,
            place=self._shown(found, self._numbered(said)),
            clear=bool(found.kelurahan or found.landmark),
            outside=found.outside,
        )

    def at_home(self, text: str) -> bool:
        """Whether it says "in front of my house", and of no other place."""
        said = f" {normal(text)} "
        return any(f" {phrase} " in said for phrase in self._home) and not self.spot(text, None, ANY_TIME).place

    def home(self, resident: Resident) -> Spot:
        """The registered address."""
        area = self._city.areas.get(resident.kelurahan)
        place = ", ".join(part for part in (resident.address, area.name if area else "") if part)
        return Spot(kelurahan=area.code if area else None, street=resident.address, place=place, clear=True)

    def chosen(self, code: str, street: str) -> Spot:
        """One of several kelurahan, by its code."""
        name = self._city.areas[code].name
        place = f"{_headed(street)}, {name}" if street else name
        return Spot(kelurahan=code, street=street, place=place, clear=True)

    def _numbered(self, said: str) -> str:
        """ "Pasar 3": a road by its number, as people say it, that no list holds."""
        found = [
            f"{name.typed.title()} {number.typed.upper()}"
            for name, number in pairwise(words(said))
            if name.plain in self._counted and (number.typed.isdigit() or number.typed in ROMAN)
        ]
        return found[0] if len(found) == 1 else ""

    @staticmethod
    def own_words(typed: str, street: str) -> Spot:
        """A place that no list holds, as its sender calls it."""
        first, _, rest = tidy(typed).partition(" ")
        said = rest if fold(first) in IN and rest else tidy(typed)  # "di" stands before it already
        return Spot(street=street, place=said[:LONGEST].strip(), clear=True)

    def _shown(self, found: Found, numbered: str = "") -> str:
        area = self._city.areas[found.kelurahan].name if found.kelurahan else ""
        street = _headed(found.street) if found.street else ""
        parts = (found.landmark or street or numbered, found.lane or "", area or found.outside_name or "")
        return ", ".join(dict.fromkeys(part for part in parts if part))


def _headed(street: str) -> str:
    """``Jl. Labu``; a name that says itself what it is stays as it is."""
    first = street.split(" ", 1)[0].strip(".").lower()
    if first in ("jl", "jln", "jalan", "gg", "gang", "lorong"):
        return street
    return f"Jl. {street if street != street.lower() else street.title()}"

"""Where somebody is or lives, by choice: the kecamatan, then one of its kelurahan; or its name at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from config.language import language_of
from gateway.asking import BACK, chosen, digit, nearest
from gateway.dialogue import Choice
from gateway.words import squash, words

if TYPE_CHECKING:
    from config.city import City


class Whereabouts:
    """The lists of one city, in the order of their codes. Numbers count from 1."""

    def __init__(self, city: City) -> None:
        self._city, self._areas = city.name, city.areas
        held = sorted({area.kecamatan_code for area in city.areas.values()})
        self._districts = {code: city.districts[code] for code in held}
        self._of = {code: sorted(a for a in city.areas if city.areas[a].kecamatan_code == code) for code in held}
        address = language_of(city).address
        self._heads = address.area | address.district | address.locative
        self._wards = address.ward
        self._short = address.short

    def districts(self) -> tuple[Choice, ...]:
        """Every kecamatan."""
        return _numbered(self._districts.values())

    def areas(self, district: str) -> tuple[Choice, ...]:
        """The kelurahan of one; empty for a code that is none."""
        return _numbered(self._areas[code].name for code in self._of.get(district, ()))

    def only_district(self) -> str | None:
        """The code of the only kecamatan, where there is but one: then nobody is asked."""
        return next(iter(self._districts)) if len(self._districts) == 1 else None

    def district(self, typed: str) -> str | None:
        """The code of the kecamatan that was chosen or named ("Kota Utara", "kec utara")."""
        choice = chosen(self.districts(), self._bare(typed))
        if choice is not None:
            return list(self._districts)[int(choice.key) - 1]
        parts = [(name.removeprefix(self._city).strip(), code) for code, name in self._districts.items()]
        return nearest(parts, self._bare(typed))

    def area(self, typed: str, district: str | None = None) -> str | None:
        """The code of the kelurahan that was chosen in that kecamatan, or named anywhere in the city."""
        there = self._of.get(district or "", [])
        key = digit(typed)
        if key is not None:
            return there[int(key) - 1] if key != BACK and int(key) <= len(there) else None
        bare = self._bare(typed)
        choice = chosen(self.areas(district or ""), bare)
        if choice is not None:
            return there[int(choice.key) - 1]
        return self._named(bare) or self._called(typed)

    def _named(self, typed: str) -> str | None:
        """The kelurahan of that name; also with its kecamatan behind it."""
        found = self._called(typed)
        for district, name in self._districts.items():
            rest = squash(typed).removesuffix(squash(name))
            if found is None and rest != squash(typed):
                there = self._called(rest)
                found = there if there in self._of[district] else None
        return found

    def _called(self, typed: str) -> str | None:
        return nearest(((name, a.code) for a in self._areas.values() for name in (a.name, *a.variants)), typed)

    def _bare(self, typed: str) -> str:
        """The name without "kel", "kec", "di" before it and the lingkungan behind it, what is short written out."""
        said = [self._short.get(word.typed, word.typed) for word in words(typed)]
        while len(said) > 1 and said[0] in self._heads:
            said = said[1:]
        ward = next((at for at, word in enumerate(said) if at and word.rstrip("0123456789") in self._wards), len(said))
        return " ".join(said[:ward]) or typed


def _numbered(names: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(key=str(n), label=name) for n, name in enumerate(names, start=1))

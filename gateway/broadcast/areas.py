"""Whom a broadcast is for: everybody (``all``), areas of the registry by their code, all areas of a district by its
code, or one part of an area (``CODE/3``: its third lingkungan). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_moves import EVERYWHERE, Carried
from gateway.lingkungan import lingkungan_number
from gateway.store.carrying import PLACE
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City

EVERYBODY = EVERYWHERE


class NoArea(Exception):
    """``why``: ``unknown`` or ``several``; ``said``: what was asked for."""

    def __init__(self, why: str, said: str) -> None:
        words = {"unknown": "there is no such area", "several": "more than one area has that name, give its code"}
        super().__init__(f"{said!r}: {words[why]}")
        self.why, self.said = why, said


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """``areas``: codes of the registry; None: everybody. ``part``: only that lingkungan of the one area."""

    areas: frozenset[str] | None
    part: str = ""


def area_of(city: City, said: str) -> str:
    """What a person asks for (a code, a name, ``NAME/3``), as it is kept. Raises NoArea."""
    name, _, part = said.strip().partition("/")
    if squash(name) in ("", "all", "semua") and not part.strip():
        return EVERYBODY
    if name.strip() in city.areas or name.strip() in city.districts:
        code = name.strip()
    else:
        codes = [one.code for one in city.areas.values() if squash(one.name) == squash(name)]
        codes += [code for code, known in city.districts.items() if squash(known) == squash(name)]
        if len(codes) != 1:
            raise NoArea("several" if codes else "unknown", said)
        code = codes[0]
    number = lingkungan_number(part) if part.strip() else ""
    if part.strip() and (not number or code not in city.areas):
        raise NoArea("unknown", said)
    return f"{code}/{number}" if number else code


def within(city: City, area: str) -> Within:
    """The areas that are meant. An area that the pack no longer has is nobody's."""
    if area == EVERYBODY:
        return Within(areas=None)
    code, _, part = area.partition("/")
    if code in city.districts:
        return Within(areas=frozenset(one.code for one in city.areas.values() if one.kecamatan_code == code))
    return Within(areas=frozenset({code}), part=part)


def stands(city: City, area: str) -> bool:
    """Whether the pack has it (still)."""
    return Carried(city, 0).has(PLACE, area)


def said(city: City, area: str, everybody: str) -> str:
    """The area in words."""
    code, _, part = area.partition("/")
    if area == EVERYBODY:
        return everybody
    name = city.districts.get(code) or (city.areas[code].name if code in city.areas else code)
    return f"{name}/{part}" if part else name

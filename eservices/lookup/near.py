"""Rows by place: those of an area, or those nearest to where the person is registered. Pure.

A point in a row is where it is; a row without one is taken to be in the middle of its area, as is a person whose house
nobody has put on the map. Distances are as the crow flies, and rounded: the texts say "about".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from config.geometry import distance_m
from config.language import language_of
from config.lookup import Form, KeyForm, Lookup, Row
from config.lookup_keys import folded
from eservices.lookup.matching import meant
from gateway.dialogue import Who

if TYPE_CHECKING:
    from config.city import City

Point = tuple[float, float]
KM = 1000.0  # metres
NEAREST_M = 50  # to which less than a kilometre is rounded
FAR_KM = 10  # from here on without a decimal
SAME_KM = 2  # two of which only is known that they are in one area are nearer to each other than that


def around(city: City, lookup: Lookup, rows: Sequence[Row], said: str, who: Who) -> tuple[Row, ...] | None:
    """Which of a table's rows a key of the form AREA or PLACE means, the nearest first; each may say its ``distance``
    and, as a part of a sentence, ``away``. ``said`` is what was typed, folded. None: nothing was typed, and where the
    person is is not known."""
    resident = who.resident
    home = resident.kelurahan if resident is not None and resident.kelurahan in city.areas else ""
    codes, rest = _areas(city, said) if said else (((home,) if home else ()), "")
    if not said and not home:
        return None
    if lookup.key.form is KeyForm.AREA:
        return _of_areas(city, lookup, rows, codes, rest if codes else said)
    if said and not codes:  # a name, perhaps
        rows, codes = _worded(lookup, rows, said), ((home,) if home else ())
    elif rest:
        rows = _worded(lookup, rows, rest) or rows
    here = _house(who) if not _named(city, said) else None
    starts = [_Spot(here)] if here is not None else [_middle(city, code) for code in codes]
    return _by_distance(city, lookup, rows, starts, who)[: lookup.most]


def _of_areas(city: City, lookup: Lookup, rows: Sequence[Row], codes: Sequence[str], rest: str) -> tuple[Row, ...]:
    """In the order of the table: of these areas, or whose words were typed, or both."""
    column = lookup.key.column
    there = [row for row in rows if row.get(column, "") in codes] if codes else list(rows)
    worded = tuple(_worded(lookup, there, rest)) if rest else ()
    return worded or (tuple(there) if codes or not rest else ())


def _worded(lookup: Lookup, rows: Sequence[Row], said: str) -> list[Row]:
    """Rows of which a column of words says that."""
    columns = [name for name, column in lookup.columns.items() if column.form is Form.TEXT and not column.says]
    for name in columns:
        wanted = set(meant({folded(row.get(name, "")) for row in rows} - {""}, said))
        if found := [row for row in rows if folded(row.get(name, "")) in wanted]:
            return found
    return []


# -- areas


def _areas(city: City, said: str) -> tuple[tuple[str, ...], str]:
    """The areas that were typed, and what else was: "paya roba jalan" is both."""
    words = [word for word in said.split() if word not in language_of(city).address.area]
    if found := _called(city, " ".join(words)):
        return found, ""
    for many in range(len(words) - 1, 0, -1):
        for name, rest in ((words[:many], words[many:]), (words[-many:], words[:-many])):
            exact = _names(city).get(" ".join(name))
            if exact is not None:
                return (exact,), " ".join(rest)
    return (), said


def _named(city: City, said: str) -> bool:
    return bool(_areas(city, said)[0])


def _called(city: City, said: str) -> tuple[str, ...]:
    """By its name, a slip forgiven; by a word of several names, all of these."""
    names = _names(city)
    return tuple(dict.fromkeys(names[one] for one in meant(names, said) if one in names))


@lru_cache(maxsize=2)
def _names(city: City) -> Mapping[str, str]:
    return {folded(name): area.code for area in city.areas.values() for name in (*area.variants, area.name)}


# -- points


@dataclass(frozen=True, slots=True)
class _Spot:
    """``area``: it is only the middle of that one."""

    point: Point
    area: str = ""


def _house(who: Who) -> Point | None:
    resident = who.resident
    if resident is None or resident.lat is None or resident.lon is None:
        return None
    return resident.lat, resident.lon


def _middle(city: City, code: str) -> _Spot:
    return _Spot((city.areas[code].lat, city.areas[code].lon), code)


def _place(city: City, lookup: Lookup, row: Row) -> _Spot | None:
    """Where a row is: its point, else the middle of its area."""
    for name, column in lookup.columns.items():
        if column.form is Form.POINT and row.get(name):
            lat, _, lon = row[name].partition(",")
            return _Spot((float(lat), float(lon)))
    area = next((row[name] for name, one in lookup.columns.items() if one.form is Form.AREA and row.get(name)), "")
    return _middle(city, area) if area in city.areas else None


def _by_distance(city: City, lookup: Lookup, rows: Sequence[Row], starts: Sequence[_Spot], who: Who) -> tuple[Row, ...]:
    """The nearest first, what is nowhere last."""
    found = []
    for at, row in enumerate(rows):
        place = _place(city, lookup, row)
        ways = [(distance_m(start.point, place.point), start) for start in starts] if place is not None else []
        far, start = min(ways, key=lambda way: way[0], default=(math.inf, None))
        same = start is not None and place is not None and start.area == place.area != ""
        short, away = said_away(city, None if same else far, who)
        found.append((far, at, {**row, **({} if start is None else {"distance": short, "away": away})}))
    return tuple(row for _, _, row in sorted(found, key=lambda one: one[:2]))


def said_distance(metres: float) -> str:
    """``350 m``, ``1,2 km``, ``12 km``."""
    if metres < KM - NEAREST_M / 2:
        return f"{max(NEAREST_M, round(metres / NEAREST_M) * NEAREST_M)} m"
    km = metres / KM
    return f"{km:.0f} km" if km >= FAR_KM else f"{km:.1f} km".replace(".", ",")


def said_away(city: City, metres: float | None, who: Who) -> tuple[str, str]:
    """For a line of a list, and as a part of a sentence: ``1,2 km``, ``kira-kira 1,2 km``. ``metres`` None: somewhere
    in the same area; who calls hears no sign for that."""
    if metres is None:
        away = city.text(who.language, "away_less", distance=f"{SAME_KM} km")
        return (away if who.voice else f"<{SAME_KM} km"), away
    short = said_distance(metres)
    return short, city.text(who.language, "away_about", distance=short)

"""The texts that reading is judged by, and what a duty officer would want of each.

One line is one text: ``intent | act | kind | place | text``. Several acceptable answers stand with "/" between them.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config.city import City

HERE = Path(__file__).parent
ANY = "*"  # any kind does
NO_PLACE = "-"  # the text names no place: whatever place is read from it is invented
UNJUDGED = "?"  # nobody is sent there, or nobody can tell: the place is not judged
OUTSIDE = "outside"
DISTRICT = "kec "
FIELDS = 5


class Half(StrEnum):
    """Rules are tuned on ``DEV``; ``HELD`` measures."""

    DEV = "dev"
    HELD = "held"


class Source(StrEnum):
    AUTHORED = "authored"  # written for this program
    TWEETS = "tweets"  # real: to the customer care of shops and operators
    ADDRESSES = "addresses"  # real: from news reports and the register of schools


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The place a text names. ``codes``: the kelurahan it can be. ``district``: no more than a kecamatan is known, so
    that any of ``codes`` fits."""

    judged: bool = True
    outside: bool = False
    district: bool = False
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One text and its label. ``origin``: file and line."""

    origin: str
    group: str
    source: Source
    text: str
    intents: frozenset[str]
    acts: frozenset[str]
    kinds: frozenset[str]
    quiet: bool = False
    where: Where

    @property
    def half(self) -> Half:
        return half(self.text)

    @property
    def emergency(self) -> bool:
        return "emergency" in self.intents


def half(text: str) -> Half:
    """Stable whatever else is added: by the text alone."""
    return Half.DEV if hashlib.sha256(text.encode()).digest()[0] % 2 else Half.HELD


def corpus(city: City) -> list[Entry]:
    """Every text. ValueError, with file and line, of one whose label says nothing known."""
    return [*authored(city), *tweets(), *addresses(city)]


def authored(city: City) -> list[Entry]:
    names = _names(city)
    return [entry for path in sorted((HERE / "texts").glob("*.txt")) for entry in _file(path, names)]


def _file(path: Path, names: dict[str, frozenset[str]]) -> Iterator[Entry]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("# ") and number <= 2:
            continue
        origin = f"{path.name}:{number}"
        fields = [field.strip(" ") for field in f"{line} ".split(" | ", FIELDS - 1)]
        if len(fields) != FIELDS:
            raise ValueError(f"{origin}: {len(fields)} fields, not {FIELDS}: {line}")
        intent, act, kind, place, text = fields
        yield Entry(
            origin=origin,
            group=path.stem,
            source=Source.AUTHORED,
            text=text.replace("\\n", "\n").replace("\\s", " "),
            intents=frozenset(intent.split("/")),
            acts=frozenset(act.split("/")),
            kinds=frozenset(kind.removesuffix("+quiet").split("/")) - {NO_PLACE},
            quiet=kind.endswith("+quiet"),
            where=_where(place, names, origin),
        )


def _where(place: str, names: dict[str, frozenset[str]], origin: str) -> Where:
    if place == UNJUDGED:
        return Where(judged=False)
    if place == NO_PLACE:
        return Where()
    if place == OUTSIDE:
        return Where(outside=True)
    unknown = [name for name in place.split("/") if name not in names]
    if unknown:
        raise ValueError(f"{origin}: no kelurahan and no kecamatan is called {', '.join(unknown)}")
    codes = frozenset(code for name in place.split("/") for code in names[name])
    return Where(codes=codes, district=place.startswith(DISTRICT))


def _names(city: City) -> dict[str, frozenset[str]]:
    """By lower-case name: a kelurahan, and with "kec " before it a kecamatan."""
    names = {area.name.lower(): frozenset({area.code}) for area in city.areas.values()}
    for code in sorted({area.kecamatan_code for area in city.areas.values()}):
        within = [area for area in city.areas.values() if area.kecamatan_code == code]
        names[DISTRICT + within[0].kecamatan.lower()] = frozenset(area.code for area in within)
    return names


def tweets() -> list[Entry]:
    """Real sentences of people with a complaint to a shop: none is an emergency, whatever words it holds."""
    lines = (HERE / "real" / "tweets.txt").read_text(encoding="utf-8").splitlines()
    return [
        Entry(
            origin=f"tweets.txt:{number}",
            group="tweets",
            source=Source.TWEETS,
            text=line,
            intents=frozenset({"other", "complaint", "service", "question"}),
            acts=frozenset({"none"}),
            kinds=frozenset(),
            where=Where(judged=False),
        )
        for number, line in enumerate(lines, start=1)
        if not line.startswith("# ")
    ]


def addresses(city: City) -> list[Entry]:
    """Real addresses with their kelurahan, or only their kecamatan: for the place alone."""
    with (HERE / "real" / "addresses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Entry(
            origin=f"addresses.csv:{number}",
            group="addresses",
            source=Source.ADDRESSES,
            text=row["address"],
            intents=frozenset(),
            acts=frozenset(),
            kinds=frozenset(),
            where=_address(row, city),
        )
        for number, row in enumerate(rows, start=2)
    ]


def _address(row: dict[str, str], city: City) -> Where:
    if row["kelurahan"]:
        return Where(codes=frozenset({row["kelurahan"]}))
    within = frozenset(area.code for area in city.areas.values() if area.kecamatan_code == row["kecamatan"])
    return Where(codes=within, district=True)

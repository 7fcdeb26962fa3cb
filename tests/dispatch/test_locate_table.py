"""The table of places as people write them (``places.txt``): each row right, and none wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.city import load_city
from dispatch.incident import Certainty, Place, Source
from dispatch.locate import Locator

CITY = load_city("binjai")
LOCATOR = Locator(CITY)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
CODES = {area.name: area.code for area in CITY.areas.values()}
MOST_WRONG = 0  # single places that are not the one; a question is never wrong
LEAST_ROWS = 150


@dataclass(frozen=True)
class Home:
    """A line of the registry."""

    kelurahan: str | None
    address: str = "Jl. Contoh No. 1"
    lat: float | None = None
    lon: float | None = None
    address_at: datetime = NOW - timedelta(days=40)


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    kind: str
    text: str
    home: str
    place: str
    more: tuple[str, ...]

    def located(self) -> Place:
        return LOCATOR.locate(self.text, Home(CODES[self.home]) if self.home else None, NOW)


def rows() -> list[Row]:
    found: list[Row] = []
    kind = ""
    for line in Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            kind = line[3:]
        elif line and not line.startswith("#"):
            said, _, meant = line.rpartition(" => ")
            home, _, text = said.rpartition(" | ") if said.startswith("@ ") else ("", "", said)
            place, *more = (part.strip() for part in meant.split(" ; "))
            found.append(Row(kind, text, home.removeprefix("@ "), place, tuple(more)))
    return found


ROWS = rows()


def named(place: Place) -> str:
    """The place as the table writes it."""
    if place.outside:
        return f"> {place.outside_name or ''}".strip()
    if place.kelurahan:
        return CITY.areas[place.kelurahan].name
    return f"? {', '.join(CITY.areas[code].name for code in place.candidates)}".strip()


def agrees(place: Place, meant: str) -> bool:
    if meant.startswith("> "):
        return place.outside and place.outside_name in meant[2:].split("|")
    if meant.startswith("? "):
        names = {name.strip() for name in meant[2:].split(",")}
        found = {CITY.areas[code].name for code in place.candidates}
        return place.kelurahan is None and not place.outside and (
            names - {"..."} <= found if "..." in names else names == found
        )  # fmt: skip
    return named(place).startswith("?") if meant == "?" else named(place) == meant


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.kind}: {row.text}" for row in ROWS])
def test_a_place_is_read_as_the_table_says(row: Row) -> None:
    place = row.located()
    assert agrees(place, row.place), f"{named(place)}, not {row.place}: {place.saw}"
    for more in row.more:
        key, _, value = more.partition(" ")
        said: dict[str, object] = {
            "street": place.street, "lk": str(place.lingkungan), "lane": place.lane, "mark": place.landmark,
        }  # fmt: skip
        if key in said:
            assert said[key] == value, place
        else:
            assert place.source is Source.REGISTERED
            assert (place.certainty is Certainty.UNKNOWN) is (key == "near")


def test_the_table_is_long_and_no_single_place_in_it_is_wrong() -> None:
    assert len(ROWS) >= LEAST_ROWS
    tally: Counter[str] = Counter()
    for row in ROWS:
        place, meant = row.located(), row.place
        if place.kelurahan is None and not place.outside:
            tally["asked"] += 1
        else:
            tally["right" if agrees(place, meant) else "wrong"] += 1
    assert tally["wrong"] <= MOST_WRONG, tally

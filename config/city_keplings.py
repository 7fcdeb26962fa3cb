"""Reads ``keplings.csv``, which a pack may hold: the heads of the lingkungan, who vouch by SMS for who lives there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.city_files import PackFiles
from config.table import Table

if TYPE_CHECKING:
    from config.city import Area

KEPLINGS = "keplings.csv"
COLUMNS = ("number", "name", "kelurahan", "lingkungan", "sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kepling:
    """The head of one lingkungan; of the whole kelurahan where ``lingkungan`` is empty."""

    name: str
    number: str
    kelurahan: str
    lingkungan: str
    sample: bool


@dataclass(frozen=True, slots=True)
class Keplings:
    """Those of one city."""

    listed: tuple[Kepling, ...] = ()

    def of_place(self, kelurahan: str, lingkungan: str) -> Kepling | None:
        """Who vouches for somebody there. Where the lingkungan is not known and the kelurahan has several: nobody."""
        there = [one for one in self.listed if one.kelurahan == kelurahan]
        exact = [one for one in there if lingkungan and one.lingkungan == lingkungan]
        whole = [one for one in there if not one.lingkungan]
        only = there if len(there) == 1 and not lingkungan else []
        return next(iter((*exact, *whole, *only)), None)

    def with_number(self, number: str) -> Kepling | None:
        """Who has that number (E.164)."""
        return next((one for one in self.listed if one.number == number), None)

    def people(self) -> Iterator[tuple[str, Kepling]]:
        """Each once, with who it is in words."""
        seen: set[str] = set()
        for one in self.listed:
            if one.number not in seen:
                seen.add(one.number)
                yield f"the kepling {one.name}", one


def read_keplings(files: PackFiles, areas: Mapping[str, Area]) -> Keplings:
    """Every kepling; none where the pack has no such file."""
    if not (files.folder / KEPLINGS).is_file():
        return Keplings()
    found: list[Kepling] = []
    for row in files.rows(KEPLINGS, COLUMNS):
        one = _kepling(row)
        if one.kelurahan not in areas:
            row.fault("kelurahan", f"{one.kelurahan!r} is no area of areas.geojson")
        for other in found:
            if (other.kelurahan, other.lingkungan) == (one.kelurahan, one.lingkungan):
                row.fault("lingkungan", f"{other.name} is the head there already")
            if other.number == one.number and other.name != one.name:
                row.fault("number", f"{one.number} is {other.name}'s already")
        found.append(one)
    return Keplings(tuple(found))


def _kepling(row: Table) -> Kepling:
    return Kepling(
        name=row.text("name"),
        number=row.phone("number"),
        kelurahan=row.text("kelurahan"),
        lingkungan=row.text("lingkungan", "", pattern=r"[1-9]\d?", form="a number in digits, or empty"),
        sample=row.flag("sample"),
    )

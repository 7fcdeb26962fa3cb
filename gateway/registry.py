"""Who lives where: the registry's file format, and the question asked of the registry.

The file is CSV, UTF-8, with a header: phone, name, kelurahan (code or name), address, lat, lon, language, quiet, notes
(and panic_button, confirmed, lingkungan, household, cannot_walk, nik, call_me). Commas or semicolons. One bad row does
not spoil the others. Only phone and kelurahan must be there; a column that is not leaves what the registry has. A NIK
is read as 16 digits, or as the keyed hash that an export of the same installation has in its place.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from gateway.flaws import ENGLISH, BadRow, Flaw, Flawed
from gateway.lingkungan import lingkungan_number
from gateway.nik import fault_of_nik, hashed
from gateway.number import normal
from gateway.store.people import Resident, find

if TYPE_CHECKING:
    from config.city import City

__all__ = ["COLUMNS", "RegistryFault", "Resident", "find", "read_rows", "write_rows"]

COLUMNS = (
    "phone",
    "name",
    "kelurahan",
    "address",
    "lat",
    "lon",
    "language",
    "quiet",
    "notes",
    "panic_button",
    "confirmed",
    "lingkungan",
    "household",
    "cannot_walk",
    "nik",
    "call_me",
)
NEEDED = ("phone", "kelurahan")
LONGEST = {"name": 100, "address": 200, "notes": 500, "household": 40}  # characters
_HASH = re.compile(r"[0-9a-f]{64}")  # HMAC-SHA256
_YES = {"yes", "ya", "y", "true", "1", "x"}
_NO = {"no", "tidak", "n", "false", "0", ""}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins with one of these


class RegistryFault(Exception):
    """The file as a whole cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    city: City
    at: datetime
    areas: Mapping[str, tuple[str, ...]]
    key: bytes

    def read(self, row: Mapping[str, str]) -> tuple[Resident | None, dict[str, Flaw]]:
        """The resident; or None, and what is wrong with each column."""
        found: dict[str, Any] = {}
        flaws: dict[str, Flaw] = {}
        for name, read in self._columns(row).items():
            try:
                found[name] = read()
            except Flawed as fault:
                flaws[name] = fault.flaw
        return (None if flaws else self._made(found)), flaws

    def _columns(self, row: Mapping[str, str]) -> dict[str, Callable[[], Any]]:
        """How each column is read, in the order in which faults are told."""
        return {
            "phone": lambda: self._phone(row),
            "point": lambda: self._point(row.get("lat", ""), row.get("lon", "")),
            "language": lambda: self._language(row),
            "name": lambda: _text(row, "name"),
            "kelurahan": lambda: self._area(row.get("kelurahan", "")),
            "address": lambda: _text(row, "address"),
            "quiet": lambda: _flag(row, "quiet", False),
            "notes": lambda: _text(row, "notes"),
            "confirmed": lambda: _flag(row, "confirmed", True),
            "panic_button": lambda: _flag(row, "panic_button", False),
            "lingkungan": lambda: self._lingkungan(row.get("lingkungan", "")),
            "nik": lambda: self._nik(row.get("nik", "")),
            "household": lambda: _text(row, "household"),
            "cannot_walk": lambda: _flag(row, "cannot_walk", False),
            "call_me": lambda: _flag(row, "call_me", False),
        }

    def _made(self, read: dict[str, Any]) -> Resident:
        lat, lon = read.pop("point")
        return Resident(**read, lat=lat, lon=lon, address_at=self.at)

    def _phone(self, row: Mapping[str, str]) -> str:
        phone = normal(row.get("phone", ""))
        if phone is None:
            raise Flawed("phone", "phone", typed=row.get("phone", ""))
        return phone

    def _language(self, row: Mapping[str, str]) -> str:
        language = row.get("language", "").lower()
        if language and language not in self.city.languages:
            raise Flawed("language", "language", typed=language, known=", ".join(self.city.languages))
        return language

    def _lingkungan(self, written: str) -> str:
        number = lingkungan_number(written)
        if written and not number:
            raise Flawed("lingkungan", "lingkungan", typed=written)
        return number

    def _nik(self, written: str) -> str:
        if not written or _HASH.fullmatch(written):
            return written
        digits = "".join(char for char in written if char not in " .-")
        if fault := fault_of_nik(digits):
            raise Flawed("nik", f"nik_{fault}")  # the number itself is not repeated
        if not self.key:
            raise Flawed("nik", "nik_key")
        return hashed(self.key, digits)

    def _area(self, written: str) -> str:
        if written in self.city.areas:
            return written
        codes = self.areas.get(_key(written), ())
        if len(codes) == 1:
            return codes[0]
        if codes:
            raise Flawed("kelurahan", "several", typed=written, known=" / ".join(codes))
        raise Flawed("kelurahan", "kelurahan", typed=written, city=self.city.title)

    def _point(self, lat: str, lon: str) -> tuple[float | None, float | None]:
        if not lat and not lon:
            return None, None
        try:
            point = float(lat.replace(",", ".")), float(lon.replace(",", "."))
        except ValueError:
            raise Flawed("lat", "degrees", lat=lat, lon=lon) from None
        if self.city.area_at(*point) is None:
            raise Flawed("lat", "outside", lat=lat, lon=lon, city=self.city.title)
        return point


def columns_of(data: bytes) -> frozenset[str]:
    """The columns that the file names, known or not."""
    return frozenset(_opened(data)[1])


def stays(old: Resident, new: Resident, columns: Collection[str]) -> Resident:
    """The new line with what the file has no column for as it stands in the registry. An exact point is of its
    address: it does not stay where that changed."""
    moved = (old.kelurahan, old.address) != (new.kelurahan, new.address if "address" in columns else old.address)
    absent = [name for name in COLUMNS if name not in columns and not (moved and name in ("lat", "lon", "household"))]
    return replace(new, **{name: getattr(old, name) for name in absent})


def _opened(data: bytes) -> tuple[Any, list[str]]:
    text = data.decode("utf-8-sig", "surrogateescape")
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    return rows, [name.strip().lower() for name in _next(rows) or []]


def read_rows(data: bytes, city: City, at: datetime, *, key: bytes = b"") -> Iterator[Resident | BadRow]:
    """Every row of the file, read or reported, in order. ``key``: for the column nik. Raises RegistryFault when it has
    no usable header."""
    rows, header = _opened(data)
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise RegistryFault(f"the first line must name the columns; {' and '.join(missing)} not found")
    reader = _Reader(city=city, at=at, areas=_names(city), key=key)
    first_line: dict[str, int] = {}
    while True:
        line = rows.line_num + 1
        try:
            cells = _next(rows)
            if cells is None:
                return
            if any(cells):
                yield _judged(reader, _row(header, cells), line, first_line)
        except Flawed as fault:
            yield BadRow(line, (fault.flaw,))
        except csv.Error as fault:
            yield BadRow(line, (Flaw("", "csv", {"why": str(fault)}),))


def read_form(
    row: Mapping[str, str], city: City, at: datetime, *, key: bytes = b""
) -> tuple[Resident | None, dict[str, str]]:
    """One resident as a form has him, by the checks of the file; and what is wrong, by column (``point``: of lat and
    lon). None: something is."""
    clean = {name: "".join(char if char.isprintable() else " " for char in cell).strip() for name, cell in row.items()}
    reader = _Reader(city=city, at=at, areas=_names(city), key=key)
    resident, flaws = reader.read(clean)
    return resident, {name: flaw.said(ENGLISH) for name, flaw in flaws.items()}


def _next(rows: Iterator[list[str]]) -> list[str] | None:
    return next(rows, None)


def _row(header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) > len(header):
        raise Flawed("", "cells", cells=len(cells), columns=len(header))
    row = {name: _unquoted(cell.strip()) for name, cell in zip(header, cells, strict=False)}
    for name, cell in row.items():
        if any("\ud800" <= char <= "\udfff" for char in cell):
            raise Flawed(name, "utf8")
        if _CONTROL.search(cell):
            raise Flawed(name, "control")
    return row


def _judged(reader: _Reader, row: Mapping[str, str], line: int, first_line: dict[str, int]) -> Resident | BadRow:
    resident, flaws = reader.read(row)
    if resident is None:
        return BadRow(line, tuple(flaws.values()))
    first = first_line.setdefault(resident.phone, line)
    if first == line:
        return resident
    return BadRow(line, (Flaw("phone", "again", {"typed": resident.phone, "first": str(first)}),))


def _text(row: Mapping[str, str], name: str) -> str:
    text = " ".join(row.get(name, "").split())
    if len(text) > LONGEST[name]:
        raise Flawed(name, "long", count=len(text), most=LONGEST[name])
    return text


def _flag(row: Mapping[str, str], name: str, default: bool) -> bool:
    word = row.get(name, "").lower()
    if not word:
        return default
    if word not in _YES | _NO:
        raise Flawed(name, "flag", typed=word)
    return word in _YES


def _names(city: City) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for area in city.areas.values():
        for name in {_key(name) for name in (area.name, *area.variants)}:
            found[name] = (*found.get(name, ()), area.code)
    return found


def _key(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def write_rows(residents: Iterable[Resident], emit: Callable[[Resident, str], None]) -> None:
    """The file again, for a spreadsheet or another import: ``emit`` gets each resident and its line, the first one's
    after the header's."""
    start = ",".join(COLUMNS) + "\n"
    for resident in residents:
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow([_quoted(_cell(resident, name)) for name in COLUMNS])
        emit(resident, start + line.getvalue())
        start = ""


def _cell(resident: Resident, name: str) -> str:
    value = getattr(resident, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def sample_residents(city: City, now: datetime) -> list[Resident]:
    """The residents that ship with a pack for the demo; none where it has no such file."""
    file = city.path / "residents-sample.csv"
    rows = read_rows(file.read_bytes(), city, now) if file.is_file() else ()
    return [row for row in rows if isinstance(row, Resident)]

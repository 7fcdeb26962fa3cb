"""Rows of a look-up as somebody brought them (CSV), read into one form; every mistake is named by its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from config.city_places import Area
from config.lookup import Column, Form, Key, KeyForm, Row
from config.lookup_keys import folded, key_of

LONGEST = 300  # characters of a cell
MOST_ROW = 64 * 1024  # characters of a row
YEARS = range(1900, 2200)  # others are a machine's way to say that there is no day
MOST_NEAR = 3000  # rows of a table that is looked through whole for each question: some tenths of a second
MOST_FAULTS = 1000  # after so many a file is read no further
SAID: Mapping[str, str] = {
    "text": "is not text in UTF-8: save it as CSV UTF-8",
    "csv": "is not CSV: {typed}",
    "empty": "holds no row",
    "missing": "column {column} is missing",
    "twice": "column {column} is there twice",
    "cells": "has more cells than the heading (a comma in a cell needs quotes)",
    "few": "has fewer cells than the heading (was the file cut off?)",
    "row": "is longer than {typed} characters (a quote that is not closed?)",
    "rows": "is row {typed}, and no more are read: a key of an area or a place looks at each row",
    "many": "the rest is not read: there are too many faults",
    "control": "{column} holds a character that no text has (a NUL or the like)",
    "long": "{column} is longer than {typed} characters",
    "money": "{column} {typed} is no amount of money: 1250000 or 1.250.000",
    "number": "{column} {typed} is no number",
    "date": "{column} {typed} is no date: 2026-11-21 or 21/11/2026",
    "time": "{column} {typed} is no time: 14:05 or 14.05",
    "phone": "{column} {typed} is no number to call",
    "area": "{column} {typed} is no area of this city",
    "several": "{column} {typed} may be more than one area: write its code",
    "point": "{column} {typed} is no point: 3.6000, 98.4853",
    "no_key": "{column} is empty: by it the row is found",
    "key": "{column} is no key as the description says",  # what it says is not repeated: it may be a NIK
    "again": "{column} stands on line {first} already, and the description has no [line] for several",
}
"""What may be wrong, in English; the pages say it in their own words by the same names."""

_MONEY = re.compile(r"(?:rp\.?\s*)?([0-9]{1,15}|[0-9]{1,3}(?:[.,\s][0-9]{3})+)(?:[.,][0-9]{2}|,-)?", re.IGNORECASE)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,6})?")
_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::[0-5][0-9])?")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{1,18}")
_POINT = re.compile(r"(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*[,; ]\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_UNSEEN = re.compile(r"[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")  # copied along


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """``line`` counts from 1, the heading included; ``what``: of ``SAID``."""

    line: int
    what: str
    column: str = ""
    typed: str = ""
    first: int = 0

    def __str__(self) -> str:
        return SAID[self.what].format(column=self.column, typed=self.typed, first=self.first)


class Wrong(Exception):
    """A cell that cannot be read; the argument is of ``SAID``."""


def cell(form: Form, written: str, areas: Mapping[str, Area]) -> str:
    """A value in the one form in which it is kept (``lookup.Row``). Raises Wrong."""
    written = " ".join(_UNSEEN.sub("", written).split())
    if _CONTROL.search(written):
        raise Wrong("control")
    if len(written) > LONGEST:
        raise Wrong("long")
    if not written or form in (Form.TEXT, Form.NAME):
        return written
    if form is Form.AREA:
        return _area(written, areas)
    found = _READ[form](written)
    if found is None:
        raise Wrong(form.value)
    return found


def _money(written: str) -> str | None:
    found = _MONEY.fullmatch(written)
    return str(int(re.sub(r"\D", "", found[1]))) if found else None


def _number(written: str) -> str | None:
    return written.replace(",", ".") if _NUMBER.fullmatch(written) else None


def _date(written: str) -> str | None:
    found = _DATE.fullmatch(written)
    day, month, year = (int(one) for one in found.groups()) if found else (0, 0, 0)
    try:
        read = date(year, month, day) if found else date.fromisoformat(written)
    except ValueError:
        return None
    return read.isoformat() if read.year in YEARS else None


def _time(written: str) -> str | None:
    found = _TIME.fullmatch(written)
    return f"{int(found[1]):02}:{found[2]}" if found else None


def _phone(written: str) -> str | None:
    return re.sub(r"[^0-9+]", "", written) if _PHONE.fullmatch(written) else None


def _point(written: str) -> str | None:
    found = _POINT.fullmatch(written)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        return None
    return f"{found[1]},{found[2]}"


def _area(written: str, areas: Mapping[str, Area]) -> str:
    if written in areas:
        return written
    said = folded(written).replace(" ", "")
    called = {
        code
        for code, area in areas.items()
        if said in {folded(n).replace(" ", "") for n in (area.name, *area.variants)}
    }
    if len(called) != 1:
        raise Wrong("several" if called else "area")
    return called.pop()


_READ: Mapping[Form, Callable[[str], str | None]] = {
    Form.MONEY: _money,
    Form.NUMBER: _number,
    Form.DATE: _date,
    Form.TIME: _time,
    Form.PHONE: _phone,
    Form.POINT: _point,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the rows of a look-up must be. ``several``: a key may stand in more than one row."""

    key: Key
    columns: Mapping[str, Column]
    areas: Mapping[str, Area]
    several: bool


class _Endless(Exception):
    """A row that is longer than any should be."""


class _Source:
    """The lines of a text. ``row``: characters of the row that is being read; who reads sets it to 0 behind each."""

    def __init__(self, text: str) -> None:
        self._lines, self.row = io.StringIO(text, newline=""), 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.row += len(line)
            if self.row > MOST_ROW:
                raise _Endless
            yield line


class RowReader:
    """Reads the rows of one file, one after the other; what it needs to know of those before it keeps itself."""

    def __init__(self, shape: Shape, data: bytes) -> None:
        self._shape = shape
        self._seen: dict[str, int] = {}
        self._areas: dict[str, str] = {}
        self.faults: list[RowFault] = []
        self.ignored: tuple[str, ...] = ()
        """Columns that the file has besides those of the description; they are not kept."""
        self._rows, self._heading = self._opened(data)

    def _opened(self, data: bytes) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            self._fault(1, "text")
            return iter(()), []
        head = next(iter(io.StringIO(text[:MOST_ROW])), "")
        rows = self._lines(text, max(",;\t", key=head.count))
        heading = [name.strip().lower() for name in next(rows, (1, []))[1]]
        if not any(heading) and not self.faults:
            self._fault(1, "empty")
            return iter(()), []
        for name in self._shape.columns:
            if heading.count(name) != 1:
                self._fault(1, "twice" if name in heading else "missing", name)
        self.ignored = tuple(name for name in heading if name and name not in self._shape.columns)
        return (iter(()) if self.faults else rows), heading

    def _lines(self, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
        source = _Source(text)
        reader, line = csv.reader(source, delimiter=delimiter, strict=True), 1
        try:
            for cells in reader:
                yield line, cells
                line = reader.line_num + 1
                source.row = 0
        except _Endless:
            self._fault(line, "row", typed=str(MOST_ROW))
        except csv.Error as fault:
            self._fault(line, "csv", typed=str(fault))

    def __iter__(self) -> Iterator[tuple[str, Row] | None]:
        """Each good row with its key, as it is compared; None for each other line, whose faults are in ``faults``."""
        number = 0
        for line, cells in self._rows:
            found = None
            if any(one.strip() for one in cells):
                number += 1
                found = self._row(line, cells)
            if number > MOST_NEAR and self._shape.key.form.is_place:
                self._fault(line, "rows", typed=str(number))
                return
            if len(self.faults) >= MOST_FAULTS:
                self._fault(line + 1, "many")
                return
            yield found
        if not number and not self.faults:
            self._fault(1, "empty")

    def _row(self, line: int, cells: list[str]) -> tuple[str, Row] | None:
        if len(cells) != len(self._heading):
            self._fault(line, "cells" if len(cells) > len(self._heading) else "few")
            return None
        written = dict(zip(self._heading, cells, strict=True))
        before = len(self.faults)
        row = {name: self._cell(line, name, written[name]) for name in self._shape.columns}
        key = self._key(line, row)
        return (key, row) if len(self.faults) == before else None

    def _cell(self, line: int, name: str, written: str) -> str:
        form = self._shape.columns[name].form
        if form is Form.AREA and written in self._areas:
            return self._areas[written]
        try:
            found = cell(form, written, self._shape.areas)
        except Wrong as wrong:
            what = str(wrong)
            self._fault(line, what, name, str(LONGEST) if what == "long" else repr(written[:40]))
            return ""
        if form is Form.AREA:
            self._areas[written] = found
        return found

    def _key(self, line: int, row: Row) -> str:
        key = self._shape.key
        if key.form is KeyForm.NONE or not key.column:
            return ""
        written = row.get(key.column, "")
        found = (key_of(key, written) if key.form.is_exact else folded(written)) if written else ""
        if not found:
            self._fault(line, "key" if written else "no_key", key.column)
            return ""
        first = self._seen.setdefault(found, line)
        if first != line and key.form.is_exact and not self._shape.several:
            self._fault(line, "again", key.column, first=first)
        return found

    def _fault(self, line: int, what: str, column: str = "", typed: str = "", first: int = 0) -> None:
        self.faults.append(RowFault(line=line, what=what, column=column, typed=typed, first=first))

"""A city's own system: it serves the pack's rows in a shape of its own, and does what it is told to do wrong.

GET /api/LOOKUP?nomor=KEY        header X-Kunci: SECRET
{"sukses": true, "hasil": {"jumlah": 1, "daftar": [{"nomor": KEY, "isi": {COLUMN: {"nilai": …}, …}}]}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from config.clock import Clock
from config.lookup import Column, Form, Lookup, Row
from config.settings_systems import SourceSettings
from config.template import Template
from eservices.lookup.matching import kept_key, with_key
from eservices.virtual.bodies import Answered, text
from eservices.virtual.faults import FAULTS, Faults

if TYPE_CHECKING:
    from config.city import City

HEADER, SECRET = "X-Kunci", "rahasia-kota-contoh"  # of an invented system
ROWS = "/hasil/daftar"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, as it came."""

    lookup: str
    key: str
    at: float


@dataclass(slots=True)
class CitySystem:
    """``rows``: by look-up; they may be changed while it serves. ``log``: what was asked, the newest last."""

    clock: Clock
    lookups: Mapping[str, Lookup]
    rows: dict[str, tuple[Row, ...]]
    faults: Faults
    log: list[Asked] = field(default_factory=list)

    @classmethod
    def of(cls, city: City, clock: Clock) -> CitySystem:
        """It has those look-ups of the pack whose rows are invented and found by a number. A newcomer's own table is
        told as it is, and so is what is imported next."""
        found = {name: one for name, one in city.lookups.items() if one.sample and one.rows and one.key.form.is_exact}
        return cls(clock, found, {name: one.rows for name, one in found.items()}, Faults(clock))

    def sources(self, base: str) -> tuple[SourceSettings, ...]:
        """The settings by which a program asks it. Rows whose deadline, news or duties somebody watches are read from
        the pack's own table: they must all be there."""
        watched = {
            name for name, one in self.lookups.items() if one.deadline or one.subscription or one.duty is not None
        }
        return tuple(self.source(name, base) for name in self.lookups if name not in watched)

    def source(self, name: str, base: str) -> SourceSettings:
        """One of them."""
        key, columns = self.lookups[name].key.column, self.lookups[name].columns
        return SourceSettings(
            name=name,
            url=Template.of(f"{base}/api/{name}?nomor={{key}}"),
            header=HEADER,
            secret=SECRET,
            rows=ROWS,
            fields={column: "/nomor" if column == key else f"/isi/{column}/nilai" for column in columns},
        )

    def answer(self, name: str, key: str, headers: Mapping[str, str]) -> Answered:
        """What it says when it is well. ``headers``: by small names."""
        self.log.append(Asked(name, key, self.clock.monotonic()))
        if headers.get(HEADER.lower()) != SECRET:
            return Answered(401, b'{"sukses": false, "pesan": "kunci salah"}')
        if name not in self.rows:
            return Answered(404, b'{"sukses": false, "pesan": "tidak ada"}')
        lookup = self.lookups[name]
        found = [_told(lookup, row) for row in with_key(lookup.key, self.rows[name], key)]
        said = {"sukses": True, "hasil": {"jumlah": len(found), "daftar": found}}
        return Answered(200, text(said).encode())

    def change(self, name: str, key: str, column: str, value: str) -> None:
        """From now on the rows with that key say so. Raises KeyError, ValueError."""
        lookup = self.lookups[name]
        if column not in lookup.columns:
            raise ValueError(f"{column!r} is no column of {name}")
        if not with_key(lookup.key, self.rows[name], key):
            raise ValueError(f"{name} has no row with {key!r}")
        self.rows[name] = tuple(
            {**row, column: value} if kept_key(lookup.key, row) == key else row for row in self.rows[name]
        )

    def spoilt(self, name: str, well: Answered) -> Answered:
        """What that fault makes of it."""
        make = FAULTS[name].make
        return make(well.body) if make is not None and well.status == 200 else well


def _told(lookup: Lookup, row: Row) -> dict[str, Any]:
    cells = {
        name: {"nilai": _value(column, row.get(name, ""))}
        for name, column in lookup.columns.items()
        if name != lookup.key.column
    }
    return {"nomor": kept_key(lookup.key, row), "isi": cells}


def _value(column: Column, written: str) -> Any:
    """Money as a number, a day as an instant, what is not known as null: as such systems have it."""
    if not written:
        return None
    match column.form:
        case Form.MONEY:
            return int(written)
        case Form.DATE:
            return f"{written}T00:00:00+07:00"
    return written

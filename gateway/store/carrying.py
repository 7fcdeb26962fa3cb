"""With which version of its pack a store was last run, and what a newer one changes in it.

A column that holds something of the pack says so: ``Column(…, info={CARRY: AREA})``. What holds it in another form
brings a function of its own. What stays as it was written, whatever became of it, says ``info={NAMES: CLINIC}``: its
rows are listed where the pack has it no more. All is done in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Integer, String, Table, func, insert, select, update

from config.city_moves import Carried
from gateway.store.schema import Tx, UtcDateTime, metadata, now

CARRY = "carry"  # a key in a column's ``info``
AREA, AREAS, STATION, LANGUAGE = "area", "areas", "station", "language"  # a code; codes parted by blanks; …
NAMES = "names"  # another key there
CLINIC, LOOKUP, PLACE = "clinic", "lookup", "place"  # an id; an id; the code of an area or a district, all, a part
_MOVED = "~"  # before what was carried over already: two areas may have changed codes
Carries = Callable[[Tx, Carried], tuple[int, int]]
"""What a room does with a column of its own: rows changed, and rows that a person has to look at."""

PACK_RUN = Table(
    "pack_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # first run with that version
)


@dataclass(slots=True)
class Counted:
    """Rows by table: ``changed``; ``open``: a person has to say what they are now, and until then they stay."""

    changed: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, changed: int, open: int) -> None:
        for rows, count in ((self.changed, changed), (self.open, open)):
            if count:
                rows[table] = rows.get(table, 0) + count


@dataclass(frozen=True, slots=True)
class Stray:
    """Rows that name what this version of the pack does not have. ``what``: AREA, CLINIC, LOOKUP or PLACE."""

    table: str
    what: str
    code: str
    rows: int


def last_version(tx: Tx) -> int | None:
    """With which version this store was last run; None: with none that said so."""
    row = tx.execute(select(PACK_RUN.c.version).order_by(PACK_RUN.c.id.desc()).limit(1)).first()
    return row.version if row is not None else None


def write_version(tx: Tx, city: str, version: int) -> None:
    """From now on it is this one."""
    tx.execute(insert(PACK_RUN).values(city=city, version=version, at=now(tx)))


def carry(tx: Tx, carried: Carried) -> Counted:
    """Everything that names something of the pack, in all rooms."""
    counted = Counted()
    for column in (column for table in metadata.sorted_tables for column in table.columns):
        how = column.info.get(CARRY)
        if how is not None:
            counted.add(column.table.name, *(how(tx, carried) if callable(how) else _column(tx, column, how, carried)))
    return counted


def strays(tx: Tx, carried: Carried) -> list[Stray]:
    """What stands there of something that is gone, in all rooms. A station's rows are history, and none of these."""
    found = []
    for column in (column for table in metadata.sorted_tables for column in table.columns):
        what = AREA if column.info.get(CARRY) == AREA else column.info.get(NAMES)
        if what is not None:
            counts = select(column, func.count()).where(column.is_not(None), column != "").group_by(column)
            rows = [(code, count) for code, count in tx.execute(counts.order_by(column)) if not carried.has(what, code)]
            found += [Stray(column.table.name, what, code, count) for code, count in rows]
    return found


def _column(tx: Tx, column: Column[Any], how: str, carried: Carried) -> tuple[int, int]:
    table = column.table
    changed = left = 0
    came: set[str] = set()
    for (value,) in tx.execute(select(column).distinct().where(column.is_not(None), column != "")).all():
        new = _new(how, value, carried)
        if new == value:
            continue
        here = column == value
        if new is not None:
            changed += tx.execute(update(table).where(here).values({column.name: _MOVED + new})).rowcount
            came.add(new)
        elif how == AREA and {"lat", "lon"} <= set(table.columns.keys()):
            moved, stayed = _by_point(tx, column, value, carried)
            changed, left = changed + len(moved), left + stayed
            came.update(moved)
        elif how == AREA:  # a station that is gone asks nothing of a person: what it did is history
            left += len(tx.execute(select(column).where(here)).all())
    for new in came:
        tx.execute(update(table).where(column == _MOVED + new).values({column.name: new}))
    return changed, left


def _new(how: str, value: str, carried: Carried) -> str | None:
    if how == AREA:
        return carried.area(value)
    if how == AREAS:
        return " ".join(dict.fromkeys(new for one in value.split() for new in carried.areas(one) or (one,)))
    if how == STATION:
        return carried.station(value)
    return value if carried.speaks(value) else ""


def _by_point(tx: Tx, column: Column[Any], value: str, carried: Carried) -> tuple[list[str], int]:
    """Of an area that was split, each row by its own point: where each went, and how many have none."""
    table = column.table
    keys = list(table.primary_key.columns)
    moved: list[str] = []
    stayed = 0
    for row in tx.execute(select(*keys, table.c.lat, table.c.lon).where(column == value)).all():
        new = carried.area(value, row.lat, row.lon)
        mine = [key == getattr(row, key.name) for key in keys]
        if new is None:
            stayed += 1
        else:
            tx.execute(update(table).where(*mine).values({column.name: _MOVED + new}))
            moved.append(new)
    return moved, stayed

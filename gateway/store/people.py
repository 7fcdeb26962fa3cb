"""Who lives where, and the program's own small notes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from gateway.store.among import Among
from gateway.store.carrying import AREA, CARRY, LANGUAGE
from gateway.store.schema import Tx, UtcDateTime, metadata, now

RESIDENT = Table(
    "resident",
    metadata,
    Column("phone", String, primary_key=True),  # E.164
    Column("name", String, nullable=False),
    Column("kelurahan", String, nullable=False, info={CARRY: AREA}),  # its code in the pack
    Column("address", Text, nullable=False),
    Column("lat", Float),
    Column("lon", Float),
    Column("language", String, nullable=False, info={CARRY: LANGUAGE}),  # empty: the city's first
    Column("quiet", Boolean, nullable=False),
    Column("notes", Text, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("panic_button", Boolean, nullable=False),
    Column("address_at", UtcDateTime, nullable=False),
    Column("lingkungan", String),  # its number, "3"; NULL and empty: not known (so too those below)
    Column("nik", String, index=True),  # keyed hash, see gateway/nik.py
    Column("household", String, index=True),  # phones that share it share an address
    Column("cannot_walk", Boolean),
    Column("call_me", Boolean),
    Column("registered_at", UtcDateTime, index=True),  # when the line was first written; only figures ask for it
    Index(None, "kelurahan"),
)
SETTING = Table(
    "setting",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """One line of the registry. ``confirmed``: imported by the city, or confirmed by the kepling. ``quiet``: no message
    or call ever goes to this phone. ``address_at``: when somebody last vouched for the address. ``lingkungan``: its
    number, without zeros before it. ``nik``: a keyed hash (``gateway.nik``), never the number. ``household``: the same
    for phones that share an address. ``cannot_walk``: who comes must carry.
    ``call_me``: what would be written unasked is said by a call instead."""

    phone: str
    name: str
    kelurahan: str
    address: str
    lat: float | None
    lon: float | None
    language: str
    quiet: bool
    notes: str
    confirmed: bool
    panic_button: bool
    address_at: datetime
    lingkungan: str = ""
    nik: str = ""
    household: str = ""
    cannot_walk: bool = False
    call_me: bool = False


_FIELDS = tuple(column.name for column in RESIDENT.columns if column.name != "registered_at")
_FIND = select(RESIDENT).where(RESIDENT.c.phone == bindparam("number"))
_AMONG = Among(lambda numbers: select(RESIDENT).where(RESIDENT.c.phone.in_(numbers)))
_BY_AREA = select(RESIDENT.c.kelurahan, func.count()).group_by(RESIDENT.c.kelurahan)
_PAGE = 500  # residents read together by ``residents``


def find(tx: Tx, number: str) -> Resident | None:
    """Who has this number (E.164)."""
    row = tx.execute(_FIND, {"number": number}).first()
    return _resident(row) if row is not None else None


def find_all(tx: Tx, numbers: Collection[str]) -> dict[str, Resident]:
    """Who of these numbers is in the registry."""
    return {row.phone: _resident(row) for row in _AMONG.find(tx, numbers)}


def save(tx: Tx, resident: Resident) -> str:
    """Write one line of the registry: ``new``, ``changed`` or ``same`` (then only vouched for again)."""
    values = {field: getattr(resident, field) for field in _FIELDS}
    old = find(tx, resident.phone)
    if old is None:
        tx.execute(insert(RESIDENT), values | {"registered_at": now(tx)})
        return "new"
    tx.execute(update(RESIDENT).where(RESIDENT.c.phone == resident.phone).values(values))
    before = {field: getattr(old, field) for field in _FIELDS} | {"address_at": resident.address_at}
    return "same" if before == values else "changed"


def erase(tx: Tx, number: str) -> bool:
    """Take a person out of the registry. False: nobody has this number."""
    return tx.execute(delete(RESIDENT).where(RESIDENT.c.phone == number)).rowcount > 0


def residents_after(tx: Tx, number: str = "", at_most: int = _PAGE) -> list[Resident]:
    """The next residents by number, to be read page by page."""
    rows = tx.execute(select(RESIDENT).where(RESIDENT.c.phone > number).order_by(RESIDENT.c.phone).limit(at_most))
    return [_resident(row) for row in rows]


def residents(tx: Tx) -> Iterator[Resident]:
    """Everybody, by number."""
    page = residents_after(tx)
    while page:
        yield from page
        page = residents_after(tx, page[-1].phone)


def same_household(tx: Tx, household: str) -> list[Resident]:
    """The phones of one household, by number; nobody for an empty one."""
    if not household:
        return []
    mine = select(RESIDENT).where(RESIDENT.c.household == household).order_by(RESIDENT.c.phone)
    return [_resident(row) for row in tx.execute(mine)]


def same_nik(tx: Tx, nik: str, number: str) -> list[str]:
    """Other numbers with the same hash: perhaps one person."""
    if not nik:
        return []
    others = select(RESIDENT.c.phone).where(RESIDENT.c.nik == nik, RESIDENT.c.phone != number)
    return list(tx.execute(others.order_by(RESIDENT.c.phone)).scalars())


def living_in(tx: Tx, kelurahan: str) -> Iterator[Resident]:
    """Everybody registered in that kelurahan."""
    for row in tx.execute(select(RESIDENT).where(RESIDENT.c.kelurahan == kelurahan)):
        yield _resident(row)


def by_area(tx: Tx) -> dict[str, int]:
    """How many are registered in each, by its code."""
    return {str(row[0]): int(row[1]) for row in tx.execute(_BY_AREA)}


def of_areas(tx: Tx, codes: Collection[str], at_most: int) -> list[Resident]:
    """Who is registered in one of them, by number."""
    there = select(RESIDENT).where(RESIDENT.c.kelurahan.in_(codes)).order_by(RESIDENT.c.phone).limit(at_most)
    return [_resident(row) for row in tx.execute(there)]


_LATER: dict[str, Any] = {"lingkungan": "", "nik": "", "household": "", "cannot_walk": False, "call_me": False}
"""What NULL means in lines of an older version."""


def _resident(row: Row[Any]) -> Resident:
    known: dict[str, Any] = {field: getattr(row, field) for field in _FIELDS}
    return Resident(**known | {field: empty for field, empty in _LATER.items() if known[field] is None})

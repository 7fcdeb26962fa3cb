"""Tables of look-ups: verbs over a ``Tx`` that their caller began.

An import writes a version of its own in small groups, and one transaction makes it the current one: who reads sees the
old rows or the new ones, never some of each. The one before is kept, to go back to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from config.lookup import Row as Values
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.retention_services import SWEEP
from gateway.store.schema import new_id

_ONE = text("state = 'current'")

VERSION = Table(
    "lookup_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("lookup", String, nullable=False),
    Column("state", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("source", String, nullable=False),  # the file's name, as it was given
    Column("by", String, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("as_of", UtcDateTime),  # when it became the current one first
    Index("ix_lookup_version_lookup_state", "lookup", "state"),
    Index("ix_lookup_version_current", "lookup", unique=True, sqlite_where=_ONE, postgresql_where=_ONE),
)

ROW = Table(
    "lookup_row",
    metadata,
    Column("version", ForeignKey("lookup_version.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),  # in the file, from 0
    Column("key", String, nullable=False),  # as it is compared
    Column("data", Text, nullable=False),  # the columns as JSON
    Index("ix_lookup_row_version_key", "version", "key", "place"),  # in the order of the file: else it is not used
)

MOST_KEYS = 5000  # different keys of words that are looked through for a slip of the thumb


class State(StrEnum):
    """Of a version. Only rows of ``CURRENT`` are told."""

    LOADING = "loading"
    CURRENT = "current"
    FORMER = "former"
    OVER = "over"  # its rows go, some at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """``as_of``: when it became the current one first; None: it never was."""

    id: int
    lookup: str
    state: State
    rows: int
    source: str
    by: str
    began_at: datetime
    as_of: datetime | None


class Superseded(Exception):
    """Another import of the same table began meanwhile; that one counts."""


class NoFormer(Exception):
    """There is no version to go back to."""


_OF_KEY = (
    select(ROW.c.data)
    .where(ROW.c.version == bindparam("of"), ROW.c.key == bindparam("key"))
    .order_by(ROW.c.place)
    .limit(bindparam("most"))
)
_CURRENT = select(VERSION).where(VERSION.c.lookup == bindparam("of"), VERSION.c.state == State.CURRENT.value)
_AFTER = (
    select(ROW.c.place, ROW.c.data)
    .where(ROW.c.version == bindparam("of"), ROW.c.place > bindparam("after"))
    .order_by(ROW.c.place)
    .limit(bindparam("most"))
)


# -- versions


def versions(tx: Tx, lookup: str = "") -> list[Version]:
    """Those that can be told or gone back to, and one that is being written; the newest first."""
    found = select(VERSION).where(VERSION.c.state != State.OVER.value).order_by(VERSION.c.id.desc())
    return [_version(row) for row in tx.execute(found.where(VERSION.c.lookup == lookup) if lookup else found)]


def current(tx: Tx, lookup: str) -> Version | None:
    """The version whose rows are told; None: nobody imported any."""
    row = tx.execute(_CURRENT, {"of": lookup}).first()
    return _version(row) if row is not None else None


def begin(tx: Tx, lookup: str, *, source: str, by: str, at: datetime) -> int:
    """A version to write rows to. One that is still being written is given up: its writer gets Superseded."""
    _moved(tx, lookup, State.LOADING, State.OVER)
    values = {"lookup": lookup, "state": State.LOADING.value, "rows": 0, "source": source, "by": by, "began_at": at}
    return new_id(tx.execute(insert(VERSION), values))


def add(tx: Tx, version: int, first: int, rows: Iterable[tuple[str, Values]]) -> None:
    """Rows with their keys, the first of them at that place. Raises Superseded."""
    _writing(tx, version)
    packed = [
        {"version": version, "place": place, "key": key, "data": json.dumps(dict(row), ensure_ascii=False)}
        for place, (key, row) in enumerate(rows, first)
    ]
    if packed:
        tx.execute(insert(ROW), packed)


def switch(tx: Tx, version: int, rows: int, at: datetime) -> None:
    """From now on its rows are told; those that were are kept as the former ones. Raises Superseded."""
    lookup = _writing(tx, version)
    _moved(tx, lookup, State.FORMER, State.OVER)
    _moved(tx, lookup, State.CURRENT, State.FORMER)
    values = {"state": State.CURRENT.value, "rows": rows, "as_of": at}
    try:
        tx.execute(update(VERSION).where(VERSION.c.id == version).values(values))
    except IntegrityError as other:  # another process switched in the same moment
        raise Superseded(version) from other


def back(tx: Tx, lookup: str, to: int | None = None) -> Version:
    """The former rows are told again, and those of now are the former ones. ``to``: the version that must be it, or
    somebody was faster (None: whichever it is). Raises NoFormer."""
    former = select(VERSION.c.id).where(VERSION.c.lookup == lookup, VERSION.c.state == State.FORMER.value)
    found = tx.execute(former).scalar()
    if found is None or to not in (None, found):
        raise NoFormer(lookup)
    _moved(tx, lookup, State.CURRENT, State.FORMER)
    tx.execute(update(VERSION).where(VERSION.c.id == found).values(state=State.CURRENT.value))
    return _version(tx.execute(select(VERSION).where(VERSION.c.id == found)).one())


def sweep(tx: Tx, at_most: int) -> int:
    """Take away some rows of versions that are over, and such a version with its last ones. 0: nothing is left."""
    version = tx.execute(select(func.min(VERSION.c.id)).where(VERSION.c.state == State.OVER.value)).scalar()
    if version is None:
        return 0
    places = select(ROW.c.place).where(ROW.c.version == version).order_by(ROW.c.place).limit(at_most)
    found = list(tx.execute(places).scalars())
    if found:
        mine = delete(ROW).where(ROW.c.version == version, ROW.c.place <= found[-1])
        return int(tx.execute(mine).rowcount)
    return int(tx.execute(delete(VERSION).where(VERSION.c.id == version)).rowcount)


VERSION.info[SWEEP] = sweep


# -- rows


def rows_with(tx: Tx, version: int, key: str, at_most: int) -> list[Values]:
    """Rows with that key, in the order of the file."""
    found = tx.execute(_OF_KEY, {"of": version, "key": key, "most": at_most}).scalars()
    return [json.loads(data) for data in found]


def keys_of(tx: Tx, version: int) -> Sequence[str]:
    """The different keys, at most MOST_KEYS."""
    found = select(ROW.c.key).where(ROW.c.version == version).distinct().order_by(ROW.c.key).limit(MOST_KEYS)
    return list(tx.execute(found).scalars())


def rows_after(tx: Tx, version: int, after: int = -1, at_most: int = 500) -> list[tuple[int, Values]]:
    """Rows with their places, behind that place."""
    found = tx.execute(_AFTER, {"of": version, "after": after, "most": at_most})
    return [(row.place, json.loads(row.data)) for row in found]


def keys_after(tx: Tx, version: int, after: int = -1, at_most: int = 2000) -> list[tuple[int, str]]:
    """Keys with their places, behind that place."""
    mine = select(ROW.c.place, ROW.c.key).where(ROW.c.version == version, ROW.c.place > after)
    return [(row.place, row.key) for row in tx.execute(mine.order_by(ROW.c.place).limit(at_most))]


def every_row(tx: Tx, version: int) -> Iterator[Values]:
    """All rows, in the order of the file."""
    after = -1
    while found := rows_after(tx, version, after):
        yield from (row for _, row in found)
        after = found[-1][0]


def _writing(tx: Tx, version: int) -> str:
    """Whose it is, if it is still being written. Raises Superseded."""
    mine = select(VERSION.c.lookup).where(VERSION.c.id == version, VERSION.c.state == State.LOADING.value)
    lookup = tx.execute(mine).scalar()
    if lookup is None:
        raise Superseded(version)
    return str(lookup)


def _moved(tx: Tx, lookup: str, old: State, new: State) -> None:
    mine = (VERSION.c.lookup == lookup, VERSION.c.state == old.value)
    tx.execute(update(VERSION).where(*mine).values(state=new.value))


def _version(row: Row[Any]) -> Version:
    return Version(
        id=row.id,
        lookup=row.lookup,
        state=State(row.state),
        rows=row.rows,
        source=row.source,
        by=row.by,
        began_at=row.began_at,
        as_of=row.as_of,
    )

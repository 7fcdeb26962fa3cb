"""Everything that is kept of one person, for that person (UU PDP 27/2022, articles 5 to 7 and 13): JSON, and of each
row where it stands and why.

Every table of every room is gone through, so that a new one is exported without saying so: the rows in which the number
stands in a column, what these rows belong to, and what belongs to them. Of others the number is masked, their rows are
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, String, Table, Text, or_, select

from gateway.number import masked, subscriber
from gateway.store.audit_reading import Wanted, found
from gateway.store.forgetting import kept_besides
from gateway.store.schema import Tx, metadata
from gateway.store.sweeping import OF_ITSELF

MOST_ROWS = 20_000  # of one table; nobody has more
MOST_LOOKS = 5_000
WHY = {
    "resident": "registry",
    "inbound": "letters",
    "outbound": "letters",
    "incident": "emergencies",
    "ticket": "complaints",
    "clinic_booking": "clinics",
    "calls": "calls",
    "recordings": "calls",
}
"""Why a row is kept, where its table does not say it; the others: ``of`` the table that it belongs to."""
OURS = frozenset({"fence", "owner", "turn", "urgency", "hash", "code", "token", "nik_hash", "nik"})
"""Columns that say nothing of him: the program's own, and the secrets of others."""


def person_of(tx: Tx, number: str, zone: tzinfo, at: datetime) -> dict[str, Any]:
    """All of it, oldest first in each table."""
    kept = dict(_tables(tx, number, zone))
    looks = [
        {"at": line.at.astimezone(zone).isoformat(), "by": line.by, "how": line.how, "what": line.what}
        for line in found(tx, Wanted(about=number), MOST_LOOKS)
        if not line.by.startswith("~")
    ]
    besides = {
        name: [_plain(dict(row), number, zone) for row in rows] for name, rows in kept_besides(tx, number).items()
    }
    return {
        "phone": number,
        "exported_at": at.astimezone(zone).isoformat(),
        "kept": kept,
        "besides": {name: rows for name, rows in besides.items() if rows},
        "looked_at_by": looks,
    }


def _tables(tx: Tx, number: str, zone: tzinfo) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for table in metadata.sorted_tables:
        if table.name in OF_ITSELF or table.name.startswith("audit_"):
            continue
        rules = [rule for rule in (_own(table, number), *_belonging(table, number)) if rule is not None]
        if not rules:
            continue
        rows = tx.execute(select(table).where(or_(*rules)).limit(MOST_ROWS)).all()
        if rows:
            yield table.name, [_row(table, row, number, zone) for row in rows]


def _own(table: Table, number: str) -> ColumnElement[bool] | None:
    """Rows that hold the number."""
    columns = [one for one in table.columns if isinstance(one.type, String) and not isinstance(one.type, Text)]
    return or_(*(column == number for column in columns)) if columns else None


def _belonging(table: Table, number: str) -> Iterator[ColumnElement[bool]]:
    """Rows of his rows: the parts of a letter, the timeline of his incident; and what his rows belong to: the ticket
    that he follows. Not the rows of others in the same."""
    theirs = _persons(table)
    for column in table.columns:
        for key in column.foreign_keys:
            above = key.column.table
            if (own := _own(above, number)) is not None and not theirs:
                yield column.in_(select(key.column).where(own))
    for other in metadata.sorted_tables:
        for column in other.columns:
            for key in column.foreign_keys:
                if key.column.table is table and (own := _own(other, number)) is not None and _persons(other):
                    yield key.column.in_(select(column).where(own))


def _persons(table: Table) -> bool:
    """Whether its rows are a person's each."""
    return any(column.name in ("number", "phone") for column in table.columns)


def _row(table: Table, row: Row[Any], number: str, zone: tzinfo) -> dict[str, Any]:
    columns = [one for one in table.columns if one.name not in OURS and not isinstance(one.type, LargeBinary)]
    kept = {column.name: _value(row, column, number, zone) for column in columns}
    return {"kept_for": WHY.get(table.name, table.name), **kept}


def _value(row: Row[Any], column: Column[Any], number: str, zone: tzinfo) -> Any:
    return _plain(row._mapping[column.name], number, zone)


def _plain(value: Any, number: str, zone: tzinfo) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one, number, zone) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, number, zone) for one in value]
    if isinstance(value, str) and value != number and subscriber(value):
        return masked(value)
    return value

"""After a person is forgotten: his number, name and address are taken out of what was written about him elsewhere.

Every text column of every room is gone through, so that a new table is swept without saying so. It is done in pieces,
each in a transaction of its own, so that no letter waits for it, and begun again where the program was killed: the
person stands in ``erasing`` until nothing of him is left and nothing with him is under way.

Evidence is not touched: the record of an emergency (the incident with its letters, its timeline, what was sent and who
was called), which the retention of emergencies makes nameless at its end; the wish of a number not to be written to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    Text,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    update,
)

from gateway.number import local
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, UtcDateTime, metadata

ERASING = Table(
    "erasing",
    metadata,
    Column("number", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("address", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
)
TOGETHER = 5000  # rows of a table looked through in one transaction
INSTEAD = "…"  # stands where a trace stood
LEAST_NAME, LEAST_ADDRESS, LEAST_DIGITS = 6, 6, 8  # characters below which a word is no trace of one person
EVIDENCE = frozenset({"incident", "timeline", "effect", "offer", "opted_out", "audit_line", "audit_cut", "erasing"})
OF_ITSELF = frozenset({"audit_key", "setting", "callback_secret", "spending", "credit", "proof", "siren_state"})
"""Tables of the program and its machines alone."""
PDUS = frozenset({"raw", "part"})  # tables of SMS as a modem keeps them, with digits in swapped pairs (3GPP TS 23.040)
OTHERS = frozenset({"resident", "resident_change", "invitation", "household_member", "resident_vouched"})
"""Registry lines of others: the same name or address there is another person's. (So too the city's own people.)"""
STAFF = frozenset({"console_user", "console_session", "console_seat", "console_recovery", "console_guess"})
STAFF |= {"api_token", "comm_test"}
NUMBERS_ALONE = OTHERS | STAFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is looked for."""

    number: str
    name: str = ""
    address: str = ""

    def forms(self, table: str) -> list[str]:
        """The words that must not stand in that table, the longest first."""
        national = local(self.number).removeprefix("0")
        numbers = [self.number, self.number.removeprefix("+"), local(self.number), national]
        words = [] if table in NUMBERS_ALONE else [*self._words()]
        found = [one for one in numbers if len(one) >= LEAST_DIGITS] + words
        return sorted(dict.fromkeys(found), key=len, reverse=True)

    def _words(self) -> Iterator[str]:
        if len(self.name) >= LEAST_NAME:
            yield self.name
        if len(self.address) >= LEAST_ADDRESS:
            yield self.address

    @property
    def in_pdus(self) -> str:
        """The number as an SMS in hex has it."""
        digits = self.number.removeprefix("+")
        digits += "F" if len(digits) % 2 else ""
        return "".join(digits[at + 1] + digits[at] for at in range(0, len(digits), 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some rows of one table: by their id from ``first`` to ``last``, or all where it has no such key."""

    table: str
    first: int | None = None
    last: int | None = None


def begin_erasing(tx: Tx, trace: Trace, at: datetime) -> None:
    """From now on he is being erased."""
    tx.execute(delete(ERASING).where(ERASING.c.number == trace.number))
    values = {"number": trace.number, "name": trace.name, "address": trace.address, "asked_at": at}
    tx.execute(insert(ERASING), values)


def being_erased(tx: Tx) -> list[tuple[Trace, datetime]]:
    """Those whose erasing is not over, and since when."""
    rows = tx.execute(select(ERASING).order_by(ERASING.c.asked_at))
    return [(Trace(number=row.number, name=row.name, address=row.address), row.asked_at) for row in rows]


def end_erasing(tx: Tx, number: str) -> None:
    """Nothing of him is left."""
    tx.execute(delete(ERASING).where(ERASING.c.number == number))


def pieces(tx: Tx) -> list[Piece]:
    """The whole store, in pieces."""
    return [piece for table in metadata.sorted_tables for piece in _pieces_of(tx, table)]


def _pieces_of(tx: Tx, table: Table) -> Iterator[Piece]:
    if table.name in EVIDENCE | OF_ITSELF or not any(isinstance(one.type, String) for one in table.columns):
        return
    key = _key(table)
    if key is None:
        yield Piece(table=table.name)
        return
    low, high = tx.execute(select(func.min(key), func.max(key))).one()
    for first in range(low, high + 1, TOGETHER) if low is not None else ():
        yield Piece(table=table.name, first=first, last=first + TOGETHER - 1)


def _key(table: Table) -> Column[Any] | None:
    keys = list(table.primary_key.columns)
    return keys[0] if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


def _texts(table: Table) -> list[Column[Any]]:
    return [one for one in table.columns if isinstance(one.type, (String, Text)) and not one.primary_key]


def sweep(tx: Tx, piece: Piece, trace: Trace) -> int:
    """Take the trace out of these rows; in how many it was."""
    table = metadata.tables[piece.table]
    forms = trace.forms(piece.table)
    within: list[ColumnElement[bool]] = [*_spared(table)]
    if (key := _key(table)) is not None and piece.first is not None:
        within.append(key.between(piece.first, piece.last))
    columns = _texts(table)
    if piece.table in PDUS:
        hidden = table.c.pdu.contains(trace.in_pdus)
        rows = tx.execute(update(table).where(*within, hidden).values(pdu="")).rowcount
        columns = [one for one in columns if one.name != "pdu"]
    else:
        rows = _drop(tx, table, trace)
    stands = [_has(column, forms) for column in columns]
    values = {column.name: _without(column, forms) for column in columns}
    return rows + (tx.execute(update(table).where(*within, or_(*stands)).values(values)).rowcount if stands else 0)


def _drop(tx: Tx, table: Table, trace: Trace) -> int:
    """Rows that are found by his number go whole, where no room said what else is done."""
    keys = [one for one in table.primary_key.columns if isinstance(one.type, String)]
    return tx.execute(delete(table).where(or_(*(key == trace.number for key in keys)))).rowcount if keys else 0


def _has(column: Column[Any], forms: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(column.contains(form, autoescape=True) for form in forms))


def _without(column: Column[Any], forms: Sequence[str]) -> ColumnElement[Any]:
    """What stands where a trace stood. A key stays one of a kind: the whole of it goes."""
    if column.name in ("key", "external_id", "whole") and column.table.primary_key.columns.keys() == ["id"]:
        gone = literal("gone/").concat(cast(column.table.c.id, String))
        return case((_has(column, forms), gone), else_=column)
    value: ColumnElement[Any] = column
    for form in forms:
        value = func.replace(value, form, INSTEAD)
    return value


def _spared(table: Table) -> Iterator[ColumnElement[bool]]:
    """Rows of common tables that are part of an emergency's record."""
    letters = metadata.tables.get("incident_letter")
    if table is INBOUND:
        yield INBOUND.c.urgency > 0
        if letters is not None:
            yield not_(exists().where(letters.c.letter == INBOUND.c.id))
    elif table is OUTBOUND:
        yield OUTBOUND.c.lane.in_(("service", "bulk"))
        yield OUTBOUND.c.state.notin_(("queued", "doing")) | (OUTBOUND.c.text == "")


def under_way(tx: Tx, number: str) -> bool:
    """Whether something with that number is still read or sent."""
    out = (OUTBOUND.c.recipient == number, OUTBOUND.c.state.in_(("queued", "doing")))
    about = (OUTBOUND.c.text.contains(local(number).removeprefix("0")), OUTBOUND.c.state == "doing")
    new = (INBOUND.c.sender == number, INBOUND.c.state == "new")
    rules = (select(OUTBOUND.c.id).where(*out), select(OUTBOUND.c.id).where(*about), select(INBOUND.c.id).where(*new))
    return any(tx.execute(rule.limit(1)).first() is not None for rule in rules)

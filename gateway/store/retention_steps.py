"""How a class of what is kept is made: what is done to which table's rows, when they are old. Tables are named, not
imported: a room that is not there has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, select, true, update

from gateway.retention import Term
from gateway.store.schema import Tx, metadata

Rule = Callable[[Table], ColumnElement[bool]]
NOBODY = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done to one table. ``old``: the column that tells the age; ``over``: which rows may be done at all;
    ``values``: what takes the place of what is there (None: the row goes); ``still``: not done yet. ``after``
    does what belongs to the rows, before them."""

    table: str
    old: str
    over: Rule = lambda table: true()
    values: Mapping[str, Any] | None = None
    still: Rule = lambda table: true()
    after: Callable[[Tx, Sequence[Any]], None] = lambda tx, keys: None

    def rules(self, before: datetime) -> ColumnElement[bool]:
        table = metadata.tables[self.table]
        return and_(table.c[self.old] < before, self.over(table), self.still(table))

    def count(self, tx: Tx, before: datetime) -> int:
        """How many rows are due."""
        if self.table not in metadata.tables:
            return 0
        rows = select(func.count()).select_from(metadata.tables[self.table]).where(self.rules(before))
        return int(tx.execute(rows).scalar_one())

    def work(self, tx: Tx, before: datetime, at_most: int) -> int:
        """Some of them."""
        if self.table not in metadata.tables:
            return 0
        table = metadata.tables[self.table]
        key = key_of(table)
        keys = tx.execute(select(key).where(self.rules(before)).limit(at_most)).scalars().all()
        if keys:
            self.after(tx, keys)
            change = delete(table) if self.values is None else update(table).values(dict(self.values))
            tx.execute(change.where(key.in_(keys)))
        return len(keys)


def key_of(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))


def class_of(kind: str, days: int, what: tuple[str, str], why: tuple[str, str], *steps: Step) -> Term:
    """The class of these steps. ``what``, ``why``: in Indonesian and English."""

    def count(tx: Tx, before: datetime) -> int:
        return sum(step.count(tx, before) for step in steps)

    def work(tx: Tx, before: datetime, at_most: int) -> int:
        for step in steps:
            if done := step.work(tx, before, at_most):
                return done
        return 0

    becomes = "nameless" if any(step.values is not None for step in steps) else "deleted"
    said, because = (dict(zip(("id", "en"), words, strict=True)) for words in (what, why))
    return Term(kind=kind, days=days, becomes=becomes, what=said, why=because, count=count, work=work)


def gone(*names: str) -> Callable[[Tx, Sequence[Any]], None]:
    """Rows of these tables (``table.column``) that belong to the keys go first."""

    def remove(tx: Tx, keys: Sequence[Any]) -> None:
        for name in names:
            table, column = name.split(".")
            if table in metadata.tables:
                tx.execute(delete(metadata.tables[table]).where(metadata.tables[table].c[column].in_(keys)))

    return remove


def states(*those: str) -> Rule:
    """Rows in these states."""
    return lambda table: table.c.state.in_(those)


def not_states(*those: str) -> Rule:
    """Rows in none of them."""
    return lambda table: table.c.state.notin_(those)


def has(*names: str) -> Rule:
    """One of these columns says something."""

    def says(table: Table) -> ColumnElement[bool]:
        rule = table.c[names[0]] != NOBODY
        for name in names[1:]:
            rule = rule | (table.c[name] != NOBODY)
        return rule

    return says

"""Who a broadcast is for, read from the registry: counted, or page by page in the order of their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select

from gateway.broadcast.areas import Within
from gateway.broadcast.values import What
from gateway.store.among import Among
from gateway.store.callbacks import OPTED_OUT
from gateway.store.people import RESIDENT
from gateway.store.schema import Tx

_OPTED = Among(lambda numbers: select(OPTED_OUT.c.number).where(OPTED_OUT.c.number.in_(numbers)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """``languages``: how many of those written to, by language ("" is the city's first). ``quiet``: phones to which
    nothing is ever sent; ``opted_out``: who wants nothing in bulk (asked of broadcasts only)."""

    people: int
    languages: dict[str, int]
    quiet: int
    opted_out: int

    @property
    def letters(self) -> int:
        return sum(self.languages.values())


@dataclass(frozen=True, slots=True)
class Reader:
    """One telephone of the registry. ``spared``: nothing is sent to it."""

    number: str
    language: str
    spared: bool


def _rules(within: Within) -> list[ColumnElement[bool]]:
    rules: list[ColumnElement[bool]] = []
    if within.areas is not None:
        rules.append(RESIDENT.c.kelurahan.in_(sorted(within.areas)))
    if within.part:
        rules.append(RESIDENT.c.lingkungan == within.part)
    return rules


def count(tx: Tx, within: Within, what: What) -> Counted:
    """How many people there are, and how many of them are written to."""
    opted = exists().where(OPTED_OUT.c.number == RESIDENT.c.phone) if what is What.BROADCAST else RESIDENT.c.phone == ""
    groups = RESIDENT.c.language, RESIDENT.c.quiet, opted.label("opted")
    rows = tx.execute(select(*groups, func.count().label("many")).where(*_rules(within)).group_by(*groups)).all()
    languages: dict[str, int] = {}
    for row in rows:
        if not row.quiet and not row.opted:
            languages[row.language] = languages.get(row.language, 0) + row.many
    return Counted(
        people=sum(row.many for row in rows),
        languages=languages,
        quiet=sum(row.many for row in rows if row.quiet),
        opted_out=sum(row.many for row in rows if row.opted and not row.quiet),
    )


def page(tx: Tx, within: Within, what: What, after: str, at_most: int) -> Sequence[Reader]:
    """The next by their numbers. Who asked for nothing in bulk is spared a broadcast; a quiet phone, everything."""
    wanted = select(RESIDENT.c.phone, RESIDENT.c.language, RESIDENT.c.quiet).where(
        RESIDENT.c.phone > after, *_rules(within)
    )
    rows = tx.execute(wanted.order_by(RESIDENT.c.phone).limit(at_most)).all()
    out: set[str] = set()
    if rows and what is What.BROADCAST:
        out = {one.number for one in _OPTED.find(tx, [row.phone for row in rows])}
    return [Reader(row.phone, row.language, row.quiet or row.phone in out) for row in rows]

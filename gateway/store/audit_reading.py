"""The audit read: by person, by who acted, by time; and whose pseudonyms they are, while the keys live."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from gateway.store.audit import AUDIT_CUT, AUDIT_KEY, AUDIT_LINE, Head, Line, line_of
from gateway.store.schema import Tx

TOGETHER = 500  # values of one IN


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which lines. Empty: all. ``about``: a person's number, or another key; ``before``: only lines before that one
    (the next page); ``what``: how the act begins (``person.``)."""

    about: str = ""
    by: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int = 0


def found(tx: Tx, wanted: Wanted, at_most: int) -> list[Line]:
    """The lines wanted, newest first."""
    rules = [*_rules(tx, wanted)]
    rows = select(AUDIT_LINE).where(*rules).order_by(AUDIT_LINE.c.seq.desc()).limit(at_most)
    return [line_of(row) for row in tx.execute(rows)]


def _rules(tx: Tx, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    line = AUDIT_LINE.c
    if wanted.about:
        mark = mark_of(tx, wanted.about)  # whoever has no key was never looked at, or is erased
        about = or_(line.about.contains(mark), line.by == f"~{mark}") if mark else line.seq < 0
        yield about
    if wanted.by:
        yield line.by == wanted.by
    if wanted.what:
        yield line.what.startswith(wanted.what, autoescape=True)
    if wanted.since is not None:
        yield line.at >= wanted.since
    if wanted.until is not None:
        yield line.at < wanted.until
    if wanted.before:
        yield line.seq < wanted.before


def mark_of(tx: Tx, subject: str) -> str:
    """The person's pseudonym; empty: none was ever needed, or the key is destroyed."""
    mark: str | None = tx.execute(select(AUDIT_KEY.c.mark).where(AUDIT_KEY.c.subject == subject)).scalar()
    return mark or ""


def persons_of(tx: Tx, marks: Collection[str]) -> dict[str, str]:
    """Whose pseudonyms these are; of those who were erased there is nothing."""
    wanted, known = sorted(set(marks)), dict[str, str]()
    for first in range(0, len(wanted), TOGETHER):
        keys = AUDIT_KEY.c.mark.in_(wanted[first : first + TOGETHER])
        known |= {
            row.mark: row.subject for row in tx.execute(select(AUDIT_KEY.c.mark, AUDIT_KEY.c.subject).where(keys))
        }
    return known


def lines_count(tx: Tx) -> int:
    """How many lines stand."""
    return int(tx.execute(select(func.count()).select_from(AUDIT_LINE)).scalar_one())


def cuts(tx: Tx) -> Sequence[tuple[Head, datetime]]:
    """Where the chain was cut, oldest first, and when."""
    rows = tx.execute(select(AUDIT_CUT).order_by(AUDIT_CUT.c.seq))
    return [(Head(seq=row.seq, hash=row.hash), row.at) for row in rows]

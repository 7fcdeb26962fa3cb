"""The audit's tables: a line for each look at a person and each act, each bound to the one before by a hash.

The hash of a line is the SHA-256 (FIPS 180-4), in lower-case hex, of the UTF-8 bytes of one JSON array without blanks
and with every character beyond ASCII escaped (``json.dumps(…, separators=(",", ":"), ensure_ascii=True)``)::

    [seq, at, by, how, what, object, about, detail, prev]

``seq`` is a number, all others are strings: ``at`` as ISO 8601 in UTC with ``+00:00`` (microseconds only where there
are some), ``about`` the column's own text, ``prev`` the hash of the line before, empty for the first of all.

Triggers refuse every UPDATE and DELETE. Old lines end by a cut: ``audit_cut`` keeps the number and the hash of the last
line that went, from which the chain goes on, and only lines up to it can be deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)

from gateway.store.forgetting import FORGET
from gateway.store.schema import Tx, UtcDateTime, metadata

KEY_BYTES = 32  # a key as long as the hash (RFC 2104, 3)


def _forget_key(tx: Tx, number: str) -> int:
    """The pseudonyms of that person lead to nobody any more. That he was looked at does not make him known."""
    tx.execute(delete(AUDIT_KEY).where(AUDIT_KEY.c.subject == number))
    return 0


AUDIT_KEY = Table(
    "audit_key",
    metadata,
    Column("subject", String, primary_key=True, info={FORGET: _forget_key}),  # E.164, or another key of a person
    Column("key", LargeBinary, nullable=False),
    Column("mark", String, nullable=False, index=True),  # the pseudonym that the key makes
)
AUDIT_LINE = Table(
    "audit_line",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("by", String, nullable=False),
    Column("how", String, nullable=False),
    Column("what", String, nullable=False),
    Column("object", String, nullable=False),
    Column("about", Text, nullable=False),  # JSON: keyed pseudonyms
    Column("detail", Text, nullable=False),
    Column("prev", String, nullable=False),
    Column("hash", String, nullable=False),
)
AUDIT_CUT = Table(
    "audit_cut",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the last line that went
    Column("hash", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line as it stands. ``about``: the column's text, a JSON array of pseudonyms."""

    seq: int
    at: datetime
    by: str
    how: str
    what: str
    object: str
    about: str
    detail: str
    prev: str
    hash: str

    @property
    def marks(self) -> list[str]:
        """The pseudonyms of the persons."""
        return list(json.loads(self.about))

    def digest(self, seq: int | None = None) -> str:
        """The hash that it must have, were it the line ``seq`` (default: its own)."""
        place = self.seq if seq is None else seq
        at = self.at.astimezone(UTC).isoformat()
        said = [place, at, self.by, self.how, self.what, self.object, self.about, self.detail, self.prev]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last line, or the cut where none stands after it; ``seq`` 0: nothing was ever written."""

    seq: int = 0
    hash: str = ""


_LAST = select(AUDIT_LINE.c.seq, AUDIT_LINE.c.hash).order_by(AUDIT_LINE.c.seq.desc()).limit(1)
_CUT = select(AUDIT_CUT.c.seq, AUDIT_CUT.c.hash).order_by(AUDIT_CUT.c.seq.desc()).limit(1)
_MARK = select(AUDIT_KEY.c.mark).where(AUDIT_KEY.c.subject == bindparam("whose"))
_ADD_KEY, _ADD = insert(AUDIT_KEY), insert(AUDIT_LINE).inline()


def pseudonym(tx: Tx, subject: str) -> str:
    """The subject's name in the audit: HMAC-SHA-256 under a key of its own (RFC 2104), made at its first look."""
    mark: str | None = tx.execute(_MARK, {"whose": subject}).scalar()
    if mark is None:
        key = secrets.token_bytes(KEY_BYTES)
        mark = hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()
        tx.execute(_ADD_KEY, {"subject": subject, "key": key, "mark": mark})
    return mark


def append(tx: Tx, at: datetime, by: str, how: str, what: str, thing: str, about: Sequence[str], detail: str) -> Line:
    """One line more, bound to the last."""
    last = head(tx)
    line = Line(
        seq=last.seq + 1,
        at=at.astimezone(UTC),
        by=by,
        how=how,
        what=what,
        object=thing,
        about=json.dumps(list(about)),
        detail=detail,
        prev=last.hash,
        hash="",
    )
    row = {column: getattr(line, column) for column in _COLUMNS}
    tx.execute(_ADD, row | {"hash": line.digest()})
    return line


def head(tx: Tx) -> Head:
    """Where the chain ends now."""
    last = tx.execute(_LAST).first() or tx.execute(_CUT).first()
    return Head(seq=last.seq, hash=last.hash) if last is not None else Head()


def last_cut(tx: Tx) -> Head:
    """What the oldest line that stands is bound to."""
    cut = tx.execute(_CUT).first()
    return Head(seq=cut.seq, hash=cut.hash) if cut is not None else Head()


def lines_after(tx: Tx, seq: int, at_most: int) -> list[Line]:
    """The next lines, in their order."""
    rows = select(AUDIT_LINE).where(AUDIT_LINE.c.seq > seq).order_by(AUDIT_LINE.c.seq).limit(at_most)
    return [line_of(row) for row in tx.execute(rows)]


def line_of(row: Row[Any]) -> Line:
    """The line of a row of ``audit_line``."""
    return Line(**{column: getattr(row, column) for column in _COLUMNS})


_COLUMNS = tuple(column.name for column in AUDIT_LINE.columns)

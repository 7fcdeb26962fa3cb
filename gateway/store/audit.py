"""The audit's table: a line for each look at a person and each act, each bound to the one before by a hash."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import datetime

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text, insert, select

from gateway.store.schema import Tx, UtcDateTime, metadata

KEY_BYTES = 32  # a key as long as the hash (RFC 2104, 3)

AUDIT_KEY = Table(
    "audit_key",
    metadata,
    Column("subject", String, primary_key=True),  # E.164, or another key of a person; the row goes when he is erased
    Column("key", LargeBinary, nullable=False),
)
AUDIT_LINE = Table(
    "audit_line",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String, nullable=False),
    Column("how", String, nullable=False),
    Column("what", String, nullable=False),
    Column("object", String, nullable=False),
    Column("about", Text, nullable=False),  # JSON: keyed pseudonyms
    Column("detail", Text, nullable=False),
    Column("prev", String, nullable=False),
    Column("hash", String, nullable=False),
)


def pseudonym(tx: Tx, subject: str) -> str:
    """The subject's name in the audit: HMAC-SHA-256 under a key of its own (RFC 2104), made at its first look."""
    key = tx.execute(select(AUDIT_KEY.c.key).where(AUDIT_KEY.c.subject == subject)).scalar()
    if key is None:
        key = secrets.token_bytes(KEY_BYTES)
        tx.execute(insert(AUDIT_KEY).values(subject=subject, key=key))
    return hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()


def append(tx: Tx, at: datetime, by: str, how: str, what: str, thing: str, about: list[str], detail: str) -> None:
    """One line more, bound to the last."""
    last = tx.execute(
        select(AUDIT_LINE.c.seq, AUDIT_LINE.c.hash).order_by(AUDIT_LINE.c.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev = (last.seq + 1, last.hash) if last else (1, "")
    said = json.dumps([seq, at.isoformat(), by, how, what, thing, about, detail, prev], ensure_ascii=True)
    line = {"seq": seq, "at": at, "by": by, "how": how, "what": what, "object": thing, "about": json.dumps(about)}
    digest = hashlib.sha256(said.encode()).hexdigest()
    tx.execute(insert(AUDIT_LINE).values(**line, detail=detail, prev=prev, hash=digest))

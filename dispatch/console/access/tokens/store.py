"""Tokens of other systems in the store: name, roles, end, and the hash of what they send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Row, String, Table, UniqueConstraint, insert, select, update

from dispatch.console.access.store import roles_of, words_of
from gateway.page import Role
from gateway.store.schema import Tx, UtcDateTime, metadata

TOKEN = Table(
    "api_token",
    metadata,
    Column("name", String, primary_key=True),
    Column("hash", String, nullable=False),  # SHA-256: a token holds 192 bits
    Column("roles", String, nullable=False),
    Column("writes", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("hash", name="uq_api_token_hash"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What another system may. ``writes``: it may change something too."""

    name: str
    roles: frozenset[Role]
    writes: bool
    made_at: datetime
    made_by: str
    ends_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.ends_at


def put_token(tx: Tx, one: Token, digest: str) -> None:
    values = {name: getattr(one, name) for name in ("name", "writes", "made_at", "made_by", "ends_at")}
    tx.execute(insert(TOKEN).values(**values, hash=digest, roles=words_of(one.roles)))


def token_named(tx: Tx, name: str) -> Token | None:
    row = tx.execute(select(TOKEN).where(TOKEN.c.name == name)).one_or_none()
    return _token(row) if row is not None else None


def token_of(tx: Tx, digest: str) -> Token | None:
    row = tx.execute(select(TOKEN).where(TOKEN.c.hash == digest)).one_or_none()
    return _token(row) if row is not None else None


def tokens(tx: Tx) -> list[Token]:
    """All that ever were, the newest first."""
    return [_token(row) for row in tx.execute(select(TOKEN).order_by(TOKEN.c.made_at.desc(), TOKEN.c.name))]


def used(tx: Tx, name: str, at: datetime) -> None:
    tx.execute(update(TOKEN).where(TOKEN.c.name == name).values(used_at=at))


def revoke(tx: Tx, name: str, at: datetime) -> bool:
    """It opens nothing any more. False: there is none that does."""
    mine = (TOKEN.c.name == name, TOKEN.c.revoked_at.is_(None))
    return tx.execute(update(TOKEN).where(*mine).values(revoked_at=at)).rowcount == 1


def _token(row: Row[Any]) -> Token:
    one = row._mapping
    same = ("name", "writes", "made_at", "made_by", "ends_at", "used_at", "revoked_at")
    return Token(roles=roles_of(one["roles"]), **{name: one[name] for name in same})

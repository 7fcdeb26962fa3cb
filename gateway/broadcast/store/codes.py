"""Codes by which a second person agrees to a warning. Only their digests are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from gateway.store.broadcasts import CODE
from gateway.store.schema import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """``left``: tries that are left."""

    broadcast: int
    number: str
    name: str
    digest: str
    left: int
    id: int = 0


def keep_code(tx: Tx, code: Code, expires_at: datetime) -> None:
    """A new one; its letter is written by who made it."""
    row = {"broadcast": code.broadcast, "number": code.number, "name": code.name, "digest": code.digest}
    tx.execute(insert(CODE), {**row, "expires_at": expires_at, "tries": code.left})


def codes_of(tx: Tx, number: str, at: datetime) -> Sequence[Code]:
    """The number's own that may still be used, the newest first."""
    mine = select(CODE).where(CODE.c.number == number, CODE.c.used_at.is_(None), CODE.c.expires_at > at)
    return [
        Code(id=row.id, broadcast=row.broadcast, number=row.number, name=row.name, digest=row.digest, left=row.tries)
        for row in tx.execute(mine.order_by(CODE.c.id.desc()))
    ]


def use(tx: Tx, code: Code, at: datetime) -> None:
    """It holds no more."""
    tx.execute(update(CODE).where(CODE.c.id == code.id).values(used_at=at))


def tried(tx: Tx, code: Code) -> None:
    """One try fewer."""
    tx.execute(update(CODE).where(CODE.c.id == code.id, CODE.c.tries > 0).values(tries=CODE.c.tries - 1))


def asked(tx: Tx, broadcast: int) -> Sequence[str]:
    """Whom it was sent to, by name."""
    return list(tx.execute(select(CODE.c.name).where(CODE.c.broadcast == broadcast).order_by(CODE.c.id)).scalars())

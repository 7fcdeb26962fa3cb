"""Sessions in the store: only the hash of each key, so that who reads the store cannot be anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Float, Index, Row, String, Table, delete, insert, select, update

from dispatch.console.access.store import USER, Account, account_of
from gateway.store.schema import Tx, UtcDateTime, metadata, now

SESSION = Table(
    "console_session",
    metadata,
    Column("hash", String, primary_key=True),  # SHA-256 of the cookie's key
    Column("login", String, nullable=False),
    Column("stage", String, nullable=False),  # what is still to be proved or set (``stages.py``); empty: nothing
    Column("pending", String, nullable=False),  # the secret of a second factor that is being set up
    Column("made_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("idle_s", Float, nullable=False),  # it ends when it is not used for so long
    Column("ends_at", UtcDateTime, nullable=False),  # it ends, used or not
    Column("sure_until", UtcDateTime),
    Column("peer", String, nullable=False),
    Column("agent", String, nullable=False),
    Index("ix_console_session_login", "login"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session as the store knows it."""

    hash: str
    login: str
    stage: str
    pending: str
    made_at: datetime
    seen_at: datetime
    idle_s: float
    ends_at: datetime
    sure_until: datetime | None
    peer: str
    agent: str

    def over(self, at: datetime) -> bool:
        return at >= self.ends_at or at >= self.seen_at + timedelta(seconds=self.idle_s)


def _kept(row: Row[Any]) -> Kept:
    return Kept(**{column.name: row._mapping[column] for column in SESSION.columns})


def put_session(tx: Tx, one: Kept) -> None:
    """A new session. Those of the same person that are over go."""
    for old in sessions_of(tx, one.login):
        if old.over(now(tx)):
            drop_session(tx, old.hash)
    tx.execute(insert(SESSION).values(**{column.name: getattr(one, column.name) for column in SESSION.columns}))


def open_session(tx: Tx, digest: str) -> tuple[Kept, Account] | None:
    """The session and whose it is; None when it is over, or he may not any more."""
    both = select(SESSION, USER).join(USER, USER.c.login == SESSION.c.login)
    row = tx.execute(both.where(SESSION.c.hash == digest, USER.c.disabled_at.is_(None))).one_or_none()
    if row is None:
        return None
    kept = _kept(row)
    whose = account_of({column.name: row._mapping[column] for column in USER.columns})
    return None if kept.over(now(tx)) else (kept, whose)


def sessions_of(tx: Tx, login: str) -> list[Kept]:
    """His sessions, the latest used first."""
    mine = select(SESSION).where(SESSION.c.login == login).order_by(SESSION.c.seen_at.desc(), SESSION.c.hash)
    return [_kept(row) for row in tx.execute(mine)]


def all_sessions(tx: Tx) -> list[Kept]:
    return [_kept(row) for row in tx.execute(select(SESSION).order_by(SESSION.c.login, SESSION.c.hash))]


def change_session(tx: Tx, digest: str, **values: object) -> bool:
    """Set columns of a session. False: it is no more."""
    return tx.execute(update(SESSION).where(SESSION.c.hash == digest).values(**values)).rowcount == 1


def pending_sessions(tx: Tx) -> list[Kept]:
    """Those in which a second factor is being set up."""
    return [_kept(row) for row in tx.execute(select(SESSION).where(SESSION.c.pending != ""))]


def drop_session(tx: Tx, digest: str) -> bool:
    return tx.execute(delete(SESSION).where(SESSION.c.hash == digest)).rowcount == 1


def drop_sessions(tx: Tx, login: str, *, but: Sequence[str] = ()) -> int:
    """End every session of a person, but those; how many."""
    return tx.execute(delete(SESSION).where(SESSION.c.login == login, SESSION.c.hash.not_in(but))).rowcount

"""Users in the store: who they are, what they prove it with, and the seats from which they came before.

Verbs on a transaction; whoever changes somebody writes it into the audit in the same one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Column, Integer, Row, String, Table, delete, func, insert, select, update

from gateway.page import Role, User
from gateway.store.schema import Tx, UtcDateTime, metadata, now

SEAT_DAYS = 90  # a seat that nobody came from for that long is a strange one again
MOST_SEATS = 20  # seats of one user; the oldest goes

USER = Table(
    "console_user",
    metadata,
    Column("login", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("roles", String, nullable=False),  # words
    Column("office", String, nullable=False),
    Column("clinic", String, nullable=False),
    Column("language", String, nullable=False),
    Column("password_hash", String, nullable=False),  # argon2id in PHC form; empty: no password opens
    Column("password_once", Boolean, nullable=False),  # it opens once, and only to set another
    Column("password_until", UtcDateTime),  # a one-time password's end
    Column("password_at", UtcDateTime),
    Column("totp_secret", String, nullable=False),  # base32; empty: none
    Column("totp_step", Integer, nullable=False),  # the last step whose code was taken (RFC 6238, 5.2)
    Column("pin_hash", String, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("disabled_at", UtcDateTime),
)
RECOVERY = Table(
    "console_recovery",
    metadata,
    Column("login", String, primary_key=True),
    Column("hash", String, primary_key=True),  # SHA-256: the codes hold 80 bits, so that nobody need be slow
)
SEAT = Table(
    "console_seat",
    metadata,
    Column("login", String, primary_key=True),
    Column("mark", String, primary_key=True),  # of a browser (its cookie's hash), or of a place (a network)
    Column("seen_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user as the store knows him."""

    user: User
    password_hash: str
    password_once: bool
    password_until: datetime | None
    totp_secret: str
    pin_hash: str
    seen_at: datetime | None
    disabled_at: datetime | None

    @property
    def login(self) -> str:
        return self.user.login


def roles_of(words: str) -> frozenset[Role]:
    return frozenset(Role(one) for one in words.split())


def words_of(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def account_of(row: Row[Any] | Mapping[str, Any]) -> Account:
    one = row._mapping if isinstance(row, Row) else row
    user = User(
        login=one["login"],
        name=one["name"],
        roles=roles_of(one["roles"]),
        office=one["office"],
        clinic=one["clinic"],
        language=one["language"],
    )
    same = ("password_hash", "password_once", "password_until", "totp_secret", "pin_hash", "seen_at", "disabled_at")
    return Account(user=user, **{name: one[name] for name in same})


def count_users(tx: Tx) -> int:
    return tx.execute(select(func.count()).select_from(USER)).scalar_one()


def accounts(tx: Tx) -> list[Account]:
    """Everybody, by login."""
    return [account_of(row) for row in tx.execute(select(USER).order_by(USER.c.login))]


def account(tx: Tx, login: str) -> Account | None:
    row = tx.execute(select(USER).where(USER.c.login == login)).one_or_none()
    return account_of(row) if row is not None else None


def put_account(tx: Tx, user: User, *, by: str, password_hash: str, until: datetime) -> None:
    """Somebody new, with a one-time password that holds until then."""
    tx.execute(
        insert(USER).values(
            login=user.login,
            name=user.name,
            roles=words_of(user.roles),
            office=user.office,
            clinic=user.clinic,
            language=user.language,
            password_hash=password_hash,
            password_once=True,
            password_until=until,
            totp_secret="",
            totp_step=0,
            pin_hash="",
            made_at=now(tx),
            made_by=by,
        )
    )


def change_account(tx: Tx, login: str, **values: object) -> bool:
    """Set columns of a user. False: there is none."""
    return tx.execute(update(USER).where(USER.c.login == login).values(**values)).rowcount == 1


def take_step(tx: Tx, login: str, step: int) -> bool:
    """A code of that step is used up, with all before it. False: it was already."""
    fresh = (USER.c.login == login, USER.c.totp_step < step)
    return tx.execute(update(USER).where(*fresh).values(totp_step=step)).rowcount == 1


def take_once(tx: Tx, login: str, password_hash: str) -> bool:
    """The one-time password is used up. False: somebody was quicker."""
    mine = (USER.c.login == login, USER.c.password_hash == password_hash)
    return tx.execute(update(USER).where(*mine).values(password_hash="")).rowcount == 1


# -- recovery codes


def put_recovery(tx: Tx, login: str, hashes: Sequence[str]) -> None:
    """New recovery codes instead of all old ones."""
    drop_recovery(tx, login)
    tx.execute(insert(RECOVERY), [{"login": login, "hash": one} for one in hashes])


def drop_recovery(tx: Tx, login: str) -> None:
    tx.execute(delete(RECOVERY).where(RECOVERY.c.login == login))


def take_recovery(tx: Tx, login: str, digest: str) -> bool:
    """One code is used up. False: there is no such code any more."""
    return tx.execute(delete(RECOVERY).where(RECOVERY.c.login == login, RECOVERY.c.hash == digest)).rowcount == 1


def count_recovery(tx: Tx, login: str) -> int:
    return tx.execute(select(func.count()).select_from(RECOVERY).where(RECOVERY.c.login == login)).scalar_one()


# -- seats


def known_marks(tx: Tx, login: str, marks: Sequence[str]) -> set[str]:
    """Which of ``marks`` he came from before."""
    since = now(tx) - timedelta(days=SEAT_DAYS)
    mine = (SEAT.c.login == login, SEAT.c.mark.in_(marks), SEAT.c.seen_at > since)
    return set(tx.execute(select(SEAT.c.mark).where(*mine)).scalars())


def came_from(tx: Tx, login: str, marks: Sequence[str]) -> None:
    """He came from there, now."""
    mine = SEAT.c.login == login
    tx.execute(delete(SEAT).where(mine, SEAT.c.mark.in_(marks)))
    tx.execute(insert(SEAT), [{"login": login, "mark": one, "seen_at": now(tx)} for one in marks])
    newest = tx.execute(select(SEAT.c.mark).where(mine).order_by(SEAT.c.seen_at.desc(), SEAT.c.mark)).scalars().all()
    if old := newest[MOST_SEATS:]:
        tx.execute(delete(SEAT).where(mine, SEAT.c.mark.in_(old)))

"""What is done with users, by an admin on the page or by the command line: the same verbs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch.console.access.entering import LOGIN, folded
from dispatch.console.access.hashing import Hasher
from dispatch.console.access.passwords import one_time_password
from dispatch.console.access.sessions.store import drop_sessions
from dispatch.console.access.store import (
    Account,
    account,
    accounts,
    change_account,
    count_users,
    drop_recovery,
    put_account,
    words_of,
)
from gateway.audit import Deed, note
from gateway.page import STAFF, Role, User
from gateway.store import Store
from gateway.store.schema import Tx, now

if TYPE_CHECKING:
    from config.city import City

LONGEST_NAME = 60
ONCE_DAYS = 3  # a one-time password that nobody used by then opens nothing
FIRST = "admin"


class Refused(Exception):
    """Not done. ``why``: a key of words; the text is for the command line."""

    def __init__(self, why: str, said: str, **fields: str) -> None:
        super().__init__(said)
        self.why, self.fields = why, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who does it, and how (``page``, ``command``)."""

    login: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """A one-time password, to be handed over now: nobody can show it again."""

    account: Account
    password: str


def new_user(city: City, *, login: str, name: str, roles: Iterable[str], office: str = "", clinic: str = "") -> User:
    """What somebody typed, as a user. Raises Refused."""
    login, name = folded(login), " ".join(name.split())
    if not LOGIN.fullmatch(login) or login == "demo":
        said = f"{login!r} is no login: 2 to 32 small letters, digits, . _ -"
        raise Refused("access.bad_login", said)
    if not name or len(name) > LONGEST_NAME:
        raise Refused("access.bad_name", f"the full name is missing, or longer than {LONGEST_NAME}")
    known = checked_roles(roles)
    checked_place(city, office, clinic)
    return User(login=login, name=name, roles=known, office=office, clinic=clinic)


def checked_roles(roles: Iterable[str]) -> frozenset[Role]:
    """Raises Refused."""
    asked = set(roles)
    if not asked or not asked <= {str(one) for one in STAFF}:
        said = f"roles are {', '.join(sorted(STAFF))}: not {', '.join(sorted(asked - set(STAFF))) or 'none'}"
        raise Refused("access.bad_roles", said)
    return frozenset(Role(one) for one in asked)


def checked_place(city: City, office: str, clinic: str) -> None:
    """Raises Refused."""
    for given, known, what in ((office, city.offices.offices, "office"), (clinic, city.clinics.clinics, "clinic")):
        if given and given not in known:
            raise Refused("access.bad_place", f"there is no {what} {given!r} in the city pack: {', '.join(known)}")


async def add_user(store: Store, hasher: Hasher, user: User, by: By) -> Once:
    """Raises Refused: the login is somebody's."""
    password = one_time_password()
    password_hash = await hasher.hash(password)

    def work(tx: Tx) -> Account:
        if account(tx, user.login) is not None:
            raise Refused("access.login_taken", f"there is a user {user.login!r} already")
        return _added(tx, user, by, password_hash)

    return Once(account=await store.write(work), password=password)


async def first_admin(store: Store, hasher: Hasher, name: str) -> Once | None:
    """The one who lets all others in, where there is nobody yet."""
    if await store.read(count_users):
        return None
    password = one_time_password()
    password_hash = await hasher.hash(password)
    user = User(login=FIRST, name=name, roles=frozenset({Role.ADMIN}))

    def work(tx: Tx) -> Account | None:
        if count_users(tx):
            return None
        return _added(tx, user, By(login="program", how="program"), password_hash)

    made = await store.write(work)
    return Once(account=made, password=password) if made else None


def _added(tx: Tx, user: User, by: By, password_hash: str) -> Account:
    put_account(tx, user, by=by.login, password_hash=password_hash, until=now(tx) + timedelta(days=ONCE_DAYS))
    _note(tx, by, "user.add", user.login, words_of(user.roles))
    return known(tx, user.login)


def known(tx: Tx, login: str) -> Account:
    """Raises Refused: there is no such user."""
    found = account(tx, login)
    if found is None:
        raise Refused("access.no_user", f"there is no user {login!r}: 'kentongan users list' shows who there is")
    return found


def change_roles(tx: Tx, login: str, roles: frozenset[Role], office: str, clinic: str, by: By) -> Account:
    """Other roles, from his next login on: his sessions end. Raises Refused."""
    one = known(tx, login)
    if Role.ADMIN not in roles:
        _not_the_last(tx, one)
    change_account(tx, login, roles=words_of(roles), office=office, clinic=clinic)
    drop_sessions(tx, login)
    _note(tx, by, "user.roles", login, f"{words_of(one.user.roles)} -> {words_of(roles)}")
    return known(tx, login)


async def reset_user(store: Store, hasher: Hasher, login: str, by: By, *, second_factor: bool) -> Once:
    """A new one-time password; PIN and sessions go, and with ``second_factor`` that too. Raises Refused."""
    password = one_time_password()
    password_hash = await hasher.hash(password)

    def work(tx: Tx) -> Account:
        known(tx, login)
        until = now(tx) + timedelta(days=ONCE_DAYS)
        change_account(
            tx,
            login,
            password_hash=password_hash,
            password_once=True,
            password_until=until,
            pin_hash="",
            password_at=None,
        )
        if second_factor:
            change_account(tx, login, totp_secret="")
            drop_recovery(tx, login)
        drop_sessions(tx, login)
        _note(tx, by, "user.reset", login, "with the second factor" if second_factor else "")
        return known(tx, login)

    return Once(account=await store.write(work), password=password)


def disable(tx: Tx, login: str, by: By, *, again: bool = False) -> Account:
    """He may not log in any more, and what he has open ends; ``again``: he may again. Raises Refused."""
    one = known(tx, login)
    if not again:
        _not_the_last(tx, one)
        drop_sessions(tx, login)
    change_account(tx, login, disabled_at=None if again else one.disabled_at or now(tx))
    _note(tx, by, "user.enable" if again else "user.disable", login)
    return known(tx, login)


def end_sessions(tx: Tx, login: str, by: By) -> int:
    """He is logged out everywhere; of how many sessions. Raises Refused."""
    known(tx, login)
    ended = drop_sessions(tx, login)
    _note(tx, by, "session.end", login, str(ended))
    return ended


def _not_the_last(tx: Tx, one: Account) -> None:
    """Somebody must be able to let others in."""
    admins = [other for other in accounts(tx) if Role.ADMIN in other.user.roles and other.disabled_at is None]
    if [other.login for other in admins] == [one.login]:
        raise Refused("access.last_admin", f"{one.login!r} is the only admin: make another one first")


def _note(tx: Tx, by: By, what: str, login: str, detail: str = "") -> None:
    note(tx, Deed(by=by.login, how=by.how, what=what, object=f"user/{login}", detail=detail))

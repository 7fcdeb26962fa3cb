"""What is done with tokens, by an admin on the page or by the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from dispatch.console.access.hashing import digest, new_key
from dispatch.console.access.tokens.store import Token, put_token, revoke, token_named
from dispatch.console.access.users import By, Refused, checked_roles
from gateway.audit import Deed, note
from gateway.page import STAFF, Role
from gateway.store.schema import Tx, now

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
MARK = "ktg_"  # so that one that leaked is known for what it is
MOST_DAYS, USUAL_DAYS = 730, 365
MACHINES = STAFF - {Role.ADMIN}
"""What a token may be: users and keys are people's business."""


def make_token(tx: Tx, name: str, roles: Iterable[str], days: int, by: By, *, writes: bool) -> tuple[Token, str]:
    """A new token, and what the other system sends; nobody can show it again. Raises Refused."""
    name = name.strip().casefold()
    if not NAME.fullmatch(name):
        raise Refused("access.bad_token_name", f"{name!r} is no name: 2 to 32 small letters, digits, . _ -")
    asked = checked_roles(roles)
    if not asked <= MACHINES:
        raise Refused("access.no_admin_token", "a token cannot be an admin")
    if not 1 <= days <= MOST_DAYS:
        raise Refused("access.bad_days", f"a token holds for 1 to {MOST_DAYS} days")
    if token_named(tx, name) is not None:
        raise Refused("access.token_taken", f"there was a token {name!r} already: the audit knows it by that name")
    key, at = MARK + new_key(), now(tx)
    made = Token(name=name, roles=asked, writes=writes, made_at=at, made_by=by.login, ends_at=at + timedelta(days=days))
    put_token(tx, made, digest(key))
    _note(tx, by, "token.add", name, f"{' '.join(sorted(asked))}{' writes' if writes else ''}, {days} days")
    return made, key


def end_token(tx: Tx, name: str, by: By) -> Token:
    """It opens nothing any more. Raises Refused."""
    if not revoke(tx, name, now(tx)):
        raise Refused("access.no_token", f"there is no token {name!r} that still opens anything")
    _note(tx, by, "token.revoke", name, "")
    found = token_named(tx, name)
    assert found is not None
    return found


def _note(tx: Tx, by: By, what: str, name: str, detail: str) -> None:
    note(tx, Deed(by=by.login, how=by.how, what=what, object=f"token/{name}", detail=detail))

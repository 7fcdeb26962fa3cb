"""What a person changes about himself."""

from __future__ import annotations

from dispatch.console.access.entering import Over, Wrong, enrolled, has_second, set_password
from dispatch.console.access.gate import STRONG, Gate, Whence, admit
from dispatch.console.access.guesses import USUAL_WAIT_S, Lane
from dispatch.console.access.hashing import digest
from dispatch.console.access.passwords import fit_password, fit_pin
from dispatch.console.access.second import new_secret, plain_recovery, recovery_codes
from dispatch.console.access.sessions.store import (
    Kept,
    change_session,
    drop_session,
    drop_sessions,
    open_session,
    sessions_of,
)
from dispatch.console.access.store import Account, change_account, drop_recovery, put_recovery
from dispatch.console.access.users import Refused
from gateway.audit import Deed, note
from gateway.store.schema import Tx

SHOWN = 12  # characters of a session's hash by which a page names it


async def change_password(gate: Gate, key: str, old: str, new: str, whence: Whence) -> str:
    """His other sessions end, and this one goes on under a new key, which is returned. Raises Wrong, TooMany, Unfit,
    Over."""
    _, whose = await gate.store.read(lambda tx: mine(tx, key))
    fit = fit_password(new, login=whose.login, name=whose.user.name, second_factor=has_second(whose))
    lane = Lane(key=f"proof {digest(key)}", longest_s=USUAL_WAIT_S, own=True)
    await gate.guesses.turn([lane])
    if not await gate.hasher.verify(whose.password_hash, old, usual=True):
        await gate.store.write(lambda tx: _note(tx, whose.login, "proof.failed"))
        raise Wrong
    await gate.guesses.right([lane])
    password_hash = await gate.hasher.hash(fit)

    def work(tx: Tx) -> str:
        mine(tx, key)
        set_password(tx, whose.login, password_hash)
        drop_sessions(tx, whose.login)
        return admit(tx, gate, whose, (), whence)

    return await gate.store.write(work)


async def change_pin(gate: Gate, key: str, pin: str) -> None:
    """Empty: none any more. Raises Unfit, Over."""
    pin_hash = await gate.hasher.hash(fit_pin(pin)) if pin else ""

    def work(tx: Tx) -> None:
        _, whose = mine(tx, key)
        change_account(tx, whose.login, pin_hash=pin_hash)
        _note(tx, whose.login, "user.pin" if pin else "user.pin_off")

    await gate.store.write(work)


def begin_second(tx: Tx, gate: Gate, key: str) -> None:
    """A new secret, which counts when a code of it was given. Raises Over."""
    kept, whose = mine(tx, key)
    change_session(tx, kept.hash, pending=gate.seal.close(whose.login, new_secret()))


def confirm_second(tx: Tx, gate: Gate, key: str, code: str) -> list[str]:
    """The new recovery codes. Raises Wrong, Over."""
    kept, _ = mine(tx, key)
    codes = recovery_codes()
    if not enrolled(tx, gate, kept, code, codes):
        raise Wrong
    change_session(tx, kept.hash, pending="")
    return codes


def drop_second(tx: Tx, key: str) -> None:
    """Raises Over, and Refused for whom it is duty."""
    _, whose = mine(tx, key)
    if whose.user.roles & STRONG:
        raise Refused("access.second_duty", "supervisors and admins keep their second factor")
    change_account(tx, whose.login, totp_secret="")
    drop_recovery(tx, whose.login)
    _note(tx, whose.login, "user.second_factor_off")


def new_recovery(tx: Tx, key: str) -> list[str]:
    """Instead of all old ones. Raises Over."""
    _, whose = mine(tx, key)
    codes = recovery_codes()
    put_recovery(tx, whose.login, [digest(plain_recovery(one)) for one in codes])
    _note(tx, whose.login, "user.recovery")
    return codes


def end_mine(tx: Tx, key: str, which: str) -> None:
    """One of his sessions by its name on the page; empty: all but this one. Raises Over."""
    kept, whose = mine(tx, key)
    others = [one.hash for one in sessions_of(tx, whose.login) if one.hash != kept.hash]
    for one in others:
        if not which or one[:SHOWN] == which:
            drop_session(tx, one)
            _note(tx, whose.login, "session.end")


def mine(tx: Tx, key: str) -> tuple[Kept, Account]:
    """The session of somebody who is in. Raises Over."""
    found = open_session(tx, digest(key))
    if found is None or found[0].stage:
        raise Over
    return found


def _note(tx: Tx, login: str, what: str) -> None:
    note(tx, Deed(by=login, how="page", what=what, object=f"user/{login}"))

"""Coming in: login and password, then whatever is still to be proved or set, one step after another.

Each step ends its session and begins another under a new key: a key that somebody planted or saw before is worth
nothing after (session fixation).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.console.access.gate import CODE, CODES, ENROL, PASSWORD, STRONG, Gate, Whence, admit
from dispatch.console.access.hashing import digest, new_key
from dispatch.console.access.passwords import fit_password, fit_pin
from dispatch.console.access.second import new_secret, plain_recovery, recovery_codes, step_of
from dispatch.console.access.sessions.store import Kept, change_session, drop_session, drop_sessions, open_session
from dispatch.console.access.store import (
    Account,
    account,
    came_from,
    change_account,
    put_recovery,
    take_once,
    take_recovery,
    take_step,
)
from gateway.audit import Deed, note
from gateway.store.schema import Tx, now

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")  # as it is typed at night, and as it stands in the audit
LONGEST_TYPED = 64  # characters, with blanks around
NOBODY = "?"  # whatever cannot be a login is this one, which nobody has: it is kept nowhere, and guesses at it wait
UNKNOWN = "?"  # who is no user is not written down: it may be a password that was typed into the wrong field
MOST_CODES = 10  # wrong codes in a row, and he begins again with the password


class Wrong(Exception):
    """It is not right; nobody says what of it."""


class Over(Exception):
    """The session ended meanwhile, or this step is not the one to take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The session's new key, and the browser's where it is in."""

    key: str
    seat: str = ""


def folded(login: str) -> str:
    """A login as it is kept: nobody is kept out by a capital letter."""
    return login.strip().casefold()


def possible(login: str) -> str:
    """The login that a stranger typed, or ``NOBODY``: what he types is as long as he likes, and is kept in lanes."""
    plain = folded(login[:LONGEST_TYPED])
    return plain if len(login) <= LONGEST_TYPED and LOGIN.fullmatch(plain) else NOBODY


async def enter(gate: Gate, login: str, password: str, whence: Whence) -> Entered:
    """Raises Wrong, TooMany. A login that is not there takes as long as one that is."""
    login = possible(login)
    lanes = await gate.lanes(login, whence)
    async with gate.guesses.held(lanes):
        whose = await gate.store.read(lambda tx: account(tx, login))
        known = whose.password_hash if whose else ""
        right = await gate.hasher.verify(known, password, usual=any(lane.own for lane in lanes))
    at = gate.clock.now()
    if whose is None or not right or not _open(whose, at):
        await gate.store.write(lambda tx: _failed(tx, "login.failed", whose.login if whose else UNKNOWN, whence))
        raise Wrong
    await gate.guesses.right(lanes)
    entered = await gate.store.write(lambda tx: _entered(tx, gate, whose, whence))
    if entered is None:
        raise Wrong
    return entered


def _open(whose: Account, at: datetime) -> bool:
    late = whose.password_until is not None and at >= whose.password_until
    return whose.disabled_at is None and not (whose.password_once and late)


def _failed(tx: Tx, what: str, login: str, whence: Whence) -> None:
    note(tx, Deed(by=login, how="page", what=what, detail=f"from {whence.peer}"))


def _entered(tx: Tx, gate: Gate, known: Account, whence: Whence) -> Entered | None:
    whose = account(tx, known.login)  # once more, in the transaction that lets him in
    if whose is None or whose.disabled_at is not None or whose.password_hash != known.password_hash:
        return None
    if whose.password_once and not take_once(tx, whose.login, whose.password_hash):
        return None
    steps = [CODE] if whose.totp_secret else []
    steps += [PASSWORD] if whose.password_once else []
    return _step(tx, gate, whose, steps, whence, proved="password")


def _step(
    tx: Tx, gate: Gate, whose: Account, steps: Sequence[str], whence: Whence, *, proved: str, pending: str = ""
) -> Entered:
    """The next session of somebody who is coming in. ``proved``: what he did just now."""
    if not steps and whose.user.roles & STRONG and not whose.totp_secret:
        steps, pending = [ENROL], gate.seal.close(whose.login, new_secret())
    if steps:
        note(tx, Deed(by=whose.login, how="page", what=f"login.{proved}", detail=f"from {whence.peer}"))
        return Entered(key=admit(tx, gate, whose, steps, whence, pending))
    seat = whence.seat or new_key()
    here = Whence(peer=whence.peer, seat=seat, agent=whence.agent)
    came_from(tx, whose.login, here.marks())
    change_account(tx, whose.login, seen_at=now(tx))
    note(tx, Deed(by=whose.login, how="page", what="login", detail=f"from {whence.peer}"))
    return Entered(key=admit(tx, gate, whose, (), whence), seat=seat)


def at_step(tx: Tx, key: str, step: str) -> tuple[Kept, Account]:
    """The session in which that is the next thing to do. Raises Over."""
    found = open_session(tx, digest(key))
    if found is None or found[0].stage.split()[:1] != [step]:
        raise Over
    return found


def _next(tx: Tx, gate: Gate, key: str, step: str, whence: Whence) -> Entered:
    kept, whose = at_step(tx, key, step)
    drop_session(tx, kept.hash)
    return _step(tx, gate, whose, kept.stage.split()[1:], whence, proved=step)


# -- the second factor


async def give_code(gate: Gate, key: str, code: str, whence: Whence) -> Entered:
    """Raises Wrong, TooMany, Over. After some wrong ones he begins again."""
    kept, whose = await gate.store.read(lambda tx: at_step(tx, key, CODE))
    lanes = await gate.lanes(whose.login, whence, "code")
    await gate.guesses.turn(lanes)
    if await gate.store.write(lambda tx: code_taken(tx, gate, whose, code)):
        await gate.guesses.right(lanes)
        return await gate.store.write(lambda tx: _next(tx, gate, key, CODE, whence))
    tries = f"tries {kept.hash}"
    over = await gate.guesses.count(tries) >= MOST_CODES

    def failed(tx: Tx) -> None:
        _failed(tx, "login.code_failed", whose.login, whence)
        if over:
            drop_session(tx, kept.hash)

    await gate.store.write(failed)
    if over:
        raise Over
    raise Wrong


def code_taken(tx: Tx, gate: Gate, whose: Account, code: str) -> bool:
    """The code of the second factor, or a recovery code, is right, and is used up."""
    secret = gate.seal.open(whose.login, whose.totp_secret)
    step = step_of(secret, code, now(tx)) if secret else None
    if step is not None:
        return take_step(tx, whose.login, step)
    if not take_recovery(tx, whose.login, digest(plain_recovery(code))):
        return False
    note(tx, Deed(by=whose.login, how="page", what="login.recovery"))
    return True


async def enrol(gate: Gate, key: str, code: str) -> list[str]:
    """The phone shows the right code: from now on it is asked for. The recovery codes, which nobody can show again.
    Raises Wrong, Over."""
    codes = recovery_codes()

    def work(tx: Tx) -> bool:
        kept, _ = at_step(tx, key, ENROL)
        return enrolled(tx, gate, kept, code, codes) and change_session(tx, kept.hash, stage=CODES, pending="")

    if not await gate.store.write(work):
        raise Wrong
    return codes


def enrolled(tx: Tx, gate: Gate, kept: Kept, code: str, codes: Sequence[str]) -> bool:
    """Take the secret that the session holds as this person's second factor. False: the code is not of it."""
    login, secret = kept.login, gate.seal.open(kept.login, kept.pending)
    step = step_of(secret, code, now(tx)) if secret else None
    if step is None:
        return False
    change_account(tx, login, totp_secret=kept.pending, totp_step=step)
    put_recovery(tx, login, [digest(plain_recovery(one)) for one in codes])
    note(tx, Deed(by=login, how="page", what="user.second_factor", object=f"user/{login}"))
    return True


async def codes_kept(gate: Gate, key: str, whence: Whence) -> Entered:
    """He wrote them down. Raises Over."""
    return await gate.store.write(lambda tx: _next(tx, gate, key, CODES, whence))


# -- the password


async def first_password(gate: Gate, key: str, password: str, pin: str, whence: Whence) -> Entered:
    """Instead of the one-time one; ``pin`` may be empty. Raises Unfit, Over."""
    _, whose = await gate.store.read(lambda tx: at_step(tx, key, PASSWORD))
    fit = fit_password(password, login=whose.login, name=whose.user.name, second_factor=has_second(whose))
    password_hash = await gate.hasher.hash(fit)
    pin_hash = await gate.hasher.hash(fit_pin(pin)) if pin else ""

    def work(tx: Tx) -> Entered:
        kept, _ = at_step(tx, key, PASSWORD)
        drop_sessions(tx, whose.login, but=[kept.hash])
        set_password(tx, whose.login, password_hash)
        if pin_hash:
            change_account(tx, whose.login, pin_hash=pin_hash)
        return _next(tx, gate, key, PASSWORD, whence)

    return await gate.store.write(work)


def has_second(whose: Account) -> bool:
    """Whether a second factor stands beside his password, or will before he is in."""
    return bool(whose.totp_secret or whose.user.roles & STRONG)


def set_password(tx: Tx, login: str, password_hash: str) -> None:
    """His own from now on."""
    values = {"password_hash": password_hash, "password_once": False, "password_until": None, "password_at": now(tx)}
    change_account(tx, login, **values)
    note(tx, Deed(by=login, how="page", what="user.password", object=f"user/{login}"))

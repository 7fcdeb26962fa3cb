"""The keeper of sessions and tokens, on the store."""

from __future__ import annotations

from datetime import timedelta

from dispatch.console.access.gate import Gate, is_seat
from dispatch.console.access.guesses import USUAL_WAIT_S, Lane, TooMany
from dispatch.console.access.hashing import digest
from dispatch.console.access.sessions.store import Kept, change_session, drop_session, open_session
from dispatch.console.access.store import Account, account
from dispatch.console.access.tokens.store import Token, token_of, used
from dispatch.console.keeper import Session
from gateway.audit import Deed, note
from gateway.page import User
from gateway.store.schema import Tx

SEEN_S = 60.0  # how exactly the store knows when a session or a token was last used
MOST_PROOFS = 10  # wrong PINs in a row, and the session ends: he logs in with the password


class AccessKeeper:
    """``Keeper`` of the running program."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def session(self, key: str) -> Session | None:
        found = await self._seen(key, counts=True)
        return _session(key, *found, sure=self._sure(found[0])) if found else None

    async def holds(self, session: Session) -> bool:
        """Whether it goes on, for a page that is open. Only at a dispatcher's seat is looking use."""
        if session.token:
            return await self.bearer(session.key) is not None
        return await self._seen(session.key, counts=is_seat(session.user.roles)) is not None

    async def bearer(self, token: str) -> Session | None:
        found: Token | None = await self.gate.store.read(lambda tx: token_of(tx, digest(token)))
        at = self.gate.clock.now()
        if found is None or not found.holds(at):
            return None
        if found.used_at is None or at - found.used_at > timedelta(seconds=SEEN_S):
            name = found.name
            await self.gate.store.write(lambda tx: used(tx, name, at))
        user = User(login=f"token:{found.name}", name=found.name, roles=found.roles)
        return Session(user=user, key=token, token=True, writes=found.writes)

    async def guest(self, peer: str) -> Session | None:
        return None

    async def prove(self, session: Session, proof: str) -> bool:
        if not proof:  # he was not asked yet
            return False
        lane = Lane(key=f"proof {digest(session.key)}", longest_s=USUAL_WAIT_S, own=True)
        try:
            await self.gate.guesses.turn([lane])
        except TooMany:
            return False
        whose = await self.gate.store.read(lambda tx: account(tx, session.user.login))
        known = (whose.pin_hash if whose.pin_hash and proof.isdigit() else whose.password_hash) if whose else ""
        if not await self.gate.hasher.verify(known, proof, usual=True):
            over = await self.gate.guesses.wrong(lane.key) >= MOST_PROOFS
            await self.gate.store.write(lambda tx: _unproven(tx, session, over=over))
            return False
        await self.gate.guesses.right([lane])
        until = self.gate.clock.now() + timedelta(minutes=self.gate.settings.sure_minutes)
        return await self.gate.store.write(lambda tx: change_session(tx, digest(session.key), sure_until=until))

    async def end(self, session_key: str, login: str) -> None:
        """He logs out."""

        def work(tx: Tx) -> None:
            if drop_session(tx, digest(session_key)):
                note(tx, Deed(by=login, how="page", what="logout"))

        await self.gate.store.write(work)

    async def stage(self, key: str) -> str:
        """What is still to be done in a session before its person is in; empty: nothing, or there is no session."""
        found = await self._seen(key, counts=False)
        return found[0].stage.split()[0] if found and found[0].stage else ""

    async def _seen(self, key: str, *, counts: bool) -> tuple[Kept, Account] | None:
        found: tuple[Kept, Account] | None = await self.gate.store.read(lambda tx: open_session(tx, digest(key)))
        if found and counts:
            kept, at = found[0], self.gate.clock.now()
            if (at - kept.seen_at).total_seconds() > min(SEEN_S, kept.idle_s / 4):
                await self.gate.store.write(lambda tx: change_session(tx, kept.hash, seen_at=at))
        return found

    def _sure(self, kept: Kept) -> bool:
        return kept.sure_until is not None and self.gate.clock.now() < kept.sure_until


def _session(key: str, kept: Kept, whose: Account, *, sure: bool) -> Session:
    """While something is still to be proved he is known and may nothing."""
    user = whose.user
    if kept.stage:
        user = User(login=user.login, name=user.name, roles=frozenset(), language=user.language)
    return Session(user=user, key=key, csrf=digest(f"csrf {key}"), sure=sure and not kept.stage)


def _unproven(tx: Tx, session: Session, *, over: bool) -> None:
    login = session.user.login
    note(tx, Deed(by=login, how="page", what="proof.failed"))
    if over and drop_session(tx, digest(session.key)):
        note(tx, Deed(by=login, how="program", what="session.ended", detail="wrong proofs", object=f"user/{login}"))

"""Who is logged in: what the site asks of the keeper of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.page import User

COOKIE = "__Host-kentongan"  # RFC 6265bis, 4.1.3.2: Secure, Path=/, no Domain; browsers trust loopback without TLS
SEAT_COOKIE = "__Host-kentongan-seat"  # this browser was let in before: strangers' guesses do not slow it down


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """``key``: what the cookie holds; ``csrf``: what each form of this session must carry; ``sure``: he proved again
    who he is, not long ago. ``token``: an API token's session, which has no cookie and needs no ``csrf``; ``writes``:
    it may change something."""

    user: User
    key: str = ""
    csrf: str = ""
    sure: bool = False
    token: bool = False
    writes: bool = True


class Keeper(Protocol):
    """The sessions of people and the tokens of machines."""

    async def session(self, key: str) -> Session | None:
        """The session of a cookie's key, None when it ended or never was."""

    async def holds(self, session: Session) -> bool:
        """Whether a session goes on, asked for a page that is open: looking is no use of it."""

    async def bearer(self, token: str) -> Session | None:
        """The session of an API token (RFC 6750, 2.1)."""

    async def guest(self, peer: str) -> Session | None:
        """A new session for a page that is opened from ``peer`` without one: the demo's own, on loopback. None: the
        person logs in."""

    async def prove(self, session: Session, proof: str) -> bool:
        """Whether ``proof`` (PIN or password) is this person's; then his session is sure for a while. Slow, never
        locked."""

"""Passwords and PINs as argon2id hashes (RFC 9106), made in a thread, one at a time.

One hash takes 64 MiB and every core for a tenth of a second or two: guesses that come in crowds would starve the loop
on which alarms are rung. So one is made at a time, and of all who come from where they never were before only one at a
time stands in that queue: who comes from his usual seat waits for one stranger's guess at the most.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from contextlib import AsyncExitStack
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from dispatch.console.access.passwords import MOST

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LONGEST = 4 * MOST  # characters of a guess, however its letters are composed: no password is longer
KEY_OCTETS = 24  # 192 bits: of a session, a seat, a token
NOBODYS = (  # of random octets nobody kept: a login that does not exist takes as long as one that does
    "$argon2id$v=19$m=65536,t=3,p=4$Y7j3ZAN9VKD3tz2Trsw3+w$uP6AQjREIUK4F9P1fgrlhsm/QmZ3e4sCb1pYHVn6WJ8"
)


class Hasher:
    """The low-memory profile of RFC 9106, 4: t=3, m=64 MiB, p=4."""

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._stranger = asyncio.Lock()

    async def hash(self, text: str) -> str:
        """In PHC form."""
        async with self._one:
            return await asyncio.to_thread(_hash, text)

    async def verify(self, known: str, text: str, *, usual: bool) -> bool:
        """Whether ``text`` gave that hash; an empty one takes as long, and nothing gives it. ``usual``: he came from
        there before."""
        if len(text) > LONGEST:  # it is none; it takes as long as any, and no longer
            known = text = ""
        async with AsyncExitStack() as stack:
            if not usual:
                await stack.enter_async_context(self._stranger)
            await stack.enter_async_context(self._one)
            right = await asyncio.to_thread(_verify, known or NOBODYS, text)
        return right and bool(known)


@cache
def _argon2() -> PasswordHasher:
    from argon2 import PasswordHasher, profiles  # not before somebody logs in

    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


def _octets(text: str) -> bytes:
    """However a keyboard composed it (NIST SP 800-63B-4, 3.1.1.2: normalised before it is hashed)."""
    return normalize("NFKC", text).encode("utf-8", "surrogatepass")


def _hash(text: str) -> str:
    return _argon2().hash(_octets(text))


def _verify(known: str, text: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _argon2().verify(known, _octets(text))
    except VerificationError:
        return False


def new_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(KEY_OCTETS)


def digest(key: str) -> str:
    """What the store keeps of a key, or of a code, that nobody can guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()

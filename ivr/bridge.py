"""Two calls joined: what one person says the other hears. Each line's own player goes on writing its frames and
hearing its keys; between the two lie two short buffers of sound.

    officer's player ── Side.say(heard) ──► buffer ──► Side.hear(frame) ── the reporter's player, and the other way
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from modem.voice import RATE

FIRST_S = 0.04  # seconds that are kept before the first is heard: two modems do not deliver in step
MOST_S = 0.2  # seconds kept at most; the oldest goes, as on the air: people interrupt each other when it is more


class _Buffer:
    """One direction."""

    def __init__(self) -> None:
        self._sound = bytearray()
        self._flows = False

    def put(self, sound: bytes) -> None:
        self._sound += sound
        del self._sound[: max(0, len(self._sound) - 2 * int(MOST_S * RATE))]

    def take(self, octets: int) -> bytes:
        """So many octets, or fewer; none until there are enough to go on with."""
        if not self._flows and len(self._sound) < max(octets, 2 * int(FIRST_S * RATE)):
            return b""
        frame = bytes(self._sound[:octets])
        del self._sound[:octets]
        self._flows = len(frame) == octets
        return frame


class Side:
    """One line's side of a joined call."""

    def __init__(self, to_other: _Buffer, from_other: _Buffer, over: asyncio.Event) -> None:
        self._to_other = to_other
        self._from_other = from_other
        self._over = over

    def say(self, sound: bytes) -> None:
        """What this line's person said."""
        self._to_other.put(sound)

    def hear(self, octets: int) -> bytes:
        """What the other person said: so many octets, or fewer."""
        return self._from_other.take(octets)

    def leave(self) -> None:
        """This side goes, hung up or led on: the other is told."""
        self._over.set()

    async def over(self) -> None:
        """Wait until either side went."""
        await self._over.wait()


def sides() -> tuple[Side, Side]:
    """Two lines, joined."""
    there, back, over = _Buffer(), _Buffer(), asyncio.Event()
    return Side(there, back, over), Side(back, there, over)


class Joins(Protocol):
    """Who knows which lines are up."""

    def held(self, number: str) -> AbstractContextManager[asyncio.Future[Side]]:
        """``with joins.held(number) as joined:`` this line may be joined meanwhile: the future then has its side, which
        is left at the end."""

    async def join(self, number: str) -> Side | None:
        """This line's side of a call with that number: its own held call where there is one, else it is rung. None:
        it could not be. Cancelled: the other line is let go."""


class Exchange:
    """The lines of this program that are held. ``ring`` rings a number whose conversation will hold the line; False
    when it was not answered."""

    def __init__(self, ring: Callable[[str], Awaitable[bool]] | None = None) -> None:
        self._ring = ring
        self._held: dict[str, asyncio.Future[Side]] = {}

    @contextmanager
    def held(self, number: str) -> Iterator[asyncio.Future[Side]]:
        joined: asyncio.Future[Side] = asyncio.get_running_loop().create_future()
        self._held[number] = joined
        try:
            yield joined
        finally:
            if self._held.get(number) is joined:
                del self._held[number]
            if not joined.cancel():
                joined.result().leave()

    def holds(self, number: str) -> bool:
        """Whether a call of that number waits to be joined."""
        return number in self._held

    async def join(self, number: str) -> Side | None:
        if not self.holds(number) and self._ring is not None and not await self._ring(number):
            return None
        joined = self._held.pop(number, None)
        if joined is None or joined.done():
            return None
        here, there = sides()
        joined.set_result(there)
        return here

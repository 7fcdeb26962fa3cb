"""Calls that a provider brings and that are never answered: kept as missed ones, and turned away at no cost."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime

from config.clock import Clock
from gateway.callback import VoicePosted
from gateway.number import normal

INBOUND = "inbound"
REMEMBERED = 1_000  # calls turned away whose posts may come again; a provider repeats for minutes

Missed = Callable[[str, str | None, datetime], Awaitable[None]]
"""``Inbox.missed``: channel, caller, when. Durable on return. Raises StoreFault."""


class Away:
    """``whose``: numbers whose calls are turned away."""

    def __init__(self, whose: Callable[[str], bool], missed: Missed, clock: Clock) -> None:
        self._whose, self._missed, self._clock = whose, missed, clock
        self._before: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)

    async def turned(self, channel: str, post: VoicePosted) -> bool:
        """Whether the post is about such a call; it was kept before, once however often it is posted. Raises
        StoreFault."""
        name = (channel, post.session)
        if name in self._before:
            return True
        number = normal(post.number) or post.number
        rings = post.active and not post.told and post.direction == INBOUND and post.turn is None
        if not rings or not self._whose(number):
            return False
        await self._missed(channel, post.number, self._clock.now())
        if post.session:
            self._before.append(name)
        return True

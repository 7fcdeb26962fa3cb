"""The other half of a joined call: a phone that is rung so that somebody who waits can talk to whoever picks up."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.clock import Clock
from gateway.number import subscriber
from ivr.bridge import Exchange
from ivr.conversation import Conversation, Turn, Utterance
from ivr.events import End, Event, Hold
from ivr.leg import CallLeg, CallOrder, Urgency

log = logging.getLogger(__name__)

HOLDS_S = 15.0  # seconds that whoever picked up waits to be joined: the one who wants to talk is on the line already
LOOK_S = 0.2  # between two looks whether the phone that was rung is held


class Rung(Conversation):
    """What is said to whoever picks up: that somebody wants to talk to him. Nothing of it needs keeping: it decides
    nothing, and a crash ends both halves."""

    def __init__(self, number: str, say: Sequence[Utterance]) -> None:
        self._id, self._number, self._say = secrets.token_urlsafe(16), number, tuple(say)
        self._seq, self._live = 0, True

    @property
    def id(self) -> str:
        return self._id

    @property
    def number(self) -> str:
        return self._number

    @property
    def live(self) -> bool:
        return self._live

    def first(self) -> Sequence[Utterance]:
        return self._say

    async def begin(self, leg: str) -> Turn:
        self._seq = 1
        return Turn(seq=1, say=self._say, then=Hold(seconds=HOLDS_S, keys=""))

    async def take(self, seq: int, event: Event) -> Turn:
        """Joined and over, or nobody came: that was it."""
        self._seq, self._live = 2, False
        return Turn(seq=2, say=(), then=End())

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        return ""

    async def over(self, why: str = "") -> None:
        self._live = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringer:
    """How a phone is rung to be joined. ``voices``: how many calls could start now that would be heard. ``words``:
    what is said to whoever picks up."""

    leg: CallLeg
    voices: Callable[[], int]
    clock: Clock
    words: Callable[[str], Sequence[Utterance]]
    ring_s: float
    sample: Callable[[str], bool]


class Joining:
    """``exchange`` is what players are given; ``ring`` is what it asks. Set ``ringer`` before calls are made."""

    def __init__(self) -> None:
        self.exchange = Exchange(self.ring)
        self.ringer: Ringer | None = None
        self._calls: set[asyncio.Task[object]] = set()

    async def ring(self, number: str) -> bool:
        """Ring that number on a line of its own; True once it is held. At once False where no line is free that would
        be heard. Cancelled, it hangs up."""
        ringer = self.ringer
        if ringer is None or not subscriber(number) or ringer.voices() < 1:
            return False
        rung = Rung(number, ringer.words(number))
        order = _order(ringer, number, rung, ringer.clock.now())
        call: asyncio.Task[object] = asyncio.create_task(_placed(ringer.leg, order), name=f"join {rung.id}")
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)
        held = False
        try:
            while not call.done() and not held:
                await asyncio.wait({call}, timeout=LOOK_S)
                held = self.exchange.holds(number)
            return held
        finally:
            if not held:
                await _ended(call)

    async def close(self) -> None:
        """Hang up what was rung."""
        for call in [*self._calls]:
            await _ended(call)


def _order(ringer: Ringer, number: str, rung: Rung, now: datetime) -> CallOrder:
    return CallOrder(
        to=number,
        urgency=Urgency.JOIN,
        since=now,
        ring_s=ringer.ring_s,
        sample=ringer.sample(number),
        conversation=rung,
    )


async def _placed(leg: CallLeg, order: CallOrder) -> object:
    return await leg.place(order, started=_nothing)


async def _nothing() -> None:
    """Nobody's clock runs from this ring."""


async def _ended(call: Awaitable[object]) -> None:
    task = asyncio.ensure_future(call)
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is not None:
        log.error("the other half of a call failed", exc_info=task.exception())

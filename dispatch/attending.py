"""A call's conversation with an eye on the clock: who presses nothing, or talks on while others need the line, is let
go. On whichever leg, and through a change of legs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from config.clock import Clock
from ivr.conversation import Conversation, Turn, Utterance
from ivr.events import Event, Join, Pressed
from ivr.leg import CallResult, Outcome

TWICE = 2  # times that an officer is told at the least
LOOK_AGAIN_S = 1.0  # seconds; a line that became free, or was taken, is noticed within it


class Attended(Conversation):
    """The conversation itself, seen from the clock. ``key_s``: seconds from answering to the first key; where what is
    said twice was not by then, until it was, but at most ``line_s`` seconds after the call had its line (``claimed``).
    ``talk_s``: asked anew while the call goes on: seconds that it may last after the first key, while the two are not
    joined."""

    def __init__(
        self, inner: Conversation, clock: Clock, *, key_s: float, line_s: float, talk_s: Callable[[], float]
    ) -> None:
        self._inner, self._clock = inner, clock
        self._key_s, self._line_s, self._talk_s = key_s, line_s, talk_s
        self._claimed_at = clock.monotonic()
        self._said = 0  # turns whose words were said to their end, without a key
        self._up = asyncio.Event()
        self._begun_at = 0.0
        self._keyed_at: float | None = None
        self._joined = False

    @property
    def id(self) -> str:
        return self._inner.id

    @property
    def number(self) -> str:
        return self._inner.number

    @property
    def live(self) -> bool:
        return self._inner.live

    @property
    def begun(self) -> bool:
        """Whether it was up at all."""
        return self._up.is_set()

    def first(self) -> Sequence[Utterance]:
        return self._inner.first()

    async def begin(self, leg: str) -> Turn:
        if not self.begun:
            self._begun_at = self._clock.monotonic()
            self._up.set()
        return self._seen(await self._inner.begin(leg))

    async def take(self, seq: int, event: Event) -> Turn:
        if isinstance(event, Pressed) and self._keyed_at is None:
            self._keyed_at = self._clock.monotonic()
        self._said += 1
        return self._seen(await self._inner.take(seq, event))

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        return await self._inner.keep(seq, audio, rate)

    async def over(self, why: str = "") -> None:
        await self._inner.over(why)

    def claimed(self) -> None:
        """It has its line."""
        self._claimed_at = self._clock.monotonic()

    def _seen(self, turn: Turn) -> Turn:
        self._joined = isinstance(turn.then, Join)
        return turn

    async def outstayed(self) -> str:
        """Returns when the call is to end: why."""
        await self._up.wait()
        while True:
            until, why = self._until()
            left = until - self._clock.monotonic()
            if left <= 0:
                return why
            await self._clock.sleep(min(left, LOOK_AGAIN_S))

    def _until(self) -> tuple[float, str]:
        if self._keyed_at is None:
            until = self._begun_at + self._key_s
            return until if self._said >= TWICE else max(until, self._claimed_at + self._line_s), "no key"
        if self._joined:
            return self._clock.monotonic() + LOOK_AGAIN_S, ""
        return self._keyed_at + self._talk_s(), "talked long enough"


async def attended(placing: Coroutine[Any, Any, CallResult], conversation: Attended) -> CallResult:
    """The call, ended when it outstays. Cancelled, it hangs up first."""
    place, late = asyncio.create_task(placing), asyncio.create_task(conversation.outstayed())
    try:
        await asyncio.wait({place, late}, return_when=asyncio.FIRST_COMPLETED)
        if not place.done():
            place.cancel()
            await asyncio.wait({place})
        if not place.cancelled():
            return place.result()
        return CallResult(outcome=Outcome.ANSWERED, heard=True, detail=late.result())
    finally:
        place.cancel()
        late.cancel()
        await asyncio.gather(place, late, return_exceptions=True)

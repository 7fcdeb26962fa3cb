"""Who may use the radio: a modem carries one call, one submit or one USSD question at a time.

Order: siren call · next part of a started letter · emergency letter · officer call · call-back · test · USSD · other
letters. After a call at most ``LETTERS_BETWEEN_CALLS`` emergency letters go before a call that waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import IntEnum

LETTERS_BETWEEN_CALLS = 2  # letters of 3-6 s each: an officer waits 12 s at most


class Air(IntEnum):
    """What the radio is wanted for, most urgent first."""

    SIREN = 0
    NEXT_PART = 1
    EMERGENCY_LETTER = 2
    OFFICER = 3
    CALL_BACK = 4
    TEST = 5
    USSD = 6
    LETTER = 7


CALLS = (Air.SIREN, Air.OFFICER, Air.CALL_BACK, Air.TEST)
"""By the urgency number of ``Modem.call``."""


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    want: Air
    since: float
    arrival: int


class Radio:
    """The queue before the radio of one modem."""

    def __init__(self) -> None:
        self._waiting: dict[_Place, asyncio.Future[None]] = {}
        self._arrivals = itertools.count()
        self._letters = 0  # emergency letters let go before a waiting call, one after the other
        self.taken_by: Air | None = None

    @property
    def call_wanted(self) -> bool:
        """A call is on the air or waits for it."""
        return self.taken_by in CALLS or any(place.want in CALLS for place in self._waiting)

    @contextlib.asynccontextmanager
    async def use(self, want: Air, since: float = 0.0) -> AsyncIterator[None]:
        """Own the radio; ``since`` orders those who want the same (the longer-waiting first)."""
        if self.taken_by is None:
            self.taken_by = want
        else:
            await self._wait(_Place(want, since, next(self._arrivals)))
        try:
            yield
        finally:
            self._next()

    async def _wait(self, place: _Place) -> None:
        turn = self._waiting[place] = asyncio.get_running_loop().create_future()
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.pop(place, None)
            if turn.done() and not turn.cancelled():
                self._next()  # it was given to us in the same breath
            raise

    def _next(self) -> None:
        self.taken_by = None
        while self._waiting:
            place = self._first()
            turn = self._waiting.pop(place)
            if turn.done():
                continue
            self.taken_by = place.want
            turn.set_result(None)
            return

    def _first(self) -> _Place:
        calls = [place for place in self._waiting if place.want in CALLS]
        first = min(self._waiting)
        if first.want is not Air.EMERGENCY_LETTER or not calls:
            self._letters = 0 if first.want in CALLS else self._letters
            return first
        if self._letters >= LETTERS_BETWEEN_CALLS:
            self._letters = 0
            return min(calls)
        self._letters += 1
        return first

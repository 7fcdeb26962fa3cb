"""Who may use the radio: a modem carries one call, one submit or one USSD question at a time.

Order: siren call · next part of a started letter · emergency letter · officer call · a call that comes in and is to be
answered · call-back · the other half of a conversation · test · USSD · call-out · other letters. After a call at most
``LETTERS_BETWEEN_CALLS`` emergency letters go before a call that waits. Between two letters a call other than a siren's
gives the outbox ``FOLLOW_S`` to hand over the second: else the call would take the line for a minute, and the one who
cried for help would hear nothing. An officer's call gives it as long before it takes a free radio: the letter with the
code is written down together with the order to ring him, and comes a moment later. A siren or an officer who waits
behind a talk that gives way has it told (``wanted``).

A letter is 3-6 s on the air, and a cry for help that comes in wants its siren at once. So letters stand back, also
those of the emergency itself, from the moment when a letter is announced until it is kept, and after a cry until the
call that answers it has begun, ``STAND_BACK_S`` at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

from config.clock import Clock
from modem.errors import ModemBusy

T = TypeVar("T")

LETTERS_BETWEEN_CALLS = 2  # letters of 3-6 s each: an officer waits 12 s at most
FOLLOW_S = 0.5  # from the end of one letter to the next our own work takes 0.03 s, and 0.25 s on the slowest of disks
STAND_BACK_S = 0.5  # from a cry to its call on the wire our own work takes 0.03 s, and 0.25 s on the slowest of disks


class Air(IntEnum):
    """What the radio is wanted for, most urgent first."""

    SIREN = 0
    NEXT_PART = 1
    EMERGENCY_LETTER = 2
    OFFICER = 3
    INCOMING = 4
    CALL_BACK = 5
    JOIN = 6
    TEST = 7
    USSD = 8
    CALL_OUT = 9
    LETTER = 10


CALLS = (Air.SIREN, Air.OFFICER, Air.CALL_BACK, Air.JOIN, Air.TEST, Air.CALL_OUT)
"""By the urgency number of ``Modem.call``."""
URGENT_CALLS = (Air.SIREN, Air.OFFICER, Air.CALL_BACK, Air.JOIN)
"""Those that may be what follows a cry for help."""
GIVES_WAY = (Air.INCOMING, Air.TEST, Air.CALL_OUT)
"""Whose talk is told when an emergency's call waits for the modem."""
EMERGENCIES = (Air.SIREN, Air.OFFICER)
FOLLOWING = (Air.SIREN, Air.NEXT_PART, Air.EMERGENCY_LETTER)
"""Who need not wait whether another letter follows."""


LONG = (Air.OFFICER, Air.INCOMING, Air.CALL_BACK, Air.JOIN, Air.TEST, Air.CALL_OUT)
"""Calls that may have the radio for a minute; a siren's takes seconds."""
LETTERS = (Air.EMERGENCY_LETTER, Air.LETTER)
BEHIND_S = 3.0  # seconds that a letter waits behind a talk before it is given back, to look for another way


class RadioTaken(ModemBusy):
    """A long call got the radio before a letter that wants to be given back then: another modem may be free."""


class StoodBack(Exception):
    """The radio was lent to a letter that had not begun when something came in: ask for it again."""


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    want: Air
    since: float
    arrival: int
    give_back: bool = False


class Radio:
    """The queue before the radio of one modem."""

    def __init__(self) -> None:
        self._waiting: dict[_Place, asyncio.Future[None]] = {}
        self._arrivals = itertools.count()
        self._letters = 0  # emergency letters let go before a waiting call, one after the other
        self._reading = False  # something was announced and is not kept yet
        self._cried = asyncio.Event()  # a cry came in, and no call has begun since
        self._following: asyncio.TimerHandle | None = None  # a letter has just gone, and another may follow
        self.taken_by: Air | None = None
        self.wanted = asyncio.Event()  # a siren or an officer waits, and who has the radio gives way

    @property
    def open_to_sirens(self) -> bool:
        """No call has the radio, or one that gives way."""
        return self.taken_by not in CALLS or self.taken_by in GIVES_WAY

    def give_way(self) -> None:
        """Tell a call that gives way, if there is one, that it is to end."""
        if self.taken_by in GIVES_WAY:
            self.wanted.set()

    @property
    def call_wanted(self) -> bool:
        """A call is on the air or waits for it."""
        return self.taken_by in (*CALLS, Air.INCOMING) or any(place.want in CALLS for place in self._waiting)

    @property
    def lets_letters_go(self) -> bool:
        """The radio is free, and a call that waits for it lets letters go first."""
        return self.taken_by is None and self._following is not None

    @property
    def for_calls(self) -> bool:
        """Letters stand back."""
        return self._reading or self._cried.is_set()

    @contextlib.asynccontextmanager
    async def use(self, want: Air, since: float = 0.0, *, give_back: bool = False) -> AsyncIterator[None]:
        """Own the radio; ``since`` orders those who want the same (the longer-waiting first). With ``give_back``:
        raises RadioTaken when a long call begins before (a call that comes in: any call of ours), and for a letter
        that waits behind one for BEHIND_S."""
        if self.taken_by is None and want is Air.OFFICER and self._following is None:
            self._letters_first()  # his code is on its way to us
        if self.taken_by is None and self._at_once(want):
            self.taken_by = want
        else:
            behind_a_talk = give_back and want in LETTERS and self.taken_by in LONG
            await self._wait_for(_Place(want, since, next(self._arrivals), give_back), behind_a_talk)
        if want in CALLS:
            self._cried.clear()
            self._letters = 0
        if want in LONG or want is Air.SIREN:
            self._send_away(want)
        self._no_more()
        try:
            yield
        finally:
            if want is Air.EMERGENCY_LETTER and self._letters < LETTERS_BETWEEN_CALLS:
                self._letters_first()
            self._next()

    def _send_away(self, began: Air) -> None:
        for place in [place for place in self._waiting if place.give_back and place.want is not Air.NEXT_PART]:
            if began is Air.SIREN and place.want is not Air.INCOMING:
                continue
            turn = self._waiting.pop(place)
            if not turn.done():
                turn.set_exception(RadioTaken("a call began"))

    def _at_once(self, want: Air) -> bool:
        """Whether it may have the free radio."""
        if want not in URGENT_CALLS and self.for_calls:
            return False
        if not self._may_follow(want):
            return False
        if want is Air.EMERGENCY_LETTER and any(place.want in CALLS for place in self._waiting):
            self._letters += 1
        return True

    def _may_follow(self, want: Air) -> bool:
        return self._following is None or want in FOLLOWING

    def _letters_first(self) -> None:
        self._following = asyncio.get_running_loop().call_later(FOLLOW_S, self._none_followed)

    def _none_followed(self) -> None:
        self._following = None
        self._go_on()

    def _no_more(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def lend(self, want: Air, work: Callable[[], Awaitable[T]], *, give_back: bool = False) -> T:
        """Own the radio for ``work``, once more when it raised StoodBack."""
        while True:
            async with self.use(want, give_back=give_back):
                with contextlib.suppress(StoodBack):
                    return await work()

    # -- letters stand back

    def letters_may(self) -> None:
        """Raises StoodBack when a letter that has the radio, and has not begun, is to give it back."""
        if self.for_calls:
            raise StoodBack

    def reading(self, on: bool) -> None:
        """Something was announced (``on``), or all that was announced is kept."""
        self._reading = on
        self._go_on()

    def cried(self) -> None:
        """A cry for help came in: its call goes before every letter that has not begun."""
        self._cried.set()

    async def run(self, clock: Clock) -> None:
        """Let letters go on when no call came of a cry. For as long as a session lives."""
        try:
            while True:
                await self._cried.wait()
                await clock.sleep(STAND_BACK_S)
                self._cried.clear()
                self._go_on()
        finally:
            self._reading = False
            self._cried.clear()
            self._go_on()

    def _go_on(self) -> None:
        if self.taken_by is None:
            self._next()

    # -- the queue

    async def _wait_for(self, place: _Place, behind_a_talk: bool) -> None:
        """A letter behind a call that may last for minutes is given back: another modem may be free by now."""
        try:
            async with asyncio.timeout(BEHIND_S if behind_a_talk else None):
                await self._wait(place)
        except TimeoutError:
            raise RadioTaken("a call has the radio") from None

    async def _wait(self, place: _Place) -> None:
        turn = self._waiting[place] = asyncio.get_running_loop().create_future()
        if place.want in EMERGENCIES:
            self.give_way()
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.pop(place, None)
            if turn.done() and not turn.cancelled():
                self._next()  # it was given to us in the same breath
            raise

    def _next(self) -> None:
        self.taken_by = None
        self.wanted.clear()
        while (place := self._first()) is not None:
            turn = self._waiting.pop(place)
            if turn.done():
                continue
            self.taken_by = place.want
            turn.set_result(None)
            return

    def _first(self) -> _Place | None:
        calls = [place for place in self._waiting if place.want in CALLS]
        urgent = [place for place in calls if place.want in URGENT_CALLS]
        fit = [place for place in (urgent if self.for_calls else self._waiting) if self._may_follow(place.want)]
        if not fit:
            return None
        first = min(fit)
        if first.want is not Air.EMERGENCY_LETTER or not calls:
            self._letters = 0 if first.want in CALLS else self._letters
            return first
        if self._letters >= LETTERS_BETWEEN_CALLS:
            self._letters = 0
            return min(calls)
        self._letters += 1
        return first

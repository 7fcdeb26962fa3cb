"""One call from its first step to the free line: its steps, its talk, its clocks."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from modem.call import CallEnd, Outcome, Step, Track, outcome_of, tone_in
from modem.codes import Code
from modem.errors import LineError
from modem.hang_up import hang_up, list_calls
from modem.insist import insist
from modem.line import Turn
from modem.pcm import Pcm
from modem.port import PortLost
from modem.session import Session
from modem.speaking import Voice
from modem.talking import AnsweredCall, Talking
from modem.voice import Talk

ALERT_S = 20.0  # seconds from dialling to ringing; set-up takes up to 7, circuit-switched fallback 3 more a side
POLL_S = 1.0  # seconds between looks at AT+CLCC
POLL_BLIND_S = 0.4  # the same before it rings on a modem that says nothing by itself: a siren rings for 1-4 s
CAUSE_S = 0.3  # seconds that NO CARRIER or BUSY may come after the step that says "ended"
GIVE_WAY_S = 30.0  # seconds that a talk which gives way may still take once an emergency waits for its modem

Started = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be done with a call: see ``Modem.call``."""

    ring_s: float
    talk_s: float
    started: Started | None = None
    talk: Talk | None = None


class Following:
    """See the module. ``wanted``: set while an emergency waits for the radio and this call is one that gives way."""

    def __init__(
        self, session: Session, voice: Voice, wanted: asyncio.Event, wishes: Wishes, *, name: str, outgoing: bool = True
    ) -> None:
        self._session = session
        self._voice = voice
        self._wishes = wishes
        self._outgoing = outgoing
        self._changed = asyncio.Event()
        self._dialled_at = session.clock.monotonic()
        self._alerted_at: float | None = None
        self._answered_at: float | None = None
        self._wanted_at: float | None = None
        self._talking: Talking | None = None
        self._pcm: Pcm | None = None
        self._line = AnsweredCall(name=name, wanted=wanted)
        self.track = Track(outgoing=outgoing)

    @property
    def talked(self) -> bool:
        """The talk began, and no fault of ours ended it."""
        return self._talking is not None and not self._talking.failed

    def again(self) -> None:
        """What was heard until now was another call's."""
        self.track = Track(outgoing=self._outgoing)

    def hear(self, code: Code) -> bool:
        """Take an unsolicited code; True when it belongs to this call."""
        key = tone_in(code)
        if key is not None and self.track.answered:
            self._line.keys.put_nowait(key)
        told = key is not None or self.track.hear(code)
        if told:
            self._changed.set()
        return told

    async def to_its_end(self) -> CallEnd:
        """Until somebody ends it, or a time is over; the line is not free yet. Raises LineError, PortLost."""
        while True:
            await self._reached()
            end = await self._ended()
            if end is not None:
                return end
            left = self._until() - self._session.clock.monotonic()
            if left <= 0:
                return self._too_long()
            if not await self._wait(min(left, self._poll_s())):
                await self._look()

    def lost(self, fault: Exception) -> CallEnd:
        """The end of a call whose modem went."""
        return self._end(Outcome.FAILED, f"the modem went away: {fault}", lost=True)

    async def let_go(self) -> None:
        """End the talk, hang up and see that the line is free, although we are cancelled; only then go on."""
        with contextlib.suppress(PortLost, LineError):
            await insist(self._leave())

    # -- inside

    async def _leave(self) -> None:
        if self._talking is not None:
            self._talking.cancel()
        try:
            ended = self.track.step is Step.ENDED
            if not await hang_up(self._session, look_first=ended, outgoing=self._outgoing):
                self._session.fall_ill("a call would not end")
            if self._wishes.talk is not None:
                await self._voice.end()
        finally:
            if self._talking is not None:
                await self._talking.ended()

    async def _reached(self) -> None:
        """Note how far it is, and do what belongs to it."""
        if (self.track.alerted or self.track.answered) and self._alerted_at is None:
            self._alerted_at = self._session.clock.monotonic()
            if self._wishes.started is not None:
                await self._wishes.started()
        if self.track.answered and self._answered_at is None:
            self._answered_at = self._session.clock.monotonic()
            if self._wishes.talk is not None and self.track.step is not Step.ENDED:
                self._pcm, self._line.player = await self._voice.begin()
                self._line.audio = self._pcm
                self._talking = Talking(self._wishes.talk, self._line, self._session.clock, self._changed.set)

    async def _ended(self) -> CallEnd | None:
        """How it has ended, if it has."""
        if self._talking is not None and self._talking.done:
            return self._talk_over(self._talking)
        if self.track.step is not Step.ENDED:
            return None
        if not self.track.cause:
            await self._wait(CAUSE_S)
        outcome = outcome_of(self.track)
        said = self.track.cause
        return self._end(outcome, f"the far end hung up {said}".strip() if outcome is Outcome.ANSWERED else said)

    def _talk_over(self, talking: Talking) -> CallEnd:
        fault = talking.fault
        gone = talking.line_fault or (self._pcm.gone if self._pcm is not None else "")
        if gone and (talking.line_fault or fault is None):
            return self._end(Outcome.FAILED, gone, lost=True)
        if fault is not None:
            return self._end(Outcome.ANSWERED, f"the talk failed: {type(fault).__name__}: {fault}")
        said = f"we hung up: {self._voice.fault}" if self._voice.fault else "we hung up"
        return self._end(Outcome.ANSWERED, said, lost=bool(self._voice.fault))

    def _until(self) -> float:
        """Until when the step may last."""
        if self._line.wanted.is_set() and self._wanted_at is None:
            self._wanted_at = self._session.clock.monotonic()
        if self._answered_at is not None:
            cap = self._answered_at + self._wishes.talk_s
            return cap if self._wanted_at is None else min(cap, self._wanted_at + GIVE_WAY_S)
        if self._alerted_at is not None:
            return self._alerted_at + self._wishes.ring_s
        return self._dialled_at + ALERT_S

    def _too_long(self) -> CallEnd:
        if self._answered_at is not None:
            if self._talking is None:
                return self._end(Outcome.ANSWERED, self.track.cause)
            return self._end(
                Outcome.ANSWERED, "cut off: an emergency waits" if self._wanted_at is not None else "cut off: too long"
            )
        if self._alerted_at is not None:
            return self._end(Outcome.RANG, self.track.cause)
        return self._end(Outcome.UNREACHABLE if self.track.listed else Outcome.FAILED, self.track.cause)

    def _end(self, outcome: Outcome, detail: str, *, lost: bool = False) -> CallEnd:
        ended = self._answered_at if self._answered_at is not None else self._session.clock.monotonic()
        rang = None if self._alerted_at is None else round(ended - self._alerted_at, 3)
        answered = self._answered_at is not None
        return CallEnd(outcome=outcome, alerted_s=rang, answered=answered, lost=lost, detail=detail)

    def _poll_s(self) -> float:
        blind = self.track.step is Step.DIALLING and not self._session.profile.progress
        return POLL_BLIND_S if blind else POLL_S

    async def _wait(self, seconds: float) -> bool:
        """True when something was heard before the time was over. Raises PortLost as soon as the modem goes."""
        dead = self._session.line.dead
        waits = asyncio.ensure_future(self._changed.wait()), asyncio.ensure_future(dead.wait())
        try:
            async with self._session.clock.timeout(seconds):
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            return False
        finally:
            for wait in waits:
                wait.cancel()
        self._changed.clear()
        self._session.line.check()
        if dead.is_set():
            raise LineError("its session is over")
        return True

    async def _look(self) -> None:
        async with self._session.line.turn(Turn.CALL):
            calls = await list_calls(self._session)
        if calls is not None:
            self.track.list(calls)

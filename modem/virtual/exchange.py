"""Calls between subscribers: set-up, alerting, answer, keys, release. What a mobile switch does, and no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from config.clock import Clock
from modem.virtual.journal import Journal
from modem.virtual.settings import NetworkSettings, canonical
from modem.virtual.sound import key_tone
from modem.virtual.timers import Timer, Timers
from modem.virtual.voice.track import CallSound, Track
from modem.voice import RATE

NO_ANSWER_S = 60.0  # the network gives up ringing; operators use 45 to 60 s
KEPT_CALLS = 200  # whose sound can be heard again
KEPT_OCTETS = 64 * 1024 * 1024  # of their sound: a little over an hour of speech
TONE_MS = 100  # for which a phone sounds a key


class CallState(StrEnum):
    """Where a call is. The caller hears nothing in SETUP and the ringing tone in ALERTING."""

    SETUP = "setup"
    ALERTING = "alerting"
    ACTIVE = "active"
    ENDED = "ended"


class Cause(StrEnum):
    """Why a call ended (in brackets: the cause of TS 24.008, 10.5.4.11)."""

    NORMAL = "normal"  # [16] either side hung up, or the caller gave up
    BUSY = "busy"  # [17] before alerting
    REJECTED = "rejected"  # [21] the far end turned a ringing call away
    NO_ANSWER = "no_answer"  # [19]
    UNREACHABLE = "unreachable"  # [20] switched off, out of coverage
    NO_SUCH_NUMBER = "no_such_number"  # [1]
    LOST = "lost"  # [31] radio link or modem gone

    @property
    def code(self) -> int:
        """The number that ^CEND and CEER give."""
        return {
            "normal": 16,
            "busy": 17,
            "rejected": 21,
            "no_answer": 19,
            "unreachable": 20,
            "no_such_number": 1,
            "lost": 31,
        }[self.value]


class Party(Protocol):
    """Whoever can call and be called. ``ours``: it belongs to the program (a modem, a provider), not to a person."""

    number: str

    @property
    def ours(self) -> bool: ...

    def can_ring(self) -> bool:
        """Switched on and registered (or forwarded to a mailbox)."""

    def engaged(self) -> bool:
        """Has a call already."""

    def rings(self, call: Call) -> None:
        """An incoming call begins to ring here."""

    def call_changed(self, call: Call) -> None:
        """A call of this party reached another state."""

    def key_heard(self, call: Call, key: str) -> None:
        """The far end pressed a key."""


@dataclass(slots=True, eq=False)
class Call:
    """One call. ``caller_shown`` is what the far end sees: a number, or empty for a withheld one."""

    id: int
    caller: Party
    to: str
    caller_shown: str
    started_at: datetime
    callee: Party | None = None
    state: CallState = CallState.SETUP
    cause: Cause | None = None
    ended_by: Party | None = None
    alerted_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    timer: Timer | None = None
    sound: CallSound | None = None
    """What was said; None until it is answered, and after it had to make room for later calls."""

    @property
    def near(self) -> Party:
        """Our side: the modem or the provider; of two phones the caller."""
        callee = self.callee
        return callee if callee is not None and callee.ours and not self.caller.ours else self.caller

    def said(self, by: Party) -> Track | None:
        """What one side says; None where there is no sound."""
        if self.sound is None:
            return None
        return self.sound.caller if by is self.caller else self.sound.callee

    def heard(self, by: Party) -> Track | None:
        """What one side hears: what the other says."""
        if self.sound is None:
            return None
        return self.sound.callee if by is self.caller else self.sound.caller

    def other(self, party: Party) -> Party | None:
        """The far end as ``party`` sees it."""
        return self.callee if party is self.caller else self.caller

    def far_number(self, party: Party) -> str:
        """The number at the far end as ``party`` sees it."""
        return self.to if party is self.caller else self.caller_shown


class Exchange:
    """The switch of one network."""

    def __init__(
        self,
        clock: Clock,
        timers: Timers,
        journal: Journal,
        settings: NetworkSettings,
        find: Callable[[str], Party | None],
    ) -> None:
        self._clock, self._timers, self._journal = clock, timers, journal
        self._settings, self._find = settings, find
        self._ids = 0
        self.calls: list[Call] = []
        self.kept: deque[Call] = deque(maxlen=KEPT_CALLS)
        """The last calls, those under way included."""

    def dial(self, caller: Party, to: str, *, shown: str | None = None) -> Call:
        """Start a call; its progress comes through ``call_changed``. ``shown``: the caller ID, default its number."""
        self._ids += 1
        call = Call(
            id=self._ids,
            caller=caller,
            to=canonical(to, self._settings.country),
            caller_shown=caller.number if shown is None else shown,
            started_at=self._clock.now(),
        )
        self.calls.append(call)
        self.kept.append(call)
        call.timer = self._timers.after(self._settings.setup_s, lambda: self._route(call))
        return call

    def answer(self, call: Call) -> None:
        """The far end picks up. Nothing happens unless it is ringing."""
        if call.state is not CallState.ALERTING:
            return
        self._stop(call)
        call.answered_at = self._clock.now()
        call.sound = CallSound(self._clock)
        self._move(call, CallState.ACTIVE)
        self._journal.add("answer", call=call.id, **{"from": call.caller.number}, to=call.to)
        self._tell(call)

    def release(self, call: Call, by: Party | None, cause: Cause = Cause.NORMAL) -> None:
        """End a call; ``by`` None is the network. A callee that releases a ringing call rejects it. Idempotent."""
        if call.state is CallState.ENDED:
            return
        if call.state is CallState.ALERTING and by is call.callee and by is not None and cause is Cause.NORMAL:
            cause = Cause.REJECTED
        self._stop(call)
        call.cause, call.ended_by, call.ended_at = cause, by, self._clock.now()
        was = call.state
        self._move(call, CallState.ENDED)
        self.calls.remove(call)
        self._keep(call)
        self._journal.add(
            "release",
            call=call.id,
            **{"from": call.caller.number},
            to=call.to,
            cause=cause.value,
            by=None if by is None else by.number,
            alerted=call.alerted_at is not None,
            answered=was is CallState.ACTIVE,
        )
        self._tell(call)

    def key(self, call: Call, by: Party, key: str, *, tone_ms: int = TONE_MS) -> None:
        """A key of one side, while the call is up: the far end hears its tone, and is told (``key_heard``)."""
        far, said = call.other(by), call.said(by)
        if call.state is not CallState.ACTIVE or far is None or said is None or call.sound is None:
            return
        said.over(key_tone(key, tone_ms), call.sound.now)
        self._journal.add("key", call=call.id, **{"from": by.number}, to=far.number, key=key)
        far.key_heard(call, key)

    def speak(self, call: Call, by: Party, sound: bytes) -> None:
        """A piece of live sound (8 kHz s16le), as it is spoken: about as long as the time since the last. Nothing
        happens unless the call is up."""
        said = call.said(by)
        if call.state is CallState.ACTIVE and said is not None and call.sound is not None:
            said.live(sound, call.sound.now)

    def say(self, call: Call, by: Party, sound: bytes) -> float:
        """A whole utterance, from now on or behind what that side is saying; what the call's end leaves of it is not
        said. Returns in how many seconds it will have been said; 0 where no call is up."""
        said = call.said(by)
        if call.state is not CallState.ACTIVE or said is None or call.sound is None:
            return 0.0
        return (said.say(sound, call.sound.now) - call.sound.now) / RATE

    def hush(self, call: Call, by: Party) -> None:
        """Stop saying what that side was saying."""
        said = call.said(by)
        if said is not None and call.sound is not None:
            said.cut(call.sound.now)

    def call(self, number: int) -> Call | None:
        """One of the kept calls by its id."""
        return next((one for one in self.kept if one.id == number), None)

    def drop(self, party: Party, cause: Cause = Cause.LOST) -> None:
        """End every call of a party that lost its power or its network."""
        for call in tuple(self.calls):
            if party in (call.caller, call.callee):
                self.release(call, party if cause is Cause.NORMAL else None, cause)

    def _route(self, call: Call) -> None:
        callee = self._find(call.to)
        if callee is None or callee is call.caller:
            self.release(call, None, Cause.NO_SUCH_NUMBER)
        elif not callee.can_ring():
            self.release(call, None, Cause.UNREACHABLE)
        elif callee.engaged():
            self.release(call, None, Cause.BUSY)
        else:
            call.callee = callee
            call.alerted_at = self._clock.now()
            self._move(call, CallState.ALERTING)
            call.timer = self._timers.after(NO_ANSWER_S, lambda: self.release(call, None, Cause.NO_ANSWER))
            self._journal.add("alert", call=call.id, **{"from": call.caller_shown}, to=call.to)
            call.caller.call_changed(call)
            if call.state is CallState.ALERTING:
                callee.rings(call)

    def _keep(self, call: Call) -> None:
        """Its sound is whole; the oldest make room for it."""
        if call.sound is not None:
            call.sound.close()
        over = sum(one.sound.size for one in self.kept if one.sound is not None) - KEPT_OCTETS
        for one in self.kept:
            if over > 0 and one.sound is not None and one.state is CallState.ENDED:
                over -= one.sound.size
                one.sound = None

    def _tell(self, call: Call) -> None:
        call.caller.call_changed(call)
        if call.callee is not None:
            call.callee.call_changed(call)

    def _move(self, call: Call, state: CallState) -> None:
        call.state = state

    def _stop(self, call: Call) -> None:
        if call.timer is not None:
            call.timer.cancel()
            call.timer = None

"""Calls between subscribers: set-up, alerting, answer, keys, release. What a mobile switch does, and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from config.clock import Clock
from modem.virtual.journal import Journal
from modem.virtual.settings import NetworkSettings, canonical
from modem.virtual.timers import Timer, Timers

NO_ANSWER_S = 60.0  # the network gives up ringing; operators use 45 to 60 s


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
    """Whoever can call and be called."""

    number: str

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
        call.timer = self._timers.after(self._settings.setup_s, lambda: self._route(call))
        return call

    def answer(self, call: Call) -> None:
        """The far end picks up. Nothing happens unless it is ringing."""
        if call.state is not CallState.ALERTING:
            return
        self._stop(call)
        call.answered_at = self._clock.now()
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

    def key(self, call: Call, by: Party, key: str) -> None:
        """A key tone from one side to the other, while the call is up."""
        far = call.other(by)
        if call.state is not CallState.ACTIVE or far is None:
            return
        self._journal.add("key", call=call.id, **{"from": by.number}, to=far.number, key=key)
        far.key_heard(call, key)

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

"""The provider's telephone number in the virtual network: it rings, is rung, speaks, hears, and connects two calls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from modem.virtual.exchange import Call, CallState, Cause
from modem.virtual.network import Network
from modem.virtual.service import Service
from modem.virtual.timers import Timer

BRIDGE_S = 0.1  # seconds of sound that pass at once between two calls
CARRIED: dict[Cause, str] = {
    Cause.NORMAL: "NORMAL_CLEARING",
    Cause.BUSY: "USER_BUSY",
    Cause.REJECTED: "CALL_REJECTED",
    Cause.NO_ANSWER: "NO_ANSWER",
    Cause.UNREACHABLE: "SUBSCRIBER_ABSENT",
    Cause.NO_SUCH_NUMBER: "UNALLOCATED_NUMBER",
    Cause.LOST: "NORMAL_TEMPORARY_FAILURE",
}
"""The provider's word for why a call ended."""


class CallEnd:
    """One call of the number, as who carries out its document sees it."""

    def __init__(self, network: Network, number: Service, call: Call) -> None:
        self._network, self._number, self.call = network, number, call
        self.keys: asyncio.Queue[str] = asyncio.Queue()  # an empty one: the call is over
        self.moved = asyncio.Event()

    @property
    def far(self) -> str:
        """The number at the far end; empty where it is withheld."""
        return self.call.far_number(self._number)

    @property
    def rings(self) -> bool:
        """The far end is rung, or was."""
        return self.call.alerted_at is not None

    @property
    def why(self) -> str:
        """Why it ended, in the provider's words."""
        call = self.call
        if call.cause is Cause.NORMAL and call.answered_at is None:
            return "ORIGINATOR_CANCEL"
        return CARRIED[call.cause] if call.cause is not None else ""

    @property
    def up(self) -> bool:
        """They can hear each other."""
        return self.call.state is CallState.ACTIVE

    @property
    def over(self) -> bool:
        """It has ended."""
        return self.call.state is CallState.ENDED

    def answer(self) -> None:
        """Pick up."""
        self._network.exchange.answer(self.call)

    def release(self) -> None:
        """Hang up; a ringing call is turned away."""
        self._network.exchange.release(self.call, self._number)

    def say(self, sound: bytes) -> float:
        """Speak (8 kHz s16le); in how many seconds it will have been said."""
        return self._network.exchange.say(self.call, self._number, sound)

    def speak(self, sound: bytes) -> None:
        """A piece of live sound, as it is spoken."""
        self._network.exchange.speak(self.call, self._number, sound)

    def hush(self) -> None:
        """Stop speaking."""
        self._network.exchange.hush(self.call, self._number)

    @property
    def now(self) -> int:
        """Samples since the answer."""
        return 0 if self.call.sound is None else self.call.sound.now

    def said(self, start: int, end: int) -> bytes:
        """What the far end said between two places."""
        track = self.call.heard(self._number)
        return b"" if track is None else track.read(start, end)

    def last_sound(self) -> int:
        """Where the last sound of the far end ends."""
        track = self.call.heard(self._number)
        return 0 if track is None else track.filled


class VoiceNumber(Service):
    """A number that takes any number of calls at once. ``came`` is told of each that rings it."""

    def __init__(self, network: Network, number: str, came: Callable[[CallEnd], None]) -> None:
        super().__init__(network, number, lambda sms: None)
        self._rung = came
        self._ends: dict[Call, CallEnd] = {}

    def dial(self, to: str, shown: str = "") -> CallEnd:
        """Ring a number."""
        call = self.network.exchange.dial(self, to, shown=shown or self.number)
        end = self._ends[call] = CallEnd(self.network, self, call)
        return end

    def can_ring(self) -> bool:
        """Always."""
        return True

    def engaged(self) -> bool:
        """Never."""
        return False

    def rings(self, call: Call) -> None:
        """Somebody rings it."""
        end = self._ends[call] = CallEnd(self.network, self, call)
        self._rung(end)

    def call_changed(self, call: Call) -> None:
        """A call of it moved on."""
        end = self._ends.get(call)
        if end is None:
            return
        end.moved.set()
        if call.state is CallState.ENDED:
            end.keys.put_nowait("")
            del self._ends[call]

    def key_heard(self, call: Call, key: str) -> None:
        """A key of the far end."""
        if (end := self._ends.get(call)) is not None:
            end.keys.put_nowait(key)


class Bridge:
    """Two calls of the number, joined: what one far end says the other hears, until ``close``."""

    def __init__(self, network: Network, one: CallEnd, other: CallEnd) -> None:
        self._network = network
        self._ends = ((one, other), (other, one))
        self._at = [one.now, other.now]
        self._timer: Timer | None = None
        self._tick()

    def close(self) -> None:
        """No sound passes any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        for side, (end, other) in enumerate(self._ends):
            at, now = self._at[side], end.now
            if end.last_sound() > at:
                other.speak(end.said(at, now))
            self._at[side] = now
        self._timer = self._network.timers.after(BRIDGE_S, self._tick)

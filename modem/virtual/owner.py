"""What the one who holds a phone does in an answered call: listens, presses keys, speaks, hangs up; or its mailbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual.exchange import TONE_MS, Call, CallState
from modem.virtual.sound import beep, murmur, quieter, samples
from modem.voice import RATE

if TYPE_CHECKING:
    from modem.virtual.phone import Phone

VOICEMAIL_AFTER_S = 20.0  # an operator's mailbox picks up a ringing phone
FIRST_KEY_S = 1.0  # a person needs a moment to find the key
KEY_GAP_S = 0.3
BREATH_S = 0.08  # of silence behind a tone at the least
PAUSE, PAUSE_S = ",", 1.0  # in a row of keys
GREETING_S = 3.0  # what a mailbox says before its beep
ECHO_S = 0.3  # after which a mailbox that echoes says what it hears
ECHO_DB = 6.0  # and so much less loud


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What its owner does. ``answer_after_s`` None: does not pick up. ``keys``: pressed once a call is up (1 s after,
    or when ``key_after_s`` seconds of sound have been heard); ``,`` among them waits a second; each sounds ``tone_ms``.
    ``voicemail``: a mailbox picks up (after ``answer_after_s``, else 20 s; at once while off), greets, beeps, presses
    nothing; with ``echo`` it gives back what it hears, keys too. ``off``: switched off. ``hangup_after_s``: hangs up
    that long after answering; without an answer, turns the ringing call away after that long. ``hangup_heard_s``:
    hangs up when so many seconds of sound have been heard, in the middle of a word if need be."""

    answer_after_s: float | None = None
    keys: str = ""
    voicemail: bool = False
    off: bool = False
    hangup_after_s: float | None = None
    key_after_s: float | None = None
    tone_ms: int = TONE_MS
    hangup_heard_s: float | None = None
    echo: bool = False


class Owner:
    """Acts on one phone's calls, by the behaviour that it has when the call begins to ring or is answered."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._echoes = False

    def rung(self, call: Call) -> None:
        """An incoming call begins to ring."""
        does = self._phone.behaviour
        wait = does.answer_after_s
        if wait is None and does.voicemail:
            wait = 0.0 if does.off else VOICEMAIL_AFTER_S
        if wait is not None:
            self._after(wait, call, lambda: self._phone.network.exchange.answer(call))
        elif does.hangup_after_s is not None:
            self._after(does.hangup_after_s, call, self._hang_up(call))

    def answered(self, call: Call) -> None:
        """The call is up, whoever rang."""
        does = self._phone.behaviour
        self._echoes = False
        if does.voicemail and call.callee is self._phone:
            self._mailbox(call)
            return
        if does.keys and does.key_after_s is None:
            self._after(FIRST_KEY_S, call, lambda: self.press(call, does.keys))
        elif does.keys and does.key_after_s is not None:
            self._when_heard(call, does.key_after_s, lambda: self.press(call, does.keys))
        if does.hangup_after_s is not None:
            self._after(does.hangup_after_s, call, self._hang_up(call))
        if does.hangup_heard_s is not None:
            self._when_heard(call, does.hangup_heard_s, self._hang_up(call))

    def press(self, call: Call, keys: str) -> None:
        """One key after the other."""
        at, apart = 0.0, max(KEY_GAP_S, self._phone.behaviour.tone_ms / 1000 + BREATH_S)
        for key in keys:
            if key == PAUSE:
                at += PAUSE_S
                continue
            self._press_one(call, key) if at == 0 else self._after(at, call, self._presses(call, key))
            at += apart

    def heard(self, call: Call, key: str) -> None:
        """The far end pressed a key: a mailbox that echoes gives it back."""
        if self._echoes:
            self._after(ECHO_S, call, self._presses(call, key))

    def _presses(self, call: Call, key: str) -> Callable[[], None]:
        return lambda: self._press_one(call, key)

    def _press_one(self, call: Call, key: str) -> None:
        self._phone.network.exchange.key(call, self._phone, key, tone_ms=self._phone.behaviour.tone_ms)

    def _hang_up(self, call: Call) -> Callable[[], None]:
        return lambda: self._phone.network.exchange.release(call, self._phone)

    def _after(self, seconds: float, call: Call, act: Callable[[], None]) -> None:
        """Do it then, if the phone is still in that call."""
        self._phone.network.timers.after(seconds, lambda: act() if self._phone.in_call(call) else None)

    def _when_heard(self, call: Call, seconds: float, act: Callable[[], None]) -> None:
        """Do it when so much sound has been heard, silences not counted."""
        track, sound, wanted = call.heard(self._phone), call.sound, samples(seconds)
        if track is None or sound is None:
            return

        def grown(_start: int) -> None:
            if track.voiced >= wanted:
                track.grown.remove(grown)
                at = track.filled - (track.voiced - wanted)
                self._after(max(0.0, (at - sound.now) / RATE), call, act)

        track.grown.append(grown)

    def _mailbox(self, call: Call) -> None:
        ends = self._phone.network.exchange.say(call, self._phone, murmur(GREETING_S) + beep())
        if self._phone.behaviour.echo:
            self._after(ends, call, lambda: self._echo(call))

    def _echo(self, call: Call) -> None:
        heard, said, sound = call.heard(self._phone), call.said(self._phone), call.sound
        if heard is None or said is None or sound is None or call.state is not CallState.ACTIVE:
            return
        self._echoes = True
        heard.grown.append(
            lambda start: said.place(quieter(heard.read(start, heard.filled), ECHO_DB), start + samples(ECHO_S))
        )

"""What a provider fetches to play: each turn's words as one WAV, under an address that nobody can guess.

An address lives as long as its call and a little longer. It says nothing of what is behind it, and what is behind it is
spoken when it is fetched (20 ms a sentence, or at once where it was spoken before).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from config.clock import Clock
from ivr.conversation import Utterance
from ivr.sound import write_wav
from ivr.synth import Mute
from modem.voice import RATE

if TYPE_CHECKING:
    from ivr.speech import Voice

KEY_OCTETS = 24  # 192 bits, 32 characters
FIRST_S = 0.3  # of silence before the first word of a call: the way to a phone opens late
BETWEEN_S = 0.15  # of silence between two sentences
AFTER_S = 60.0  # for which sounds outlive their call: what was on its way is still fetched
LONGEST_CALL_S = 2 * 3600.0  # after which they go, whatever is known of the call
NOTHING_S = 0.5  # of silence where nothing can be said at all
MOST_SOUNDS = 20_000  # addresses known at once; the oldest go first


@dataclass(slots=True, eq=False)
class Listener:
    """One call, as who fetches its sounds. ``heard``: a voice could say something on it."""

    heard: bool = False
    keys: list[bytes] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class _Kept:
    say: Sequence[Utterance]
    instead: Utterance | None
    first: bool
    listener: Listener | None
    until: float  # monotonic seconds; inf: as long as the program runs


class Shelf:
    """Puts words under addresses, and speaks them when they are fetched."""

    def __init__(self, voice: Voice, clock: Clock) -> None:
        self._voice, self._clock = voice, clock
        self._kept: dict[bytes, _Kept] = {}
        self._fixed: dict[bytes, bytes] = {}

    def put(
        self, say: Sequence[Utterance], instead: Utterance | None, listener: Listener, *, first: bool = False
    ) -> str:
        """The key of an address. ``instead``: said in the place of everything where the rest cannot be. ``first``: the
        call begins with it."""
        key = secrets.token_urlsafe(KEY_OCTETS)
        self._sweep()
        until = self._clock.monotonic() + LONGEST_CALL_S
        self._kept[_digest(key)] = _Kept(say, instead, first, listener, until)
        listener.keys.append(_digest(key))
        return key

    def fix(self, sound: bytes) -> str:
        """The key of a sound (8 kHz s16le) that is there as long as the program runs."""
        key = secrets.token_urlsafe(KEY_OCTETS)
        self._fixed[_digest(key)] = write_wav(_silence(FIRST_S) + sound)
        return key

    def let_go(self, listener: Listener) -> None:
        """The call is over: its sounds go soon."""
        until = self._clock.monotonic() + AFTER_S
        for key in listener.keys:
            if (kept := self._kept.get(key)) is not None:
                kept.until = min(kept.until, until)

    async def wav(self, key: str) -> bytes | None:
        """What is under that key, as a WAV; None: nothing (any more). Whoever guesses learns nothing from the time it
        takes: it is looked up by its digest. Never raises."""
        digest = _digest(key)
        kept, fixed = self._kept.get(digest), self._fixed.get(digest)
        if fixed is not None:
            return fixed
        if kept is None or kept.until < self._clock.monotonic():
            return None
        sound = await self._spoken(kept)
        if kept.listener is not None and sound is not None:
            kept.listener.heard = True
        return write_wav(_silence(NOTHING_S) if sound is None else sound)

    async def _spoken(self, kept: _Kept) -> bytes | None:
        head = _silence(FIRST_S) if kept.first else b""
        try:
            return head + _silence(BETWEEN_S).join([await self._voice.sound(one) for one in kept.say])
        except Mute:
            pass
        try:
            return None if kept.instead is None else head + await self._voice.sound(kept.instead)
        except Mute:
            return None

    def _sweep(self) -> None:
        """Forget what has passed: the oldest stand first."""
        now = self._clock.monotonic()
        if len(self._kept) % 64 == 0:
            for key in [key for key, kept in self._kept.items() if kept.until < now]:
                del self._kept[key]
        while len(self._kept) >= MOST_SOUNDS:
            del self._kept[next(iter(self._kept))]


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()


def _silence(seconds: float) -> bytes:
    return bytes(2 * round(seconds * RATE))

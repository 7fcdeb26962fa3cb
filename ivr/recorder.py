"""What a caller says after the tone, kept until nobody speaks any more."""

from __future__ import annotations

from config.clock import Clock
from ivr.ear import Ear
from modem.voice import RATE

LEAST_VOICE_S = 0.4  # seconds of voice below which nothing was said: a cough, a click
BEGINS_S = 1.0  # seconds that who has just begun is given beyond the time-out
ENDS_S = 3.0  # seconds without voice after which it is over: who thinks of a street's name takes two


class Recorder:
    """One recording. What the ear hears is put in as it comes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ear = Ear()
        self._sound = bytearray()
        self._began = clock.monotonic()
        self._spoke_at = self._began

    def feed(self, sound: bytes) -> None:
        self._sound += sound
        before = self._ear.voice_s
        self._ear.feed(sound)
        if self._ear.voice_s > before:
            self._spoke_at = self._clock.monotonic()

    @property
    def spoken(self) -> bool:
        """Whether something was said."""
        return self._ear.voice_s >= LEAST_VOICE_S

    def until(self, most_s: float, timeout_s: float) -> float:
        """When it is over if nobody says more (the call's clock)."""
        if self.spoken:
            return min(self._began + most_s, self._spoke_at + ENDS_S)
        return min(self._began + most_s, max(self._began + timeout_s, self._spoke_at + BEGINS_S))

    def kept(self, less_s: float = 0.0) -> bytes:
        """The sound, without the seconds at its end in which a key was heard and then nobody spoke."""
        octets = len(self._sound) - 2 * int(max(0.0, less_s) * RATE)
        return bytes(self._sound[: max(0, octets)])

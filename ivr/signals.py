"""The few sounds of a telephone that are no words."""

from __future__ import annotations

from functools import cache

import numpy as np

from modem.voice import RATE

NOTE_HZ = 425.0  # of the tones of the Indonesian network (ITU-T E.180, supplement 2)
BEEP_HZ, BEEP_S, BEEP_DBFS = 1000.0, 0.3, -12.0  # speak now
TICK_S, TICK_EVERY_S, TICK_DBFS = 0.06, 5.0, -30.0  # the line lives: soft, and too short to be a key
RINGING_S, RINGING_EVERY_S, RINGING_DBFS = 1.0, 5.0, -20.0  # it rings at the other end (E.180: 1 on, 4 off)
EDGE_S = 0.005  # seconds of swelling and fading, so that it does not click


@cache
def note(hz: float, seconds: float, dbfs: float) -> bytes:
    """One steady tone (s16le, 8 kHz)."""
    at = np.arange(round(seconds * RATE))
    edge = np.minimum(1.0, np.minimum(at, at[::-1]) / (EDGE_S * RATE))
    wave = 32767 * 10 ** (dbfs / 20) * edge * np.sin(2 * np.pi * hz * at / RATE)
    return np.rint(wave).astype("<i2").tobytes()


def beep() -> bytes:
    """Speak after this."""
    return note(BEEP_HZ, BEEP_S, BEEP_DBFS)


class Cadence:
    """A note now and again, for as long as it is asked for: a ``Source``."""

    def __init__(self, sound: bytes, every_s: float, first_s: float = 0.0) -> None:
        """``first_s``: seconds of silence before the first."""
        self._round = sound + bytes(2 * round(every_s * RATE) - len(sound))
        self._at = -2 * round(first_s * RATE)

    def __call__(self, octets: int) -> bytes:
        silent = min(octets, max(0, -self._at))
        frame = bytes(silent)
        self._at += silent
        while len(frame) < octets:
            piece = self._round[self._at : self._at + octets - len(frame)]
            frame += piece
            self._at = (self._at + len(piece)) % len(self._round)
        return frame


def ticking() -> Cadence:
    """For who is held."""
    return Cadence(note(NOTE_HZ, TICK_S, TICK_DBFS), TICK_EVERY_S, TICK_EVERY_S / 2)


def ringing() -> Cadence:
    """For who waits until another line is answered."""
    return Cadence(note(NOTE_HZ, RINGING_S, RINGING_DBFS), RINGING_EVERY_S)

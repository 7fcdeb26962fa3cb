"""Key tones in a call's sound: our own detector, Goertzel's eight filters written as one product a block.

    octets, cut anywhere ── blocks of 102 samples ── is it two tones, and which? ── 2 hits: pressed, 6 misses: released

The figures are those that held through GSM and AMR coding (ivr/README.md, "Tones, and the player"). A to D are no keys
of a telephone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from modem.voice import RATE

ROWS = (697.0, 770.0, 852.0, 941.0)  # Hz (ITU-T Q.23)
COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)  # Hz
KEYS = ("123A", "456B", "789C", "*0#D")
BLOCK = 102  # samples, 12.75 ms: the shortest in which two neighbours (73 Hz) are told apart
SHARE = 0.70  # of a block's energy must lie in the two tones: speech has it elsewhere
TWIST_DB = 8.0  # the louder of the two tones over the other, at most
DOMINANCE_DB = 6.0  # the loudest of a group over its next, at least
QUIETEST_DBFS = -45.0  # of a block: below it nothing is a tone
HITS = 2  # blocks in a row that begin a key: one of 40 ms holds two whole ones
MISSES = 6  # blocks in a row without it that end it: coding tears holes into a tone
APART_S = 0.2  # seconds between two equal keys; less, and it is one that coding tore

_ANGLES = 2 * np.pi * np.outer(np.arange(BLOCK), [*ROWS, *COLUMNS]) / RATE
_FILTERS = np.hstack([np.cos(_ANGLES), np.sin(_ANGLES)])
_APART = int(APART_S * RATE / BLOCK) - 1  # whole blocks of such a gap that show no key, wherever the cuts fall
_LOUD = BLOCK * (32768 * 10 ** (QUIETEST_DBFS / 20)) ** 2 / 2  # a block's energy at QUIETEST_DBFS of a full sine
_TWIST = 10 ** (TWIST_DB / 10)
_DOMINANCE = 10 ** (DOMINANCE_DB / 10)


@dataclass(frozen=True, slots=True)
class Tone:
    """A key was pressed. ``at_s``: where its tone began, in seconds of what was fed."""

    key: str
    at_s: float


class Detector:
    """Hears keys in one call's sound (s16le, 8 kHz, mono). A tone is told as soon as it is sure, not when it ends."""

    def __init__(self) -> None:
        self._rest = b""
        self._blocks = 0  # that have been looked at
        self._run = ""  # the key of the last blocks
        self._hits = 0  # how many blocks in a row showed it
        self._down = ""  # the key that is held, or was the last
        self._misses = MISSES  # blocks in a row without it
        self._held_to = 0  # the block behind the last that showed it

    @property
    def heard_s(self) -> float:
        """Seconds of sound that were looked at."""
        return self._blocks * BLOCK / RATE

    @property
    def held(self) -> str:
        """The key that is pressed now; "" when none is."""
        return self._down if self._misses < MISSES else ""

    def feed(self, sound: bytes) -> list[Tone]:
        """The keys that became sure with this piece, which may be cut anywhere, even within a sample."""
        sound = self._rest + sound
        whole = len(sound) // (2 * BLOCK) * BLOCK
        samples = np.frombuffer(sound, "<i2", whole).astype(np.float64)
        self._rest = sound[2 * whole :]
        tones = (self._block(samples[at : at + BLOCK]) for at in range(0, whole, BLOCK))
        return [tone for tone in tones if tone is not None]

    def _block(self, samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Tone | None:
        key = _key_in(samples)
        self._blocks += 1
        self._hits = self._hits + 1 if key and key == self._run else int(bool(key))
        self._run = key
        if key and key == self._down and self._misses < MISSES:
            self._misses, self._held_to = 0, self._blocks
            return None
        self._misses = min(self._misses + 1, MISSES)
        return self._begin(key) if self._hits == HITS else None

    def _begin(self, key: str) -> Tone | None:
        """A key is sure; None when it is the last one, torn."""
        began = self._blocks - HITS
        torn = key == self._down and began - self._held_to < _APART
        self._down, self._misses, self._held_to = key, 0, self._blocks
        return None if torn else Tone(key, began * BLOCK / RATE)


def _key_in(samples: np.ndarray[tuple[int], np.dtype[np.float64]]) -> str:
    """The key whose two tones the block is made of, or ""."""
    energy = float(samples @ samples)
    if energy < _LOUD:
        return ""
    parts = samples @ _FILTERS
    power = (parts[:8] ** 2 + parts[8:] ** 2).tolist()
    row, low, next_low = _loudest(power[:4])
    column, high, next_high = _loudest(power[4:])
    if low < _DOMINANCE * next_low or high < _DOMINANCE * next_high:
        return ""
    if low > _TWIST * high or high > _TWIST * low:
        return ""
    if 2 * (low + high) < SHARE * energy * BLOCK or column == 3:
        return ""
    return KEYS[row][column]


def _loudest(power: list[float]) -> tuple[int, float, float]:
    """Which, how much, and the next."""
    most = max(power)
    at = power.index(most)
    return at, most, max(power[:at] + power[at + 1 :])

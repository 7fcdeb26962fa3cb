"""What the far end sounds like, by its energy alone: does someone speak now, and is it a machine?

It tells apart what is easy to tell apart, and says "no machine" when in doubt: a voicemail taken for a person costs an
officer a call, a person taken for a voicemail may cost more (ivr/README.md has what it gets right).
"""

from __future__ import annotations

from collections import deque

import numpy as np

from modem.voice import FRAME, FRAME_S

ABOVE_DB = 9.0  # over the noise of the line, a frame is voice
FAINTEST_DBFS = -48.0  # below it nothing is: a line without any noise would hear its own rounding
RISES_DB_S = 3.0  # the noise is thought to grow so fast at most: slower than words end
PAUSE_S = 0.7  # seconds without voice that part two utterances: who reads aloud pauses less, who waits for us more
ANNOUNCES_S = 6.0  # seconds of one utterance: "halo? ya, siapa?" is over in two
EARLY_S = 2.5  # seconds from the answer within which an announcement has begun: a machine waits for nobody
BEEP_S = 0.16  # seconds of one steady note: none that a voice sings
BEEP_SHARE = 0.9  # of a frame's energy within 80 Hz


class Voiced:
    """Whether there is voice in what comes in, frame by frame."""

    def __init__(self) -> None:
        self._noise = FAINTEST_DBFS - ABOVE_DB
        self._first = True

    def hear(self, level_dbfs: float) -> bool:
        """Whether a frame of that level is voice."""
        if level_dbfs < self._noise:
            self._noise = level_dbfs
        else:
            self._noise = min(level_dbfs, self._noise + RISES_DB_S * FRAME_S)
        return level_dbfs > max(self._noise + ABOVE_DB, FAINTEST_DBFS)


class Ear:
    """One call's far end, from the answer on."""

    def __init__(self) -> None:
        self._rest = b""
        self._frames = 0
        self._voiced = Voiced()
        self._began = 0  # the frame with which the utterance began
        self._last = -(10**6)  # the last frame with voice
        self._beep: deque[int] = deque(maxlen=round(BEEP_S / FRAME_S))
        self.machine = False
        self.voice_s = 0.0  # seconds of voice so far

    @property
    def heard_s(self) -> float:
        """Seconds that were listened to."""
        return self._frames * FRAME_S

    @property
    def silent_s(self) -> float:
        """Seconds since the last voice."""
        return (self._frames - 1 - self._last) * FRAME_S

    def feed(self, sound: bytes) -> None:
        """What came in, cut anywhere."""
        sound = self._rest + sound
        whole = len(sound) // FRAME * FRAME
        self._rest = sound[whole:]
        for frame in np.frombuffer(sound, "<i2", whole // 2).astype(np.float64).reshape(-1, FRAME // 2):
            self._frame(frame)

    def _frame(self, frame: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
        level = 10 * np.log10(float(frame @ frame) / len(frame) / 32768**2 + 1e-12)
        if self._voiced.hear(level):
            if (self._frames - self._last) * FRAME_S > PAUSE_S:
                self._began = self._frames
            self._last = self._frames
            self.voice_s += FRAME_S
            early = self._began * FRAME_S <= EARLY_S
            self.machine |= early and (self._frames - self._began) * FRAME_S >= ANNOUNCES_S
        self._frames += 1

"""What the far end sounds like, by its energy alone: does someone speak now, and is it a machine?

It tells apart what is easy to tell apart, and says "no machine" when in doubt: a voicemail taken for a person costs an
officer a call, a person taken for a voicemail may cost more (ivr/README.md has what it gets right).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from modem.voice import FRAME, FRAME_S, RATE

ABOVE_DB = 9.0  # over the noise of the line, a frame is voice
FAINTEST_DBFS = -48.0  # below it nothing is: a line without any noise would hear its own rounding
RISES_DB_S = 3.0  # the noise is thought to grow so fast at most: slower than words end
PAUSE_S = 0.7  # seconds without voice that part two utterances: who reads aloud pauses less, who waits for us more
EARLY_S = 2.5  # seconds from the answer within which an announcement has begun: a machine waits for nobody
ANNOUNCES_S = 12.0  # seconds of one utterance that nobody speaks who has just been rung, however much afraid
LIVELY_DB = 3.3  # from frame to frame, on an average: syllables change by 4, a street by less than 3
GREETS_S = 1.5  # seconds of voice before a beep: "tinggalkan pesan" takes that long
BEEP_S = 0.14  # seconds of one steady note: none that a voice sings
BEEP_SHARE = 0.95  # of a frame's energy within 125 Hz of it
BEEP_HZ = (380.0, 2200.0)  # where mailboxes beep
BEEP_DBFS = -33.0  # fainter is the echo of our own
AFTER_S = 0.3  # seconds of voice after a beep that are its own echo; more, and somebody speaks
WAITS_S = 2.0  # seconds of silence after the beep: the machine records us

_WINDOW = np.hanning(FRAME // 2)


class Voiced:
    """Whether there is voice in what comes in, frame by frame."""

    def __init__(self) -> None:
        self._noise = FAINTEST_DBFS - ABOVE_DB

    def hear(self, level_dbfs: float) -> bool:
        """Whether a frame of that level is voice."""
        self._noise = min(level_dbfs, self._noise + RISES_DB_S * FRAME_S)
        return level_dbfs > max(self._noise + ABOVE_DB, FAINTEST_DBFS)


class Ear:
    """One call's far end, from the answer on (s16le, 8 kHz, mono)."""

    def __init__(self) -> None:
        self._rest = b""
        self._frames = 0
        self._voiced = Voiced()
        self._level = FAINTEST_DBFS
        self._began = 0  # the frame with which the utterance began
        self._last = -(10**6)  # the last frame with voice
        self._change = 0.0  # dB from frame to frame, summed over the utterance
        self._many = 0  # of its frames had voice
        self._note, self._notes = 0, 0  # the note of the last frames, and how many had it
        self._beeped = -1  # the frame at which a beep ended
        self._after = 0  # frames with voice since
        self._announced = False
        self.voice_s = 0.0  # seconds of voice so far

    @property
    def machine(self) -> bool:
        """Whether it sounds like a machine: a greeting, a beep and then silence; or words that go on and on from the
        moment of the answer. Once it does, it stays one."""
        waits = (self._frames - self._beeped) * FRAME_S >= WAITS_S
        return self._announced or (self._beeped >= 0 and waits)

    def feed(self, sound: bytes) -> None:
        """What came in, cut anywhere."""
        sound = self._rest + sound
        whole = len(sound) // FRAME * FRAME
        self._rest = sound[whole:]
        for frame in np.frombuffer(sound, "<i2", whole // 2).astype(np.float64).reshape(-1, FRAME // 2):
            self._frame(frame)

    def _frame(self, frame: npt.NDArray[np.float64]) -> None:
        level = 10 * math.log10(float(frame @ frame) / len(frame) / 32768**2 + 1e-12)
        if self._voiced.hear(level):
            self._beep(frame, level)
            if self._notes * FRAME_S < BEEP_S:
                self._voice(level)
        else:
            self._notes = 0
        self._level = level
        self._frames += 1

    def _voice(self, level: float) -> None:
        if (self._frames - self._last) * FRAME_S > PAUSE_S:
            self._began, self._change, self._many = self._frames, 0.0, 0
        self._last = self._frames
        self._change += min(abs(level - self._level), 12.0)  # a beginning is no syllable
        self._many += 1
        self.voice_s += FRAME_S
        self._after += 1
        if self._after * FRAME_S > AFTER_S and not self.machine:
            self._beeped = -1  # it was none, or he has picked up
        early = self._began * FRAME_S <= EARLY_S
        lasts = (self._frames - self._began) * FRAME_S >= ANNOUNCES_S
        self._announced |= early and lasts and self._change / self._many >= LIVELY_DB

    def _beep(self, frame: npt.NDArray[np.float64], level: float) -> None:
        """Follow one steady note."""
        power = np.abs(np.fft.rfft(frame * _WINDOW)) ** 2
        at = int(np.argmax(power))
        near = float(power[max(0, at - 2) : at + 3].sum()) / max(float(power.sum()), 1e-9)
        steady = near >= BEEP_SHARE and level >= BEEP_DBFS and BEEP_HZ[0] <= at * RATE / len(frame) <= BEEP_HZ[1]
        self._notes = self._notes + 1 if steady and abs(at - self._note) <= 1 else int(steady)
        self._note = at
        if self._notes * FRAME_S >= BEEP_S and self.voice_s >= GREETS_S:
            self._beeped, self._after = self._frames, 0

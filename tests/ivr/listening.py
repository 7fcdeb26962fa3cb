"""Telling by ear what was said in a call: captured sound against the prompts that are known, by correlation.

listener = await listener_for(speech, utterances)
listener.heard(captured)   # every prompt, in the order in which it was said
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ivr.conversation import Utterance
from ivr.speech import Voice
from modem.voice import RATE

ALIKE = 0.7  # the least normalised correlation that counts as this prompt: coding leaves 0.77 and more of the right one
MARGIN = 0.1  # of what else was tried at that place, the next may reach at most so much less
FINDS = 0.45  # the least at which a place is looked at closely, in the sound below 500 Hz, a quarter of the samples
COARSE = 4
BEGINS_S = 1.5  # seconds of a prompt by which one that was cut off is known

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """A prompt in a sound: where it begins (seconds), how long it is, and how well it fits (1: exactly)."""

    name: str
    at_s: float
    seconds: float
    score: float

    @property
    def end_s(self) -> float:
        return self.at_s + self.seconds


class Listener:
    """Knows prompts by name (their text, as a rule)."""

    def __init__(self, known: Mapping[str, bytes]) -> None:
        self._known = {name: _trimmed(_samples(sound)) for name, sound in known.items()}

    def heard(self, sound: bytes) -> list[Heard]:
        """What was said from its beginning to its end, as it comes. What fits nothing well, or two things equally
        well, is left out."""
        return self._best(sound, self._known)

    def begun(self, sound: bytes) -> list[Heard]:
        """The same by the beginnings of the prompts only, so that those are found that a key cut off. Prompts that
        begin alike are not told apart, and left out."""
        most = round(BEGINS_S * RATE)
        return self._best(sound, {name: prompt[:most] for name, prompt in self._known.items()})

    def names(self, sound: bytes) -> list[str]:
        """Just the names of ``heard``."""
        return [one.name for one in self.heard(sound)]

    def _best(self, sound: bytes, known: Mapping[str, Samples]) -> list[Heard]:
        captured = _Captured(_samples(sound))
        found = [one for name, prompt in known.items() for one in captured.places(name, prompt)]
        chosen: list[Heard] = []
        while found:
            best = max(found, key=lambda one: one.score)
            near = [one for one in found if _overlap(one, best)]
            fits = max((one for one in near if one.score > best.score - MARGIN / 2), key=lambda one: one.seconds)
            rivals = [one.score for one in near if one.name != fits.name and _same_place(one, fits)]
            if fits.score >= ALIKE and all(rival <= fits.score - MARGIN for rival in rivals):
                chosen.append(fits)
            found = [one for one in found if not _overlap(one, fits)]
        return sorted(chosen, key=lambda one: one.at_s)


async def listener_for(voice: Voice, words: Iterable[Utterance]) -> Listener:
    """One that knows these, as that voice says them, by their texts."""
    return Listener({one.text: await voice.sound(one) for one in words})


class _Captured:
    """A sound in which prompts are looked for: first where, in a coarse copy, then how well."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._coarse = _coarse(samples)
        self._power = np.concatenate([[0.0], np.cumsum(self._coarse**2)])
        self._spectra: dict[int, npt.NDArray[np.complex128]] = {}

    def places(self, name: str, prompt: Samples) -> list[Heard]:
        """Wherever it fits at least half as well as it must."""
        few = _coarse(prompt)
        if not len(few) or len(few) > len(self._coarse):
            return []
        scores = self._along(few)
        likely = np.flatnonzero(scores >= FINDS)
        groups = np.split(likely, np.flatnonzero(np.diff(likely) > len(few) // 2) + 1) if len(likely) else []
        near = [COARSE * int(group[np.argmax(scores[group])]) for group in groups]
        found = [self._closely(name, prompt, at) for at in near]
        return [one for one in found if one.score >= ALIKE / 2]

    def _along(self, few: Samples) -> Samples:
        """The normalised correlation at each place of the coarse copy."""
        size = 1 << (len(self._coarse) + len(few) - 1).bit_length()
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self._coarse, size)
        product = self._spectra[size] * np.conj(np.fft.rfft(few, size))
        along = np.fft.irfft(product, size)[: len(self._coarse) - len(few) + 1]
        here = np.maximum(self._power[len(few) :] - self._power[: -len(few)], 1.0)
        return np.asarray(along / np.sqrt(here * float(few @ few)))

    def _closely(self, name: str, prompt: Samples, near: int) -> Heard:
        begins = max(0, min(near - 3 * COARSE, len(self._samples) - len(prompt)))
        window = self._samples[begins : near + 3 * COARSE + len(prompt)]
        fits = np.correlate(window, prompt, "valid") if len(window) >= len(prompt) else np.zeros(1)
        at = int(np.argmax(fits))
        here = window[at : at + len(prompt)]
        score = float(fits[at]) / math.sqrt(max(float(here @ here) * float(prompt @ prompt), 1.0))
        return Heard(name, (begins + at) / RATE, len(prompt) / RATE, score)


def _coarse(samples: Samples) -> Samples:
    """Below about 500 Hz, where most of a voice is, at a quarter of the rate."""
    wide = np.convolve(samples, np.hanning(18)[1:-1] / 8.5, mode="same")[::COARSE] if len(samples) > 16 else samples[:0]
    return np.asarray(wide)


def _overlap(one: Heard, other: Heard) -> bool:
    """Whether both cannot have been said: they share more than a tenth of the shorter."""
    shared = min(one.end_s, other.end_s) - max(one.at_s, other.at_s)
    return shared > 0.1 * min(one.seconds, other.seconds)


def _same_place(one: Heard, other: Heard) -> bool:
    """Whether both claim the same sound: each covers most of the other."""
    shared = min(one.end_s, other.end_s) - max(one.at_s, other.at_s)
    return shared > 0.6 * max(one.seconds, other.seconds)


def _samples(sound: bytes) -> Samples:
    """Softened above 2 kHz, where coding changes most."""
    samples = np.frombuffer(sound, "<i2", len(sound) // 2).astype(np.float64)
    return np.convolve(samples, [0.25, 0.5, 0.25], "same") if len(samples) > 2 else samples


def _trimmed(samples: Samples) -> Samples:
    """Without the silence at its ends: it says nothing, and a line may have another."""
    loud = np.flatnonzero(np.abs(samples) > 300)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]

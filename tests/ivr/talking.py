"""People who talk, made by machine: the letters that reading is judged by, read aloud by many voices."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import cycle, islice

import numpy as np

from config.city import load_city
from ivr.sound import for_phone, read_wav
from modem.voice import RATE
from tests.judge.corpus import corpus

VOICES = (
    "id",
    "id+f3",
    "id+m3",
    "id+f2",
    "id+m1",
    "id+croak",
    "id+f5",
    "id+m7",
    "id+whisper",
    "ms+f4",
    "en+m2",
    "nl+f1",
)
PITCHES = (50, 30, 65, 40, 10)  # of 99; 50 is what each voice has by itself
SHRILL = (75, 95, 85, 95, 80)  # as no grown-up speaks
SPEEDS = (150, 130, 175, 115, 200)  # words a minute
LETTERS = 12  # in one breath: a text of its own is too short to be talk


def spoken(text: str, voice: str = "id+f3", *, wpm: int = 150, pitch: int = 50) -> bytes:
    """That text by espeak-ng, made fit for the telephone."""
    command = ["espeak-ng", "-v", voice, "-s", str(wpm), "-p", str(pitch), "--stdin", "--stdout"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, timeout=60)
    return for_phone(read_wav(done.stdout))


@cache
def _texts() -> tuple[str, ...]:
    texts = [entry.text for entry in corpus(load_city("binjai"))]
    return tuple(". ".join(texts[at : at + LETTERS]) for at in range(0, len(texts), LETTERS))


def talk(minutes: float, pitches: tuple[int, ...] = PITCHES) -> Iterator[bytes]:
    """So much speech (at most three hours), a voice, a pitch and a speed at a time; the same each time."""
    texts = _texts()
    stride = 7  # neighbours are of one kind
    turns = zip(
        [texts[at * stride % len(texts)] for at in range(len(texts))], cycle(VOICES), cycle(pitches), cycle(SPEEDS)
    )
    left = round(minutes * 60 * RATE) * 2
    with ThreadPoolExecutor(2) as pool:
        turns_left = iter(turns)
        while left > 0 and (some := list(islice(turns_left, 8))):
            for sound in pool.map(lambda one: spoken(one[0], one[1], wpm=one[3], pitch=one[2]), some):
                yield sound[: max(0, left)]
                left -= len(sound)


def joined(*parts: bytes | float) -> bytes:
    """Sounds, and seconds of silence between them."""
    return b"".join(bytes(2 * round(one * RATE)) if isinstance(one, int | float) else one for one in parts)


def level(sound: bytes, dbfs: float) -> bytes:
    """The same with that RMS (over a full-scale sine's) where there is any sound."""
    samples = np.frombuffer(sound, "<i2").astype(np.float64)
    rms = np.sqrt(np.mean(samples**2)) if len(samples) else 0.0
    if rms == 0:
        return sound
    samples *= 32767 / np.sqrt(2) * 10 ** (dbfs / 20) / rms
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()

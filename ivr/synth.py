"""The machine's voice: words in, sound out. ``Synth`` is whoever speaks; ``Espeak`` is Debian's espeak-ng.

espeak-ng is under GPL-3 and is run as a program of its own: an argument list, the words on its standard input, never
through a shell and never with its markup (``ivr/spoken_aloud.py`` leaves it nothing but words).
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import textwrap
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from ivr.sound import Recorded, SoundFault, levelled, narrowed, read_wav

PROGRAM = "espeak-ng"
INSTALL = "sudo apt-get install -y espeak-ng"
RENDER_S = 6.0  # seconds after which it is stopped: a call cannot wait for ever, and a piece takes 0.1 or less
PIECE = 1_000  # characters that are rendered at a time: a minute and a half
ASKED_S = 5.0  # seconds for its version
AT_ONCE = 2  # renders: as many as a small machine has cores to spare; the rest waits (30 ms each)
SLOWEST_WPM, FASTEST_WPM = 80, 450  # words a minute: what espeak-ng itself takes

_VOICE = re.compile(r"[a-z]{2,3}(-[a-z0-9-]{1,24})?(\+[A-Za-z0-9_]{1,24})?")


class Mute(Exception):
    """Nothing can be said now. The message says why, and what to do about it."""


class Stuck(Mute):
    """It did not answer in time: asking again at once would keep the caller waiting again."""


class Synth(Protocol):
    """Who speaks."""

    @property
    def name(self) -> str:
        """The engine's; a part of what cached prompts are known by."""

    async def version(self) -> str:
        """The engine's version: with another one the same words sound otherwise. Raises Mute when it cannot speak."""

    def voice(self, lang: str) -> str:
        """The voice that speaks that language, as the engine calls it. Raises Mute: none does."""

    async def render(self, words: str, *, lang: str, wpm: int) -> bytes:
        """Speak normalised words so fast (words a minute): 8 kHz s16le, fit for the telephone. Raises Mute."""


class Espeak:
    """espeak-ng, a process for each text. ``voice_of``: a language's voice and variant, such as ``id+f3``. Everything
    slow runs in a thread, which virtual time waits for."""

    name = PROGRAM

    def __init__(self, voice_of: Callable[[str], str] = "{}+f3".format, program: str = PROGRAM) -> None:
        self._voice_of, self._program = voice_of, program
        self._places = asyncio.Semaphore(AT_ONCE)

    def voice(self, lang: str) -> str:
        voice = self._voice_of(lang)
        if not _VOICE.fullmatch(voice):
            raise Mute(f"{voice[:40]!r} is no voice of {self._program}; write one like id+f3")
        return voice

    async def version(self) -> str:
        done = await asyncio.get_running_loop().run_in_executor(None, self._run, ["--version"], "", ASKED_S)
        found = re.search(rb"text-to-speech: *(\S+)", done)
        return found[1].decode("ascii", "replace") if found else "unknown"

    async def render(self, words: str, *, lang: str, wpm: int) -> bytes:
        arguments = ["-v", self.voice(lang), "-s", str(min(max(wpm, SLOWEST_WPM), FASTEST_WPM)), "-b", "1"]
        async with self._places:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(None, self._speak, [*arguments, "--stdin", "--stdout"], words)

    def _speak(self, arguments: Sequence[str], words: str) -> bytes:
        try:
            spoken = [narrowed(_voiced(self._run(arguments, piece, RENDER_S))) for piece in pieces(words)]
        except SoundFault as fault:
            raise Mute(f"what {self._program} said is unusable: {fault}") from None
        return levelled(np.concatenate([np.zeros(0, np.float32), *spoken]))

    def _run(self, arguments: Sequence[str], words: str, most_s: float) -> bytes:
        """Its standard output. Raises Mute for every way in which a program fails."""
        try:
            done = subprocess.run(
                [self._program, *arguments], input=words.encode(), capture_output=True, timeout=most_s, check=True
            )
        except FileNotFoundError:
            raise Mute(f"{self._program} is missing; run: {INSTALL}") from None
        except subprocess.TimeoutExpired:
            raise Stuck(f"{self._program} did not end within {most_s:.0f} s") from None
        except subprocess.CalledProcessError as fault:
            raise Mute(f"{self._program} failed ({fault.returncode}): {_last_line(fault.stderr)}") from None
        except OSError as fault:
            raise Mute(f"{self._program} cannot be run: {fault.strerror}") from None
        return done.stdout


def pieces(words: str) -> list[str]:
    """Parts of a long text, after a sentence where one ends: each takes a moment and little memory."""
    parts: list[str] = []
    for sentence in re.split(r"(?<=[.?!]) ", words):
        for part in textwrap.wrap(sentence, PIECE, break_on_hyphens=False):
            if parts and len(parts[-1]) + len(part) < PIECE:
                parts[-1] = f"{parts[-1]} {part}"
            else:
                parts.append(part)
    return parts


def _voiced(data: bytes) -> Recorded:
    found = read_wav(data)
    if not found.samples.any():
        raise SoundFault("it is silent")
    return found


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "it gave no reason"

"""What is said into a call: frames on absolute deadlines, silence between the words; or whole prompts, where the modem
plays by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from config.clock import Clock
from modem.voice import FRAME_S, RATE, Audio, Player

CATCH_UP_S = 0.06  # of frames that are late are sent at once, at most; what is later moves everything after it

Source = Callable[[int], bytes]
"""So many octets of a sound that goes on: another line's, a ringing tone. Fewer: the rest is silence."""


class Mouth(Protocol):
    """Where prompts are played. One at a time."""

    @property
    def carries(self) -> bool:
        """Whether a sound that goes on (``Source``) can be put through."""

    async def play(self, sound: bytes, begun: Callable[[], None]) -> None:
        """Say it; returns when it has been said. ``begun`` is called with its first frame. Cancelled: falls silent at
        once. Raises PortLost."""

    def put_through(self, source: Source | None) -> None:
        """Let this be heard whenever nothing is played; None: silence."""

    async def run(self) -> None:
        """Keeps the line alive; for ever. Raises PortLost."""


class PacedMouth:
    """Writes a frame every ``pace_s`` from the moment it runs, silence where nothing is to be said."""

    def __init__(self, audio: Audio, clock: Clock, pace_s: float = FRAME_S) -> None:
        self._audio = audio
        self._clock = clock
        self._pace_s = pace_s
        self._octets = 2 * round(pace_s * RATE)
        self._sound = b""
        self._at = 0  # the octet of the sound that is said next
        self._begun: Callable[[], None] | None = None
        self._said = asyncio.Event()
        self._source: Source | None = None

    carries = True

    async def play(self, sound: bytes, begun: Callable[[], None]) -> None:
        self._said.clear()
        self._sound, self._at, self._begun = sound, 0, begun
        try:
            await self._said.wait()
        finally:
            self._sound, self._at, self._begun = b"", 0, None

    def put_through(self, source: Source | None) -> None:
        self._source = source

    async def run(self) -> None:
        """Deadlines count from the first frame, so that no delay adds up. After a stall a few frames follow each other
        at once, never more than ``CATCH_UP_S``: a modem's buffer holds little, and what is later is not said faster."""
        due = self._clock.monotonic()
        while True:
            self._audio.write(self._frame())
            due = max(due + self._pace_s, self._clock.monotonic() - CATCH_UP_S)
            await self._clock.sleep(max(0.0, due - self._clock.monotonic()))

    def _frame(self) -> bytes:
        if self._begun is not None:
            self._begun()
            self._begun = None
        elif self._at >= len(self._sound):
            self._said.set()  # its last frame has had its time
        frame = self._sound[self._at : self._at + self._octets]
        self._at += len(frame)
        if not frame and self._source is not None:
            frame = self._source(self._octets)[: self._octets]
        return frame + bytes(self._octets - len(frame))


class PlayedMouth:
    """A modem that plays by itself: no frames, no silence to be kept up, and no line can be put through."""

    carries = False

    def __init__(self, player: Player) -> None:
        self._player = player

    async def play(self, sound: bytes, begun: Callable[[], None]) -> None:
        begun()
        await self._player.play(sound)

    def put_through(self, source: Source | None) -> None:
        return None

    async def run(self) -> None:
        await asyncio.Event().wait()

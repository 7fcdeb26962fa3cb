"""What comes in on a call: keys from our ear and from the modem, and the sound for whoever wants it now."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable

from config.clock import Clock
from ivr.ear import Ear
from ivr.presses import By, Press, Presses
from ivr.tones import Detector
from modem.voice import CallLine

KEYS = frozenset("0123456789*#")


class Hearing:
    """One call's incoming side. ``sink``: who else gets the sound (a recorder, another line).

    A key answers what was said before it. So none counts before the first word of a turn: neither one that was pressed
    when the call was answered nor the second of two that came while the first was being carried out. A turn without
    words asks nothing new: there the keys go on counting, unless the last answer was a key itself.
    """

    def __init__(self, line: CallLine, clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._presses = Presses()
        self._told: Press | None = None
        self._counts_from = math.inf
        self.ear = Ear()
        self.sink: Callable[[bytes], None] | None = None

    async def run(self) -> None:
        """Hear everything; for ever. Raises PortLost."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._listen())
            both.create_task(self._reports())

    async def _listen(self) -> None:
        audio, detector = self._line.audio, Detector()
        while audio is not None:
            sound = await audio.read()
            now = self._clock.monotonic()
            for tone in detector.feed(sound):
                self._presses.hear(tone.key, By.EAR, now - (detector.heard_s - tone.at_s))
            if detector.held:
                self._presses.held(detector.held, By.EAR, now)
            self.ear.feed(sound)
            if self.sink is not None:
                self.sink(sound)

    async def _reports(self) -> None:
        while True:
            key = await self._line.keys.get()
            if key in KEYS:
                self._presses.hear(key, By.MODEM, self._clock.monotonic())

    # -- keys

    def opens(self, *, words: bool, keyed: bool) -> None:
        """A turn opens: with words, or without; after one that was answered by a key, or not."""
        if words:
            self._counts_from = math.inf
        elif keyed and self._counts_from < math.inf:
            self._counts_from = self._clock.monotonic()

    def words_begin(self) -> None:
        """Its first word is on the line."""
        self._counts_from = min(self._counts_from, self._clock.monotonic())

    def next(self) -> str:
        """The next key that counts; "" when none waits."""
        while (press := self._presses.take()) is not None:
            if press.at >= self._counts_from:
                self._told = press
                return press.key
        return ""

    def put_back(self) -> None:
        """The last key that was told is the next again: nobody could do anything with it."""
        if self._told is not None:
            self._presses.put_back(self._told)
            self._told = None

    async def key(self, until: float | None = None) -> str:
        """Wait for the next key that counts; "" when there was none until then (the call's clock)."""
        while True:
            if key := self.next():
                return key
            left = None if until is None else until - self._clock.monotonic()
            if left is not None and left <= 0:
                return ""
            with contextlib.suppress(TimeoutError):
                async with self._clock.timeout(left):
                    await self._presses.some()

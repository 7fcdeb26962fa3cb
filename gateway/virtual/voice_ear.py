"""What a call of the provider's is told to say, and what it hears: sounds, keys, recordings; and letting time pass."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable

from config.clock import Clock
from gateway.virtual.voice_line import CallEnd
from gateway.virtual.voice_xml import GetDigits, Play, Record, Say
from modem.virtual.sound import beep, murmur, read_wav, samples
from modem.voice import RATE

SAID_S = 0.06  # seconds a letter of the provider's own voice
LISTEN_S = 0.1  # between two looks at what is being recorded
SHORTEST_S = 0.2  # of sound, for a recording to be one

Fetch = Callable[[str], Awaitable[bytes]]
"""The WAV at an address; empty: it is not to be had."""


class Over(Exception):
    """The call ended under our hands."""


class Ear:
    """One call's mouth and ear."""

    def __init__(self, clock: Clock, end: CallEnd, fetch: Fetch) -> None:
        self._clock, self._end, self._fetch = clock, end, fetch

    @property
    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.monotonic()

    async def sound(self, prompt: Say | Play | None) -> float:
        """Begin to say it; in how many seconds it will have been said."""
        if prompt is None or self._end.over:
            return 0.0
        if isinstance(prompt, Say):
            return self._end.say(murmur(math.ceil(len(prompt.text) * SAID_S)))
        heard = await self._fetch(prompt.url)
        try:
            return self._end.say(read_wav(heard)) if heard else 0.0
        except ValueError:
            return 0.0

    async def digits(self, verb: GetDigits) -> str | None:
        """The keys; empty: only the one that ends them; None: none came in time. Raises Over."""
        self._forget_keys()
        typed, until = "", self.now + await self.sound(verb.prompt) + verb.timeout_s
        while (key := await self.key(until - self.now)) is not None:
            if not typed:
                self._end.hush()
            if key == verb.finish:
                return typed
            typed += key
            if len(typed) >= (verb.most or 0) and (verb.most is not None or not verb.finish):
                return typed
            until = self.now + verb.timeout_s
        return typed or None

    async def record(self, verb: Record) -> bytes | None:
        """What was said, 8 kHz s16le; None: nothing was. Raises Over."""
        self._forget_keys()
        await self.rest(await self.sound(verb.prompt))
        if verb.beep:
            await self.rest(self._end.say(beep()))
        self._forget_keys()
        start = self._end.now
        while self._end.now - start < samples(verb.most_s):
            if (key := await self.key(LISTEN_S)) is not None and key == verb.finish:
                break
            if self._end.now - max(start, self._end.last_sound()) > samples(verb.timeout_s):
                break
        if self._end.last_sound() - start < samples(SHORTEST_S):
            return None
        return self._end.said(start, self._end.now)

    # -- waiting

    async def key(self, seconds: float) -> str | None:
        """The next key; None where none comes in time. Raises Over."""
        if self._end.over:
            raise Over
        try:
            async with self._clock.timeout(max(0.0, seconds)):
                key = await self._end.keys.get()
        except TimeoutError:
            return None
        if not key:
            raise Over
        return key

    async def rest(self, seconds: float) -> None:
        """Let time pass; keys pressed meanwhile are lost. Raises Over."""
        until = self.now + seconds
        while (left := until - self.now) > 1 / RATE:
            await self.key(left)

    def _forget_keys(self) -> None:
        while not self._end.keys.empty() and not self._end.over:
            self._end.keys.get_nowait()

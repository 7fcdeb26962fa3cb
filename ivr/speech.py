"""Text to the sound that a telephone carries. ``Speech`` is the city's voice:

a recording of the prompt ── else what was spoken before ── else the machine ── else what ships as sound ── else Mute
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import ParamSpec, Protocol, TypeVar
from weakref import WeakValueDictionary

from config.clock import Clock
from ivr.conversation import Utterance
from ivr.sound import VERSION as SOUND_VERSION
from ivr.sound import write_wav
from ivr.speech_cache import Cache
from ivr.speech_fixed import WARNINGS, Fixed
from ivr.spoken_aloud import spoken, version
from ivr.synth import Mute, Stuck, Synth

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)

INCIDENT_WPM, MENU_WPM = 130, 115  # words a minute: 4.2 and 3.7 syllables a second; natural reading is about 5
RESTS_S = 10.0  # seconds a machine that did not answer is not asked again: calls go on without it meanwhile

SILENCE = bytes(1600)  # 0.1 s: what a text without a word sounds like

__all__ = ["Mute", "Speech", "Voice"]


class Voice(Protocol):
    """Who says things on a call."""

    async def sound(self, one: Utterance) -> bytes:
        """8 kHz s16le mono. Raises Mute."""

    async def prepare(self, ones: Iterable[Utterance]) -> None:
        """Have these ready when they are asked for. Raises nothing."""


class Speech:
    """The voice of a city. ``recordings``: those of the pack; ``warnings``: the sound that ships. Safe to ask for the
    same thing at once: it is spoken once."""

    def __init__(
        self,
        synth: Synth,
        clock: Clock,
        cache: Cache,
        *,
        recordings: Fixed | None = None,
        warnings: Fixed | None = None,
        incident_wpm: int = INCIDENT_WPM,
        menu_wpm: int = MENU_WPM,
    ) -> None:
        self._synth, self._clock, self._cache = synth, clock, cache
        self._recordings = recordings if recordings is not None else Fixed(None)
        self._warnings = warnings if warnings is not None else Fixed(WARNINGS)
        self._incident_wpm, self._menu_wpm = incident_wpm, menu_wpm
        self._version = ""  # of the engine; empty: not asked yet, or it failed since
        self._wrong = ""
        self._rests_until = 0.0  # the clock's monotonic seconds
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def well(self) -> bool:
        """Whether the machine spoke when it was last asked to; True before that."""
        return not self._wrong

    @property
    def detail(self) -> str:
        """What is wrong, and what to do about it; also broken recordings, which leave it well."""
        return "; ".join([*([self._wrong] if self._wrong else []), *self._recordings.faults])

    async def check(self) -> bool:
        """Ask the machine for its version, and read every recording: whether the machine is well."""
        await _in_thread(self._recordings.check)
        with contextlib.suppress(Mute):
            self._version = ""
            await self._engine()
        return self.well

    async def sound(self, one: Utterance) -> bytes:
        """8 kHz s16le mono, the same for the same utterance. Raises Mute: nothing can say it now."""
        recorded = await self._fixed(self._recordings, one)
        if recorded is not None:
            return recorded
        try:
            return await self._spoken(one)
        except Mute:
            shipped = await self._fixed(self._warnings, one)
            if shipped is None:
                raise
            return shipped

    async def wav(self, one: Utterance) -> bytes:
        """The same as a WAV, for who fetches it. Raises Mute."""
        return write_wav(await self.sound(one))

    async def prepare(self, ones: Iterable[Utterance]) -> None:
        """Render these, one after the other: a call that asks meanwhile waits for one of them at most."""
        for one in ones:
            with contextlib.suppress(Mute):
                await self.sound(one)

    def key_of(self, one: Utterance) -> str:
        """What an utterance is known by (hexadecimal): the same words, spoken the same way. Anybody who knows the words
        can work it out: an address needs something unguessable besides."""
        said = [one.text, one.lang, one.prompt if one.whole else "", self._wpm(one), version(one.lang)]
        return _hashed(*said)

    def _wpm(self, one: Utterance) -> int:
        return self._menu_wpm if one.slow else self._incident_wpm

    async def _fixed(self, where: Fixed, one: Utterance) -> bytes | None:
        if not one.whole or not one.prompt:
            return None
        return await _in_thread(where.sound, one.lang, one.prompt)

    async def _spoken(self, one: Utterance) -> bytes:
        by = (self._synth.name, self._synth.voice(one.lang), await self._engine(), SOUND_VERSION)
        key = _hashed(*by, self._wpm(one), version(one.lang), one.text)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            known = self._cache.remembered(key)
            if known is None:
                known = await self._fetched(key, one)
                self._cache.remember(key, known)
            return known

    async def _fetched(self, key: str, one: Utterance) -> bytes:
        """From the disk, else from the machine."""
        if one.whole and (kept := await _in_thread(self._cache.read, key)) is not None:
            return kept
        words = await _in_thread(spoken, one.text, one.lang)
        if not words:
            return SILENCE
        sound = await self._asked(lambda: self._synth.render(words, lang=one.lang, wpm=self._wpm(one)))
        if one.whole:
            await _in_thread(self._cache.write, key, sound)
        return sound

    async def _engine(self) -> str:
        if not self._version:
            self._version = await self._asked(self._synth.version)
        return self._version

    async def _asked(self, what: Callable[[], Awaitable[T]]) -> T:
        """What the machine answers; how it fares is noted. Raises Mute."""
        if self._clock.monotonic() < self._rests_until:
            raise Mute(self._wrong)
        try:
            answer = await what()
        except Mute as fault:
            if str(fault) != self._wrong:
                log.error("nothing can be spoken: %s", fault)
            self._wrong, self._version = str(fault), ""
            if isinstance(fault, Stuck):
                self._rests_until = self._clock.monotonic() + RESTS_S
            raise
        self._wrong = ""
        return answer


def _hashed(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


async def _in_thread(what: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    return await asyncio.get_running_loop().run_in_executor(None, functools.partial(what, *arguments, **named))

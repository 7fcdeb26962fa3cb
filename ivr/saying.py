"""The words of a turn on the line, one utterance after the other, the next made ready while the first is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from config.clock import Clock
from ivr.conversation import Turn, Utterance
from ivr.hearing import Hearing
from ivr.mouth import Mouth
from ivr.speech import Mute, Voice
from ivr.tasks import first_of, stopped

log = logging.getLogger(__name__)

PAUSE_S = 0.16  # seconds between two utterances (voice.md: 120 to 200 ms at a clause's border)
SLOW_PAUSE_S = 0.35  # the same in a menu: time to think which it was
SOUND_S = 8.0  # seconds for the sound of one utterance, of which most take 0.03; the line is silent meanwhile


class Saying:
    """What one call says."""

    def __init__(self, voice: Voice, mouth: Mouth, hearing: Hearing, clock: Clock) -> None:
        self._voice = voice
        self._mouth = mouth
        self._hearing = hearing
        self._clock = clock

    async def say(self, turn: Turn, stops: Callable[[str], bool]) -> str:
        """Say all of it, and return "", or as far as the key that stops it, which is returned. Any other key is no
        answer to what has not been said yet, and is forgotten. Raises Mute when not even ``instead`` can be said."""
        if not turn.say:
            return ""
        saying = asyncio.create_task(self._all(turn))
        try:
            while not saying.done():
                key = await self._key_or(saying)
                if key and stops(key):
                    return key
            saying.result()
            return ""
        finally:
            await stopped(saying)

    async def tell(self, one: Utterance) -> None:
        """Say this, whatever is pressed. Raises Mute."""
        await self._each((one,))

    async def beep(self, sound: bytes) -> None:
        """A sound that is no words."""
        await self._mouth.play(sound, lambda: None)

    async def _key_or(self, saying: asyncio.Task[None]) -> str:
        key = asyncio.create_task(self._hearing.key())
        try:
            await first_of(saying, key)
            return key.result() if key.done() else ""
        except asyncio.CancelledError:  # the far end hung up in the same moment: the key waits for whoever keeps it
            if key.done():
                self._hearing.put_back()
            raise
        finally:
            await stopped(key)

    async def _all(self, turn: Turn) -> None:
        try:
            await self._each(turn.say)
        except Mute as why:
            if turn.instead is None:
                raise
            log.warning("said %s instead: %s", turn.instead.prompt, why)
            await self._each((turn.instead,))

    async def _each(self, words: tuple[Utterance, ...]) -> None:
        coming = asyncio.create_task(self._sound(words[0]))
        try:
            for at, one in enumerate(words):
                sound = await coming
                if at + 1 < len(words):
                    coming = asyncio.create_task(self._sound(words[at + 1]))
                await self._mouth.play(sound, self._hearing.words_begin)
                if at + 1 < len(words):
                    await self._clock.sleep(SLOW_PAUSE_S if one.slow else PAUSE_S)
        finally:
            await stopped(coming)

    async def _sound(self, one: Utterance) -> bytes:
        try:
            async with self._clock.timeout(SOUND_S):
                return await self._voice.sound(one)
        except TimeoutError:
            raise Mute(f"no sound of {one.prompt or 'a text'} within {SOUND_S:.0f} s") from None

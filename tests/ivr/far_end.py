"""The other end of an answered call: a line whose far end hears what is said and does what a test wrote down; a voice
whose words are known by their sound; a conversation that is a list of turns."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from config.clock import Clock, VirtualClock, run_virtual
from ivr.conversation import Turn, Utterance
from ivr.events import End, Event
from ivr.speech import Mute
from modem.port import PortLost
from modem.voice import FRAME_S, RATE, Audio, Player
from tests.ivr.keypad import pressed


class FarAudio:
    """8 kHz both ways. ``said``: every frame that came, with its time. What the far end plays comes in steps of
    ``step_s``, from the moment it began."""

    def __init__(self, clock: Clock, step_s: float = FRAME_S) -> None:
        self.clock = clock
        self.said: list[tuple[float, bytes]] = []
        self.lost = False
        self._step_s = step_s
        self._sound = bytearray()

    def play(self, sound: bytes) -> None:
        """Let this be heard, as fast as it is spoken."""
        self._sound += sound

    def write(self, sound: bytes) -> None:
        if self.lost:
            raise PortLost
        assert len(sound) % 2 == 0
        self.said.append((self.clock.monotonic(), bytes(sound)))

    async def read(self) -> bytes:
        await self.clock.sleep(self._step_s)
        if self.lost:
            raise PortLost
        octets = 2 * round(self._step_s * RATE)
        piece = bytes(self._sound[:octets])
        del self._sound[:octets]
        return piece + bytes(octets - len(piece))

    def heard(self) -> bytes:
        """All that was said into the call."""
        return b"".join(sound for _, sound in self.said)

    def words(self, *texts: str) -> list[tuple[str, float, float]]:
        """Which of these texts were said, from when to when (seconds of the call)."""
        level = {sound_of(text)[:2]: text for text in texts}
        found: list[tuple[str, float, float]] = []
        for at, frame in self.said:
            text = level.get(frame[:2])
            if text is not None and found and found[-1][0] == text and at - found[-1][2] < FRAME_S:
                found[-1] = (text, found[-1][1], at + len(frame) / 2 / RATE)
            elif text is not None:
                found.append((text, at, at + len(frame) / 2 / RATE))
        return found


class FarPlayer:
    """A modem that plays by itself. ``said``: what began, and whether it was cut off."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.said: list[tuple[bytes, bool]] = []
        self.fault: Exception | None = None

    async def play(self, sound: bytes) -> None:
        if self.fault is not None:
            raise self.fault
        try:
            await self.clock.sleep(len(sound) / 2 / RATE)
        except asyncio.CancelledError:
            self.said.append((sound, True))
            raise
        self.said.append((sound, False))


@dataclass(slots=True)
class FarLine:
    """A ``CallLine``."""

    audio: Audio | None = None
    player: Player | None = None
    name: str = "telkomsel-1"
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    wanted: asyncio.Event = field(default_factory=asyncio.Event)


def sound_of(text: str, seconds: float = 1.0) -> bytes:
    """What a text sounds like here: one level, that nothing else has, for a second."""
    level = 1000 + sum(text.encode()) % 7919
    return (level).to_bytes(2, "little") * round(seconds * RATE)


@dataclass(slots=True)
class ToneVoice:
    """A ``Voice``. ``mute``: what it cannot say; ``late_s``: how long it takes. ``asked``: in their order."""

    clock: Clock
    mute: Callable[[Utterance], bool] = lambda one: False
    late_s: float = 0.0
    seconds: float = 1.0
    asked: list[tuple[float, str]] = field(default_factory=list)

    async def sound(self, one: Utterance) -> bytes:
        self.asked.append((self.clock.monotonic(), one.text))
        await self.clock.sleep(self.late_s)
        if self.mute(one):
            raise Mute(one.text)
        return sound_of(one.text, self.seconds)

    async def prepare(self, ones: object) -> None:
        return None


def words(*texts: str, slow: bool = False) -> tuple[Utterance, ...]:
    return tuple(Utterance(text=text, lang="id", slow=slow) for text in texts)


@dataclass(slots=True)
class Turns:
    """A ``Conversation``: these turns, one after the other, whatever is pressed; then the end. ``takes_s``: how long it
    takes to keep what came."""

    clock: Clock
    turns: Sequence[Turn]
    takes_s: float = 0.0
    taken: list[tuple[int, Event]] = field(default_factory=list)
    taken_at: list[float] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    keeps: bool = True
    begins_s: float = 0.0
    id: str = "a-call"
    number: str = "+6281200000001"
    live: bool = True

    def first(self) -> Sequence[Utterance]:
        return self.turns[0].say

    async def begin(self, leg: str) -> Turn:
        self.begun.append(leg)
        await self.clock.sleep(self.begins_s)
        return self.turns[len(self.taken)]

    async def take(self, seq: int, event: Event) -> Turn:
        await self.clock.sleep(self.takes_s)
        self.taken.append((seq, event))
        self.taken_at.append(self.clock.monotonic())
        at = len(self.taken)
        return self.turns[at] if at < len(self.turns) else Turn(seq=seq + 1, say=(), then=End())

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        assert rate == RATE
        self.kept.append(audio)
        return f"recording-{len(self.kept)}" if self.keeps else ""

    async def over(self, why: str = "") -> None:
        self.live = False


EPOCH = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def play(scene: Callable[[VirtualClock], Awaitable[None]]) -> None:
    """Run a scene on virtual time. No task of it may be left."""

    async def main(clock: VirtualClock) -> None:
        await scene(clock)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main, EPOCH)


@contextlib.asynccontextmanager
async def doing(*what: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """While the call goes on: what the person does."""
    tasks = [asyncio.create_task(one) for one in what]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def press(audio: FarAudio, at_s: float, keys: str, *, ms: float = 100) -> None:
    """Press keys at that time of the call, as tones."""
    await audio.clock.sleep(at_s)
    audio.play(pressed(keys, ms=ms, gap_ms=250))

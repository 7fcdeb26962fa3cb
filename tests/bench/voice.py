"""Voice: how evenly frames leave with four calls at once and what that costs, how fast keys are heard and prompts made.

The calls are the player's own (``ivr.media``) on lines in this process; what a modem's port adds is not in it. How soon
an officer hears the first word is measured with the whole program (``first_word.py``).
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from config.city import City, load_city
from config.clock import SystemClock
from ivr.conversation import Turn, Utterance
from ivr.events import End, Event, Listen
from ivr.media import Speaker
from ivr.speech import Speech
from ivr.speech_cache import Cache
from ivr.synth import Espeak
from ivr.tones import Detector
from modem.voice import FRAME, FRAME_S, RATE, Audio, Player
from tests.bench import first_word
from tests.bench.figures import Board, Figure, percentile

AT_ONCE = 4  # calls
TALK_S = 10.0  # seconds of each: 500 frames
PROMPTS = 60  # rendered in one run
HEARD_S = 60  # seconds of sound that a detector is given
JITTER, SHARE, RENDERED = "frame jitter, 4 calls at once, p99", "a call, share of a core", "prompts rendered"


@dataclass(slots=True)
class _Air:
    """Both directions of a line in memory. ``written``: when each frame came (seconds)."""

    written: list[float] = field(default_factory=list)
    due: float = 0.0

    async def read(self) -> bytes:
        now = asyncio.get_running_loop().time()
        self.due = max(self.due + FRAME_S, now)
        await asyncio.sleep(self.due - now)
        return bytes(FRAME)

    def write(self, sound: bytes) -> None:
        self.written.append(time.perf_counter())


@dataclass(slots=True)
class _Line:
    name: str
    audio: Audio | None
    player: Player | None = None
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    wanted: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class _Talk:
    """A conversation that says one long thing, and then nothing."""

    say: tuple[Utterance, ...]
    id: str = "bench"
    number: str = "+6280000000000"
    live: bool = True

    def first(self) -> Sequence[Utterance]:
        return self.say

    async def begin(self, leg: str) -> Turn:
        return Turn(seq=1, say=self.say, then=Listen(keys="1", timeout_s=TALK_S / 2))

    async def take(self, seq: int, event: Event) -> Turn:
        return Turn(seq=seq + 1, say=(), then=End())

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        return ""

    async def over(self, why: str = "") -> None:
        self.live = False


class _Voice:
    """Half the talk, from memory."""

    async def sound(self, one: Utterance) -> bytes:
        return bytes(range(256)) * (round(TALK_S / 2 * RATE) * 2 // 256)

    async def prepare(self, ones: object) -> None:
        return None


async def measure(board: Board, rounds: int) -> None:
    """Four calls at once; the detector; where a machine's voice is installed, that, and an officer's first word."""
    late: list[float] = []
    runs, shares = [], []
    for _ in range(rounds):
        jitter, share = await _calls()
        late += jitter
        runs.append(percentile(jitter, 99))
        shares.append(share)
    board.add(
        Figure(
            name=JITTER,
            unit="ms",
            values=tuple(runs),
            pooled=percentile(late, 99),
            n=len(late),
            note="how far from 20 ms a frame follows the one before",
        ),
        Figure(name=SHARE, unit="%", values=tuple(shares), note="words, keys and the ear; of one of four calls"),
        Figure(name="keys heard, share of a core", unit="%", values=tuple(_detected() for _ in range(rounds))),
    )
    if shutil.which("espeak-ng") is None:
        board.skip(f"{RENDERED}: needs the Debian package espeak-ng")
        return
    rendered = tuple([await _rendered(load_city("binjai")) for _ in range(rounds)])
    board.add(Figure(name=RENDERED, unit="/s", values=rendered, n=rounds * PROMPTS, note="none of them in the cache"))
    await first_word.measure(board, rounds)


async def _calls() -> tuple[list[float], float]:
    """Milliseconds by which each frame came too early or too late; percent of a core that one call took."""
    speaker, airs = Speaker(_Voice(), SystemClock()), [_Air() for _ in range(AT_ONCE)]
    words = (Utterance(text="bench", lang="id"),)
    busy, begun = time.process_time(), time.perf_counter()
    await asyncio.gather(*(speaker.run(_Line(f"line-{n}", air), _Talk(words)) for n, air in enumerate(airs)))
    share = 100 * (time.process_time() - busy) / (time.perf_counter() - begun) / AT_ONCE
    gaps = [after - before for air in airs for before, after in pairwise(air.written)]
    off = [1000 * abs(gap - FRAME_S) for gap in gaps]
    return off, share


def _detected() -> float:
    """Percent of a core that hearing keys takes, of sound that is not silent."""
    frames, detector = [bytes(range(0, 250, 2)) * 2 + bytes(FRAME - 250)] * round(HEARD_S / FRAME_S), Detector()
    begun = time.process_time()
    for frame in frames:
        detector.feed(frame)
    return 100 * (time.process_time() - begun) / HEARD_S


async def _rendered(city: City) -> float:
    """Prompts a second, two at a time as the speech does by itself."""
    texts = list(dict.fromkeys(text for text in city.prompts[city.languages[0]].values() if "{" not in text))[:PROMPTS]
    with TemporaryDirectory() as folder:
        speech = Speech(Espeak(), SystemClock(), Cache(Path(folder)))
        await speech.check()
        begun = time.perf_counter()
        await asyncio.gather(*(speech.sound(Utterance(text=text, lang=city.languages[0])) for text in texts))
        return len(texts) / (time.perf_counter() - begun)

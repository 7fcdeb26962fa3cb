"""What was said into a call, side by side on one time line from the answer on; what nobody said is silence."""

from __future__ import annotations

from collections.abc import Callable

from config.clock import Clock
from modem.virtual.sound import OCTETS, is_silent, samples
from modem.voice import RATE

JITTER_S = 0.18  # live sound that comes so late still joins what came before, without a gap
DELAY_S = 0.2  # from mouth to ear, as between two mobile phones; longer than JITTER_S, so that a joint is never missed
AHEAD_S = 3.0  # live sound that is handed over faster than it is spoken: what a modem has room for; the rest is lost
MOST_S = 600.0  # seconds of a call that are kept

MOST, AHEAD, JITTER = samples(MOST_S), samples(AHEAD_S), samples(JITTER_S)


class Track:
    """One side. Places are samples since the answer. ``voiced``: samples of it that are not silence, in whole pieces;
    ``lost``: live samples that came faster than they are spoken; ``grown`` is called after each new piece of sound with
    where it begins."""

    def __init__(self) -> None:
        self._octets = bytearray()
        self.end = 0
        self.voiced = 0
        self.lost = 0
        self.grown: list[Callable[[int], None]] = []

    @property
    def filled(self) -> int:
        """Where the last sound ends; silence behind it is not counted."""
        return len(self._octets) // OCTETS

    @property
    def size(self) -> int:
        """Octets that it holds."""
        return len(self._octets)

    def live(self, sound: bytes, now: int) -> None:
        """A piece as it is spoken: joins the one before unless it comes too late for that."""
        start = self.end if self.end >= now - JITTER else now
        room = max(0, now + AHEAD - start) * OCTETS
        if len(sound) > room:
            self.lost += (len(sound) - room) // OCTETS
            sound = sound[:room]
        self._put(sound, start)

    def say(self, sound: bytes, now: int) -> int:
        """A whole utterance: from now on, or behind what is being said. Returns where it ends."""
        self._put(sound, max(now, self.end))
        return self.end

    def over(self, sound: bytes, now: int) -> None:
        """From now on, instead of what is being said: a key's tone."""
        self._put(sound, now)

    def place(self, sound: bytes, start: int) -> None:
        """Sound at a place of its own: an echo."""
        self._put(sound, start)

    def cut(self, now: int) -> None:
        """Say nothing of what comes after ``now``."""
        del self._octets[now * OCTETS :]
        self.end = min(self.end, now)

    def read(self, start: int, end: int) -> bytes:
        """What is said between two places, silence included; a place before the answer is silence too."""
        head = bytes(OCTETS * max(0, min(end, 0) - start))
        said = bytes(self._octets[max(0, start) * OCTETS : max(0, end) * OCTETS])
        return (head + said).ljust(OCTETS * max(0, end - start), b"\0")

    def _put(self, sound: bytes, start: int) -> None:
        sound = sound[: max(0, MOST - start) * OCTETS // OCTETS * OCTETS]
        length = len(sound) // OCTETS
        self.end = max(self.end, start + length)
        if is_silent(sound) and start >= self.filled:
            return
        at = start * OCTETS
        self._octets.extend(bytes(max(0, at - len(self._octets))))
        self._octets[at : at + len(sound)] = sound
        self.voiced += length
        for grown in tuple(self.grown):
            grown(start)


class CallSound:
    """Both sides of one call: ``caller`` and ``callee``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answered = clock.monotonic()
        self._ended: int | None = None
        self.caller, self.callee = Track(), Track()

    @property
    def now(self) -> int:
        """Samples since the answer; after the call, how many it had."""
        return self._ended if self._ended is not None else int((self._clock.monotonic() - self._answered) * RATE + 0.5)

    @property
    def over(self) -> bool:
        """The call has ended."""
        return self._ended is not None

    @property
    def size(self) -> int:
        """Octets that both hold."""
        return self.caller.size + self.callee.size

    def close(self) -> None:
        """The call ended: what was still to be said is not. Idempotent."""
        if self._ended is None:
            self._ended = self.now
            for track in (self.caller, self.callee):
                track.cut(self._ended)
                track.grown.clear()

    def whole(self, track: Track) -> bytes:
        """One side from the answer until now, or until the end."""
        return track.read(0, min(self.now, MOST))

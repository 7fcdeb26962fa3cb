"""A channel from which several letters in a row come back rests: it is the channel's fault then, and no letter's.

A modem may be registered and carry nothing (no credit, a barred SIM, a sick service centre). Letters that are no
emergencies leave it alone for a while; then it is probed, and one letter is tried. One dead phone is no such case:
only letters to different numbers count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from config.clock import Clock
from gateway.pulse import Pulse, Status

RECIPIENTS = 3  # in a row, of letters that came back: one phone may be dead, a second by chance
BACK_OFF_S = (10.0, 30.0, 60.0, 120.0, 300.0)  # the n-th rest; the last again and again
JITTER = 0.25  # of each wait, to either side


def jittered(rng: Random, seconds: float) -> float:
    """``seconds``, a quarter more or less: many letters, and many gateways, do not come back at once."""
    return seconds * (1 + JITTER * (2 * rng.random() - 1))


@dataclass(slots=True)
class _Record:
    came_back: set[str] = field(default_factory=set)
    until: float = 0.0  # monotonic
    rests: int = 0
    probed: bool = False  # and answered, since the last rest


class Rests:
    """Which channels rest. ``ring`` is called with the seconds of a rest that begins: somebody looks again after it."""

    def __init__(self, clock: Clock, pulse: Pulse, rng: Random, *, ring: Callable[[float], None]) -> None:
        self._clock = clock
        self._pulse = pulse
        self._rng = rng
        self._ring = ring
        self._records: dict[str, _Record] = {}

    def resting(self, channel: str) -> bool:
        record = self._records.get(channel)
        return record is not None and self._clock.monotonic() < record.until

    def may_try(self, channel: str) -> bool:
        """It does not rest, or has rested and answered a probe."""
        record = self._records.get(channel)
        return record is None or not record.rests or (record.probed and not self.resting(channel))

    def to_probe(self, channel: str) -> bool:
        """It has rested: probe it before a letter is tried."""
        record = self._records.get(channel)
        return record is not None and record.rests > 0 and not record.probed and not self.resting(channel)

    def answered(self, channel: str) -> None:
        """The probe went well."""
        self._records[channel].probed = True

    def went(self, channel: str) -> None:
        """A letter left."""
        record = self._records.pop(channel, None)
        if record is not None and record.rests:
            self._pulse.forget("channel", channel)

    def came_back(self, channel: str, to: str, why: str) -> None:
        """A letter did not leave, although the channel is well and free."""
        record = self._records.setdefault(channel, _Record())
        record.came_back.add(to)
        if record.rests or len(record.came_back) >= RECIPIENTS:
            self.rest(channel, why)

    def rest(self, channel: str, why: str) -> None:
        """It rests now, longer each time."""
        record = self._records.setdefault(channel, _Record())
        wait_s = jittered(self._rng, BACK_OFF_S[min(record.rests, len(BACK_OFF_S) - 1)])
        record.rests, record.probed = record.rests + 1, False
        record.until = self._clock.monotonic() + wait_s
        detail = f"{len(record.came_back)} letters in a row did not leave ({why}): tried again in {wait_s:.0f} s"
        self._pulse.report("channel", channel, Status.DEGRADED, detail)
        self._ring(wait_s)

"""So many calls of ours at once over a provider: who goes first, and how long a line counts as taken."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock
from ivr.africas_talking_talks import Talk
from ivr.leg import CallOrder, Urgency

LOOK_AGAIN_S = 0.5  # how often a waiting order looks whether a line is free
GONE_S = 5.0  # not well for so long, an order fails instead of waiting: the ladder must move on

_URGENCIES = {urgency: rank for rank, urgency in enumerate(Urgency)}


@dataclass(slots=True, eq=False)
class Line:
    """One line. ``talk``: the call on it; ``until``: monotonic seconds after which it is free whatever is known."""

    clock: Clock
    talk: Talk | None = None
    until: float = float("inf")
    placed: bool = True

    def leave(self, rings_on_s: float) -> None:
        """Nobody waits for the call any more; unless it is over, its phone may ring on so long."""
        self.placed = False
        self.until = self.clock.monotonic() + rings_on_s

    @property
    def taken(self) -> bool:
        """A call of ours is, or may be, on it."""
        if self.placed:
            return True
        return self.talk is not None and self.talk.final is None and self.clock.monotonic() < self.until


@dataclass(slots=True, eq=False)
class Lines:
    """``most``: how many. ``well``: whether calls can be made."""

    most: int
    clock: Clock
    well: Callable[[], bool]
    _lines: list[Line] = field(default_factory=list)
    _waiting: list[tuple[int, float, int]] = field(default_factory=list)
    _arrivals: itertools.count[int] = field(default_factory=itertools.count)

    def free(self) -> int:
        """How many calls could start now."""
        self._lines = [line for line in self._lines if line.taken]
        return max(0, self.most - len(self._lines) - len(self._waiting))

    async def wait(self, order: CallOrder) -> Line | None:
        """A line, the most urgent order first, then the one that waits longest; None: nothing can be called."""
        place = (_URGENCIES[order.urgency], order.since.timestamp(), next(self._arrivals))
        self._waiting.append(place)
        well_at = self.clock.monotonic()
        try:
            while True:
                if self.well():
                    well_at = self.clock.monotonic()
                    self._lines = [line for line in self._lines if line.taken]
                    if len(self._lines) < self.most and place == min(self._waiting):
                        self._lines.append(line := Line(self.clock))
                        return line
                elif self.clock.monotonic() - well_at >= GONE_S:
                    return None
                await self.clock.sleep(LOOK_AGAIN_S)
        finally:
            self._waiting.remove(place)

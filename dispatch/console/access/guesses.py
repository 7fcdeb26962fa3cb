"""Guesses are slowed down and nobody is locked out: each guess waits for its turn, and turns come ever more slowly.

A guess stands in lanes. Who comes with the browser in which this login was opened before has a lane of his own; who
comes without it but from a network from which it was opened has that login's lane there, beside his network's, in which
everybody there stands: so nobody there finds out which logins are. Everybody else stands in two, the login's and his
network's. So a stranger's guesses make strangers wait, and never him who sits at his usual seat.

Lanes are in memory: a guess costs the store nothing, which has alarms to keep. What is lost at a restart is a handful
of free guesses, and nobody outside can restart the program.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from config.clock import Clock

FREE = 3  # slips of the finger that cost nothing
STRANGERS_WAIT_S = 30.0  # between two guesses of strangers at one login: 2,880 a day
USUAL_WAIT_S = 4.0  # at a usual seat, where the right password follows
LONGEST_S = 5.0  # a guess whose turn is further off is told so instead of held
FORGOTTEN_S = 900.0  # a quiet quarter of an hour, and a lane is as new
MOST_LANES = 20_000  # about 5 MB, as keys are short; those that are free earliest go first
MOST_STRANGERS = 16  # strangers' guesses held at once until they are judged, from wherever


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Where a guess waits. ``own``: the login's own seat, which a right guess clears."""

    key: str
    longest_s: float
    own: bool = False


@dataclass(slots=True)
class _Turns:
    free_at: float = 0.0
    wrong: int = 0
    last: float = 0.0


class TooMany(Exception):
    """His turn does not come soon. ``retry_s``: when it does."""

    def __init__(self, retry_s: float) -> None:
        super().__init__(f"again in {retry_s:.0f} s")
        self.retry_s = retry_s


class Guesses:
    """The lanes of one program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, _Turns] = {}
        self._strangers = 0

    async def turn(self, lanes: Sequence[Lane]) -> None:
        """Return when it is this guess's turn; it counts as wrong until ``right`` says otherwise. Raises TooMany."""
        async with self.held(lanes):
            pass

    @asynccontextmanager
    async def held(self, lanes: Sequence[Lane]) -> AsyncIterator[None]:
        """A turn that lasts until its guess was judged: strangers stand nowhere else either, in whatever number."""
        now = self._clock.monotonic()
        at = max([now, *(self._free_at(one) for one in lanes)])
        stranger = not any(one.own for one in lanes)
        if at - now > LONGEST_S:
            raise TooMany(at - now)
        if stranger and self._strangers >= MOST_STRANGERS:
            raise TooMany(LONGEST_S)
        for lane in lanes:  # made now: who is refused leaves nothing behind
            turns = self._turns(lane)
            turns.wrong += 1
            turns.last, turns.free_at = at, at + _wait(turns.wrong, lane.longest_s)
        self._strangers += stranger
        try:
            if at > now:
                await self._clock.sleep(at - now)
            yield
        finally:
            self._strangers -= stranger

    def right(self, lanes: Sequence[Lane]) -> None:
        """That guess was none. A lane of his own is as new; in the others it is as if he had not come, so that nobody
        clears the way for guesses by logging in between them."""
        now = self._clock.monotonic()
        for lane in lanes:
            turns = self._turns(lane)
            turns.wrong = 0 if lane.own else max(0, turns.wrong - 1)
            turns.free_at = min(turns.free_at, now + _wait(turns.wrong, lane.longest_s))

    def count(self, key: str) -> int:
        """One more wrong guess of something that has no turns of its own; how many it were."""
        turns = self._turns(Lane(key=key, longest_s=0.0))
        turns.wrong, turns.last = turns.wrong + 1, self._clock.monotonic()
        return turns.wrong

    def wrong(self, key: str) -> int:
        """How many guesses in a row were wrong there."""
        return self._lanes[key].wrong if key in self._lanes else 0

    def _free_at(self, lane: Lane) -> float:
        known = self._lanes.get(lane.key)
        return 0.0 if known is None or self._forgotten(known) else known.free_at

    def _forgotten(self, turns: _Turns) -> bool:
        return self._clock.monotonic() - turns.last > FORGOTTEN_S

    def _turns(self, lane: Lane) -> _Turns:
        now = self._clock.monotonic()
        known = self._lanes.get(lane.key)
        if known is None or self._forgotten(known):
            if len(self._lanes) >= MOST_LANES:
                self._clear()
            known = self._lanes[lane.key] = _Turns(last=now)
        return known

    def _clear(self) -> None:
        for key in heapq.nsmallest(MOST_LANES // 4, self._lanes, key=lambda one: self._lanes[one].free_at):
            del self._lanes[key]


def _wait(wrong: int, longest_s: float) -> float:
    """1, 2, 4 … seconds after the free ones."""
    return 0.0 if wrong < FREE else min(longest_s, 2.0 ** min(wrong - FREE, 16))


def network(peer: str) -> str:
    """The network that one household or office has: an IPv4 address, the /64 of an IPv6 one (RFC 6177)."""
    try:
        at = ip_address(peer)
    except ValueError:
        return "?"
    mapped = getattr(at, "ipv4_mapped", None)
    return str(mapped or (at if at.version == 4 else ip_network(f"{at}/64", strict=False)))

"""Guesses are slowed down and nobody is locked out: each guess waits for its turn, and turns come ever more slowly.

A guess stands in lanes. Who comes with the browser in which this login was opened before has a lane of his own; who
comes without it but from a network from which it was opened has that login's lane there, beside his network's, in which
everybody there stands: so nobody there finds out which logins are. Everybody else stands in two, the login's and his
network's. So a stranger's guesses make strangers wait, and never him who sits at his usual seat.

Lanes are in memory: a guess costs the store nothing, which has alarms to keep. What is lost at a restart is a handful
of free guesses, and nobody outside can restart the program. Where several programs share a store the lanes stand in it
(``lanes/store.py``), so that they count together; who is refused writes nothing there either.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Protocol

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

    def after(self, turns: Turns, at: float) -> Turns:
        """Its turns when a guess had one at ``at``; it counts as wrong."""
        wrong = turns.wrong + 1
        return Turns(free_at=at + wait(wrong, self.longest_s), wrong=wrong, last=at)

    def cleared(self, turns: Turns, now: float) -> Turns:
        """Its turns when that guess was none. A lane of his own is as new; in the others it is as if he had not come,
        so that nobody clears the way for guesses by logging in between them."""
        wrong = 0 if self.own else max(0, turns.wrong - 1)
        return Turns(free_at=min(turns.free_at, now + wait(wrong, self.longest_s)), wrong=wrong, last=turns.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """``free_at``: when the next guess has its turn; ``wrong``: guesses in a row; ``last``: when the last had its
    turn. Seconds of one clock."""

    free_at: float = 0.0
    wrong: int = 0
    last: float = 0.0


class Lanes(Protocol):
    """Where turns are kept."""

    def now(self) -> float:
        """On the clock of its turns."""

    async def take(self, lanes: Sequence[Lane]) -> float:
        """A turn in each of them; when it is. Raises TooMany, and then takes none."""

    async def right(self, lanes: Sequence[Lane]) -> None:
        """The guess of a turn was none."""

    async def count(self, lane: Lane) -> int:
        """A turn in a lane that nobody waits in; how many it has seen."""

    async def wrong(self, key: str) -> int:
        """How many guesses in a row were wrong there."""


class TooMany(Exception):
    """His turn does not come soon. ``retry_s``: when it does."""

    def __init__(self, retry_s: float) -> None:
        super().__init__(f"again in {retry_s:.0f} s")
        self.retry_s = retry_s


class Guesses:
    """The lanes of one program, or with ``lanes`` of several."""

    def __init__(self, clock: Clock, lanes: Lanes | None = None) -> None:
        self._clock = clock
        self._lanes: Lanes = lanes or InMemory(clock)
        self._strangers = 0

    async def turn(self, lanes: Sequence[Lane]) -> None:
        """Return when it is this guess's turn; it counts as wrong until ``right`` says otherwise. Raises TooMany."""
        async with self.held(lanes):
            pass

    @asynccontextmanager
    async def held(self, lanes: Sequence[Lane]) -> AsyncIterator[None]:
        """A turn that lasts until its guess was judged: strangers stand nowhere else either, in whatever number."""
        stranger = not any(one.own for one in lanes)
        if stranger and self._strangers >= MOST_STRANGERS:
            raise TooMany(LONGEST_S)
        self._strangers += stranger
        try:
            at = await self._lanes.take(lanes)
            if (rest := at - self._lanes.now()) > 0:
                await self._clock.sleep(rest)
            yield
        finally:
            self._strangers -= stranger

    async def right(self, lanes: Sequence[Lane]) -> None:
        """That guess was none."""
        await self._lanes.right(lanes)

    async def count(self, key: str) -> int:
        """One more wrong guess of something that has no turns of its own; how many it were."""
        return await self._lanes.count(Lane(key=key, longest_s=0.0))

    async def wrong(self, key: str) -> int:
        """How many guesses in a row were wrong there."""
        return await self._lanes.wrong(key)


class InMemory:
    """``Lanes`` of one program."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.known: dict[str, Turns] = {}

    def now(self) -> float:
        return self._clock.monotonic()

    async def take(self, lanes: Sequence[Lane]) -> float:
        at = turn_of([self._turns(one.key) for one in lanes], self.now())
        for lane in lanes:  # made now: who is refused leaves nothing behind
            self._keep(lane.key, lane.after(self._turns(lane.key), at))
        return at

    async def right(self, lanes: Sequence[Lane]) -> None:
        for lane in lanes:
            self._keep(lane.key, lane.cleared(self._turns(lane.key), self.now()))

    async def count(self, lane: Lane) -> int:
        turns = lane.after(self._turns(lane.key), self.now())
        self._keep(lane.key, turns)
        return turns.wrong

    async def wrong(self, key: str) -> int:
        return self._turns(key).wrong

    def _turns(self, key: str) -> Turns:
        return fresh(self.known.get(key, Turns(last=self.now())), self.now())

    def _keep(self, key: str, turns: Turns) -> None:
        if key not in self.known and len(self.known) >= MOST_LANES:
            for old in heapq.nsmallest(MOST_LANES // 4, self.known, key=lambda one: self.known[one].free_at):
                del self.known[old]
        self.known[key] = turns


def turn_of(turns: Sequence[Turns], now: float) -> float:
    """When all of them are free. Raises TooMany where that is far off."""
    at = max([now, *(one.free_at for one in turns)])
    if at - now > LONGEST_S:
        raise TooMany(at - now)
    return at


def fresh(turns: Turns, now: float) -> Turns:
    """They, or new ones after a quiet while."""
    return Turns(last=now) if now - turns.last > FORGOTTEN_S else turns


def wait(wrong: int, longest_s: float) -> float:
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

"""The other end of a call: modems that dial into a world of phones that do what a test wrote down."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from modem.call import CallEnd, Outcome

SET_UP_S = 2.0  # from the dialling to the first ring
REJECT_S = 2.0  # a siren controller lets it ring so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """What a phone does with one call. ``after_s`` counts from its first ring; ``keys`` are pressed one a second
    after ``key_after_s``."""

    outcome: Outcome = Outcome.RANG
    after_s: float = REJECT_S
    keys: str = ""
    key_after_s: float = 3.0


RINGS = Does()
TURNS_AWAY = Does(outcome=Outcome.REJECTED)
IS_OFF = Does(outcome=Outcome.UNREACHABLE)
IS_ENGAGED = Does(outcome=Outcome.BUSY)


def answers(keys: str = "", *, after_s: float = 4.0) -> Does:
    """Picks up, and presses keys."""
    return Does(outcome=Outcome.ANSWERED, after_s=after_s, keys=keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """A call that reached the wire."""

    at: datetime
    modem: str
    to: str


@dataclass(slots=True)
class World:
    """Every phone, and every call that was dialled; it outlives the program's crashes."""

    does: dict[str, list[Does]] = field(default_factory=dict)
    dialled: list[Dialled] = field(default_factory=list)
    hung_up: list[str] = field(default_factory=list)
    turned_away: Callable[[str], None] = lambda number: None

    def phone(self, number: str, *what: Does) -> None:
        """What it does with its next calls; the last one for ever."""
        self.does[number] = list(what)

    def next(self, number: str) -> Does:
        does = self.does.get(number, [RINGS])
        return does.pop(0) if len(does) > 1 else does[0]

    def calls(self, number: str) -> int:
        """How often it was dialled."""
        return sum(call.to == number for call in self.dialled)


@dataclass(slots=True)
class ScriptedModem:
    """A modem as a leg sees it."""

    world: World
    clock: Clock
    name: str = "one"
    number: str = "+6285500000101"
    use: str = "all"
    virtual: bool = True
    well: bool = True
    broken: bool = False
    on_the_line: int = 0
    letters_s: float = 0.0  # the line is busy with letters that long before a call; the most urgent call goes first
    waiting: list[tuple[int, float, int]] = field(default_factory=list)
    arrivals: Iterator[int] = field(default_factory=itertools.count)

    @property
    def calls_free(self) -> bool:
        return self.well and not self.on_the_line and not self.waiting

    @property
    def line_free(self) -> bool:
        return self.well and not self.on_the_line

    async def call(
        self,
        number: str,
        *,
        ring_s: float,
        talk_s: float,
        urgency: int,
        since: float,
        started: Callable[[], Awaitable[None]],
        keyed: Callable[[str], Awaitable[bool]],
    ) -> CallEnd:
        await self._turn((urgency, since, next(self.arrivals)))
        assert not self.on_the_line, "two calls on one line"
        if self.broken:
            raise OSError("the port is gone")
        self.on_the_line += 1
        self.world.dialled.append(Dialled(at=self.clock.now(), modem=self.name, to=number))
        done = False
        try:
            end = await self._through(number, ring_s, talk_s, started, keyed)
            done = True
            return end
        finally:
            self.on_the_line -= 1
            if not done:
                self.world.hung_up.append(number)

    async def _turn(self, place: tuple[int, float, int]) -> None:
        """As the driver's radio does it: the most urgent first, then the longest-waiting."""
        self.waiting.append(place)
        try:
            await self.clock.sleep(self.letters_s)
            while self.on_the_line or place != min(self.waiting):
                await self.clock.sleep(0.1)
        finally:
            self.waiting.remove(place)

    async def _through(
        self,
        number: str,
        ring_s: float,
        talk_s: float,
        started: Callable[[], Awaitable[None]],
        keyed: Callable[[str], Awaitable[bool]],
    ) -> CallEnd:
        does = self.world.next(number)
        await self.clock.sleep(SET_UP_S)
        if does.outcome in (Outcome.UNREACHABLE, Outcome.BUSY):
            return CallEnd(outcome=does.outcome)
        await started()
        if does.outcome is Outcome.RANG or does.after_s > ring_s:
            await self.clock.sleep(ring_s)
            return CallEnd(outcome=Outcome.RANG, alerted_s=ring_s)
        await self.clock.sleep(does.after_s)
        if does.outcome is Outcome.REJECTED:
            self.world.turned_away(number)
        if does.outcome is Outcome.ANSWERED and talk_s:
            key = await self._talk(does, talk_s, keyed)
            return CallEnd(outcome=Outcome.ANSWERED, alerted_s=does.after_s, key=key)
        return CallEnd(outcome=does.outcome, alerted_s=does.after_s)

    async def _talk(self, does: Does, talk_s: float, keyed: Callable[[str], Awaitable[bool]]) -> str | None:
        left = talk_s
        for key in does.keys:
            await self.clock.sleep(does.key_after_s)
            left -= does.key_after_s
            if await keyed(key):
                return key
        await self.clock.sleep(max(0.0, left))
        return None

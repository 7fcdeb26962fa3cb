"""The other end of a call: modems that dial into a world of phones that do what a test wrote down."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from config.clock import Clock
from ivr.bridge import Joins
from ivr.conversation import Conversation
from ivr.events import End, Event, Hold, Join, Joined, Listen, Pressed, Record, Silence
from ivr.flow_data import MORE
from ivr.lines import Started
from modem.call import CallEnd, Outcome
from modem.voice import Audio, CallLine, Player, Talk

SET_UP_S = 2.0  # from the dialling to the first ring
REJECT_S = 2.0  # a siren controller lets it ring so long


@dataclass(frozen=True, slots=True, kw_only=True)
class Does:
    """What a phone does with one call. ``after_s`` counts from its first ring; ``keys`` are pressed one a second
    after ``key_after_s``. Answered, it hangs up after ``hangs_up_s``; or the modem's line is lost after ``lost_s``."""

    outcome: Outcome = Outcome.RANG
    after_s: float = REJECT_S
    keys: str = ""
    key_after_s: float = 3.0
    hangs_up_s: float = math.inf
    lost_s: float = math.inf


RINGS = Does()
TURNS_AWAY = Does(outcome=Outcome.REJECTED)
IS_OFF = Does(outcome=Outcome.UNREACHABLE)
IS_ENGAGED = Does(outcome=Outcome.BUSY)


def answers(keys: str = "", *, after_s: float = 4.0, **more: float) -> Does:
    """Picks up, and presses keys."""
    return Does(outcome=Outcome.ANSWERED, after_s=after_s, keys=keys, **more)


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
    speaks: bool = True
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
        urgency: int,
        since: float,
        started: Started,
        talk: Talk | None = None,
        talk_s: float = 0.0,
    ) -> CallEnd:
        await self._turn((urgency, since, next(self.arrivals)))
        assert not self.on_the_line, "two calls on one line"
        if self.broken:
            raise OSError("the port is gone")
        self.on_the_line += 1
        self.world.dialled.append(Dialled(at=self.clock.now(), modem=self.name, to=number))
        done = False
        try:
            end = await self._through(number, ring_s, Wishes(talk, talk_s, started))
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

    async def _through(self, number: str, ring_s: float, wishes: Wishes) -> CallEnd:
        does = self.world.next(number)
        await self.clock.sleep(SET_UP_S)
        if does.outcome in (Outcome.UNREACHABLE, Outcome.BUSY, Outcome.NO_NETWORK, Outcome.FAILED):
            return CallEnd(outcome=does.outcome)
        await wishes.started()
        if does.outcome is Outcome.RANG or does.after_s > ring_s:
            await self.clock.sleep(ring_s)
            return CallEnd(outcome=Outcome.RANG, alerted_s=ring_s)
        await self.clock.sleep(does.after_s)
        if does.outcome is Outcome.REJECTED:
            self.world.turned_away(number)
        if does.outcome is not Outcome.ANSWERED:
            return CallEnd(outcome=does.outcome, alerted_s=does.after_s)
        if wishes.talk is not None:
            return await self._talked(does, wishes.talk, wishes.talk_s)
        return CallEnd(outcome=Outcome.ANSWERED, alerted_s=does.after_s, answered=True)

    async def _talked(self, does: Does, talk: Talk, talk_s: float) -> CallEnd:
        """As the driver does it: until the talk returns, the far end hangs up, the line is lost, the time is over."""
        line = ScriptedLine(self.name, player=Muffled() if self.speaks else None)
        talking = asyncio.create_task(_awaited(talk(line)))
        keys = asyncio.create_task(self._press(does, line.keys))
        ends = min(does.hangs_up_s, does.lost_s, talk_s)
        await asyncio.wait({talking}, timeout=ends)
        lost = not talking.done() and does.lost_s == ends
        for task in (talking, keys):
            task.cancel()
        await asyncio.gather(talking, keys, return_exceptions=True)
        died = None if talking.cancelled() else talking.exception()
        if died is not None and not isinstance(died, Exception):  # a crash point: the program is killed here
            raise died
        outcome = Outcome.FAILED if lost else Outcome.ANSWERED
        return CallEnd(outcome=outcome, alerted_s=does.after_s, answered=True, lost=lost)

    async def _press(self, does: Does, keys: asyncio.Queue[str]) -> None:
        for key in does.keys:
            await self.clock.sleep(does.key_after_s)
            keys.put_nowait(key)


async def _awaited(work: Awaitable[None]) -> None:
    await work


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be done with a call."""

    talk: Talk | None
    talk_s: float
    started: Started


class Muffled:
    """A player that nobody hears: the line counts as one that speaks."""

    async def play(self, sound: bytes) -> None:
        raise AssertionError("what is said on a scripted line has no sound")


@dataclass(slots=True)
class ScriptedLine:
    """A ``CallLine``: the other end's keys come as the modem reports them."""

    name: str
    player: Player | None = None
    audio: Audio | None = None
    keys: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    wanted: asyncio.Event = field(default_factory=asyncio.Event)


class QuickSpeaker:
    """Carries a conversation without sound: each utterance lasts ``say_s`` seconds, keys count while it is spoken.
    ``heard``: what was said, with the number it was said to."""

    def __init__(self, clock: Clock, *, say_s: float = 2.0) -> None:
        self._clock, self._say_s = clock, say_s
        self.heard: list[tuple[str, str]] = []

    async def run(self, line: CallLine, conversation: Conversation, join: Joins | None = None) -> bool:
        turn = await conversation.begin(line.name)
        while True:
            self.heard += [(conversation.number, one.text) for one in turn.say]
            says = self._say_s * len(turn.say)
            if isinstance(turn.then, End):
                await self._clock.sleep(says)
                return True
            turn = await conversation.take(turn.seq, await self._came(line, turn.then, says))

    async def _came(self, line: CallLine, then: Listen | Record | Hold | Join, says: float) -> Event:
        if isinstance(then, Join):
            await self._clock.sleep(says)
            return Joined("failed")
        waits = then.seconds if isinstance(then, Hold) else then.timeout_s
        keys = ""
        try:
            async with self._clock.timeout(says + waits):
                while True:
                    key = await line.keys.get()
                    if isinstance(then, Record) and key != MORE:
                        keys += key
                    elif not isinstance(then, Hold) or key in then.keys:
                        return Pressed(keys or key)
        except TimeoutError:
            return Pressed(keys) if keys else Silence()

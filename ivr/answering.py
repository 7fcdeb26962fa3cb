"""What comes of a turn on a line of our own: its words, and then what it waits for, until there is an event to tell."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from config.clock import Clock
from ivr import signals
from ivr.bridge import Joins, Side
from ivr.conversation import Conversation, Turn
from ivr.events import End, Event, Hold, Join, Joined, Listen, Pressed, Record, Recorded, Silence
from ivr.flow_data import MORE, REPEAT
from ivr.hearing import Hearing
from ivr.mouth import Mouth, Source
from ivr.recorder import Recorder
from ivr.saying import Saying
from ivr.tasks import first_of, stopped
from modem.voice import RATE

JOINED, FAILED = "ended", "failed"  # what a Joined says
MOST_TYPED = 32  # keys of one answer: a NIK has 16


@dataclass(slots=True)
class Answering:
    """One call's turns. ``recorder``: what is being recorded now. ``joined``: the other line, once one joins this,
    while the call is held. ``lang``: what was spoken last. ``ending``: these are the last words."""

    conversation: Conversation
    saying: Saying
    hearing: Hearing
    mouth: Mouth
    clock: Clock
    joins: Joins | None
    recorder: Recorder | None = None
    joined: asyncio.Future[Side] | None = None
    lang: str = ""
    ending: bool = False
    _held: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    async def answer(self, turn: Turn) -> Event | Recorder | None:
        """Say the turn, and wait for what comes of it: words in a recorder are yet to be kept. None: nothing comes, it
        was the last. Raises Mute, PortLost."""
        then, self.recorder = turn.then, None
        self.lang = turn.say[0].lang if turn.say else self.lang
        self.ending = isinstance(then, End)
        if not isinstance(then, Hold):
            self.let_go()
        match then:
            case Listen():
                return await self._listen(turn, then)
            case Record():
                return await self._record(turn, then)
            case Hold():
                return await self._hold(turn, then)
            case Join():
                return await self._join(turn, then)
            case _:
                await self.saying.say(turn, _nothing)
                return None

    async def take(self, turn: Turn, came: Event | Recorder) -> Turn:
        """Tell what came of the turn, when words are kept."""
        if isinstance(came, Recorder):
            came = Recorded(await self.conversation.keep(turn.seq, came.kept(), RATE))
        return await self.conversation.take(turn.seq, came)

    def last(self, turn: Turn) -> Event | Recorder | None:
        """What came of the turn by the moment the far end hung up: most people end what they said by doing so."""
        if self.recorder is not None:
            return self.recorder if self.recorder.spoken else None
        if not isinstance(turn.then, Listen | Hold):
            return None
        key = self.hearing.next()
        return Pressed(key) if key and key in turn.then.keys else None

    def let_go(self) -> None:
        """This line is not held any more."""
        self._held.close()
        self.joined = None

    # -- keys

    async def _listen(self, turn: Turn, then: Listen) -> Event:
        key = await self.saying.say(turn, lambda key: key in then.keys)
        return self._pressed(key or await self.hearing.key(self.clock.monotonic() + then.timeout_s))

    def _pressed(self, key: str) -> Event:
        return Pressed(key) if key else Silence(machine=self.hearing.ear.machine)

    async def _typed(self, key: str, timeout_s: float) -> Event:
        """The keys up to MORE, of which this is the first; who stops typing has typed it all. REPEAT takes it back, and
        asks for it to be said again."""
        typed = ""
        while key and key not in (MORE, REPEAT) and len(typed) < MOST_TYPED:
            typed += key
            key = await self.hearing.key(self.clock.monotonic() + timeout_s)
        return self._pressed(REPEAT if key == REPEAT else typed)

    # -- words of the caller

    async def _record(self, turn: Turn, then: Record) -> Event | Recorder:
        """MORE while we still speak: he knows what comes, and wants to begin."""
        key = await self.saying.say(turn, lambda key: True)
        if key and key != MORE:
            return await self._typed(key, then.timeout_s)
        await self.saying.beep(signals.beep())
        if then.most_s <= 0 or not self.mouth.carries:
            event = await self._typed(await self.hearing.key(self.clock.monotonic() + then.timeout_s), then.timeout_s)
            deaf = then.most_s > 0 and isinstance(event, Silence)  # words were asked for, and this line hears none
            return Recorded("") if deaf else event
        return await self._words(then)

    async def _words(self, then: Record) -> Event | Recorder:
        self.recorder = recorder = Recorder(self.clock)
        self.hearing.sink = recorder.feed
        try:
            key = await self._until_quiet(recorder, then)
            if key and key != MORE:
                self.recorder = None
                return await self._typed(key, then.timeout_s)
            return recorder if recorder.spoken else self._pressed("")
        finally:
            self.hearing.sink = None

    async def _until_quiet(self, recorder: Recorder, then: Record) -> str:
        """The key that ended it, or "": the end moves on while he speaks. Who has begun to speak ends with MORE: a
        voice now and then sounds like another key, and what he says would be lost."""
        while (until := recorder.until(then.most_s, then.timeout_s)) > self.clock.monotonic():
            key = await self.hearing.key(until)
            if key and (key == MORE or not recorder.spoken):
                return key
        return ""

    # -- other lines

    async def _hold(self, turn: Turn, then: Hold) -> Event:
        """The line stays held from one round to the next: who joins it in between finds it."""
        if self.joins is not None and self.mouth.carries and self.joined is None:
            self.joined = self._held.enter_context(self.joins.held(self.conversation.number))
        waiting = asyncio.create_task(self._wait(turn, then))
        try:
            await first_of(waiting, *([self.joined] if self.joined else []))
            if self.joined is None or not self.joined.done():
                return waiting.result()
        finally:
            await stopped(waiting)
        await self._talk(self.joined.result(), hangs_up="")
        self.let_go()
        return Joined(JOINED)

    async def _wait(self, turn: Turn, then: Hold) -> Event:
        key = await self.saying.say(turn, lambda key: key in then.keys)
        until = self.clock.monotonic() + then.seconds
        with self._put_through(signals.ticking()):
            while not key:
                key = await self.hearing.key(until)
                if not key:
                    break
                key = key if key in then.keys else ""
        return self._pressed(key)

    async def _join(self, turn: Turn, then: Join) -> Event:
        await self.saying.say(turn, _nothing)
        if self.joins is None or not self.mouth.carries:
            return Joined(FAILED)
        side = await self._reach(self.joins, then.number)
        if side is None:
            return Joined(FAILED)
        await self._talk(side, hangs_up=MORE)
        return Joined(JOINED)

    async def _reach(self, joins: Joins, number: str) -> Side | None:
        """The other line, while this one hears it ring; MORE gives up."""
        reaching = asyncio.create_task(joins.join(number))
        with self._put_through(signals.ringing()):
            ends = asyncio.create_task(self._key(MORE))
            try:
                await first_of(reaching, ends)
                return reaching.result() if reaching.done() else None
            finally:
                await stopped(reaching, ends)

    async def _talk(self, side: Side, *, hangs_up: str) -> None:
        """Both hear each other until one goes, or this one presses that key. Other keys are theirs: who is held did not
        ask for the talk, and ends it by hanging up."""
        self.hearing.sink = side.say
        over, ends = asyncio.create_task(side.over()), asyncio.create_task(self._key(hangs_up))
        try:
            with self._put_through(side.hear):
                await first_of(over, ends)
        finally:
            self.hearing.sink = None
            side.leave()
            await stopped(over, ends)

    async def _key(self, wanted: str) -> None:
        """Wait for that key; others are forgotten."""
        while (await self.hearing.key()) != wanted:
            pass

    @contextlib.contextmanager
    def _put_through(self, source: Source) -> Iterator[None]:
        self.mouth.put_through(source)
        try:
            yield
        finally:
            self.mouth.put_through(None)


def _nothing(key: str) -> bool:
    return False

"""The player: carries a conversation over an answered call of one of our own modems.

CallLine ── Hearing: keys, sound ──┐                       ┌── conversation.take(seq, event), in the store
         ◄─ Mouth: frames ◄ Saying ┴── Answering: a turn ──┘   before anything else is said
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from config.clock import Clock
from ivr.answering import Answering
from ivr.bridge import Joins
from ivr.conversation import Conversation, Turn, Utterance
from ivr.events import Event, Pressed
from ivr.hearing import Hearing
from ivr.mouth import Mouth, PacedMouth, PlayedMouth
from ivr.recorder import Recorder
from ivr.saying import Saying
from ivr.speech import Mute, Voice
from ivr.tasks import first_of, stopped, to_its_end
from modem.errors import LineError
from modem.voice import FRAME_S, CallLine

log = logging.getLogger(__name__)

OPENS_S = 0.3  # seconds of silence before the first word: the way through the network opens late
CLOSES_S = 0.3  # seconds after the last word: what is on its way is heard before the line is gone


class Speaker:
    """Carries conversations. One for all lines: what belongs to a call lives as long as its ``run``."""

    def __init__(
        self,
        voice: Voice,
        clock: Clock,
        *,
        pace_s: float = FRAME_S,
        farewell: Callable[[str], Utterance] | None = None,
    ) -> None:
        """``pace_s``: seconds of a frame; more than ``FRAME_S`` only on virtual time, where timers cost. ``farewell``:
        what is said, in that language, when a siren needs the line; None: the call just ends."""
        self._voice = voice
        self._clock = clock
        self._pace_s = pace_s
        self._farewell = farewell

    async def run(self, line: CallLine, conversation: Conversation, join: Joins | None = None) -> bool:
        """Carry it to its end. False: this line has no voice, or none could be made for it (what remains is an SMS);
        the conversation has then not begun, or stands where it stood. Raises PortLost. Cancelled when the far end hangs
        up: what it had pressed or spoken by then is kept first."""
        mouth = self._mouth(line)
        if mouth is None:
            return False
        hearing = Hearing(line, self._clock)
        saying = Saying(self._voice, mouth, hearing, self._clock)
        call = Answering(conversation, saying, hearing, mouth, self._clock, join)
        try:
            async with asyncio.TaskGroup() as tasks:
                around = [tasks.create_task(mouth.run()), tasks.create_task(hearing.run())]
                try:
                    return await self._talk(call, line)
                finally:
                    for task in around:
                        task.cancel()
        except BaseExceptionGroup as group:
            raise _first(group) from None
        finally:
            call.let_go()

    def _mouth(self, line: CallLine) -> Mouth | None:
        if line.audio is not None:
            return PacedMouth(line.audio, self._clock, self._pace_s)
        return PlayedMouth(line.player) if line.player is not None else None

    async def _talk(self, call: Answering, line: CallLine) -> bool:
        """All turns, or those until a siren wants the line: it goes before words, save the last ones."""
        turns = asyncio.create_task(self._turns(call, line.name))
        wanted = asyncio.create_task(line.wanted.wait())
        try:
            await first_of(turns, wanted)
            if turns.done() or call.ending:
                return await turns
        finally:
            await stopped(turns, wanted)
        if self._farewell is not None:
            with contextlib.suppress(Mute, LineError):
                await call.saying.tell(self._farewell(call.lang))
                await self._clock.sleep(CLOSES_S)
        return True

    async def _turns(self, call: Answering, leg: str) -> bool:
        opens = self._clock.monotonic() + OPENS_S
        turn = await call.conversation.begin(leg)
        await self._clock.sleep(max(0.0, opens - self._clock.monotonic()))
        keyed = True
        try:
            while True:
                call.hearing.opens(words=bool(turn.say), keyed=keyed)
                came = await self._answered(call, turn)
                if came is None:
                    await self._clock.sleep(CLOSES_S)
                    return True
                keyed = isinstance(came, Pressed)
                turn = await to_its_end(call.take(turn, came))
        except (Mute, LineError) as why:
            log.warning("%s can say nothing more to call %s: %s", leg, call.conversation.id, why)
            return False

    async def _answered(self, call: Answering, turn: Turn) -> Event | Recorder | None:
        try:
            return await call.answer(turn)
        except asyncio.CancelledError:
            came = call.last(turn)
            if came is not None:
                await to_its_end(call.take(turn, came))
            raise


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong, of several things at once."""
    one = group.exceptions[0]
    return _first(one) if isinstance(one, BaseExceptionGroup) else one

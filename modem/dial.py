"""Making a call and answering one: dial or pick up, follow it, send it tones."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from modem.call import CallEnd, Step, refused_dial
from modem.codes import Code
from modem.errors import LineError, ModemBusy
from modem.following import Following, Wishes
from modem.hang_up import left_over_ended
from modem.line import Answer, Turn
from modem.number import diallable, key_tones
from modem.port import PortLost
from modem.session import Session
from modem.speaking import Voice
from modem.voice import Talk

log = logging.getLogger(__name__)

DIAL_S = 20.0  # seconds for ATD's answer; most say OK in 0.1, some only when it rings. The same for ATA
TONE_GAP_S = 0.15  # seconds between two tones sent; networks want 0.1
VISIT_S = 900.0  # seconds that a call which came in may last: a last limit, its conversation ends by itself


class Caller:
    """The calls of one session, one at a time. ``wanted``: set while an emergency waits and the call gives way."""

    def __init__(self, session: Session, voice: Voice, wanted: asyncio.Event, name: str) -> None:
        self._session = session
        self._voice = voice
        self._wanted = wanted
        self._name = name
        self._call: Following | None = None
        self.answering = False  # the one on the line came in

    @property
    def engaged(self) -> bool:
        """A call is on the line, or is being made."""
        return self._call is not None

    def hear(self, code: Code) -> bool:
        """Take an unsolicited code; True when it belongs to the call on the line."""
        return self._call is not None and self._call.hear(code)

    async def place(self, number: str, wishes: Wishes) -> CallEnd:
        """One call to its end. Raises ModemRefused for what is not a number; everything else is an outcome.
        Cancelled, it hangs up and waits until the line is free."""
        command = f"ATD{diallable(number)};"
        call = self._call = Following(self._session, self._voice, self._wanted, wishes, name=self._name)
        try:
            return await self._made(call, command, wishes)
        except (PortLost, LineError) as fault:
            return call.lost(fault)
        finally:
            self._call = None

    async def pick_up(self, talk: Talk, answered: Callable[[], None]) -> bool:
        """Answer the call that rings, and have the talk on it. ``answered`` is called as soon as it is up. False: the
        caller was served nothing (gone before, or our fault), and is to be kept as missed. Raises LineError, PortLost
        of what happened before; cancelled, it hangs up first."""
        wishes = Wishes(ring_s=0.0, talk_s=VISIT_S, talk=talk)
        call = self._call = Following(self._session, self._voice, self._wanted, wishes, name=self._name, outgoing=False)
        self.answering = True
        try:
            await self._picked_up(call, answered)
        except (PortLost, LineError):
            if not call.talked:
                raise
        finally:
            self._call, self.answering = None, False
        return call.talked

    async def tones(self, digits: str) -> None:
        """Send keys while a call is answered. Raises ModemBusy when there is none, ModemRefused."""
        for key in key_tones(digits):
            if self._call is None or self._call.track.step is not Step.ACTIVE:
                raise ModemBusy("no answered call to send keys to")
            command = self._session.profile.tone.format(key=key, call=self._call.track.id)
            try:
                async with self._session.line.turn(Turn.CALL):
                    await self._session.line.tell(command)
            except (LineError, PortLost) as fault:
                raise ModemBusy(str(fault)) from fault
            await self._session.clock.sleep(TONE_GAP_S)

    async def _made(self, call: Following, command: str, wishes: Wishes) -> CallEnd:
        try:
            if wishes.talk is not None:
                await self._voice.prepare()
            answer = await self._asked(command)
            if not answer.ok and not call.track.alerted and await left_over_ended(self._session):
                call.again()
                answer = await self._asked(command)
            call.track.dialled(answer.final)
            if not answer.ok and not call.track.alerted:
                return CallEnd(outcome=refused_dial(answer.final), detail=answer.final.text)
            end = await call.to_its_end()
        except (Exception, asyncio.CancelledError):
            await call.let_go()
            raise
        await call.let_go()
        return end

    async def _picked_up(self, call: Following, answered: Callable[[], None]) -> None:
        try:
            await self._voice.prepare()
            answer = await self._asked("ATA")
            if not answer.ok and not call.track.answered:
                log.info("a call was gone before it was answered: %s", answer.final.text)
                return
            call.track.picked_up()
            answered()
            end = await call.to_its_end()
            log.info("a call that came in: %s", end.detail)
        except (Exception, asyncio.CancelledError):
            await call.let_go()
            raise
        await call.let_go()

    async def _asked(self, command: str) -> Answer:
        async with self._session.line.turn(Turn.CALL):
            return await self._session.line.ask(command, within_s=DIAL_S, dial=True)

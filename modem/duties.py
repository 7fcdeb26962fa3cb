"""What one session does, side by side: letters in, incoming calls, the watch; and who gets which unsolicited code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from config.crash import CrashPoint
from modem.air import Radio
from modem.call import ENDS, CallEnd, Outcome
from modem.codes import BOOT_CODES, FULL_CODES, Code
from modem.dial import Caller
from modem.errors import LineError
from modem.following import Wishes
from modem.inbound import Inbound, Keep
from modem.port import PortLost
from modem.ringing import Answers, Missed, Ringing
from modem.session import Session
from modem.speaking import Voice
from modem.ussd import Asker
from modem.watch import Watch

DIALS = 3  # of one call, when others ring us just then
FULL = 0.8  # of a memory for SMS: from here on it is a fault that is shown


class Duties:
    """Everything that runs while a port is open. ``changed`` is called when something a person may see has changed."""

    def __init__(
        self,
        session: Session,
        radio: Radio,
        voice: Voice,
        *,
        name: str,
        keep: Keep,
        missed: Missed,
        answers: Answers,
        crash: CrashPoint,
        changed: Callable[[], None],
    ) -> None:
        self.session = session
        self._radio = radio
        self.begun = session.clock.monotonic()
        self.voice = voice
        self.caller = Caller(session, voice, radio.wanted, name)
        self.asker = Asker(session)
        self.inbound = Inbound(session, keep, crash, changed, radio.reading)
        self.ringing = Ringing(session, radio, self.caller, missed=missed, answers=answers)
        self.watch = Watch(session, self.inbound.sweep_soon, changed)

    def hear(self, code: Code) -> None:
        """Hand an unsolicited code to whom it concerns."""
        match code.name:
            case "+CMTI" | "+CDSI":
                self.inbound.announced(code)
            case "+CMT" | "+CDS" | "+CLASS0":
                self.inbound.direct(code)
            case "+CUSD":
                self.asker.hear(code)
            case "+QPSND" | "+CREC":
                self.voice.hear(code)
            case "+CREG":
                self.watch.registration(code)
            case "+CSQ" | "^RSSI":
                self.watch.strength(code)
            case name if name in FULL_CODES or code.rest.startswith('"smsfull"'):
                self.inbound.sweep_soon()
            case name if name in BOOT_CODES or (name == "+QIND" and code.rest.endswith("DONE")):
                self.session.doubt()
            case name if name in ENDS and not self.ringing.quiet.is_set() and not self.caller.answering:
                self.ringing.hear(code)  # of the two calls there may be, the one that rings is let go first
            case _:
                if not self.caller.hear(code):
                    self.ringing.hear(code)

    async def call(self, number: str, wishes: Wishes) -> CallEnd:
        """See ``Modem.call``. A dial that met a call coming in is dialled again; one that never rang is no network's
        when the modem has just lost it."""
        for left in reversed(range(DIALS)):
            if not self.watch.registered:
                return CallEnd(outcome=Outcome.NO_NETWORK, detail="not registered")
            await self.ringing.until_quiet()
            before = self.ringing.count
            end = await self.caller.place(number, wishes)
            if end.alerted_s is not None or end.outcome not in (Outcome.FAILED, Outcome.UNREACHABLE):
                return end
            try:
                await self.watch.network()
                rung = self.ringing.count != before or await self.ringing.anyone()
            except (LineError, PortLost):
                return end
            if not self.watch.registered:
                return CallEnd(outcome=Outcome.NO_NETWORK, detail=end.detail)
            if not left or not rung:
                return end
        raise AssertionError("unreachable")

    def faults(self) -> list[str]:
        """What a person should see to, in words."""
        found = [f"SIM: {self.watch.sim}"] if self.watch.sim else []
        if self.inbound.trouble:
            found.append(f"letters stay in the modem: {self.inbound.trouble}")
        if not self.watch.registered:
            found.append("not registered")
        if self.voice.trouble:
            found.append(self.voice.trouble)
        for memory, fill in self.session.storage.items():
            if fill.total and fill.used >= FULL * fill.total:
                found.append(f"memory {memory} holds {fill.used} of {fill.total}")
        return found

    async def run(self) -> None:
        """Until the session ends; raises what ended it: PortLost, LineError, or a fault of ours."""
        letters = self.inbound.run(), self._radio.run(self.session.clock)
        await first_end(self._until_dead(), *letters, self.ringing.run(), self.watch.run(), self.voice.run())

    async def _until_dead(self) -> None:
        await self.session.line.dead.wait()
        self.session.line.check()


async def first_end(*works: Coroutine[Any, Any, None]) -> None:
    """Run all; when the first ends, stop the others, and raise what it raised. Nothing is left running."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    faults = [task.exception() for task in tasks if not task.cancelled() and task.exception() is not None]
    worst = next((fault for fault in faults if not isinstance(fault, Exception)), None) or next(iter(faults), None)
    if worst is not None:
        raise worst

"""One configured modem, kept running for ever: found, set up, served, recovered.

Its verbs for the rest of the program are ``send``, ``call`` and ``credit``; what comes in goes to ``Listener``.
"""

from __future__ import annotations

import logging
from datetime import datetime
from random import Random

from config.clock import Clock
from config.crash import CrashPoint
from config.settings import ModemSettings
from modem.air import CALLS, Air
from modem.call import CallEnd, Outcome
from modem.codes import Code
from modem.duties import Duties
from modem.errors import LineError, ModemBusy, ModemDoubtful, ModemError, ModemRefused
from modem.following import Started, Wishes
from modem.inbound import StoredSms
from modem.listener import Listener
from modem.number import diallable, ussd_code
from modem.outbound import Submit, checked, submit
from modem.port import Opener, Port, PortLost, Seek, like_ports, without
from modem.recover import climb
from modem.seek import NotFound, find
from modem.session import Fill, Identity, Session
from modem.shown import Shown
from modem.speaking import Voice
from modem.state import State
from modem.voice import Talk
from modem.watch import Fell, Rung, next_rung, why_ended

__all__ = [
    "Fill", "Identity", "Listener", "Modem", "ModemBusy", "ModemDoubtful", "ModemError", "ModemRefused", "State",
    "StoredSms", "Submit",
]  # fmt: skip

log = logging.getLogger(__name__)

LOOK_S, LOOK_AT_MOST_S = 1.0, 30.0  # seconds between looks for a modem that is not there, doubling


class Modem(Shown):
    """See the module. ``rng`` spreads retries; ``seek`` lists where a modem that left its port may be."""

    def __init__(
        self,
        settings: ModemSettings,
        *,
        clock: Clock,
        open_port: Opener,
        listener: Listener,
        crash: CrashPoint,
        virtual: bool = False,
        rng: Random | None = None,
        seek: Seek = like_ports,
    ) -> None:
        super().__init__(settings, clock, virtual=virtual)
        self._settings = settings
        self._clock = clock
        self._open_port, self._seek = open_port, seek
        self._listener, self._crash = listener, crash
        self._rng = rng or Random(settings.name)
        self._rung = Rung.TALK
        self._hopeless = False
        self._last_port = ""

    # -- what it does

    async def send(
        self, to: str, pdu: Submit, *, urgent: bool, following: bool = False, before: datetime | None = None
    ) -> int:
        """Submit one PDU; returns the network's message reference (0-255). ``following``: the next part of a letter.
        When the radio is not free ``before``, or a long call gets it first (RadioTaken), it does not leave. Raises
        ModemBusy, ModemRefused, or ModemDoubtful (handed over, no answer)."""
        checked(to, pdu)
        self._duty()
        lane = Air.EMERGENCY_LETTER if urgent else Air.LETTER

        async def work() -> int:
            if before is not None and self._clock.now() >= before:
                raise ModemBusy("its time passed while it waited for the radio")
            return await submit(self._duty().session, to, pdu, self._rng, self._radio.letters_may)

        return await self._radio.lend(Air.NEXT_PART if following else lane, work, give_back=before is not None)

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
        """Ring ``number`` for ``ring_s`` seconds from alerting; when answered, ``talk`` on it: its return hangs up, the
        far end's end, a lost line and ``talk_s`` (seconds, a last limit) cancel it and wait for its end.

        ``urgency``: 0 siren, 1 officer, 2 call-back, 3 the other half of a conversation, 4 test, 5 call-out; ``since``:
        of equal ones the longer-waiting first. ``started`` is awaited when it begins to ring. Without ``talk`` nothing
        is said or heard. Raises ModemRefused for what is not a number; everything else is an outcome. Cancelled, it
        hangs up first and sees that it did."""
        diallable(number)
        wishes = Wishes(ring_s=ring_s, talk_s=talk_s, started=started, talk=talk)
        async with self._radio.use(CALLS[min(max(urgency, 0), len(CALLS) - 1)], since):
            duties = self._duties
            if duties is None or self.state not in (State.READY, State.DEGRADED):
                return CallEnd(outcome=Outcome.FAILED, detail=f"{self.name} is {self.state}")
            return await duties.call(number, wishes)

    def cried(self) -> None:
        """A cry for help came in somewhere: its call goes before letters that have not begun (``modem/air.py``)."""
        self._radio.cried()

    async def keys(self, digits: str) -> None:
        """Send keys as tones into the answered call. Raises ModemBusy (no call), ModemRefused (not keys)."""
        await self._duty().caller.tones(digits)

    async def credit(self, code: str) -> str:
        """The network's answer to a USSD code of the settings. Raises ModemBusy or ModemRefused."""
        ussd_code(code)
        async with self._radio.use(Air.USSD):
            return await self._duty().asker.ask(code)

    async def look(self) -> None:
        """Ask registration and signal now. Raises ModemBusy."""
        try:
            await self._duty().watch.network()
        except (LineError, PortLost) as fault:
            raise ModemBusy(str(fault)) from fault

    # -- for ever

    async def run(self) -> None:
        """Keep it running until cancelled. A fault of the modem never ends it."""
        pause = LOOK_S
        while True:
            self._go(State.OPENING if self._rung is Rung.TALK else State.RECOVERING, self.detail)
            try:
                session = await self._find()
            except NotFound as fault:
                self._duties = None
                if fault.silent:
                    await self._fell(Fell.SILENT, 0.0, str(fault))
                    continue
                self._go(State.ABSENT, str(fault))
                await self._clock.sleep(pause)
                pause = min(2 * pause, LOOK_AT_MOST_S)
                continue
            pause = LOOK_S
            duties = self._duties
            assert duties is not None
            try:
                why, detail = await why_ended(self.name, duties.session, self._serve(duties))
            finally:
                self._duties = None
                duties.voice.close()
                session.line.close()
            await self._fell(why, self._clock.monotonic() - duties.begun, detail)

    async def _find(self) -> Session:
        wanted = self._settings
        session = await find(
            wanted.port,
            imei=wanted.imei or (self.identity.imei if self.identity else ""),
            sure=bool(wanted.imei),
            profile=wanted.profile,
            last=self._last_port,
            open_port=self._open_port,
            seek=lambda name: without(self._settings.audio, self._seek(name)),
            begin=self._begin,
        )
        self._last_port, self.identity = session.port_name, session.identity
        return session

    def _begin(self, port: Port) -> Session:
        session = Session(port, self._clock, self._heard)
        self._duties = Duties(
            session,
            self._radio,
            Voice(session, self._settings.audio, self._open_port, self._look),
            name=self.name,
            answers=self._answers,
            keep=lambda batch: self._listener.keep(self, batch),
            missed=lambda caller, at: self._listener.missed(self, caller, at),
            crash=self._crash,
            changed=self._look,
        )
        return session

    def _answers(self, caller: str | None) -> Talk | None:
        """What to say to a call that comes in; None: it is turned away."""
        return self._listener.answers(self, caller) if self._settings.answer and self.speaks else None

    def _heard(self, session: Session, code: Code) -> None:
        if self._duties is not None and self._duties.session is session:
            self._duties.hear(code)

    async def _serve(self, duties: Duties) -> None:
        """One session from set-up to its end."""
        self._go(State.INIT, "")
        await duties.watch.until_sim(lambda said: self._go(State.FAILED, f"SIM: {said}"))
        if self.identity is None or not self.identity.imsi:
            self.identity = await duties.session.identify(self._settings.profile)
        await duties.watch.settle()
        await duties.watch.network()
        await duties.voice.open()
        self._go(State.READY, "")
        self._look()
        await duties.run()

    async def _fell(self, why: Fell, lived_s: float, detail: str) -> None:
        """A session ended: climb the ladder."""
        self._rung = next_rung(self._rung, why, lived_s)
        log.warning("modem %s: %s (%s); next: %s", self.name, detail, why, self._rung.name.lower())
        if why is Fell.GONE:
            self._go(State.ABSENT, detail)
            await self._clock.sleep(LOOK_S if lived_s < LOOK_S else 0)
            return
        self._go(State.RECOVERING, detail)
        if self._rung is Rung.PERSON:
            self._hopeless = True
            self._go(State.FAILED, f"{detail}; nothing helped: unplug it, look at its power and its SIM")
            log.error("modem %s needs a person: %s", self.name, detail)
        await climb(self._rung, self._last_port or self._settings.port, self._open_port, self._clock)

    def _duty(self) -> Duties:
        if self._duties is None or not self.well:
            raise ModemBusy(f"{self.name} is {self.state}{'' if self.registered else ', not registered'}")
        return self._duties

    def _look(self) -> None:
        """Ready or degraded, by what the duties know now."""
        duties = self._duties
        if duties is None or self.state not in (State.READY, State.DEGRADED):
            return
        faults = "; ".join(duties.faults())
        self._go(State.DEGRADED if faults else State.READY, faults)

    def _go(self, state: State, detail: str) -> None:
        if state in (State.READY, State.DEGRADED):
            self._hopeless = False
        elif self._hopeless:
            state = State.FAILED  # until it works again, however often we try
        if state is not self.state:
            log.info("modem %s: %s → %s %s", self.name, self.state, state, detail)
            self.since = self._clock.now()
        self.state, self.detail = state, detail
        self._listener.changed(self)

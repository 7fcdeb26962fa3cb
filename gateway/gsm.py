"""Letters over GSM modems: the way in (``GsmListener``, one for all) and the way out (``GsmChannel``, one each)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from gateway.channel import Busy, Doubtful, Refused
from gateway.inbox import Inbox
from gateway.messages import Lane, Outbound
from gateway.number import EMERGENCY, subscriber
from gateway.pulse import Pulse, Status
from modem.driver import Modem, ModemBusy, ModemDoubtful, ModemRefused, State, StoredSms, Submit
from modem.pdu import encode, split

log = logging.getLogger(__name__)

_STATUS = {
    State.READY: Status.OK,
    State.DEGRADED: Status.DEGRADED,
    State.OPENING: Status.DEGRADED,
    State.INIT: Status.DEGRADED,
    State.ABSENT: Status.FAILED,
    State.RECOVERING: Status.FAILED,
    State.FAILED: Status.FAILED,
}


class LetterModem(Protocol):
    """What a channel needs of ``modem.driver.Modem``."""

    @property
    def name(self) -> str: ...
    @property
    def use(self) -> str:
        """``all``, ``calls`` or ``letters``."""

    @property
    def virtual(self) -> bool:
        """Its network is ours."""

    @property
    def well(self) -> bool:
        """Ready and registered, perhaps occupied."""

    @property
    def calling(self) -> bool:
        """A call is on the line, or waits for it."""

    async def send(
        self, to: str, pdu: Submit, *, urgent: bool, following: bool = False, before: datetime | None = None
    ) -> int: ...


class GsmChannel:
    """A ``Channel`` over one modem. ``sample`` tells of a number whether it is invented (``city.is_sample``)."""

    def __init__(self, modem: LetterModem, clock: Clock, *, sample: Callable[[str], bool]) -> None:
        self.name = modem.name
        self._modem = modem
        self._clock = clock
        self._sample = sample

    @property
    def well(self) -> bool:
        return self._modem.well

    @property
    def occupied(self) -> bool:
        return self._modem.calling

    def serves(self, to: str, lane: Lane) -> bool:
        """Every lane, to subscribers; invented numbers only where the network is ours."""
        if self._modem.use == "calls" or to.lstrip("+") in EMERGENCY or not subscriber(to):
            return False
        return self._modem.virtual or not self._sample(to)

    def parts(self, letter: Outbound) -> int:
        return len(split(letter.text))

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """See ``Channel.send``. An emergency asks for a delivery report. A letter whose time passes while it waits for
        the modem does not leave."""
        if not self.serves(letter.to, letter.lane):
            raise Refused(f"{self.name} does not carry letters to this number")
        urgent = letter.lane is Lane.EMERGENCY
        validity = letter.expires_at - self._clock.now()
        try:
            pdus = encode(letter.to, letter.text, reference=reference, report=urgent, validity=validity)
        except ValueError as error:
            raise Refused(str(error)) from error
        try:
            said = await self._modem.send(
                letter.to, pdus[part], urgent=urgent, following=part > 0, before=letter.expires_at
            )
        except ModemBusy as error:
            raise Busy(str(error)) from error
        except ModemRefused as error:
            raise Refused(str(error)) from error
        except ModemDoubtful as error:
            raise Doubtful(str(error)) from error
        return str(said)


class GsmListener:
    """The driver's ``Listener``: what comes in goes to the inbox, how a modem is goes to the pulse. ``changed`` is
    called when a modem became better or worse: waiting letters and calls look again."""

    def __init__(self, inbox: Inbox, pulse: Pulse, *, changed: Callable[[], None]) -> None:
        self._inbox = inbox
        self._pulse = pulse
        self._changed = changed
        self._modems: dict[str, Modem] = {}

    async def keep(self, modem: Modem, batch: Sequence[StoredSms]) -> None:
        """Returns when every message is durable; else raises, and the driver deletes none."""
        imsi = modem.identity.imsi if modem.identity is not None else ""
        await self._inbox.keep(modem.name, imsi or modem.number or modem.name, batch)

    async def missed(self, modem: Modem, caller: str | None, at: datetime) -> None:
        await self._inbox.missed(modem.name, caller, at)

    def cried(self) -> None:
        """Something urgent came in (``Inbox``'s ``cried``): on every modem its call goes before waiting letters."""
        for modem in self._modems.values():
            modem.cried()

    def changed(self, modem: Modem) -> None:
        self._modems[modem.name] = modem
        self._pulse.report("modem", modem.name, _STATUS[modem.state], modem.detail)
        on_air = modem.state in (State.READY, State.DEGRADED)
        if not on_air:
            self._pulse.report("sim", modem.name, Status.DEGRADED, f"not known: the modem is {modem.state}")
        elif modem.registered:
            self._pulse.report(
                "sim", modem.name, Status.OK, f"signal {modem.signal}" if modem.signal is not None else ""
            )
        else:
            self._pulse.report("sim", modem.name, Status.FAILED, "not registered")
        self._changed()

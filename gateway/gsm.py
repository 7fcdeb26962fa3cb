"""Letters over GSM modems: the way in (``GsmListener``, one for all) and the way out (``GsmChannel``, one each)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from config.operators import operator_of
from config.settings_channels import Tariff
from gateway.channel import Busy, ChannelKind, Doubtful, Refused
from gateway.inbox import Inbox
from gateway.messages import Lane, Outbound
from gateway.number import EMERGENCY, subscriber
from gateway.pulse import Pulse, Status
from gateway.writing import messages, written
from modem.driver import Modem, ModemBusy, ModemDoubtful, ModemRefused, State, StoredSms, Submit
from modem.pdu import encode
from modem.voice import Talk

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
    def number(self) -> str:
        """Its SIM's own; empty: not known."""

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

    async def look(self) -> None: ...


class GsmChannel:
    """A ``Channel`` over one modem. ``sample`` tells of a number whether it is invented (``city.is_sample``);
    ``tariff`` is what its SIM is in and pays."""

    kind: ChannelKind = "modem"

    def __init__(
        self, modem: LetterModem, clock: Clock, *, sample: Callable[[str], bool], tariff: Tariff | None = None
    ) -> None:
        self.name = modem.name
        self._modem = modem
        self._clock = clock
        self._sample = sample
        self._tariff = tariff or Tariff()

    @property
    def number(self) -> str:
        return self._modem.number

    @property
    def operator(self) -> str:
        return self._tariff.operator or operator_of(self._modem.number)

    @property
    def calls(self) -> bool:
        return self._modem.use != "letters"

    @property
    def well(self) -> bool:
        return self._modem.well

    @property
    def occupied(self) -> bool:
        return self._modem.calling

    def serves(self, to: str, lane: Lane) -> bool:
        """Every lane, to subscribers; a modem kept for calls carries emergencies only (when no other channel can, says
        ``route.py``); invented numbers only where the network is ours."""
        if self._modem.use == "calls" and lane is not Lane.EMERGENCY:
            return False
        if to.lstrip("+") in EMERGENCY or not subscriber(to):
            return False
        return self._modem.virtual or not self._sample(to)

    def reports(self, lane: Lane) -> bool:
        return lane is Lane.EMERGENCY  # a report takes the air too

    def parts(self, letter: Outbound) -> int:
        return messages(letter.text)

    def cost(self, letter: Outbound, parts: int) -> float:
        own = self.operator and operator_of(letter.to) == self.operator
        return parts * (self._tariff.price_own if own else self._tariff.price)

    async def probe(self) -> None:
        """Ask the modem for its network."""
        try:
            await self._modem.look()
        except ModemBusy as error:
            raise Busy(str(error)) from error

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """See ``Channel.send``. An emergency asks for a delivery report. A letter whose time passes while it waits for
        the modem does not leave."""
        if not self.serves(letter.to, letter.lane):
            raise Refused(f"{self.name} does not carry letters to this number")
        urgent, report = letter.lane is Lane.EMERGENCY, self.reports(letter.lane)
        validity = letter.expires_at - self._clock.now()
        try:
            pdus = encode(letter.to, written(letter.text), reference=reference, report=report, validity=validity)
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


Answers = Callable[[Modem, str | None], Talk | None]
"""What is said to a call that comes in over that modem, from that number (None: withheld); None: it is kept as
missed."""


def nobody_answers(_modem: Modem, _caller: str | None) -> Talk | None:
    """Every call is kept as missed."""
    return None


class GsmListener:
    """The driver's ``Listener``: what comes in goes to the inbox, how a modem is goes to the pulse. ``changed`` is
    called when a modem became better or worse: waiting letters and calls look again. ``answers``: what is said to a
    caller of a modem that answers (``modem.listener``)."""

    def __init__(
        self,
        inbox: Inbox,
        pulse: Pulse,
        *,
        changed: Callable[[], None],
        answers: Answers = nobody_answers,
    ) -> None:
        self._inbox = inbox
        self._answers = answers
        self._pulse = pulse
        self._changed = changed
        self._modems: dict[str, Modem] = {}

    async def keep(self, modem: Modem, batch: Sequence[StoredSms]) -> None:
        """Returns when every message is durable; else raises, and the driver deletes none."""
        imsi = modem.identity.imsi if modem.identity is not None else ""
        await self._inbox.keep(modem.name, imsi or modem.number or modem.name, batch)

    async def missed(self, modem: Modem, caller: str | None, at: datetime) -> None:
        await self._inbox.missed(modem.name, caller, at)

    def answers(self, modem: Modem, caller: str | None) -> Talk | None:
        return self._answers(modem, caller)

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
        if not on_air or modem.use == "letters":
            self._pulse.forget("voice", modem.name)
        else:
            said = "can carry a voice" if modem.speaks else "rings, and says nothing"
            self._pulse.report("voice", modem.name, Status.OK, said)
        self._changed()

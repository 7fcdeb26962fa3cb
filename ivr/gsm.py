"""A GSM modem as a line: what is said on its calls, and what its word for the end of a call means here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from config.clock import Clock
from gateway.number import EMERGENCY
from ivr.bridge import Joins
from ivr.conversation import Conversation, Utterance
from ivr.leg import CallOrder, CallResult, Outcome
from ivr.lines import URGENCIES, Started
from modem.call import CallEnd
from modem.call import Outcome as Ended
from modem.voice import CallLine, Talk

log = logging.getLogger(__name__)

POLITE_S = 2.0  # seconds that an answered call without a voice lasts: who says "halo?" is not cut off in the word
LONGEST_S = 900.0  # seconds of any conversation whose order names no limit: a line is not lost to one that never ends

OUTCOMES: Mapping[Ended, Outcome] = {
    Ended.ANSWERED: Outcome.ANSWERED,
    Ended.RANG: Outcome.RANG,
    Ended.BUSY: Outcome.BUSY,
    Ended.REJECTED: Outcome.REJECTED,
    Ended.UNREACHABLE: Outcome.UNREACHABLE,
    Ended.NO_NETWORK: Outcome.NO_NETWORK,
    Ended.FAILED: Outcome.FAILED,
}


class CallModem(Protocol):
    """What a line needs of ``modem.driver.Modem``."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def use(self) -> str:
        """``all``, ``calls`` or ``letters``."""

    @property
    def virtual(self) -> bool:
        """Its network is ours: sample numbers may be rung."""

    @property
    def calls_free(self) -> bool:
        """Ready, and no call on the line or waiting for it."""

    @property
    def line_free(self) -> bool:
        """Ready, and no call on the line, or one that gives way to a siren: the most urgent of those that wait, and of
        one that comes, is next."""

    @property
    def well(self) -> bool:
        """Ready, perhaps occupied."""

    @property
    def speaks(self) -> bool:
        """An answered call has a voice here."""

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
    ) -> CallEnd: ...


Prepare = Callable[[Iterable[Utterance]], Awaitable[None]]
"""Makes words ready to be spoken. Raises nothing."""


class Speaks(Protocol):
    """Who carries a conversation over a line (``ivr.media.Speaker``)."""

    async def run(self, line: CallLine, conversation: Conversation, join: Joins | None = None) -> bool:
        """False: nothing could be said. Raises PortLost; cancelled when the far end hangs up."""


class ModemLine:
    """A ``Line`` over one modem. ``speaker`` None: nothing can be said by this program."""

    def __init__(
        self,
        modem: CallModem,
        clock: Clock,
        *,
        forbidden: Callable[[str], bool],
        speaker: Speaks | None,
        prepare: Prepare | None,
        joins: Joins | None,
    ) -> None:
        """``forbidden``: numbers never dialled through a modem that is not virtual (sample data, 110 and its like),
        whatever the order says of itself."""
        self._modem, self._clock, self._forbidden = modem, clock, forbidden
        self._speaker, self._prepare, self._joins = speaker, prepare, joins

    @property
    def name(self) -> str:
        return self._modem.name

    @property
    def number(self) -> str:
        return self._modem.number

    @property
    def well(self) -> bool:
        return self._modem.well

    @property
    def speaks(self) -> bool:
        return self._speaker is not None and self._modem.speaks

    @property
    def free(self) -> int:
        return int(self._modem.calls_free)

    @property
    def open_to_sirens(self) -> bool:
        return self._modem.line_free

    def may(self, order: CallOrder) -> bool:
        if order.to in EMERGENCY:  # never by a machine, through whatever modem
            return False
        return self._modem.virtual or not (order.sample or self._forbidden(order.to))

    async def carry(self, order: CallOrder, started: Started) -> CallResult:
        first = order.conversation.first() if order.conversation is not None and self.speaks else ()
        if not first or self._prepare is None:
            return await self._carried(order, started)
        ready = asyncio.ensure_future(self._prepare(first))  # while it rings
        try:
            return await self._carried(order, started)
        finally:
            ready.cancel()
            await asyncio.wait({ready})

    async def _carried(self, order: CallOrder, started: Started) -> CallResult:
        spoken = _Spoken(self._speaker, order.conversation, self._clock, self._joins)
        talks = order.conversation is not None
        try:
            end = await self._modem.call(
                order.to,
                ring_s=order.ring_s,
                talk_s=order.talk_s or (LONGEST_S if talks else 0.0),
                urgency=URGENCIES[order.urgency],
                since=order.since.timestamp(),
                started=started,
                talk=spoken.talk if talks else None,
            )
        except Exception as fault:  # one modem's fault is this call's outcome, never the caller's end
            log.exception("modem %s lost a call", self.name)
            return CallResult(outcome=Outcome.FAILED, leg=self.name, detail=f"{type(fault).__name__}: {fault}")
        return CallResult(
            outcome=OUTCOMES[end.outcome],
            leg=self.name,
            alerted_s=end.alerted_s,
            heard=spoken.heard,
            lost=end.lost and end.answered,
            detail=end.detail,
        )


class _Spoken:
    """What is said on one answered call. ``heard``: it could be."""

    def __init__(
        self, speaker: Speaks | None, conversation: Conversation | None, clock: Clock, joins: Joins | None
    ) -> None:
        self._speaker, self._conversation, self._clock, self._joins = speaker, conversation, clock, joins
        self.heard = False

    async def talk(self, line: CallLine) -> None:
        """The call's ``Talk``. Nobody hears anything on a line without a voice: what the call was for is in an SMS."""
        voice = line.audio is not None or line.player is not None
        if self._speaker is not None and self._conversation is not None and voice:
            self.heard = True  # unless it turns out otherwise; the far end may hang up in mid-word
            self.heard = await self._speaker.run(line, self._conversation, self._joins)
        if not self.heard:
            await self._clock.sleep(POLITE_S)

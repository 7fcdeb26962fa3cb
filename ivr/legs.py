"""Every way to call people as one leg: the best line that is well and free carries the call; where it fails in mid-call
the next one goes on with the same conversation.

    a modem that speaks ── else the voice provider ── else a modem that only rings (its SMS carries the words)
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

from config.clock import Clock
from gateway.number import EMERGENCY
from ivr.bridge import Joins
from ivr.gsm import CallModem, ModemLine, Prepare, Speaks
from ivr.leg import CallLeg, CallOrder, CallResult, Outcome, Urgency, at_once
from ivr.lines import Line, Lines, Started
from modem.insist import insist

log = logging.getLogger(__name__)

NOT_MADE = frozenset({Outcome.NO_NETWORK, Outcome.FAILED})  # of the line, not of whoever is called


class VoiceProvider(Protocol):
    """What is needed of a provider's leg (``ivr.africas_talking.VoiceLeg``)."""

    @property
    def name(self) -> str: ...
    @property
    def well(self) -> bool:
        """It can be reached, and reaches us."""

    def free(self) -> int:
        """How many calls could start now."""

    def may(self, order: CallOrder) -> bool:
        """Whether it places such calls."""

    async def place(
        self, order: CallOrder, *, started: Started, claimed: Callable[[], Awaitable[bool]] = at_once
    ) -> CallResult:
        """See ``CallLeg``."""


class Legs(CallLeg):
    """See the module."""

    def __init__(
        self,
        modems: Sequence[CallModem],
        clock: Clock,
        *,
        forbidden: Callable[[str], bool] = lambda number: False,
        speaker: Speaks | None = None,
        prepare: Prepare | None = None,
        joins: Joins | None = None,
        provider: VoiceProvider | None = None,
        obeyed: Collection[str] = (),
    ) -> None:
        """``forbidden``: numbers that only a virtual modem may ring. ``prepare``: makes words ready to be spoken.
        ``obeyed``: numbers that sirens obey, kept for them where people can be called over others."""
        fit = [modem for modem in modems if modem.use in ("all", "calls")]
        fit.sort(key=lambda modem: modem.use != "calls")  # keep those that also carry letters for last
        lines: list[Line] = [
            ModemLine(modem, clock, forbidden=forbidden, speaker=speaker, prepare=prepare, joins=joins) for modem in fit
        ]
        if provider is not None:
            lines.append(_ProviderLine(provider))
        self._lines = Lines(lines, clock, obeyed=obeyed)

    def free(self) -> int:
        return self._lines.free()

    def free_voices(self) -> int:
        """How many calls could start now that would be heard."""
        return self._lines.free_voices()

    def looked_at(self) -> None:
        """A line's state changed: see whether a waiting order can start."""
        self._lines.looked_at()

    async def place(
        self,
        order: CallOrder,
        *,
        started: Started,
        claimed: Callable[[], Awaitable[bool]] = at_once,
    ) -> CallResult:
        talk = order.conversation
        why = "withdrawn"
        try:
            result = await self._placed(order, _once(started), claimed)
            why = f"{result.outcome} {result.detail}".rstrip()
            return result
        finally:
            if talk is not None:
                await insist(talk.over(why))

    async def _placed(self, order: CallOrder, started: Started, claimed: Callable[[], Awaitable[bool]]) -> CallResult:
        """From line to line while one fails us; the last word of the last."""
        tried: frozenset[str] = frozenset()
        last: CallResult | None = None
        while True:
            line = await self._lines.wait(order, tried)
            if line is None:
                return last or self._nobody(order)
            try:
                if last is None and not await claimed():
                    return CallResult(outcome=Outcome.FAILED, leg=line.name, detail="lapsed before it was dialled")
                result = await line.carry(order, started)
            finally:
                self._lines.back(line, order)
            last = replace(result, heard=result.heard or (last is not None and last.heard))
            tried |= {line.name}
            if not _goes_on(order, result) or not any(one.well for one in self._lines.fit(order, tried)):
                return last

    def _nobody(self, order: CallOrder) -> CallResult:
        fit = ", ".join(one.name for one in self._lines.fit(order))
        if not fit:
            return CallResult(outcome=Outcome.FAILED, detail="no line of ours may ring this number")
        return CallResult(outcome=Outcome.NO_NETWORK, detail=f"not ready: {fit}")


def _goes_on(order: CallOrder, result: CallResult) -> bool:
    """Whether another line is to take the call up: this one was lost in mid-call, or could not even make it ring.
    Sirens are the ladder's to try again: each ring of theirs counts."""
    if order.conversation is None or order.urgency is Urgency.SIREN or not order.conversation.live:
        return False
    return result.lost or (result.outcome in NOT_MADE and result.alerted_s is None)


def _once(started: Started) -> Started:
    """The ladder's clock runs from the first ring, on whichever line."""
    told = False

    async def once() -> None:
        nonlocal told
        if not told:
            told = True
            await started()

    return once


class _ProviderLine:
    """A provider as a ``Line``. It rings no siren: it can neither cut a call off nor tell a controller's refusal."""

    number = ""
    speaks = True
    open_to_sirens = False

    def __init__(self, leg: VoiceProvider) -> None:
        self._leg = leg
        self._carried = 0  # calls of ours that the leg counts as not free, as whoever reserved them does

    @property
    def name(self) -> str:
        return self._leg.name

    @property
    def well(self) -> bool:
        return self._leg.well

    @property
    def free(self) -> int:
        return self._leg.free() + self._carried if self._leg.well else 0

    def may(self, order: CallOrder) -> bool:
        return order.to not in EMERGENCY and self._leg.may(order)

    async def carry(self, order: CallOrder, started: Started) -> CallResult:
        self._carried += 1
        try:
            return await self._leg.place(order, started=started)
        except Exception as fault:  # the provider's fault is this call's outcome
            log.exception("%s lost a call", self.name)
            return CallResult(outcome=Outcome.FAILED, leg=self.name, detail=f"{type(fault).__name__}: {fault}")
        finally:
            self._carried -= 1

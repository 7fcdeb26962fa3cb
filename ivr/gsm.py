"""Calls over GSM modems: which modem rings whom, and what the modem's word for the end of a call means here."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from config.clock import Clock
from gateway.number import EMERGENCY
from ivr.leg import CallOrder, CallResult, Outcome, Urgency, at_once
from modem.call import CallEnd
from modem.call import Outcome as Ended

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 0.5  # how often a waiting order looks whether a modem came back by itself
GONE_S = 5.0  # with no fit modem well for so long, the order fails instead of waiting: the ladder must move on

URGENCIES: Mapping[Urgency, int] = {urgency: rank for rank, urgency in enumerate(Urgency)}
"""Most urgent first, as ``Urgency`` lists them; the driver orders its queue by the same number."""

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
    """What a leg needs of ``modem.driver.Modem``."""

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
        """Ready, and no call on the line: the most urgent of those that wait, and of one that comes, is next."""

    @property
    def well(self) -> bool:
        """Ready, perhaps occupied."""

    async def call(
        self,
        number: str,
        *,
        ring_s: float,
        talk_s: float,
        urgency: int,
        since: float,
        started: Callable[[], Awaitable[None]],
        keyed: Callable[[str], Awaitable[bool]],
    ) -> CallEnd: ...


@dataclass(eq=False, slots=True)
class _Waiter:
    order: CallOrder
    place: tuple[int, float, int]  # urgency, waiting since, arrival
    given: asyncio.Future[CallModem]


class GsmLeg:
    """A ``CallLeg`` over every modem that may place calls. One call a modem at a time, and a siren's before one that
    was given the modem and is not dialled yet: that one may wait for letters, and then last for a minute."""

    def __init__(
        self, modems: Sequence[CallModem], clock: Clock, *, forbidden: Callable[[str], bool] = lambda number: False
    ) -> None:
        """``forbidden``: numbers never dialled through a modem that is not virtual (sample data, 110 and its like),
        whatever the order says of itself."""
        self._modems = [modem for modem in modems if modem.use in ("all", "calls")]
        self._modems.sort(key=lambda modem: modem.use != "calls")  # keep those that also carry letters for last
        self._clock = clock
        self._forbidden = forbidden
        self._taken: dict[str, list[Urgency]] = {modem.name: [] for modem in self._modems}
        self._waiting: list[_Waiter] = []
        self._arrivals = itertools.count()

    def free(self) -> int:
        return sum(self._idle(modem) for modem in self._modems)

    def looked_at(self) -> None:
        """A modem's state changed: see whether a waiting order can start."""
        for waiter in sorted(self._waiting, key=lambda waiter: waiter.place):
            modem = self._free_for(waiter.order)
            if modem is not None and not waiter.given.done():
                self._waiting.remove(waiter)
                self._taken[modem.name].append(waiter.order.urgency)
                waiter.given.set_result(modem)

    async def place(
        self,
        order: CallOrder,
        *,
        started: Callable[[], Awaitable[None]],
        keyed: Callable[[str], Awaitable[bool]],
        claimed: Callable[[], Awaitable[bool]] = at_once,
    ) -> CallResult:
        modem = await self._wait(order)
        if modem is None:
            fit = ", ".join(one.name for one in self._fit(order))
            if not fit:
                return CallResult(outcome=Outcome.FAILED, detail="no modem of ours may ring this number")
            return CallResult(outcome=Outcome.NO_NETWORK, detail=f"not ready: {fit}")
        try:
            if not await claimed():
                return CallResult(outcome=Outcome.FAILED, leg=modem.name, detail="lapsed before it was dialled")
            return await self._call(modem, order, started, keyed)
        finally:
            self._taken[modem.name].remove(order.urgency)
            self.looked_at()

    async def _call(
        self,
        modem: CallModem,
        order: CallOrder,
        started: Callable[[], Awaitable[None]],
        keyed: Callable[[str], Awaitable[bool]],
    ) -> CallResult:
        try:
            end = await modem.call(
                order.to,
                ring_s=order.ring_s,
                talk_s=order.talk_s,
                urgency=URGENCIES[order.urgency],
                since=order.since.timestamp(),
                started=started,
                keyed=keyed,
            )
        except Exception as fault:  # one modem's fault is this call's outcome, never the caller's end
            log.exception("modem %s lost a call", modem.name)
            return CallResult(outcome=Outcome.FAILED, leg=modem.name, detail=f"{type(fault).__name__}: {fault}")
        return CallResult(
            outcome=OUTCOMES[end.outcome], leg=modem.name, alerted_s=end.alerted_s, key=end.key, detail=end.detail
        )

    async def _wait(self, order: CallOrder) -> CallModem | None:
        """The modem reserved for this order; None when none may place it, or none that may was well for GONE_S."""
        place = (URGENCIES[order.urgency], order.since.timestamp(), next(self._arrivals))
        waiter = _Waiter(order, place, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        well_at = self._clock.monotonic()
        try:
            while True:
                self.looked_at()
                await asyncio.wait({waiter.given}, timeout=0 if waiter.given.done() else LOOK_AGAIN_S)
                if waiter.given.done():
                    return waiter.given.result()
                fit = self._fit(order)
                if not fit:
                    return None
                if any(modem.well for modem in fit):
                    well_at = self._clock.monotonic()
                elif self._clock.monotonic() - well_at >= GONE_S:
                    return None
        except asyncio.CancelledError:
            if waiter.given.done():  # reserved in the same breath: give it back
                self._taken[waiter.given.result().name].remove(order.urgency)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self.looked_at()

    def _idle(self, modem: CallModem) -> bool:
        return modem.calls_free and not self._taken[modem.name]

    def _free_for(self, order: CallOrder) -> CallModem | None:
        """An idle modem; for a siren, else one on which no other siren's call is to be made and nobody talks."""
        fit = [modem for modem in self._modems if self._may(modem, order)]
        idle = next((modem for modem in fit if self._idle(modem)), None)
        if idle is not None or order.urgency is not Urgency.SIREN:
            return idle
        return next((one for one in fit if one.line_free and Urgency.SIREN not in self._taken[one.name]), None)

    def _fit(self, order: CallOrder) -> list[CallModem]:
        """Those that may place it; one that is not ready has not said yet whether its network is ours."""
        return [modem for modem in self._obeyed(order) if not modem.well or self._may(modem, order)]

    def _obeyed(self, order: CallOrder) -> list[CallModem]:
        """Those whose number the siren is known to obey. Where its list names none of ours, any of them: a ring that
        the controller may refuse is better than a siren that nobody tries ('doctor' names what the list lacks)."""
        return [modem for modem in self._modems if modem.number in order.from_numbers] or self._modems

    def _may(self, modem: CallModem, order: CallOrder) -> bool:
        if modem not in self._obeyed(order):
            return False
        if order.to in EMERGENCY:  # never by a machine, through whatever modem
            return False
        return modem.virtual or not (order.sample or self._forbidden(order.to))

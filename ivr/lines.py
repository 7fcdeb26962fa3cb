"""Who waits for which line: one call a line, the most urgent first, then the incident that has waited longest."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from config.clock import Clock
from ivr.leg import CallOrder, CallResult, Urgency

LOOK_AGAIN_S = 0.5  # how often a waiting order looks whether a line came back by itself
GONE_S = 5.0  # with no fit line well for so long, the order fails instead of waiting: the ladder must move on

URGENCIES: Mapping[Urgency, int] = {urgency: rank for rank, urgency in enumerate(Urgency)}
"""Most urgent first, as ``Urgency`` lists them; the driver orders its queue by the same number."""

BEFORE: Mapping[Urgency, frozenset[Urgency]] = {
    Urgency.SIREN: frozenset({Urgency.SIREN}),
    Urgency.OFFICER: frozenset(Urgency) - {Urgency.TEST, Urgency.CALL_OUT},
}
"""Orders that take a line on which nobody talks but such as give way, and what must not have been given that line."""

Started = Callable[[], Awaitable[None]]


class Line(Protocol):
    """One way to place a call at a time: a modem; or a provider, which takes several."""

    @property
    def name(self) -> str: ...
    @property
    def number(self) -> str:
        """Its own; empty: not known."""

    @property
    def well(self) -> bool:
        """Ready, perhaps occupied."""

    @property
    def speaks(self) -> bool:
        """What is to be said can be, and keys are heard."""

    @property
    def free(self) -> int:
        """How many calls could start now."""

    @property
    def open_to_sirens(self) -> bool:
        """Nobody talks on it, or only such as give way: the most urgent of those that wait for it is next."""

    def may(self, order: CallOrder) -> bool:
        """Whether it may ring that number at all."""

    async def carry(self, order: CallOrder, started: Started) -> CallResult:
        """Make the call, to its end. Whatever happens is an outcome; cancelled, it hangs up first."""


@dataclass(eq=False, slots=True)
class _Waiter:
    order: CallOrder
    but: frozenset[str]
    place: tuple[int, float, int]  # urgency, waiting since, arrival
    given: asyncio.Future[Line]


class Lines:
    """Every line, and those who wait for one. A siren's call goes before one that was given the line and is not
    dialled yet: that one may wait for letters, and then last for a minute."""

    def __init__(self, lines: Sequence[Line], clock: Clock, *, obeyed: Collection[str] = ()) -> None:
        """``lines``: of two that are equally good the first is taken. ``obeyed``: our numbers that sirens obey; people
        are called over other modems where there are such, so that no siren waits for the end of a talk."""
        self._lines = list(lines)
        self._obeyed_by_sirens = frozenset(obeyed)
        self._clock = clock
        self._taken: dict[str, list[Urgency]] = {line.name: [] for line in self._lines}
        self._waiting: list[_Waiter] = []
        self._arrivals = itertools.count()
        self._looked = -math.inf  # when all that wait were last looked at

    def free(self) -> int:
        """How many calls could start now."""
        return sum(self._free(line) for line in self._lines)

    def free_voices(self) -> int:
        """How many of these could speak."""
        return sum(self._free(line) for line in self._lines if line.speaks)

    def looked_at(self) -> None:
        """A line's state changed: see whether a waiting order can start."""
        self._looked = self._clock.monotonic()
        open_to = self._open_to()
        if not open_to:
            return
        for waiter in sorted(self._waiting, key=self._turn):
            if waiter.order.urgency not in open_to:
                continue  # a great many may wait, and look often
            line = self._best(waiter.order, waiter.but)
            if line is not None and not waiter.given.done():
                self._waiting.remove(waiter)
                self._taken[line.name].append(waiter.order.urgency)
                waiter.given.set_result(line)
                open_to = self._open_to()
                if not open_to:
                    return

    def fit(self, order: CallOrder, but: Collection[str] = ()) -> list[Line]:
        """Those that may place it; one that is not ready has not said yet whether its network is ours."""
        fit = [line for line in self._obeyed(order) if line.name not in but]
        return [line for line in fit if not line.well or line.may(order)]

    async def wait(self, order: CallOrder, but: frozenset[str] = frozenset()) -> Line | None:
        """The line reserved for this order, none of ``but``; None when none may place it, or none that may was well
        for GONE_S. It is given back by ``back``."""
        place = (URGENCIES[order.urgency], order.since.timestamp(), next(self._arrivals))
        waiter = _Waiter(order, but, place, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            return await self._given(waiter)
        except asyncio.CancelledError:
            if waiter.given.done():  # reserved in the same breath: give it back
                self._taken[waiter.given.result().name].remove(order.urgency)
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            self.looked_at()

    def back(self, line: Line, order: CallOrder) -> None:
        """The call is over."""
        self._taken[line.name].remove(order.urgency)
        self.looked_at()

    async def _given(self, waiter: _Waiter) -> Line | None:
        well_at = self._clock.monotonic()
        self.looked_at()
        while True:
            await asyncio.wait({waiter.given}, timeout=0 if waiter.given.done() else LOOK_AGAIN_S)
            if waiter.given.done():
                return waiter.given.result()
            fit = self.fit(waiter.order, waiter.but)
            if not fit:
                return None
            if any(line.well for line in fit):
                well_at = self._clock.monotonic()
            elif self._clock.monotonic() - well_at >= GONE_S:
                return None
            if self._clock.monotonic() - self._looked >= LOOK_AGAIN_S / 2:  # one looks for all: of hundreds that
                self.looked_at()  # wait in a mass event each would look at each

    def _open_to(self) -> frozenset[Urgency]:
        """Orders of which urgency could be given a line now, as far as the lines alone can tell."""
        if any(self._free(line) for line in self._lines):
            return frozenset(Urgency)
        held = [self._taken[line.name] for line in self._lines if line.open_to_sirens]
        return frozenset(one for one, before in BEFORE.items() if any(before.isdisjoint(taken) for taken in held))

    def _turn(self, waiter: _Waiter) -> tuple[int, float, int]:
        """While officers have a line, the next one is for whoever rang us and is to be rung back: else a ladder that
        asks one person after the other would take every line from him. Sirens always go first."""
        urgency, since, arrival = waiter.place
        asked = any(Urgency.OFFICER in taken for taken in self._taken.values())
        if asked and waiter.order.urgency is Urgency.CALL_BACK:
            urgency = URGENCIES[Urgency.SIREN]
            since = math.inf  # after the sirens that wait
        return urgency, since, arrival

    def _free(self, line: Line) -> int:
        return max(0, line.free - len(self._taken[line.name]))

    def _best(self, order: CallOrder, but: frozenset[str]) -> Line | None:
        """A free line, one that speaks where there is something to say; for a siren, else one on which no other
        siren's call is to be made and nobody talks; for an officer, else one on which somebody talks who gives way."""
        fit = [line for line in self._obeyed(order) if line.name not in but and line.may(order)]
        free = [line for line in fit if self._free(line)]
        if order.conversation is not None:
            free.sort(key=lambda line: (not line.speaks, not line.number, line.number in self._obeyed_by_sirens))
        if free or order.urgency not in BEFORE:
            return free[0] if free else None
        before = BEFORE[order.urgency]
        held = [line for line in fit if line.open_to_sirens]
        return next((line for line in held if not before.intersection(self._taken[line.name])), None)

    def _obeyed(self, order: CallOrder) -> list[Line]:
        """Those whose number the siren is known to obey. Where its list names none of ours, any of them: a ring that
        the controller may refuse is better than a siren that nobody tries ('doctor' names what the list lacks)."""
        return [line for line in self._lines if line.number in order.from_numbers] or self._lines

"""Calls people who asked for calls instead of letters: one at a time, by day, on a line that speaks and is free.

    the table ── due ── claimed in the transaction that looks once more ── the call ── heard │ again later │ written

Lines are for emergencies: a call-out is the last that gets one, gives it up when an officer or a siren needs it, and
what could not be said in time is written.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from eservices.calling import store
from eservices.calling.hands import ABOUT, FLOW
from eservices.calling.store import CallOut, State
from eservices.clinic.daytime import is_day, next_day
from gateway.alarms import Alarms
from gateway.number import subscriber
from gateway.pulse import Pulse
from gateway.sparing import must_be_quiet
from gateway.store import Store, StoreFault, Tx, put
from gateway.store.people import find
from ivr.leg import CallLeg, CallOrder, CallResult, Outcome, Urgency
from ivr.packing import unpacked_state
from ivr.spoken_text import SpokenText
from ivr.store import THEM, call_by_key
from ivr.switchboard import Switchboard

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.city import City

log = logging.getLogger(__name__)

TICK_S = 20.0  # the table is read at least that often
AT_ONCE = 50  # looked at in one transaction
TRIES = 3  # calls; then it is written
AGAIN = timedelta(minutes=5)  # from a call that nobody heard to the next: who was in the garden is back
SOON = timedelta(seconds=30)  # after an order that was never dialled
LASTS = timedelta(minutes=3)  # ringing, and said twice: no call begins that late before its time is over
MOST_S = 240.0  # seconds of one order, waiting for a line included; BEAT_S is more
BEAT_S = 400.0
KEPT = timedelta(days=90)  # as the calls themselves are


class Voices(CallLeg, Protocol):
    """The lines (``ivr.legs.Legs``)."""

    def free_voices(self) -> int:
        """How many calls could start now that would be heard."""


class CallOuts:
    """See the module. ``wake``: called after a commit in which letters were put."""

    def __init__(
        self,
        store: Store,
        city: City,
        legs: Voices,
        board: Switchboard,
        clock: Clock,
        pulse: Pulse,
        *,
        alarms: Alarms,
        wake: Callable[[], None],
    ) -> None:
        self._store, self._city, self._legs, self._board = store, city, legs, board
        self._clock, self._pulse, self._alarms, self._wake = clock, pulse, alarms, wake
        self._spoken = SpokenText(city)

    async def run(self) -> None:
        """For ever. What a crash left in mid-call is called again, unless all of it had been said."""
        await self._store.write(self._recover)
        while True:
            self._pulse.beat("call-outs", limit_s=BEAT_S)
            try:
                called = await self.go_round()
            except StoreFault as fault:
                log.error("call-outs wait: %s", fault)
                called = False
            if not called:
                await self._clock.sleep(TICK_S)

    async def go_round(self) -> bool:
        """Write what cannot be said any more, and make one call. Whether one was made. Raises StoreFault."""
        one, wrote = await self._store.write(self._looked)
        if wrote:
            self._wake()
        if one is None or not self._legs.free_voices():
            return False
        await self._call(one)
        return True

    # -- the table

    def _recover(self, tx: Tx) -> None:
        at = self._clock.now()
        store.sweep(tx, at - KEPT)
        for one in store.under_way(tx):
            self._settle(tx, one.id, None, at)

    def _looked(self, tx: Tx) -> tuple[CallOut | None, bool]:
        """What is to be said first, and whether something was written."""
        at, wrote = self._clock.now(), False
        for one in store.due(tx, at, AT_ONCE):
            if self._never(tx, one, at):
                store.move(tx, one.id, State.OVER, at)
            elif not self._calls(tx, one, at):
                put(tx, one.letter)
                store.move(tx, one.id, State.WRITTEN, at)
                wrote = True
            elif is_day(at, self._city.timezone):
                return one, wrote
            else:
                store.again(tx, one.id, min(next_day(at, self._city.timezone), one.falls_at))
        return None, wrote

    def _never(self, tx: Tx, one: CallOut, at: datetime) -> bool:
        """Neither by a call nor by a letter."""
        over = at >= one.expires_at or not subscriber(one.number)
        return over or must_be_quiet(self._alarms, tx, one.number)

    def _calls(self, tx: Tx, one: CallOut, at: datetime) -> bool:
        """Whether it is (still) to be said by a call, and there is time for it."""
        resident = find(tx, one.number)
        wanted = resident is not None and resident.call_me
        return wanted and one.tries < TRIES and at < one.falls_at and at < one.expires_at - LASTS

    # -- one call

    async def _call(self, one: CallOut) -> None:
        """Never raises but StoreFault."""
        result = CallResult(outcome=Outcome.FAILED)
        try:
            async with self._clock.timeout(MOST_S):
                result = await self._placed(one)
        except TimeoutError:
            log.warning("call-out %d: no account of its call", one.id)
        except StoreFault:
            raise
        except Exception:
            log.exception("call-out %d failed", one.id)
        await self._store.write(lambda tx: self._settle(tx, one.id, result, self._clock.now()))

    async def _placed(self, one: CallOut) -> CallResult:
        text = self._spoken.text(one.text, one.language)
        conversation = self._board.conversation(
            FLOW,
            one.number,
            language=one.language,
            about=f"{ABOUT}{one.id}",
            fields={"text": text},
            key=_key(one.id, one.tries + 1),
        )
        order = CallOrder(
            to=one.number,
            urgency=Urgency.CALL_OUT,
            since=one.created_at,
            ring_s=self._city.clocks.ring_s,
            sample=self._city.is_sample(one.number),
            conversation=conversation,
        )

        async def claimed() -> bool:
            return await self._store.write(lambda tx: self._claimed(tx, one))

        return await self._legs.place(order, started=_rings, claimed=claimed)

    def _claimed(self, tx: Tx, one: CallOut) -> bool:
        """A line is reserved: is it still so?"""
        at = self._clock.now()
        able = not self._never(tx, one, at) and self._calls(tx, one, at) and is_day(at, self._city.timezone)
        return able and store.claim(tx, one)

    def _settle(self, tx: Tx, id: int, result: CallResult | None, at: datetime) -> None:
        """The call is over; None: the program stopped in it."""
        one = store.find(tx, id)
        if one is None:  # forgotten
            return
        if one.state is State.WAITING:
            store.again(tx, id, at + SOON)
        elif one.state is State.SAID and (result is None or result.heard):
            store.move(tx, id, State.HEARD, at)
        elif one.state in store.UNDER_WAY:
            heard = result is not None and result.heard and _said_once(tx, one)
            store.move(tx, id, State.HEARD, at) if heard else store.again(tx, id, at + AGAIN)


def _key(id: int, nth: int) -> str:
    return f"{ABOUT}{id}/{nth}"


def _said_once(tx: Tx, one: CallOut) -> bool:
    """Somebody hung up after all of it had been said once, and listened without pressing a key."""
    call = call_by_key(tx, _key(one.id, one.tries))
    if call is None or call.seq < 2 or any(said.by == THEM for said in call.said):
        return False
    return unpacked_state(call.state).fields.get("machine") != "yes"


async def _rings() -> None:
    """Nothing waits for it."""

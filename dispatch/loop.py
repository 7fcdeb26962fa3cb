"""Dispatch: does what the ladder says. The table is the truth; the bell only makes it quicker.

Every unfinished incident has one supervised task. A task that fails is logged, shown, raised as an alarm and begun
again, and no other incident feels it. The loop beats only when it has been through the table, inside the writer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from config.clock import Clock
from config.crash import CrashPoint, no_crash
from dispatch import comm_testing, drilling
from dispatch import store as verbs
from dispatch.calls import Calls, Conversations, Wire
from dispatch.comm_testing import CommTests, Due
from dispatch.drill import Drill
from dispatch.incident import State
from dispatch.ringing_back import RingingBack
from dispatch.step import NewCode, Step, four_digits, take_step
from gateway.pulse import Bell, Pulse, Status
from gateway.store import Store, StoreBroken, Tx
from ivr.leg import CallLeg

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

LOOP = "dispatch"  # the name by which the watchdog knows this loop
LOOK_AGAIN_S = 5.0  # the table is walked that often without a bell; every commit that matters rings one
BEAT_LIMIT_S = 15.0  # a walk takes milliseconds; three missed ones are a stop
LONGEST_WAIT_S = 30.0  # an incident without a timer is looked at again that often
LADDER = (State.PENDING, State.CONFIRMED)  # the states in which the ladder has something left to climb
RETRY_S = (1.0, 2.0, 5.0, 10.0)  # after the n-th fault in a row of one incident; the last for ever


class Dispatch:
    """The loop of the life path. ``run`` it supervised; ring ``look`` after a commit that touched incidents."""

    def __init__(
        self,
        store: Store,
        city: City,
        leg: CallLeg,
        switchboard: Conversations,
        clock: Clock,
        pulse: Pulse,
        *,
        crash: CrashPoint = no_crash,
        bells: Sequence[Bell] = (),
        outbox: Callable[[], None] = lambda: None,
        new_code: NewCode = four_digits,
    ) -> None:
        """``bells`` are rung after every commit that changed an incident (the page), ``outbox`` after one that wrote
        letters; when calls come of it and a line is free, only when they are about to be dialled, because claiming
        letters is one more sync for which a siren would wait."""
        self._store, self._city, self._clock, self._pulse = store, city, clock, pulse
        self._crash, self._bells, self._outbox, self._new_code = crash, bells, outbox, new_code
        self._wire = Wire(
            store=store,
            city=city,
            leg=leg,
            switchboard=switchboard,
            clock=clock,
            crash=crash,
            changed=self._changed,
            claimed=outbox,
        )
        self._drill = Drill(self._wire)
        self._bell = Bell()
        self.ringing_back = RingingBack()
        self._tests = CommTests(self._wire, done=self._bell.ring)
        self._watches: dict[int, _Watch] = {}
        self._looked: set[int] = set()
        self._told: set[int] = set()  # looked at since their last step: letters may wait for the outbox
        self._running = False

    def look(self, numbers: Sequence[int] = ()) -> None:
        """Something was committed about these incidents (empty: about any), perhaps with letters. For the loop's own
        thread. A new one is seen to at once: the walk through the table only finds what nobody told us of."""
        self._told.update(numbers)
        self._ring(numbers)

    def _ring(self, numbers: Sequence[int]) -> None:
        for number in numbers or tuple(self._watches):
            if number in self._watches:
                self._watches[number].bell.ring()
                self._looked.add(number)  # the watch may just have ended
            elif self._running:
                self._watches[number] = _Watch(self, number)
            else:
                self._looked.add(number)
        self._bell.ring()
        for bell in self._bells:
            bell.ring()

    async def run(self) -> None:
        """For ever. Cancelling it hangs up every call; what was on the wire is UNKNOWN at the next start."""
        try:
            await self._pick_up()
            self._running = True
            while True:
                await self._walk()
                await self._bell.wait(self._clock, LOOK_AGAIN_S)
        finally:
            self._running = False
            await self._stop()

    async def _pick_up(self) -> None:
        """After a stop or a crash: calls found DOING are UNKNOWN, and their incidents are looked at, open or not."""
        self._looked.update(await self._store.write(lambda tx: _recover(tx, self._clock.now())))

    async def _walk(self) -> None:
        """Once through the table: every unfinished incident, and every one that was looked at, has its watch."""
        self._reap()
        try:
            over, rows, tests, due = await self._store.write(self._table)
            self._drill.look(tests)
            self._tests.look(due)
        except StoreBroken:
            raise
        except Exception:  # no beat: when it lasts, the watchdog starts the program anew
            log.exception("the table of incidents could not be walked")
            return
        if over is not None:
            self.look((over,))
        looked, self._looked = self._looked, set()
        for number in [*(number for number, _ in rows), *sorted(looked)]:
            if number not in self._watches:
                self._watches[number] = _Watch(self, number)
        self._pulse.beat(LOOP, limit_s=BEAT_LIMIT_S)

    def _table(self, tx: Tx) -> tuple[int | None, list[tuple[int, State]], list[str], Due]:
        """The drill that had to end; every unfinished incident; the sirens to be tested; whom to ask whether he hears
        the city."""
        over = drilling.keep(tx, self._city, self._clock.now(), self._new_code)
        rows = verbs.unfinished(tx)
        self.ringing_back.look(tx)
        matters = any(state is State.CONFIRMED for _, state in rows)
        return over, rows, verbs.tests_asked(tx), comm_testing.look(tx, self._city, self._clock.now(), matters=matters)

    def _reap(self) -> None:
        """Forget watches that saw their incident to its end. Raises what no watch survives (a crash point)."""
        for number, watch in list(self._watches.items()):
            if watch.task.done():
                del self._watches[number]
                watch.task.result()

    def _changed(self, number: int) -> None:
        self._ring((number,))
        self._outbox()

    def ended(self) -> None:
        """A watch's task is done: reap it now."""
        self._bell.ring()

    async def _stop(self) -> None:
        await self._drill.stop()
        await self._tests.stop()
        tasks = [watch.task for watch in self._watches.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- one incident

    async def watch(self, number: int, bell: Bell) -> None:
        """See one incident through to its end. Never raises for its own faults."""
        calls, faults = Calls(self._wire, number), 0
        try:
            while True:
                try:
                    step = await self._once(number, calls)
                except Exception as fault:
                    await self._failed(number, fault, faults)
                    await self._clock.sleep(RETRY_S[min(faults, len(RETRY_S) - 1)])
                    faults += 1
                    continue
                if faults:
                    faults = 0
                    self._pulse.forget("incident", str(number))
                if step.case.incident.state not in LADDER and not calls.busy and step.wake_at is None:
                    return
                await bell.wait(self._clock, self._patience(step))
        finally:
            await calls.stop()

    async def _once(self, number: int, calls: Calls) -> Step:
        calls.reap()
        told, calls_first = number in self._told, False
        self._told.discard(number)
        try:
            step = await self._step(number)
            told |= step.wrote
            calls.hang_up(step.hang_up)
            calls.start(step.calls, step.since, drill=step.case.incident.drill)
            calls_first = bool(step.calls) and self._wire.leg.free() > 0
        finally:
            if told and not calls_first:
                self._outbox()
        return step

    async def _step(self, number: int) -> Step:
        step = await self._store.write(lambda tx: take_step(tx, self._city, number, self._clock.now(), self._new_code))
        if step.wrote:
            self._crash("decide")
            for bell in self._bells:
                bell.ring()
        return step

    def _patience(self, step: Step) -> float:
        if step.wake_at is None:
            return LONGEST_WAIT_S
        left = (step.wake_at - self._clock.now()).total_seconds()
        return min(max(left, 0.01), LONGEST_WAIT_S)

    async def _failed(self, number: int, fault: Exception, before: int) -> None:
        """The incident's own fault: loud, and in front of a person, because nobody may be called for it now."""
        log.error("incident %s: step failed (%s before)", number, before, exc_info=fault)
        why = f"{type(fault).__name__}: {fault}"[:200]
        self._pulse.report("incident", str(number), Status.FAILED, why)
        try:
            await self._store.write(lambda tx: verbs.show_fault(tx, number, why, self._clock.now()))
        except Exception:
            log.exception("incident %s: the alarm could not be written down", number)
        for bell in self._bells:
            bell.ring()


class _Watch:
    """The task of one incident, and its bell."""

    def __init__(self, dispatch: Dispatch, number: int) -> None:
        self.bell = Bell()
        self.task = asyncio.create_task(dispatch.watch(number, self.bell), name=f"incident {number}")
        self.task.add_done_callback(lambda _task: dispatch.ended())


def _recover(tx: Tx, now: datetime) -> list[int]:
    found = verbs.found_doing(tx, now)
    comm_testing.recover(tx, now)
    for number, key in found:
        verbs.tell(tx, number, now, "unknown", f"{key}: the program stopped while this was under way", key=key)
    return sorted({number for number, _ in found})

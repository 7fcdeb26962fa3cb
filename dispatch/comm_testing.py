"""Calls every officer to ask whether he hears the city: one at a time, and after every call that matters.

A test's call gives its line back as soon as a siren or an officer waits for one; it is then made again, unless it was
answered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from config.city import City
from dispatch import store as verbs
from dispatch.calls import Wire
from dispatch.comm_test import AGAIN, AGAIN_S, KEPT_DAYS, LAPSED, MOST_TRIES, CommTest, TestState, by_day, folk, run_due
from dispatch.duty import as_changed
from gateway.store import Tx
from ivr.events import Done
from ivr.flow_data import ActSpec
from ivr.leg import CallOrder, CallResult, Outcome, Urgency
from ivr.store import calls_about
from ivr.turning import Call

log = logging.getLogger(__name__)

FLOW = "comm_test"
TALK_S = 60.0  # seconds: the whole question three times, with its pauses
GAVE_WAY_S = 60.0  # seconds until a test that gave its line away is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """``test``: the next to be called, if any. ``matters``: an emergency is being called about, no test begins.
    ``wanted``: a siren or an officer waits for a line."""

    test: CommTest | None
    matters: bool
    wanted: bool


def look(tx: Tx, city: City, now: datetime, *, matters: bool) -> Due:
    """What the tests want now; the schedule's run is asked for when its hour has come."""
    run = run_due(city, now)
    if run:
        asked = verbs.comm_tests_asked(tx, run)  # all day the run is due, and this is looked at every few seconds
        for one in folk(as_changed(tx, city, now), now):
            if (key := f"{run}/{one['number']}") not in asked:
                verbs.ask_comm_test(tx, key, one, now, "")
        if not asked:
            verbs.sweep_comm_tests(tx, now - timedelta(days=KEPT_DAYS))
    waiting = [one for one in verbs.comm_tests_waiting(tx) if not _lapsed(tx, city, one, now)]
    due = next((one for one in waiting if one.due_at <= now), None)
    return Due(test=due, matters=matters, wanted=matters and verbs.somebody_waits_for_a_line(tx, now))


def _lapsed(tx: Tx, city: City, one: CommTest, now: datetime) -> bool:
    """What the schedule asked for is not made up for at night."""
    if one.asked_by or by_day(city, now):
        return False
    verbs.note_comm_test(tx, one.id, state=TestState.DONE.value, settled_at=now, outcome=one.outcome or LAPSED)
    return True


def recover(tx: Tx, now: datetime) -> None:
    """At start: a test whose call was answered is over; one that only rang, or not even that, is called again."""
    for one in verbs.comm_tests_doing(tx):
        _settle(tx, one, CallResult(outcome=Outcome.UNKNOWN, detail="the program stopped"), now)


class CommTests:
    """See the module. ``done``: called when a call has ended."""

    def __init__(self, wire: Wire, done: Callable[[], None]) -> None:
        self._wire, self._done = wire, done
        self._task: asyncio.Task[None] | None = None

    def look(self, due: Due) -> None:
        """Begin the next test, or give its line to somebody who needs it. Raises what no task survives."""
        if self._task is not None and self._task.done():
            task, self._task = self._task, None
            if not task.cancelled():
                task.result()
        if self._task is None and due.test is not None and not due.matters:
            self._task = asyncio.create_task(self._call(due.test), name=f"test of {due.test.name}")
            self._task.add_done_callback(lambda _task: self._done())
        elif self._task is not None and due.wanted and self._wire.leg.free() == 0:
            self._task.cancel()

    async def stop(self) -> None:
        """Hang up. What was on the wire is looked at when the program starts again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _call(self, one: CommTest) -> None:
        wire, one = self._wire, replace(one, tries=one.tries + 1)
        try:
            result = await self._placed(one)
            wire.crash("comm_test")
        except asyncio.CancelledError:
            await wire.store.write(lambda tx: _gave_way(tx, one, wire.clock.now()))
            raise
        except Exception as fault:
            log.exception("the test of %s failed", one.name)
            result = CallResult(outcome=Outcome.FAILED, detail=repr(fault)[:200])
        if result is not None:
            ended = result
            await wire.store.write(lambda tx: _settle(tx, one, ended, wire.clock.now()))

    async def _placed(self, one: CommTest) -> CallResult | None:
        wire, lapsed = self._wire, False
        lang = wire.city.languages[0]

        async def claimed() -> bool:
            nonlocal lapsed
            lapsed = not await wire.store.write(lambda tx: _begin(tx, one, wire.clock.now()))
            return not lapsed

        async def started() -> None:
            await wire.store.write(lambda tx: verbs.note_comm_test(tx, one.id, rang_at=wire.clock.now()))

        words = wire.switchboard.conversation(
            FLOW, one.number, language=lang, about=one.about, fields={"drill": ""}, key=one.about
        )
        order = CallOrder(
            to=one.number,
            urgency=Urgency.TEST,
            since=one.asked_at,
            ring_s=wire.city.clocks.ring_s,
            talk_s=TALK_S,
            sample=wire.city.is_sample(one.number) or one.number in wire.city.sample_numbers(),
            conversation=words,
        )
        result = await wire.leg.place(order, started=started, claimed=claimed)
        return None if lapsed else result


def _begin(tx: Tx, one: CommTest, now: datetime) -> bool:
    now_so = verbs.comm_test(tx, one.id)
    if now_so is None or now_so.state is not TestState.WAITING:
        return False
    verbs.note_comm_test(tx, one.id, state=TestState.DOING.value, tries=one.tries, began_at=now, rang_at=None)
    return True


def _settle(tx: Tx, one: CommTest, result: CallResult, now: datetime) -> None:
    """What the call showed. Engaged or out of reach, it is made once more, and so is one lost in a crash unanswered."""
    so = verbs.comm_test(tx, one.id)
    if so is None or so.state is TestState.DONE:
        return
    answered_at = _answered_at(tx, so)
    outcome = Outcome.ANSWERED if answered_at is not None else result.outcome
    said = {
        "outcome": outcome.value,
        "leg": result.leg or so.leg,
        "detail": result.detail[:200],
        "answered_at": answered_at,
    }
    again = outcome in AGAIN and so.tries < MOST_TRIES
    lost = outcome is Outcome.UNKNOWN and so.tries <= MOST_TRIES
    if again or lost:
        due_at = now + timedelta(seconds=AGAIN_S if again else 0)
        verbs.note_comm_test(tx, so.id, state=TestState.WAITING.value, due_at=due_at, **said)
    else:
        verbs.note_comm_test(tx, so.id, state=TestState.DONE.value, settled_at=now, **said)


def _gave_way(tx: Tx, one: CommTest, now: datetime) -> None:
    """Hung up for somebody else: as if it had not been made, where nobody had answered yet."""
    so = verbs.comm_test(tx, one.id)
    if so is None or so.state is not TestState.DOING:
        return
    if _answered_at(tx, so) is not None:
        _settle(tx, one, CallResult(outcome=Outcome.ANSWERED, detail="gave way"), now)
    else:
        due_at = now + timedelta(seconds=GAVE_WAY_S)
        verbs.note_comm_test(tx, so.id, state=TestState.WAITING.value, due_at=due_at, tries=so.tries - 1)


def _answered_at(tx: Tx, one: CommTest) -> datetime | None:
    """When somebody took up and was spoken to."""
    return next((call.answered_at for call in calls_about(tx, one.about) if call.answered_at is not None), None)


class TestHands:
    """What a key does on a test's call."""

    __test__ = False
    acts: Mapping[str, ActSpec] = {"heard": ActSpec(results=frozenset({"noted"}))}

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """He heard it. Raises LookupError for a call that is no test of that number."""
        kind, _, rest = call.about.partition("/")
        number = rest.partition("/")[0]
        one = verbs.comm_test(tx, int(number)) if kind == "test" and number.isdecimal() else None
        if act != "heard" or one is None or one.number != call.number:
            raise LookupError(call.about)
        if one.heard_at is None:
            verbs.note_comm_test(tx, one.id, heard_at=call.at, leg=call.leg)
        return Done("noted")

"""One incident's calls on the wire: claim → dial → settle, each its own supervised task.

A call that ends tells the incident's loop to look again. A call withdrawn by the ladder is hung up and settled as
cancelled; one that the program's own stop cuts off stays DOING in the ledger, and is UNKNOWN at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.crash import CrashPoint
from dispatch import store as verbs
from dispatch.attending import Attended, attended
from dispatch.duty import as_changed
from dispatch.plan import Answer, Effect, EffectKind, EffectRow, EffectState
from dispatch.sirens import known_dead, proved
from gateway.number import subscriber
from gateway.store import Store, StoreBroken, StoreFault, Tx
from ivr.conversation import Conversation
from ivr.leg import CallLeg, CallOrder, CallResult, Outcome, Urgency

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

URGENCY = {
    EffectKind.SIREN: Urgency.SIREN,
    EffectKind.CALL: Urgency.OFFICER,
    EffectKind.CALL_BACK: Urgency.CALL_BACK,
}
FLOWS = {EffectKind.CALL: "officer", EffectKind.CALL_BACK: "call_back"}
"""What is said on a call; on a siren's nothing is."""
LAST_S = 900.0  # seconds: no call lasts longer; its conversation ends long before by itself
SETTLE_AGAIN_S = 0.5  # a busy store is asked again
NOT_ON_ANY_LIST = CallResult(outcome=Outcome.FAILED, detail="neither on the roster nor a siren of this city")
NOT_CARRIED_OUT = frozenset({Outcome.NO_NETWORK, Outcome.FAILED})


class Conversations(Protocol):
    """Where a call's words come from (``ivr.switchboard.Switchboard``)."""

    def conversation(
        self, flow: str, number: str, *, language: str, about: str, fields: Mapping[str, str], key: str
    ) -> Conversation:
        """The same ``key`` is the same conversation: after a crash it goes on where it stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What every call needs. ``changed``: rung after each commit that altered an incident. ``claimed``: a call has its
    line and is about to be dialled: letters may go."""

    store: Store
    city: City
    leg: CallLeg
    switchboard: Conversations
    clock: Clock
    crash: CrashPoint
    changed: Callable[[int], None]
    claimed: Callable[[], None] = lambda: None


class Calls:
    """The calls of one incident."""

    def __init__(self, wire: Wire, incident: int) -> None:
        self._wire = wire
        self._incident = incident
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._withdrawn: set[str] = set()

    @property
    def busy(self) -> bool:
        """A call waits for a line, or is on it."""
        return bool(self._tasks)

    def start(self, effects: Iterable[Effect], since: datetime, *, drill: bool = False) -> None:
        """Begin those that are not under way, sirens first: who asks first for a free line has it. ``since``: of two
        incidents the longer-waiting one goes first. ``drill``: every word says so."""
        for effect in sorted(effects, key=lambda effect: effect.kind is not EffectKind.SIREN):
            if effect.key not in self._tasks:
                self._tasks[effect.key] = asyncio.create_task(self._call(effect, since, drill), name=effect.key)

    def hang_up(self, keys: Iterable[str]) -> None:
        """End these calls; each settles itself as cancelled."""
        for key in keys:
            if key in self._tasks and key not in self._withdrawn:
                self._withdrawn.add(key)
                self._tasks[key].cancel()

    def reap(self) -> None:
        """Forget those that ended. Raises what ended one of them (a crash point), an ordinary fault is logged."""
        for key, task in [(key, task) for key, task in self._tasks.items() if task.done()]:
            del self._tasks[key]
            self._withdrawn.discard(key)
            fault = None if task.cancelled() else task.exception()
            if isinstance(fault, Exception):
                log.error("call %s ended by a fault", key, exc_info=fault)
            elif fault is not None:
                raise fault

    async def stop(self) -> None:
        """Hang up everything and wait until the lines are free. What was on the wire stays DOING."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _call(self, effect: Effect, since: datetime, drill: bool) -> None:
        try:
            may = await self._may_dial(effect) and not (drill and effect.kind is EffectKind.CALL_BACK)
            result = await self._place(effect, since, drill) if may else NOT_ON_ANY_LIST
        except asyncio.CancelledError:
            if effect.key not in self._withdrawn:
                raise
            await self._settle(effect, None)
        except Exception as fault:  # the store, or a leg that breaks its promise: this call's end, nobody else's
            log.exception("call %s", effect.key)
            await self._settle(effect, CallResult(outcome=Outcome.FAILED, detail=repr(fault)))
        else:
            if result is not None:
                self._wire.crash("wire")
                await self._settle(effect, result)
                self._wire.crash("settle")
        finally:
            self._wire.changed(self._incident)

    async def _may_dial(self, effect: Effect) -> bool:
        """Whether it is on a list: of the pack, or else of those whom people let stand in."""
        wire = self._wire
        if may_dial(wire.city, effect):
            return True
        return await wire.store.read(lambda tx: may_dial(as_changed(tx, wire.city, wire.clock.now()), effect))

    async def _place(self, effect: Effect, since: datetime, drill: bool) -> CallResult | None:
        """None: it lapsed while it waited for a line, and was never dialled."""
        wire, words, lapsed = self._wire, self._words(effect, drill), False

        async def claimed() -> bool:
            nonlocal lapsed
            lapsed = not await wire.store.write(lambda tx: verbs.claim(tx, effect.key, wire.clock.now()))
            if not lapsed:
                wire.crash("claim")
                wire.claimed()
                if words is not None:
                    words.claimed()
            return not lapsed

        async def started() -> None:
            await self._noted(lambda tx: verbs.rings(tx, effect.key, wire.clock.now()))

        placing = wire.leg.place(self._order(effect, since, words, drill), started=started, claimed=claimed)
        result = await (placing if words is None else attended(placing, words))
        return None if lapsed else result

    async def _noted(self, work: Callable[[Tx], None]) -> None:
        """Write something down while the call is up. A store that does not take it does not end the call."""
        try:
            await self._wire.store.write(work)
        except Exception:
            log.exception("incident %s: not written down while a call is up", self._incident)
        else:
            self._wire.changed(self._incident)

    def _words(self, effect: Effect, drill: bool) -> Attended | None:
        """What is said and heard on the call, and how long it may take."""
        wire, flow = self._wire, FLOWS.get(effect.kind)
        if flow is None:
            return None
        lang = wire.city.languages[0] if effect.kind is EffectKind.CALL else ""
        fields = {"drill": wire.city.prompt(wire.city.languages[0], "drill_word") if drill else ""}
        words = wire.switchboard.conversation(
            flow, effect.target, language=lang, about=effect.key, fields=fields, key=effect.key
        )
        line_s = wire.city.clocks.one_line_s
        return Attended(words, wire.clock, key_s=effect.talk_s, line_s=line_s, talk_s=lambda: self._talk_s(effect))

    def _talk_s(self, effect: Effect) -> float:
        """How long an officer who pressed a key may go on: while he has the last line, as long again as for the key. A
        caller who holds the line gives it up by what he is told (``HolderHands``)."""
        clocks = self._wire.city.clocks
        if effect.kind is EffectKind.CALL_BACK:
            return LAST_S
        return clocks.talk_s if self._wire.leg.free() > 0 else effect.talk_s

    def _order(self, effect: Effect, since: datetime, words: Conversation | None, drill: bool) -> CallOrder:
        city = self._wire.city
        station = city.siren_of(effect.target) if effect.kind is EffectKind.SIREN else None
        return CallOrder(
            to=effect.target,
            urgency=Urgency.TEST if drill else URGENCY[effect.kind],  # after all that is real
            since=since,
            ring_s=effect.ring_s,
            talk_s=LAST_S if words is not None else 0.0,
            conversation=words,
            from_numbers=station.siren.whitelist if station and station.siren else frozenset(),
            sample=city.is_sample(effect.target) or effect.target in city.sample_numbers(),
        )

    async def _settle(self, effect: Effect, result: CallResult | None) -> None:
        """Until it is written down: a call without an account would hold its phone for ever."""
        wire = self._wire
        while True:
            try:
                return await wire.store.write(lambda tx: settle_call(tx, wire.city, effect, result, wire.clock.now()))
            except StoreBroken:
                raise
            except StoreFault as fault:
                log.error("call %s is not settled yet: %s", effect.key, fault)
                await wire.clock.sleep(SETTLE_AGAIN_S)


def may_dial(city: City, effect: Effect) -> bool:
    """Only officers and their stand-ins, the command centre and sirens of the pack are rung, and whoever rang us: never
    a number that came into the ledger by another way."""
    if effect.kind is EffectKind.CALL_BACK:
        return subscriber(effect.target)
    if effect.kind is EffectKind.SIREN:
        return city.siren_of(effect.target) is not None
    return city.officer(effect.target) is not None or any(post.number == effect.target for post in city.operators)


def settle_call(tx: Tx, city: City, effect: Effect, result: CallResult | None, now: datetime) -> None:
    """Write down how a call ended (None: it was withdrawn), and what that says of a siren."""
    if result is None:
        state = EffectState.CANCELLED
    else:
        state = EffectState.FAILED if result.outcome in NOT_CARRIED_OUT else EffectState.DONE
    if not verbs.settle(tx, effect.key, state, now, result):
        return
    if result is not None and effect.kind in FLOWS and result.outcome is Outcome.ANSWERED and not result.heard:
        verbs.answered(tx, effect.key, Answer.UNHEARD)
    said = "withdrawn" if result is None else f"{result.outcome} {result.detail}".rstrip()
    verbs.tell(tx, effect.incident, now, effect.kind.value, f"{effect.target}: {said}")
    if effect.kind is EffectKind.SIREN and result is not None:
        _note_siren(tx, city, effect, result, now)


def _note_siren(tx: Tx, city: City, effect: Effect, result: CallResult, now: datetime) -> None:
    station = city.siren_of(effect.target)
    row: EffectRow | None = next(
        (row for row in verbs.followed_ledger(tx, effect.incident) if row.effect.key == effect.key), None
    )
    if station is None or station.siren is None or row is None:
        return
    if proved(row, station.siren):
        verbs.prove_siren(tx, effect.target, now, result.outcome.value)
    elif known_dead(row, station.siren):
        verbs.fail_siren(tx, effect.target, now, result.outcome.value)

"""Retention at work: every night by the process that leads, or on a person's word."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

from config.clock import Clock
from gateway.audit import Deed, note
from gateway.erasing import finish
from gateway.pulse import Pulse, Status
from gateway.retention import BATCH, Due, Term, due
from gateway.store import Store, StoreFault, Tx
from gateway.store.audit_cutting import PROGRAM
from gateway.store.retaining import begin_run, count_run, end_run, last_runs

log = logging.getLogger(__name__)

SETTLE_S = 120.0  # after the start: letters first
TICK_S = 300.0  # between two looks at the clock, and at who is still being erased
BEAT_S = 1800.0  # without a beat for that long the loop counts as stuck: one night's work is done in pieces
PAUSE_S = 0.05  # between two batches: whoever waits for the store goes between
NIGHT = range(1, 5)  # hours of the city in which few write
AGAIN, LATEST = timedelta(hours=20), timedelta(hours=48)  # after a run: when the next may be, and when it must


async def counted(store: Store, terms: Sequence[Term], days: Mapping[str, int], now: datetime) -> list[Due]:
    """What a run would do now, class by class. Changes nothing. Raises StoreFault."""
    found = []
    for one in due(terms, days, now):
        rows = await store.read(lambda tx, one=one: one.term.count(tx, one.before))  # type: ignore[misc]
        found.append(Due(term=one.term, days=one.days, before=one.before, rows=rows))
    return found


class Retention:
    """See the module. ``days``: what the settings say otherwise; ``zone``: the city's, for its night."""

    def __init__(
        self,
        store: Store,
        terms: Sequence[Term],
        days: Mapping[str, int],
        clock: Clock,
        *,
        zone: tzinfo,
        pulse: Pulse | None = None,
    ) -> None:
        self._store, self._terms, self._days, self._clock = store, tuple(terms), days, clock
        self._zone, self._pulse = zone, pulse

    async def run(self) -> None:
        """Every night, for ever, where this process leads. A store that refuses is asked again at the next tick."""
        self._beat()
        await self._clock.sleep(SETTLE_S)
        while True:
            self._beat()
            try:
                if self._store.leading:
                    await self._look()
            except StoreFault as fault:
                log.error("retention waits: %s", fault)
            await self._clock.sleep(TICK_S)

    async def _look(self) -> None:
        await finish(self._store, self._clock)
        if await self._is_time():
            await self.all(PROGRAM, "program")

    async def all(self, by: str, how: str) -> dict[str, int]:
        """Every class, in small batches; rows by class. Raises StoreFault."""
        done = {}
        for one in due(self._terms, self._days, self._clock.now()):
            done[one.term.kind] = await self._one(one, by, how)
        return done

    async def _one(self, one: Due, by: str, how: str) -> int:
        now, kind, total = self._clock.now, one.term.kind, 0
        run = await self._store.write(lambda tx: begin_run(tx, kind, one.before, by, now()))

        def batch(tx: Tx) -> int:
            rows = one.term.work(tx, one.before, BATCH)
            count_run(tx, run, rows)
            return rows

        while rows := await self._store.write(batch):
            total += rows
            self._beat()
            await self._clock.sleep(PAUSE_S)

        def end(tx: Tx) -> None:
            end_run(tx, run, now())
            if total:
                note(tx, Deed(by=by, how=how, what="retention.run", object=f"retention/{kind}", detail=f"rows={total}"))

        await self._store.write(end)
        return total

    async def _is_time(self) -> bool:
        now = self._clock.now()
        last = await self._store.read(last_runs)
        ended = [last[term.kind].ended_at if term.kind in last else None for term in self._terms]
        past = [at for at in ended if at is not None]
        if len(past) < len(ended):
            return True  # never, or killed in the middle
        since = now - min(past)
        return since >= LATEST or (since >= AGAIN and now.astimezone(self._zone).hour in NIGHT)

    def _beat(self) -> None:
        if self._pulse is not None:
            self._pulse.beat("retention", limit_s=BEAT_S)
            self._pulse.report("retention", "retention", Status.OK, "")

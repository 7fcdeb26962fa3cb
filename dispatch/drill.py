"""A siren's test: one ring on a person's word, after every call that matters more. It belongs to no incident."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from dispatch import store as verbs
from dispatch.calls import Wire
from dispatch.sirens import tested
from gateway.store import Tx
from ivr.leg import CallOrder, CallResult, Urgency

log = logging.getLogger(__name__)


class Drill:
    """Rings the sirens whose test was asked for, each in its own task."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def look(self, asked: Sequence[str]) -> None:
        """Begin the tests that were asked for, by siren number. Raises what no task survives (a crash point)."""
        for number, task in list(self._tasks.items()):
            if task.done():
                del self._tasks[number]
                task.result()
        for number in asked:
            if number not in self._tasks:
                self._tasks[number] = asyncio.create_task(self._ring(number), name=f"test of siren {number}")

    async def stop(self) -> None:
        """Hang up."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _ring(self, number: str) -> None:
        wire = self._wire
        station = wire.city.siren_of(number)
        if station is None or station.siren is None:
            await wire.store.write(lambda tx: verbs.drop_test(tx, number))
            return
        order = CallOrder(
            to=number,
            urgency=Urgency.TEST,
            since=wire.clock.now(),
            ring_s=wire.city.clocks.siren_s,
            from_numbers=station.siren.whitelist,
            sample=station.siren.sample,
        )

        async def claimed() -> bool:
            return bool(await wire.store.write(lambda tx: verbs.begin_test(tx, number)))

        async def rings() -> None:
            log.info("the siren of %s is tested", station.id)

        try:
            result = await wire.leg.place(order, started=rings, claimed=claimed)
            await wire.store.write(lambda tx: self._note(tx, number, result))
        except Exception:
            log.exception("the test of siren %s failed", station.id)

    def _note(self, tx: Tx, number: str, result: CallResult) -> None:
        station, now = self._wire.city.siren_of(number), self._wire.clock.now()
        if station is None or station.siren is None:
            return
        works = tested(result, station.siren)
        if works is True:
            verbs.prove_siren(tx, number, now, result.outcome.value)
        elif works is False:
            verbs.fail_siren(tx, number, now, result.outcome.value)

"""Letters that come at once are kept by one job of the store: a tenth of the work of a job for each.

While one bag is being committed the next one fills, so nobody waits longer than for the commit before his own, which
the store's writer would have him do anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from config.clock import Clock
from gateway.messages import Inbound
from gateway.store import Store, StoreFault
from gateway.store.inbound import add_all_once

LARGEST = 500  # letters in one bag: at about 20 µs each the first waits for the last as long as for a commit
PRESSED = 8  # letters that wait for their commit: more come than one after the other
HOLD_S = 0.1  # so long after a full bag more are expected


@dataclass(frozen=True, slots=True)
class _Waiting:
    letter: Inbound
    urgent: bool
    kept: asyncio.Future[None]


class Bag:
    """Keeps letters once per ``external_id``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._pressed_until = float("-inf")
        self._carrier: asyncio.Task[None] | None = None

    @property
    def pressed(self) -> bool:
        """Whether many come at once."""
        return len(self._waiting) >= PRESSED or self._clock.monotonic() < self._pressed_until

    async def keep(self, letter: Inbound, *, urgent: bool) -> None:
        """Durable on return. Raises StoreFault, or what is wrong with this letter, which keeps no other from being
        kept."""
        loop = asyncio.get_running_loop()
        mine = _Waiting(letter, urgent, loop.create_future())
        self._waiting.append(mine)
        if self._carrier is None:
            self._carrier = loop.create_task(self._carry())  # whatever ends it is told to those who wait
        await mine.kept

    async def _carry(self) -> None:
        """Bag after bag, until none waits."""
        try:
            while self._waiting:
                bag, self._waiting = self._waiting[:LARGEST], self._waiting[LARGEST:]
                await self._keep(bag)
                if len(bag) >= PRESSED:
                    self._pressed_until = self._clock.monotonic() + HOLD_S
        finally:
            self._carrier = None
            for one in self._waiting:  # this task was cancelled: the program ends
                one.kept.cancel()
            self._waiting.clear()

    async def _keep(self, bag: Sequence[_Waiting]) -> None:
        try:
            await self._store.write(lambda tx: add_all_once(tx, [(one.letter, one.urgent) for one in bag]))
        except StoreFault as fault:
            _tell(bag, fault)
        except asyncio.CancelledError:
            for one in bag:
                one.kept.cancel()
            raise
        except Exception as error:
            if len(bag) == 1:
                _tell(bag, error)
            else:
                for one in bag:  # one of them is at fault: each by itself
                    await self._keep([one])
        else:
            _tell(bag, None)


def _tell(bag: Sequence[_Waiting], fault: Exception | None) -> None:
    for one in bag:
        if one.kept.done():  # he has stopped waiting
            continue
        if fault is None:
            one.kept.set_result(None)
        else:
            one.kept.set_exception(fault)

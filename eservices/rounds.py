"""What the services do by themselves, by the clock: reminders, deadlines, places that are offered on.

Each chore reads its own table at start, on the bell and every now and then; what it does and that it was done are one
transaction, so that a crash repeats nothing and forgets nothing. A chore that stumbles stops no other.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from gateway.pulse import Bell, Pulse, Status
from gateway.store import Store, StoreFault, Tx

log = logging.getLogger(__name__)

TICK_S = 30.0  # every chore is asked at least that often
LEAST_S = 0.5  # between two looks: a chore that always has more to do leaves room for letters
BEAT_S = 120.0  # without a beat for that long the loop counts as stuck


class Chore(Protocol):
    """One thing that is done by the clock."""

    name: str

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """Do what is due, a bounded amount of it, in this transaction. Returns the instant of the next that is due
        (``now`` or earlier: there is more to do at once), None: nothing is known to come."""


class Rounds:
    """``run`` goes round for ever; ``wake`` is called after each round: letters may wait in the outbox."""

    def __init__(
        self, chores: Sequence[Chore], store: Store, clock: Clock, pulse: Pulse, *, wake: Callable[[], None]
    ) -> None:
        self._chores, self._store, self._clock, self._pulse, self._wake = tuple(chores), store, clock, pulse, wake
        self._bell = Bell()
        self._stumbled: set[str] = set()

    def look(self) -> None:
        """Something was committed that may be due."""
        self._bell.ring()

    async def run(self) -> None:
        """Go round, for ever."""
        while True:
            await self._bell.wait(self._clock, min(TICK_S, await self.go_round()))

    async def go_round(self) -> float:
        """Ask every chore once; seconds until the first of them knows of more to do (inf: none does)."""
        self._pulse.beat("services", limit_s=BEAT_S)
        soonest = [await self._one(chore) for chore in self._chores]
        self._wake()  # once: every slot of the outbox looks into the table for it
        now = self._clock.now()
        return min((max(LEAST_S, (at - now).total_seconds()) for at in soonest if at is not None), default=math.inf)

    async def _one(self, chore: Chore) -> datetime | None:
        """Never raises; a chore that stumbled is asked again at the next tick."""
        try:
            following = await self._store.write(lambda tx: chore.run(tx, self._clock.now()))
        except StoreFault as fault:
            log.error("%s waits: %s", chore.name, fault)
            return None
        except Exception as error:
            log.exception("%s stumbled", chore.name)
            self._stumbled.add(chore.name)
            self._pulse.report("services", chore.name, Status.DEGRADED, f"stumbled: {type(error).__name__}")
            return None
        if chore.name in self._stumbled:
            self._stumbled.discard(chore.name)
            self._pulse.report("services", chore.name, Status.OK, "")
        return following

"""Letters that come at once are kept by one piece of work, a tenth of what each would cost by itself; and whether they
come so thick that reading them may wait."""

from __future__ import annotations

from collections.abc import Sequence

from config.clock import Clock
from gateway.messages import Inbound
from gateway.store import Store, Tx
from gateway.store.inbound import add_all_once
from gateway.together import Together

PRESSED = 8  # letters that wait for their commit: more come than one after the other
HOLD_S = 0.1  # so long after that more are expected


class Bag:
    """Keeps letters once per ``external_id``."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._keeping: Together[tuple[Inbound, bool], None] = Together(store, _keep)
        self._waiting = 0
        self._pressed_until = float("-inf")

    @property
    def pressed(self) -> bool:
        """Whether many come at once."""
        return self._clock.monotonic() < self._pressed_until

    async def keep(self, letter: Inbound, *, urgent: bool) -> None:
        """Durable on return. Raises StoreFault, or what is wrong with this letter, which keeps no other from being
        kept."""
        self._waiting += 1
        if self._waiting >= PRESSED:
            self._pressed_until = self._clock.monotonic() + HOLD_S
        try:
            await self._keeping.ask((letter, urgent))
        finally:
            self._waiting -= 1


def _keep(tx: Tx, letters: Sequence[tuple[Inbound, bool]]) -> Sequence[None]:
    add_all_once(tx, letters)
    return [None] * len(letters)

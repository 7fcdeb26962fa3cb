"""The queue before the wire: one owner at a time, between turns the most urgent goes first."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from enum import IntEnum


class Turn(IntEnum):
    """Who goes first on the wire."""

    CALL = 0  # dialling, answering, hanging up
    ACKNOWLEDGE = 1  # CNMA: the network waits for it
    INBOUND = 2  # read, delete
    SUBMIT = 3
    STATUS = 5  # USSD, set-up
    TELEMETRY = 9


class Turns:
    """A lock that is handed on by urgency, then by arrival."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()
        self.taken = False

    async def take(self, rank: Turn) -> None:
        """Wait for one's turn. Raises what ``fail`` was given."""
        if not self.taken:
            self.taken = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (rank, next(self._arrivals), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.give()  # it was given to us in the same breath
            raise

    def give(self) -> None:
        """The owner is done."""
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self.taken = False

    def fail(self, fault: Exception) -> None:
        """Nobody who waits will get it."""
        for _, _, turn in self._waiting:
            if not turn.done():
                turn.set_exception(fault)
                turn.exception()  # seen: whoever waited may have been cancelled in the same breath

"""What a turn asks another system before its transaction: bounded, and never a fault of the turn."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from config.clock import Clock

log = logging.getLogger(__name__)

AHEAD_S = 0.8  # seconds a turn waits at most for what is not ours; with the store's part it is below 2 s
STORE_S = 0.5  # seconds of a turn's time that the store must still have

Ahead = Callable[[], Awaitable[None] | None]
"""Begins to fetch what the next answer needs; None: it needs nothing."""


def nothing() -> None:
    """Nothing is to be fetched."""


async def fetched(ahead: Ahead, clock: Clock, left_s: float = AHEAD_S + STORE_S) -> None:
    """Wait for it, for as long as ``left_s`` of the turn allows. What came of it is for the answer to say."""
    try:
        at_most = min(AHEAD_S, left_s - STORE_S)
        if at_most > 0 and (coming := ahead()) is not None:
            async with clock.timeout(at_most):
                await coming
    except TimeoutError:
        log.info("a turn goes on without what it asked for")
    except Exception:
        log.exception("a fault of ours in what a turn asks for")

"""Tasks that live as long as one call: none is left behind, and what must be kept is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

LAST_S = 5.0  # seconds that what was pressed before the far end hung up may take to be kept


async def stopped(*tasks: asyncio.Task[Any]) -> None:
    """Stop those that are not over, and see them end; what they failed with was somebody else's to hear."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()


async def first_of(*tasks: asyncio.Future[Any]) -> None:
    """Wait until one of them is over."""
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await it; cancelled meanwhile, give it ``LAST_S`` first: a key that was pressed is kept before the call is
    gone."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=LAST_S)
        raise
    finally:
        await stopped(task)

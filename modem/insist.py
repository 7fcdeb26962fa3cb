"""Finishing what must be finished although we are cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def insist(work: Coroutine[Any, Any, T]) -> T:
    """Do ``work`` to its end, and return or raise what it does; a cancellation meanwhile is raised after it. ``work``
    has limits of its own."""
    doing = asyncio.ensure_future(work)
    cancelled = False
    while not doing.done():
        try:
            await asyncio.wait({doing})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        if not doing.cancelled():
            doing.exception()  # looked at, so that nobody warns of it
        raise asyncio.CancelledError
    return doing.result()

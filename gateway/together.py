"""Asks that come in the same turn of the loop are put to the store as one piece of work: a statement then serves many.

The writer commits together what waits anyway; this saves what each ask costs by itself, which is most of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from gateway.store import StoreFault, Tx

Ask = TypeVar("Ask")
Got = TypeVar("Got")
T = TypeVar("T")

MOST = 500  # asks in one piece of work: about 50 ms of the writer's time


class Writing(Protocol):
    """The store's writer (``Store``)."""

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run ``work``; returns once it is durable. Raises StoreFault."""


class Together(Generic[Ask, Got]):
    """``work`` answers many asks in one transaction; when it raises, each ask is tried alone, so that one that is bad
    fails no other."""

    def __init__(self, store: Writing, work: Callable[[Tx, Sequence[Ask]], Sequence[Got]]) -> None:
        self._store = store
        self._work = work
        self._asked: list[tuple[Ask, asyncio.Future[Got]]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, one: Ask) -> asyncio.Future[Got]:
        """The answer, once what was done for it is durable. Raises StoreFault, and what the work raises."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Got] = loop.create_future()
        if not self._asked:
            loop.call_soon(self._put)
        self._asked.append((one, future))
        return future

    def _put(self) -> None:
        asked, self._asked = self._asked, []
        for start in range(0, len(asked), MOST):
            task = asyncio.create_task(self._answer(asked[start : start + MOST]), name="together")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: Sequence[tuple[Ask, asyncio.Future[Got]]]) -> None:
        """Never raises."""
        asks = [ask for ask, _ in asked]
        try:
            answers = await self._store.write(lambda tx: self._work(tx, asks))
        except Exception as error:
            if isinstance(error, StoreFault) or len(asked) == 1:
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
            else:
                await asyncio.gather(*(self._answer([one]) for one in asked))
            return
        for (_, future), answer in zip(asked, answers, strict=True):
            if not future.done():
                future.set_result(answer)

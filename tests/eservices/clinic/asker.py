"""One of several processes in which people ask for the same few places at once.

``python -m tests.eservices.clinic.asker FOLDER URL FIRST COUNT``: prints ``ready``, waits for a line, then lets COUNT
people ask together, and prints the number that each was given (0: none). Where only one process may have the store at a
time, it waits for its turn."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from config.clock import SystemClock
from eservices.clinic.booking import Booked
from gateway.store import Store, StoreInUse
from tests.eservices.clinic.counter import wants, wish

TURN_S = 0.02  # between two looks whether the store is free
WAITS = 2000


async def opened(folder: Path, url: str) -> Store:
    for _ in range(WAITS):
        try:
            return await Store.open(folder / "k.db", SystemClock(), url=url)
        except StoreInUse:
            await asyncio.sleep(TURN_S)
    raise TimeoutError("the store was never free")


async def main(folder: Path, url: str, first: int, count: int) -> None:
    clock = SystemClock()
    shared = await opened(folder, url) if url else None
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    store = shared or await opened(folder, url)
    async with store, clock.timeout(60):
        wishes = [wish(first + n) for n in range(count)]
        for outcome in await asyncio.gather(*(store.write(wants(one)) for one in wishes)):
            print(outcome.booking.queue if isinstance(outcome, Booked) else 0, flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))

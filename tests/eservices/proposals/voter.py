"""A process that gives many voices: ``python -m tests.eservices.proposals.voter FOLDER URL ROUND PROPOSAL MANY``.
It says ``ready``, waits for a line, and says how many were taken. In a folder ``down`` it begins with the last."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from config.clock import SystemClock
from eservices.proposals.store import give
from gateway.store import Store

PIECE = 50  # voices of one group: the other process has its turn


async def main(folder: str, url: str, round: int, proposal: int, many: int) -> int:
    at, taken = datetime(2026, 11, 23, 9, tzinfo=UTC), 0
    async with await Store.open(Path(folder) / "k.db", SystemClock(), url=url) as store:

        async def one(nth: int) -> bool:
            return await store.write(lambda tx: give(tx, round, proposal, f"+62812{nth:08d}", "id", at))

        print("ready", flush=True)
        sys.stdin.readline()
        numbers = range(many)[::-1] if Path(folder).name == "down" else range(many)
        for first in range(0, many, PIECE):
            taken += sum(await asyncio.gather(*(one(nth) for nth in numbers[first : first + PIECE])))
    return taken


if __name__ == "__main__":
    folder, url, *numbers = sys.argv[1:]
    print(asyncio.run(main(folder, url, *map(int, numbers))))

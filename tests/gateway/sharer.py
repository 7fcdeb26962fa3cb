"""One of several processes on a store: its own data directory and channel, and its share of the outbox.

``python -m tests.gateway.sharer FOLDER URL NAME AIR_S``: what it hands over is written to FOLDER/NAME, one key a line,
before the hand-over returns. It runs until it is killed, or its standard input ends.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from config.clock import SystemClock
from config.crash import no_crash
from gateway.channel import ChannelKind
from gateway.messages import Lane, Outbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.store import Store

DOUBT_S = 2.0  # seconds until an emergency of unknown fate is sent once more


@dataclass(slots=True)
class Ledger:
    """A channel that takes everything, and writes down what it took."""

    name: str
    file: int
    air_s: float
    kind: ChannelKind = "provider"
    number: str = ""
    operator: str = ""
    calls: bool = False
    well: bool = True
    occupied: bool = False

    def serves(self, to: str, lane: Lane) -> bool:
        return True

    def reports(self, lane: Lane) -> bool:
        return False

    def parts(self, letter: Outbound) -> int:
        return 1

    def cost(self, letter: Outbound, parts: int) -> float:
        return 0.0

    async def probe(self) -> None:
        return

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        os.write(self.file, f"{letter.key}\n".encode())
        await asyncio.sleep(self.air_s)
        return letter.key


async def share(folder: Path, url: str, name: str, air_s: float) -> None:
    """For ever, or until standard input ends."""
    place, clock = folder / f"data-{name}", SystemClock()
    place.mkdir(exist_ok=True)
    file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    async with await Store.open(place / "kentongan.db", clock, url=url) as store:
        channel = Ledger(name=name, file=file, air_s=air_s)
        outbox = Outbox(store, [channel], clock, no_crash, Pulse(clock), doubt_s=DOUBT_S)
        store.listen(outbox.wake)
        work = asyncio.create_task(outbox.run())
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)
        outbox.stop()
        await work


if __name__ == "__main__":
    asyncio.run(share(Path(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])))

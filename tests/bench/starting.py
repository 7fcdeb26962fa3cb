"""How long a start takes, and how much memory the program takes when it rests."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from tests.bench import program, town
from tests.bench.coming_in import asked, newcomer, session
from tests.bench.figures import Board, Figure
from tests.bench.watchers import watching
from tests.bench.wire import Wire, far_end

PENDING = 10_000  # rows: half to be sent, half kept and not yet read, the last of these a cry for help
AIR_S = 0.3
REST_S = 2.0  # seconds at rest before the memory is read
LIMIT_S = 30.0
MB = 1_000_000


async def measure_start(board: Board, rounds: int) -> None:
    """From the start of the process to its ready line."""
    first, again = [], []
    for _ in range(rounds):
        async with far_end() as wire, program.laid_out() as house:
            await wire.plug(house.folder, town.MODEM)
            async with house.running(wire.device) as running:
                first.append(running.ready_s)
            async with house.running(wire.device) as running:
                again.append(running.ready_s)
    board.add(
        Figure(name="ready, first start", unit="s", values=tuple(first), note="the store is made"),
        Figure(name="ready, empty store", unit="s", values=tuple(again)),
    )
    await _pending(board, rounds)


async def _pending(board: Board, rounds: int) -> None:
    """With ``PENDING`` rows waiting; and when the siren of the cry among them is dialled."""
    ready, rung = [], []
    async with program.laid_out() as template:
        people = town.residents(template.city)
        await template.register(people)
        await template.fill(queued=PENDING // 2, unread=PENDING // 2 - 1, cry=people[0].number)
        for _ in range(rounds):
            with template.copied() as house:
                async with far_end() as wire:
                    officers, sirens = town.people(house.city)
                    await wire.plug(house.folder, town.MODEM, profile="EC25", air_s=AIR_S)
                    await wire.people(officers=officers, sirens=sirens, others=[town.STRANGER, people[0].number])
                    begun = time.time()  # the wire's log is on the same clock
                    async with house.running(wire.device) as running:
                        ready.append(running.ready_s)
                        rung.append(await _siren_at(wire, frozenset(sirens)) - begun)
    board.add(
        Figure(name="ready, 10,000 rows pending", unit="s", values=tuple(ready)),
        Figure(
            name="siren after start, 10,000 rows pending",
            unit="s",
            values=tuple(rung),
            note="a cry that was kept and not read before the stop, last of 5,000 kept letters",
        ),
    )


async def _siren_at(wire: Wire, sirens: frozenset[str]) -> float:
    async with asyncio.timeout(LIMIT_S):
        while True:
            for said in await wire.events():
                if said.kind == "at_in" and said.text.startswith("ATD") and said.text[3:].rstrip(";") in sirens:
                    return said.at
            await asyncio.sleep(0.1)


async def measure_memory(board: Board, rounds: int) -> None:
    """Resident memory of the one process, with a page open and its live stream."""
    values = []
    for _ in range(rounds):
        async with far_end() as wire, program.laid_out() as house:
            await wire.plug(house.folder, town.MODEM, profile="EC25")
            await house.register(town.residents(house.city))
            async with house.running(wire.device) as running:
                key = await newcomer(house, running.url, "sari", "dispatcher")
                await asked(running.url, session(key))
                async with watching(running.url, [key], 1):
                    await asyncio.sleep(REST_S)
                    values.append(resident_mb(running.process.pid))
    board.add(Figure(name="memory at rest, one modem, page open", unit="MB", values=tuple(values)))


def resident_mb(pid: int) -> float:
    """VmRSS, in MB of 10^6 bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kib) * 1024 / MB

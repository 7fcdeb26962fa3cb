"""From a letter that is kept to the pixel that says so, and whether who looks slows what rings.

Kept is the letter's ``received_at``: the program's clock when the modem handed the letter over, a moment before its
commit. Seen is the frame after the one in which the incident's row came into the page. Between the two lie the commit,
reading the letter, the incident's own commit, the look at the board (at most one in 0.1 s), the stream, and the
browser's drawing. Browser, program, modem and the watchers' readers share this machine.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.bench import console_pages, console_rush, town
from tests.bench.alarms import cry
from tests.bench.coming_in import come_in
from tests.bench.figures import Board, Figure, percentile
from tests.bench.peopled import Town, kept_at, peopled, settle
from tests.bench.starting import resident_mb
from tests.bench.watchers import WATCHERS, cpu_s, sessions_for, watching
from tests.bench.windows import NoBrowser, Windows, missing, windows
from tests.walks.operators import PASSWORD

CRIES = 10  # a block
WARM = 1
REST_S = 5.0  # of rest, in which the program's own share of a core is taken
DRAWN_S = 3.0  # seconds for the last row to be drawn
BLOCKS = {"nobody watches": 0, "one page": 1, f"{WATCHERS} watchers and a page": WATCHERS + 1}
ALONE, ONE, MANY = BLOCKS


@dataclass(slots=True)
class Taken:
    """What the blocks of one kind took, a list a round; seconds, percent of a core, MB."""

    siren_s: list[list[float]] = field(default_factory=list)
    seen_s: list[list[float]] = field(default_factory=list)
    rest: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


async def measure(board: Board, rounds: int) -> None:
    """All of it; what costs no browser is measured without one too."""
    await console_pages.audit(board, rounds)
    try:
        async with windows() as chromium:
            await _watched(board, chromium, rounds)
            async with peopled(chromium, console_rush.PEOPLE) as crowd:
                await console_rush.measure(board, crowd, chromium)
                await crowd.page.context.close()
                await crowd.running.process.stop()
                settle(crowd.house)
                async with crowd.house.running() as again:
                    await console_pages.measure(board, crowd.house, again, chromium, rounds)
    except NoBrowser as why:
        missing(board, "console", why)


async def _watched(board: Board, chromium: Windows, rounds: int) -> None:
    """The three kinds of block by turns, each round in another order: what the machine does beside falls on all."""
    taken = {name: Taken() for name in BLOCKS}
    names = list(BLOCKS)
    for turn in range(rounds):
        async with peopled(chromium, len(names) * (CRIES + WARM)) as here:
            for at in range(len(names)):
                name = names[(at + turn) % len(names)]
                people = here.people[at * (CRIES + WARM) :][: CRIES + WARM]
                await _block(here, name, people, taken[name])
            await here.page.context.close()
    _say(board, taken)


async def _block(here: Town, name: str, people: Sequence[town.Resident], taken: Taken) -> None:
    async with AsyncExitStack() as stack:
        await here.page.goto(here.running.url if BLOCKS[name] else "about:blank", wait_until="load")
        if BLOCKS[name] > 1:
            count = BLOCKS[name] - 1
            keys = [await come_in(here.running.url, "sari", PASSWORD) for _ in range(sessions_for(count))]
            await stack.enter_async_context(watching(here.running.url, keys, count))
        await asyncio.sleep(2.0)
        taken.rest.append(await _share(here.pid, REST_S))
        before, begun = cpu_s(here.pid), time.monotonic()
        alarms = [await cry(here.wire, here.sirens, one) for one in people]
        taken.busy.append(100 * (cpu_s(here.pid) - before) / (time.monotonic() - begun))
        taken.memory.append(resident_mb(here.pid))
        taken.siren_s.append([alarm.siren_s for alarm in alarms[WARM:]])
        if BLOCKS[name]:
            await asyncio.sleep(DRAWN_S)
            seen = await here.page.evaluate("() => window.bench.seen")
            kept = kept_at(here.house)
            taken.seen_s.append([_seen(seen, *kept[one.number]) for one in people[WARM:]])


def _seen(seen: dict[str, float], number: int, kept: float) -> float:
    """Seconds from kept to seen. Raises KeyError when it never was."""
    return seen[str(number)] / 1000 - kept


async def _share(pid: int, seconds: float) -> float:
    before, begun = cpu_s(pid), time.monotonic()
    await asyncio.sleep(seconds)
    return 100 * (cpu_s(pid) - before) / (time.monotonic() - begun)


def _say(board: Board, taken: dict[str, Taken]) -> None:
    for name in (ONE, MANY):
        for rank in (50, 99):
            against = f"kept to seen, {ONE}, p{rank}" if name == MANY else ""
            board.add(_ranked(f"kept to seen, {name}, p{rank}", taken[name].seen_s, rank, against))
    for name in BLOCKS:
        against = f"siren after +CMTI, {ALONE}, p50" if name != ALONE else ""
        board.add(_ranked(f"siren after +CMTI, {name}, p50", taken[name].siren_s, 50, against))
    for name, one in taken.items():
        board.add(
            Figure(name=f"program at rest, {name}", unit="% of a core", values=tuple(one.rest)),
            Figure(name=f"program while cries come, {name}", unit="% of a core", values=tuple(one.busy)),
            Figure(name=f"memory, {name}", unit="MB", values=tuple(one.memory)),
        )


def _ranked(name: str, waits: list[list[float]], rank: int, against: str) -> Figure:
    pooled = [wait for one in waits for wait in one]
    values = tuple(1000 * percentile(one, rank) for one in waits)
    found = 1000 * percentile(pooled, rank)
    return Figure(name=name, unit="ms", values=values, pooled=found, n=len(pooled), against=against)

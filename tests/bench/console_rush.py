"""A great many incidents within a minute, on one page that stays open: when each is known, and how the page fares."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

from tests.bench import town
from tests.bench.figures import Board, Figure, percentile
from tests.bench.peopled import Town, kept_at
from tests.bench.starting import resident_mb
from tests.bench.watchers import cpu_s
from tests.bench.windows import Windows, ready
from tests.bench.wire import FarEndFault

MANY, WITHIN_S = 500, 60.0
PEOPLE = MANY + 5
PIECE = 5  # letters that come in one breath
KNOWN_S = 120.0  # seconds after the last for all to be known on the page
WIDTH = "() => document.querySelectorAll('*').length"
CLICK = """() => new Promise((done) => {
  const rows = document.querySelectorAll(".board .row");
  const row = rows[Math.min(100, rows.length - 1)];
  const begun = performance.now();
  row.click();
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
})"""
"""A press on a row in the middle, until the frame after the one that answers it."""


async def measure(board: Board, here: Town, chromium: Windows) -> None:
    """One run: it takes its minute. An incident counts as seen when the page knows of so many, in rows or in words
    (200 are rows; of more it says how many)."""
    nodes, clicks = [float(await here.page.evaluate(WIDTH))], []
    before, begun = cpu_s(here.pid), time.monotonic()
    for at in range(0, MANY, PIECE):
        await here.wire.sms([(one.number, town.CRY) for one in here.people[at : at + PIECE]])
        if at % 100 == 50:
            clicks.append(float(await here.page.evaluate(CLICK)))
            nodes.append(float(await here.page.evaluate(WIDTH)))
        await asyncio.sleep(max(0.0, begun + WITHIN_S * (at + PIECE) / MANY - time.monotonic()))
    took = time.monotonic() - begun
    known = await _all_known(here)
    busy = 100 * (cpu_s(here.pid) - before) / (time.monotonic() - begun)
    waits = until_known([at for _, at in kept_at(here.house).values()], known)
    nodes.append(float(await here.page.evaluate(WIDTH)))
    tasks = [float(one) for one in await here.page.evaluate("() => window.bench.tasks")]
    much = f"{MANY} incidents in {took:.0f} s"
    note = "200 of them in rows, the rest in the words that count them"
    for rank in (50, 99):
        value = (1000 * percentile(waits, rank),)
        board.add(Figure(name=f"kept to seen, {much}, p{rank}", unit="ms", values=value, n=MANY, note=note))
    board.add(
        Figure(name=f"longest task of the page, {much}", unit="ms", values=(max(tasks, default=0.0),), n=len(tasks)),
        Figure(name=f"a press on a row, worst, {much}", unit="ms", values=(max(clicks),), n=len(clicks)),
        Figure(name=f"nodes of the page, {much}", unit="nodes", values=(max(nodes),), note=f"before: {nodes[0]:.0f}"),
        Figure(name=f"program, {much}", unit="% of a core", values=(busy,)),
        Figure(name=f"memory, {much}", unit="MB", values=(resident_mb(here.pid),)),
    )
    again = await chromium.opened(here.running.url, await here.page.context.storage_state())
    board.add(Figure(name="a page opened anew with 200 rows, board ready", unit="ms", values=(await ready(again),)))
    await again.context.close()


def until_known(kept: Iterable[float], known: Sequence[tuple[float, int]]) -> list[float]:
    """Seconds from the keeping of each incident to the moment when the page knew of so many. ``kept``: seconds since
    1970; ``known``: milliseconds since 1970, and of how many. Raises StopIteration when it never did."""
    return [next(at / 1000 for at, count in known if count >= nth) - one for nth, one in enumerate(sorted(kept), 1)]


async def _all_known(here: Town) -> list[tuple[float, int]]:
    """When the page knew of how many."""
    until = time.monotonic() + KNOWN_S
    while time.monotonic() < until:
        known = [(float(at), int(count)) for at, count in await here.page.evaluate("() => window.bench.known")]
        if max((count for _, count in known), default=0) >= MANY:
            return known
        await asyncio.sleep(0.5)
    made = here.house.rows("select count(*) from incident")
    raise FarEndFault(f"of {MANY} the page knows {known[-1:]}; in the store: {made}, letters: {here.house.kept()}")

"""What pages weigh, how soon they are painted, and what the program computes for them; and for who comes in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from config.clock import SystemClock
from gateway.audit import Deed, note
from gateway.store import Store, Tx
from tests.bench import program
from tests.bench.coming_in import asked, newcomer, session
from tests.bench.figures import Board, Figure
from tests.bench.watchers import cpu_s
from tests.bench.windows import Windows, painted, ready
from tests.walks.operators import PASSWORD

WEIGHED = ("/", "/map", "/incidents")
PAINTED = {"/": "/", "/incidents?state=closed": "a list of 500 incidents"}
LOOKED = (
    "/",
    "/incidents",
    "/incidents/1",
    "/map",
    "/people",
    "/stations",
    "/roster",
    "/officers",
    "/drills",
    "/tickets",
    "/clinic",
    "/letters",
    "/reports",
    "/settings/audit",
    "/settings/retention",
)
HEAVIEST = 5
PAINTS = 5  # of each page a round, cold and warm
VIEWS = 20  # of one page, so that hundredths of a second of CPU tell something
LOGINS = 8
ROLES = ("dispatcher", "supervisor", "office", "clinic")
NOTES = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request: seconds until its answer had come, seconds of the program's CPU."""

    took_s: float
    cpu_s: float


async def measure(board: Board, house: program.House, running: program.Running, chromium: Windows, rounds: int) -> None:
    """On a program at rest whose store holds a day's rush. The dispatcher sari has logged in before."""
    pid, url = running.process.pid, running.url.rstrip("/")
    key = await newcomer(house, url, "budi", *ROLES)
    await _views(board, pid, url, key)
    await _paper(board, pid, url, key, rounds)
    await _logins(board, pid, url)
    page = await chromium.opened(f"{url}/")
    await page.get_by_label("Nama pengguna").fill("sari")
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk", exact=True).click()
    await page.locator("#console .board").wait_for()
    kept = await page.context.storage_state()
    await page.context.close()
    for path in WEIGHED:
        wire = await chromium.weighed(f"{url}{path}", kept)
        board.add(
            Figure(name=f"weight of {path}", unit="kB", values=(wire.kilobytes,), note="as it came over the wire"),
            Figure(name=f"requests of {path}", unit="requests", values=(float(wire.requests),)),
        )
    for path, name in PAINTED.items():
        await _paints(board, chromium, f"{url}{path}", name, kept, rounds)


async def _paints(board: Board, chromium: Windows, url: str, name: str, kept: object, rounds: int) -> None:
    """Cold: a window with an empty cache. Warm: the same window once more."""
    found: dict[str, list[float]] = {}
    for _ in range(PAINTS * rounds):
        page = await chromium.opened(url, kept)
        for how in ("cold", "warm"):
            if how == "warm":
                await page.goto(url, wait_until="load")
            first, content = await painted(page)
            found.setdefault(f"first paint of {name}, {how}", []).append(first)
            found.setdefault(f"first contentful paint of {name}, {how}", []).append(content)
            if name == "/":
                found.setdefault(f"board ready of {name}, {how}", []).append(await ready(page))
        await page.context.close()
    for what, values in found.items():
        board.add(Figure(name=what, unit="ms", values=tuple(values), note="milliseconds since the navigation began"))


async def _views(board: Board, pid: int, url: str, key: str) -> None:
    """Every page of the list, packed as a browser takes it; the heaviest are told."""
    costs: list[tuple[float, str]] = []
    head = {**session(key), "Accept": "text/html", "Accept-Encoding": "gzip"}
    for path in LOOKED:
        await asked(f"{url}{path}", head)  # the first of everything is slower
        views = await _measured(pid, VIEWS, lambda path=path: asked(f"{url}{path}", head))  # type: ignore[misc]
        costs.append((1000 * views.cpu_s / VIEWS, path))
    for cost, path in sorted(costs, reverse=True)[:HEAVIEST]:
        board.add(Figure(name=f"a view of {path}", unit="ms of CPU", values=(cost,), n=VIEWS))
    board.add(Figure(name="a view, median of all pages", unit="ms of CPU", values=tuple(cost for cost, _ in costs)))


async def _paper(board: Board, pid: int, url: str, key: str, rounds: int) -> None:
    month = f"{SystemClock().now():%Y-%m}"
    head = session(key)
    costs = [
        await _measured(pid, 1, lambda: asked(f"{url}/reports/monthly?month={month}", head)) for _ in range(rounds)
    ]
    board.add(
        Figure(name="monthly report as PDF, 500 incidents", unit="s", values=tuple(one.took_s for one in costs)),
        Figure(name="its CPU", unit="s", values=tuple(one.cpu_s for one in costs)),
    )


async def _logins(board: Board, pid: int, url: str) -> None:
    form = urlencode({"login": "sari", "password": PASSWORD}).encode()
    costs = [await _measured(pid, 1, lambda: asked(f"{url}/login", {}, form, 303)) for _ in range(LOGINS)]
    board.add(
        Figure(name="login", unit="ms", values=tuple(1000 * one.took_s for one in costs)),
        Figure(name="login, CPU", unit="ms of CPU", values=tuple(1000 * one.cpu_s for one in costs)),
    )


async def _measured(pid: int, times: int, ask: Callable[[], Awaitable[object]]) -> Cost:
    before, begun = cpu_s(pid), time.perf_counter()
    for _ in range(times):
        await ask()
    return Cost(time.perf_counter() - begun, cpu_s(pid) - before)


async def audit(board: Board, rounds: int) -> None:
    """A thousand notes in one transaction; and a commit with one note beside a commit of one row."""
    each: list[float] = []
    plain: list[float] = []
    noted: list[float] = []
    deed = Deed(by="bench", how="page", what="incident.accept", object="incident/1", about=["+6285700100001"])
    with TemporaryDirectory(prefix="bench-") as folder:
        async with await Store.open(Path(folder) / program.STORE, SystemClock()) as store:
            for _ in range(rounds):
                begun = time.process_time()
                await store.write(lambda tx: _notes(tx, deed))
                each.append(1e6 * (time.process_time() - begun) / NOTES)
            for at in range(100):
                for waits, work in ((plain, _row), (noted, _row_and_note)):
                    begun = time.perf_counter()
                    await store.write(lambda tx, work=work, at=at: work(tx, at))  # type: ignore[misc]
                    waits.append(1000 * (time.perf_counter() - begun))
    board.add(
        Figure(name="a note in the audit", unit="us of CPU", values=tuple(each), n=NOTES * rounds),
        Figure(name="a commit of one letter", unit="ms", values=(statistics.median(plain),), n=len(plain)),
        Figure(
            name="a commit of one letter with a note in the audit",
            unit="ms",
            values=(statistics.median(noted),),
            n=len(noted),
            against="a commit of one letter",
        ),
    )


def _notes(tx: Tx, deed: Deed) -> None:
    for _ in range(NOTES):
        note(tx, deed)


def _row(tx: Tx, at: int) -> None:
    program.lay(tx, f"plain-{at}")


def _row_and_note(tx: Tx, at: int) -> None:
    program.lay(tx, f"noted-{at}")
    note(tx, Deed(by="bench", how="page", what="incident.accept", object=f"incident/{at}", about=["+6285700100001"]))

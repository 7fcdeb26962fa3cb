"""Letters that come by HTTP, kept before they are answered: by the whole program, this machine's floor, and Kannel.

Everybody gets the same letters from the same load, one after the other in each round, so that a noisy minute touches
all alike. The program also reads every letter and answers it; the floor writes a letter and its answer; Kannel hands it
to its smsbox, whose answer goes back to bearerbox. Who really synced before answering is seen by strace, in a short run
of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import kannel, program
from tests.bench.figures import Board, Figure, percentile
from tests.bench.loading import Loader, LoadFault, Run, Target, floor, loader
from tests.bench.syncs import Proof, calls_of, proof, slowed, strace, tracing

AT_ONCE = (1, 16, 64)
SECONDS = 2.0  # that count, a run; a third of a second before them does not
STEADY = 500.0  # letters a second at a fixed rate
MOST = AT_ONCE[-1]
PROVED = 0.5  # seconds of letters under strace
PROVED_RATE = 200.0
READ_S = 60.0  # seconds that the program may take to have read what came
OURS, FLOOR, SINGLE = "kentongan", "floor, group commit", "floor, a transaction each"
NOTHING = "floor, nothing stored"

Start = Callable[[Path, Sequence[str]], AbstractAsyncContextManager[Target]]
"""Starts somebody in a folder, under a program (``before``)."""


@dataclass(frozen=True, slots=True)
class Server:
    """Somebody who is measured. ``slow``: on the slowed disk too; ``note``: what it does."""

    name: str
    start: Start
    slow: bool = False
    steady: bool = False
    note: str = ""


@asynccontextmanager
async def ours(_folder: Path, before: Sequence[str]) -> AsyncIterator[Target]:
    """The program, with a provider and no modem."""
    async with program.laid_out() as house, house.running(before=before) as running:
        yield running.callback("sms")


def _floor(kind: str) -> Start:
    return lambda folder, before: floor(kind, None if kind == "nothing" else folder, before)


def _kannel(store: str) -> Start:
    return lambda folder, before: kannel.kannel(store, folder, before)


SERVERS = (
    Server(OURS, ours, slow=True, steady=True),
    Server(FLOOR, _floor("group"), slow=True, steady=True, note="aiohttp and plain sqlite3: two rows, nothing read"),
    Server(SINGLE, _floor("single"), slow=True, note="the same, one commit a letter"),
    Server(NOTHING, _floor("nothing"), note="also what the load itself can do at least"),
)
KANNELS = tuple(
    Server(f"Kannel, {store}", _kannel(store), steady=store == "spool", note=f"store-type {store}; C, never syncs")
    for store in kannel.STORES
)


async def measure(board: Board, rounds: int) -> None:
    """Every server in turn, ``rounds`` times; then who syncs."""
    servers = [*SERVERS]
    if (why := kannel.missing()) is not None:
        board.skip(f"Kannel: {why}")
    else:
        servers += KANNELS
    runs: dict[str, list[Run]] = defaultdict(list)
    async with loader() as load:
        for _ in range(rounds):
            for server in servers:
                await _plain(load, server, runs)
                if server.slow and strace() is not None:
                    await _slow(load, server, runs)
        for server in servers:
            _report(board, server, runs)
        if strace() is None:
            board.skip("who syncs, and the slowed disk: apt-get install strace")
            return
        for server in servers:
            _proved(board, server, await _prove(load, server))


async def _plain(load: Loader, server: Server, runs: dict[str, list[Run]]) -> None:
    async with _running(server) as target:
        for at_once in AT_ONCE:
            runs[_name(server, at_once)].append(await load.run(target, at_once=at_once, seconds=SECONDS))
        if server.steady:
            steady = await load.run(target, at_once=MOST, seconds=SECONDS, rate=STEADY)
            runs[_name(server, STEADY)].append(steady)


async def _slow(load: Loader, server: Server, runs: dict[str, list[Run]]) -> None:
    async with _running(server, slowed()) as target:
        runs[f"{_name(server, MOST)}, slow disk"].append(await load.run(target, at_once=MOST, seconds=SECONDS))


async def _prove(load: Loader, server: Server) -> Proof:
    """The program is traced from its start; only what was asked under this mark counts."""
    with TemporaryDirectory(prefix="trace-") as folder:
        log = Path(folder) / "trace"
        async with _running(server, tracing(log)) as target:
            asked = {"at_once": MOST, "seconds": PROVED, "warm_s": 0.0, "rate": PROVED_RATE}
            done = await load.run(target, mark="proof", **asked)  # type: ignore[arg-type]
        found = proof(await calls_of(log), "proof")
    if found.answered != done.answered:
        raise LoadFault(f"{server.name}: strace saw {found.answered} of {done.answered} letters answered")
    return found


@asynccontextmanager
async def _running(server: Server, before: Sequence[str] = ()) -> AsyncIterator[Target]:
    with TemporaryDirectory(prefix="bench-") as folder:
        async with server.start(Path(folder), before) as target:
            yield target


def _name(server: Server, how: float) -> str:
    return f"HTTP in, {server.name}, " + (f"{how:g} a second" if how == STEADY else f"{how:g} at once")


def _report(board: Board, server: Server, runs: dict[str, list[Run]]) -> None:
    for how in AT_ONCE:
        _figures(board, server, _name(server, how), runs)
    if server.steady:
        _waits(board, _name(server, STEADY), runs[_name(server, STEADY)])
    if runs[f"{_name(server, MOST)}, slow disk"]:
        _figures(board, server, f"{_name(server, MOST)}, slow disk", runs)


def _figures(board: Board, server: Server, name: str, runs: dict[str, list[Run]]) -> None:
    against = name.replace(server.name, OURS) if server.name != OURS else ""
    rates = tuple(run.rate for run in runs[name])
    board.add(Figure(name=name, unit="letters/s", values=rates, against=against, note=server.note))
    _waits(board, name, runs[name])


def _waits(board: Board, name: str, runs: Sequence[Run]) -> None:
    """The percentiles are of all rounds together, the spread is between rounds."""
    for rank in (50, 99):
        every = [wait for run in runs for wait in run.waits]
        values = tuple(run.wait(rank) for run in runs)
        pooled = percentile(every, rank)
        board.add(Figure(name=f"{name}, p{rank}", unit="ms", values=values, pooled=pooled, n=len(every)))


def _proved(board: Board, server: Server, found: Proof) -> None:
    board.add(
        Figure(
            name=f"HTTP in, {server.name}, synced before the answer",
            unit="%",
            values=(100 * found.synced / found.answered,),
            n=found.answered,
            note=f"{found.syncs} syncs seen by strace while it ran; {found.synced} of {found.answered} letters were "
            "read, written, synced and answered in this order",
        )
    )

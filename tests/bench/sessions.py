"""USSD by HTTP: how long a phone waits for the next screen, each turn kept before it is shown. The whole program."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import program
from tests.bench.figures import Board, Figure, percentile
from tests.bench.loading import Loader, Run, Target, loader
from tests.bench.syncs import Proof, calls_of, proof, strace, tracing

KEYS = ("5", "0", "4", "0", "6", "0", "5")  # my data, back, registration, back, a message, back, my data: no effects
SESSIONS = 200
STEADY = 500.0  # turns a second
LINES = 64  # connections for that
SECONDS = 3.0
PROVED = 0.5  # seconds of turns under strace
PROVED_RATE = 100.0


async def measure(board: Board, rounds: int) -> None:
    """At a fixed rate, and 200 sessions that answer at once, ``rounds`` times; then whether it syncs."""
    steady: list[Run] = []
    crowd: list[Run] = []
    async with loader() as load:
        for _ in range(rounds):
            async with program.laid_out() as house, house.running() as running:
                target = _target(running)
                steady.append(await load.run(target, at_once=LINES, seconds=SECONDS, rate=STEADY))
                crowd.append(await load.run(target, at_once=SESSIONS, seconds=SECONDS))
        for name, runs in ((f"{STEADY:g} a second", steady), (f"{SESSIONS} sessions at once", crowd)):
            _figures(board, f"USSD turn, {name}", runs)
        rates = tuple(run.rate for run in crowd)
        note = "each session answers as soon as it is answered; people take seconds"
        board.add(Figure(name=f"USSD turns, {SESSIONS} sessions at once", unit="turns/s", values=rates, note=note))
        if strace() is None:
            board.skip("whether USSD syncs: apt-get install strace")
            return
        _proved(board, await _prove(load))


def _target(running: program.Running) -> Target:
    where = running.callback("ussd")
    return Target(port=where.port, path=where.path, kind="turns", keys=KEYS)


def _figures(board: Board, name: str, runs: list[Run]) -> None:
    """The percentiles are of all rounds together, the spread is between rounds."""
    for rank in (50, 99):
        every = [wait for run in runs for wait in run.waits]
        values = tuple(run.wait(rank) for run in runs)
        pooled = percentile(every, rank)
        board.add(Figure(name=f"{name}, p{rank}", unit="ms", values=values, pooled=pooled, n=len(every)))


async def _prove(load: Loader) -> Proof:
    with TemporaryDirectory(prefix="trace-") as folder:
        log = Path(folder) / "trace"
        async with program.laid_out() as house, house.running(before=tracing(log)) as running:
            target = _target(running)
            await load.run(target, at_once=LINES, seconds=PROVED, warm_s=0.0, rate=PROVED_RATE, mark="proof")
        return proof(await calls_of(log), "proof")


def _proved(board: Board, found: Proof) -> None:
    note = f"by strace: the first turn of {found.answered} sessions, {found.syncs} syncs seen while they ran"
    share = 100 * found.synced / found.answered
    board.add(Figure(name="USSD, synced before the answer", unit="%", values=(share,), n=found.answered, note=note))

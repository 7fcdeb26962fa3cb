"""``make bench``: every figure in one run, as a table and as ``bench.json``.

    python tests/bench/table.py [disk] [http] [ussd] [letters] [alarms] [queue] [start] [memory] [words] [voice]
        [console] [--rounds N]

The figures are of this machine in this minute, noise and all; what carries over is the ratios, the counts of commands
and of operations. It fails when something does not work, never because it is slow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)  # instead of this folder, whose files are not top-level modules

from tests.bench import alarms, console, disk, intake, letters, sessions, starting, voice, words  # noqa: E402
from tests.bench.figures import Board, table  # noqa: E402
from tests.bench.goals import GOALS  # noqa: E402

Subject = Callable[[Board, int], Awaitable[None]]
SUBJECTS: Mapping[str, Subject] = {
    "disk": disk.measure,
    "http": intake.measure,
    "ussd": sessions.measure,
    "letters": letters.measure,
    "alarms": alarms.measure_idle,
    "queue": alarms.measure_behind_a_queue,
    "start": starting.measure_start,
    "memory": starting.measure_memory,
    "words": words.measure,
    "voice": voice.measure,
    "console": console.measure,
}
ROUNDS = 3  # medians of fewer say nothing


async def run(names: list[str], rounds: int) -> Board:
    """Every subject, one after the other; one that cannot be measured does not take the others with it."""
    board = Board()
    for name in names:
        begun = time.perf_counter()
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        try:
            await SUBJECTS[name](board, rounds)
        except Exception as fault:
            board.failed.append(f"{name}: {type(fault).__name__}: {fault}")
        print(f"measuring {name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    return board


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure Kentongan, and its peers on the same modem.")
    parser.add_argument("subject", nargs="*", choices=[*SUBJECTS, []], help="only these (all)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"runs of each ({ROUNDS})")
    asked = parser.parse_args()
    board = asyncio.run(run(asked.subject or list(SUBJECTS), asked.rounds))
    table(board, GOALS, print)
    (ROOT / "bench.json").write_text(json.dumps(board.rows(), ensure_ascii=False, indent=1) + "\n")
    return 1 if board.failed else 0


if __name__ == "__main__":
    sys.exit(main())

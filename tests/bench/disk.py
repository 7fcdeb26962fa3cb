"""What one commit costs on this disk now: the floor under every figure that has to do with letters."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Board, Figure

COMMITS = 60
ROW = "x" * 200


async def measure(board: Board, rounds: int) -> None:
    """One small row a commit, with the store's own settings (WAL, ``synchronous=FULL``), in milliseconds."""
    values = tuple(_milliseconds() for _ in range(rounds))
    board.add(Figure(name="one commit on this disk", unit="ms", values=values, n=rounds * COMMITS))


def _milliseconds() -> float:
    with TemporaryDirectory(prefix="bench-") as folder, closing(_open(Path(folder) / "floor.db")) as store:
        begun = time.perf_counter()
        for _ in range(COMMITS):
            store.execute("insert into t (text) values (?)", (ROW,))
        return 1000 * (time.perf_counter() - begun) / COMMITS


def _open(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("pragma journal_mode=wal")
    store.execute("pragma synchronous=full")
    store.execute("create table t (id integer primary key, text text)")
    return store

"""Run by the bench in its own process: the least that a program could do with a letter that comes by HTTP.

    floor.py nothing               aiohttp answers, nothing is stored
    floor.py group   FOLDER        one writer thread commits together what waits: a letter and its answer, two rows
    floor.py single  FOLDER        the same thread, one transaction a letter

Plain ``sqlite3``, ``synchronous=FULL``, answered after the commit. Its first line of output is its port; it ends when
its stdin does.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any

from aiohttp import web

SCHEMA = (
    "create table inbound (id integer primary key, external_id text unique, sender text, text text, at text)",
    "create table outbound (id integer primary key, key text unique, recipient text, text text, state text)",
)
LETTER = "insert or ignore into inbound (external_id, sender, text, at) values (?, ?, ?, ?)"
REPLY = "insert or ignore into outbound (key, recipient, text, state) values (?, ?, ?, 'queued')"
ANSWER = "Pesan Anda kami terima dan akan dibaca petugas."
SLOW_COMMIT_S, LINGER = 0.002, 0.1  # on a slow disk, wait a tenth of the last commit for others
CHECKPOINT_S = 0.25

Row = tuple[str, str, str]
Job = tuple[Row, "asyncio.Future[None]"]


class Writer(threading.Thread):
    """Owns the connection. ``grouped``: commits together what waits; else each letter alone."""

    def __init__(self, file: Path, *, grouped: bool) -> None:
        super().__init__(daemon=True)
        self._file, self._grouped = file, grouped
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def keep(self, row: Row) -> asyncio.Future[None]:
        """Done when it is durable."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._jobs.put((row, done))
        return done

    def run(self) -> None:
        store = sqlite3.connect(self._file, isolation_level=None)
        for pragma in ("journal_mode=wal", "synchronous=full", "wal_autocheckpoint=0"):
            store.execute(f"pragma {pragma}")
        for table in SCHEMA:
            store.execute(table)
        took, checked = 0.0, time.perf_counter()
        while True:
            group = self._take(took)
            begun = time.perf_counter()
            store.execute("begin immediate")
            for row, _ in group:
                self._write(store, row)
            store.execute("commit")
            took = time.perf_counter() - begun
            self._loop.call_soon_threadsafe(_tell, group)
            if begun - checked > CHECKPOINT_S:
                store.execute("pragma wal_checkpoint(passive)").fetchone()
                checked = time.perf_counter()

    def _take(self, took: float) -> list[Job]:
        group = [self._jobs.get()]
        if self._grouped:
            if took > SLOW_COMMIT_S:
                time.sleep(took * LINGER)
            while not self._jobs.empty():
                group.append(self._jobs.get())
        return group

    def _write(self, store: sqlite3.Connection, row: Row) -> None:
        external_id, sender, text = row
        store.execute("savepoint job")
        store.execute(LETTER, (external_id, sender, text, "2026-08-17 13:00:05"))
        store.execute(REPLY, (external_id, sender, ANSWER))
        store.execute("release savepoint job")


def _tell(group: list[Job]) -> None:
    for _, done in group:
        if not done.done():
            done.set_result(None)


async def serve(kind: str, folder: Path | None) -> None:
    writer = None
    if folder is not None:
        writer = Writer(folder / "floor.db", grouped=kind == "group")
        writer.start()

    async def sms(request: web.Request) -> web.Response:
        form: Any = await request.post()
        if writer is not None:
            await writer.keep((str(form["id"]), str(form["from"]), str(form["text"])))
        return web.Response(text="")

    app = web.Application()
    app.router.add_post("/sms", sms)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None))

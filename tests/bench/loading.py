"""Asks the load's process (``load.py``) for runs, and makes figures of what it saw."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.figures import percentile
from tests.bench.processes import Started, started

ANSWER_LINE = 2**20  # bytes: the times of 20,000 requests
GOOD = frozenset({"200", "202"})


class LoadFault(Exception):
    """Something was not answered, or not with success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run saw. ``rate``: answers a second; ``waits``: milliseconds each."""

    rate: float
    waits: tuple[float, ...]
    answered: int

    def wait(self, rank: float) -> float:
        """A percentile of the waits, milliseconds."""
        return percentile(self.waits, rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Who is asked. ``kind``: letters, kannel or turns; ``keys``: what is typed in a turn's session."""

    port: int
    path: str
    kind: str = "letters"
    keys: Sequence[str] = ()
    host: str = "127.0.0.1"


class Loader:
    """The load's process."""

    def __init__(self, process: Started) -> None:
        self._process, self._runs = process, 0

    async def run(
        self, target: Target, *, at_once: int, seconds: float, warm_s: float = 0.3, rate: float = 0.0, mark: str = ""
    ) -> Run:
        """One run; ``rate`` 0: the next request when the last is answered; ``mark``: what the letters' words hold.
        Raises LoadFault."""
        self._runs += 1
        order = {
            "host": target.host,
            "port": target.port,
            "path": target.path,
            "kind": target.kind,
            "keys": list(target.keys),
            "mark": mark or f"r{self._runs}",
            "marked": bool(mark),
            "at_once": at_once,
            "seconds": seconds,
            "warm_s": warm_s,
            "rate": rate,
        }
        answer = await self._process.ask(json.dumps(order))
        if not answer:
            raise LoadFault(f"the load is gone: {await self._process.errors()}")
        seen = json.loads(answer)
        statuses = seen["statuses"]
        if set(statuses) - GOOD or not statuses:
            raise LoadFault(f"{target.path} at {at_once}: {statuses} {seen['example']}")
        return Run(rate=seen["rate"], waits=tuple(seen["milliseconds"]), answered=sum(statuses.values()))


@asynccontextmanager
async def loader() -> AsyncIterator[Loader]:
    """The process, ended with the block."""
    async with started(sys.executable, str(Path(__file__).with_name("load.py")), line=ANSWER_LINE) as process:
        yield Loader(process)


@asynccontextmanager
async def floor(kind: str, folder: Path | None = None, before: Sequence[str] = ()) -> AsyncIterator[Target]:
    """``floor.py``, ready. ``before``: the words of a program that runs it (strace)."""
    script = str(Path(__file__).with_name("floor.py"))
    words = [*before, sys.executable, script, kind, *([str(folder)] if folder is not None else [])]
    async with started(*words) as process:
        try:
            port = int(await process.line())
        except (TimeoutError, ValueError):
            raise LoadFault(f"the floor did not start: {await process.errors()}") from None
        yield Target(port=port, path="/sms")

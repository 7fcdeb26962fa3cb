"""Run by the bench in its own process: requests over HTTP on connections that are kept open, the next one when the
last is answered, or at a fixed rate. Raw sockets of asyncio: what is measured is the other end. Asked by JSON lines on
stdin, one answer a line on stdout (``tests/bench/loading.py`` asks).

At a fixed rate a request's time counts from the instant when it was due, not from when a connection was free for it.
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import sys
from collections import Counter, deque
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path[0] = str(Path(__file__).resolve().parents[2])  # instead of this folder, whose files are not top-level modules

from tests.bench.posts import KannelLetters, Letters, Requests, Turns, Where  # noqa: E402

GIVE_UP_S = 30.0  # seconds for the last answers after the end
TIMES = 20_000  # of a run at most: enough for any percentile that is asked for


class Line(asyncio.Protocol):
    """One connection: a request, its answer, the next."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rest = b""
        self.due = 0.0
        self.which: Any = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes, which: Any, due: float) -> None:
        """Say it; ``due``: from when its time counts."""
        assert self.transport is not None
        self.due, self.which = due, which
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        head, blank, body = data.partition(b"\r\n\r\n")
        if not blank or len(body) < _length(head):
            self._rest = data
            return
        self._rest = b""
        self._load.answered(self, head, body)

    def connection_lost(self, exc: Exception | None) -> None:
        self._load.lost(self)


class Load:
    """One run on ``at_once`` connections: ``warm_s`` and then ``seconds``, which count."""

    def __init__(self, requests: Requests, *, rate: float, warm_s: float, seconds: float) -> None:
        self._requests = requests
        self._rate, self._warm_s, self._seconds = rate, warm_s, seconds
        self._warm = self._end = 0.0
        self._free: list[Line] = []
        self._lines: set[Line] = set()
        self._due: deque[float] = deque()
        self._waiting = 0  # for an answer
        self._times: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._example = ""

    async def run(self, host: str, port: int, at_once: int) -> dict[str, Any]:
        """Connect, ask, wait for the last answers, close; what was seen."""
        loop = asyncio.get_running_loop()
        for _ in range(at_once):
            _, line = await loop.create_connection(lambda: Line(self), host, port)
            self._lines.add(line)
        self._free = list(self._lines)
        begun = perf_counter()
        self._warm, self._end = begun + self._warm_s, begun + self._warm_s + self._seconds
        if self._rate:
            await self._fixed(begun)
        else:
            while self._free:
                self._ask(self._free.pop(), perf_counter())
            await asyncio.sleep(self._end - perf_counter())
        async with asyncio.timeout(GIVE_UP_S):
            while self._waiting or self._due:
                await asyncio.sleep(0.005)
        lines, self._lines = self._lines, set()
        for line in lines:
            assert line.transport is not None
            line.transport.close()
        return self._seen()

    async def _fixed(self, begun: float) -> None:
        """One request each 1/rate seconds, whatever the answers do."""
        at = 0
        while (due := begun + at / self._rate) < self._end:
            if (wait := due - perf_counter()) > 0:
                await asyncio.sleep(wait)
            self._due.append(due)
            at += 1
            if self._free:
                self._ask(self._free.pop(), self._due.popleft())

    def _ask(self, line: Line, due: float) -> None:
        self._waiting += 1
        request, which = self._requests.next()
        line.ask(request, which, due)

    def answered(self, line: Line, head: bytes, body: bytes) -> None:
        """On to the next."""
        now = perf_counter()
        self._waiting -= 1
        self._statuses[head[9:12].decode()] += 1
        self._example = self._example or f"{head[:40]!r} {body[:80]!r}"
        if self._warm <= line.due and now <= self._end:
            self._times.append(now - line.due)
        self._requests.answered(line.which, body)
        if self._due:
            self._ask(line, self._due.popleft())
        elif self._rate or now >= self._end:
            self._free.append(line)
        else:
            self._ask(line, now)

    def lost(self, line: Line) -> None:
        """The other end closed it: whatever was asked on it is not answered."""
        if line in self._lines:
            self._lines.discard(line)
            self._statuses["closed"] += 1
            self._waiting -= line not in self._free
            self._free = [one for one in self._free if one is not line]

    def _seen(self) -> dict[str, Any]:
        times = self._times if len(self._times) <= TIMES else random.sample(self._times, TIMES)
        return {
            "rate": len(self._times) / self._seconds,
            "statuses": dict(self._statuses),
            "example": self._example,
            "milliseconds": [round(1000 * one, 3) for one in times],
        }


def _length(head: bytes) -> int:
    found = head.lower().partition(b"content-length:")[2]
    return int(found.partition(b"\r\n")[0] or b"0")


def _requests(order: dict[str, Any]) -> Requests:
    where = Where(host=order["host"], port=order["port"], path=order["path"], mark=order["mark"])
    if order["kind"] == "turns":
        return Turns(where, order["keys"])
    return KannelLetters(where) if order["kind"] == "kannel" else Letters(where, marked=order["marked"])


async def serve() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        order = json.loads(line)
        load = Load(_requests(order), rate=order["rate"], warm_s=order["warm_s"], seconds=order["seconds"])
        gc.collect()
        print(json.dumps(await load.run(order["host"], order["port"], order["at_once"])), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())

"""Many open pages without a browser: event streams by plain HTTP; and what the program takes meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

from dispatch.console.keeper import COOKIE
from dispatch.console.site import MOST_STREAMS

WATCHERS = 50
LIMIT_S = 30.0
PIECE = 65_536  # bytes
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class NotWatching(Exception):
    """A stream was refused or ended."""


@dataclass(slots=True)
class Heard:
    """``octets`` that all streams brought; how many of them ``ended``."""

    octets: int = 0
    ended: int = 0


@asynccontextmanager
async def watching(url: str, keys: Sequence[str], count: int = WATCHERS) -> AsyncIterator[Heard]:
    """``count`` open streams of the board in these sessions by turns, each read to its end. Raises NotWatching."""
    heard = Heard()
    readers = await asyncio.gather(*(_opened(url, key) for key in islice(cycle(keys), count)))
    tasks = [asyncio.create_task(_read(reader, heard)) for reader, _ in readers]
    try:
        yield heard
        if heard.ended:
            raise NotWatching(f"{heard.ended} of {count} streams ended")
    finally:
        for _, writer in readers:
            writer.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def sessions_for(count: int) -> int:
    """How many sessions it takes to have so many pages open."""
    return -(-count // MOST_STREAMS)


async def _opened(url: str, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    where = urlsplit(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = ("GET /console/events HTTP/1.1", f"Host: {where.netloc}", f"Cookie: {COOKIE}={key}")
    writer.write("\r\n".join((*head, "", "")).encode())
    async with asyncio.timeout(LIMIT_S):
        status = await reader.readline()
    if b" 200 " not in status:
        raise NotWatching(f"{status!r}")
    return reader, writer


async def _read(reader: asyncio.StreamReader, heard: Heard) -> None:
    while piece := await reader.read(PIECE):
        heard.octets += len(piece)
    heard.ended += 1


def cpu_s(pid: int) -> float:
    """What a process has computed so far with all its threads, those that ended too; exact to a hundredth."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S

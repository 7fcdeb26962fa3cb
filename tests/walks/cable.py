"""The cable between an operator's computer and the program: it can be pulled, and put back, also into a new program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

PIECE = 65_536  # octets


@dataclass
class Cable:
    """TCP on loopback, handed on to ``to``. ``url``: the address that the browser keeps. While it is pulled nothing
    passes in either direction, and nobody is told: what a switch without power does."""

    url: str
    to: str
    whole: asyncio.Event = field(default_factory=asyncio.Event)
    ends: set[asyncio.StreamWriter] = field(default_factory=set)

    def pull(self) -> None:
        """Silence, from now on."""
        self.whole.clear()

    def put_back(self, to: str = "") -> None:
        """It carries again; what waits in it arrives. ``to``: of a program that was started anew."""
        self.to = to or self.to
        self.whole.set()

    async def carry(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        """One connection, until one of its ends closes."""
        await self.whole.wait()
        parts = urlsplit(self.to)
        assert parts.hostname
        assert parts.port
        with suppress(OSError):
            far_in, far_out = await asyncio.open_connection(parts.hostname, parts.port)
            self.ends |= {near_out, far_out}
            ways = (self._way(near_in, far_out), self._way(far_in, near_out))
            await _first_of(ways)
            self.ends -= {near_out, far_out}
            far_out.close()
        near_out.close()

    async def _way(self, reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reading.read(PIECE):
                await self.whole.wait()
                writing.write(piece)
                await writing.drain()


async def _first_of(ways: tuple[Coroutine[Any, Any, None], ...]) -> None:
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def cable(to: str = "") -> AsyncIterator[Cable]:
    """A cable to the program at ``to`` until the block ends. Without one it is pulled."""
    made = Cable(url="", to=to)
    if to:
        made.whole.set()
    serving: set[asyncio.Task[None]] = set()

    def came(near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(made.carry(near_in, near_out))
        serving.add(task)
        task.add_done_callback(serving.discard)

    server = await asyncio.start_server(came, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    made.url = f"http://{host}:{port}/"
    try:
        yield made
    finally:
        server.close()
        for writer in made.ends:
            writer.close()
        for task in set(serving):
            task.cancel()
        if serving:
            await asyncio.wait(serving)
        await server.wait_closed()

"""The line to one city's system by HTTP: no redirect, no cookie, no proxy, nothing unpacked, no second try."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from eservices.lookup.sources.wire import MOST_BODY, Away, Client, Reply, Request
from gateway.described.http import why_not

IDLE_S = 15.0  # seconds an unused connection is kept
HEADERS = {"User-Agent": "kentongan", "Accept": "application/json", "Accept-Encoding": "identity"}


class HttpClient:
    """See ``Client``; ``open_client`` makes one."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get(self, request: Request) -> Reply:
        """The answer. Raises Away."""
        host = urlsplit(request.url).hostname or ""
        try:
            async with self._session.get(
                URL(request.url, encoded=True), headers=request.headers, allow_redirects=False
            ) as answer:
                return Reply(answer.status, await _read(answer, host))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            surely = isinstance(error, aiohttp.ClientConnectorDNSError)
            raise Away(f"{host}: {why_not(error)}", surely=surely) from None


class _Names(AbstractResolver):
    """Names are looked up in threads of this line's own: a dead name server keeps nobody else's waiting."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ThreadPoolExecutor-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError."""
        ask = (host, port, family, socket.SOCK_STREAM, 0, socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._pool, socket.getaddrinfo, *ask)
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=int(at[1]), family=kind, proto=proto, flags=_NUMERIC)
            for kind, _, proto, _, at in found
        ]

    async def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


@contextlib.asynccontextmanager
async def open_client(connections: int) -> AsyncIterator[Client]:
    """A line of one system's own: another's slowness takes none of its connections."""
    names = _Names()
    connector = aiohttp.TCPConnector(limit=connections, keepalive_timeout=IDLE_S, resolver=names)
    try:
        async with aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=HEADERS,
            timeout=aiohttp.ClientTimeout(total=None),
            trust_env=False,
            auto_decompress=False,
        ) as session:
            yield HttpClient(session)
    finally:
        await names.close()


async def _read(answer: aiohttp.ClientResponse, host: str) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > MOST_BODY:
            answer.close()
            raise Away(f"{host}: more than {MOST_BODY // 1024} kB")
    return bytes(body)

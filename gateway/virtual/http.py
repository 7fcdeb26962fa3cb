"""The provider's sockets: a port that can be closed and opened again, and the client that posts to callbacks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from gateway.virtual.poster import Heard, nothing, nowhere
from gateway.virtual.provider import FakeProvider
from gateway.virtual.web import wire_routes

AT_ONCE = 64  # posts; the others wait for one of them


class HttpSend:
    """Posts over HTTP (``gateway.virtual.poster.Send``)."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                known = {name.lower(): value for name, value in answer.headers.items()}
                return Heard(status=answer.status, body=await answer.read(), headers=known)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Heard(error=f"{type(error).__name__}: {error}")


class HttpGet:
    """Fetches over HTTP (``gateway.virtual.poster.Fetch``)."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __call__(self, url: str) -> Heard:
        try:
            async with self._session.get(url) as answer:
                known = {name.lower(): value for name, value in answer.headers.items()}
                return Heard(status=answer.status, body=await answer.read(), headers=known)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Heard(error=f"{type(error).__name__}: {error}")


class HttpLine:
    """One port (``gateway.virtual.provider.Line``). ``port`` 0: any free one, the same ever after."""

    def __init__(self, provider: FakeProvider, host: str, port: int) -> None:
        self._provider, self._host, self._port = provider, host, port
        self._runner: web.AppRunner | None = None
        self._turning = asyncio.Lock()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``"""
        return f"http://{self._host}:{self._port}"

    async def turn(self, up: bool) -> None:
        """See ``Line``. Raises OSError where the port is not to be had."""
        async with self._turning:
            if up and self._runner is None:
                app = wire_routes(self._provider)
                runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
                await runner.setup()
                try:
                    await web.TCPSite(runner, self._host, self._port).start()
                except OSError:
                    await runner.cleanup()
                    raise
                self._runner, self._port = runner, runner.addresses[0][1]
            elif not up and self._runner is not None:
                runner, self._runner = self._runner, None
                await runner.cleanup()


@asynccontextmanager
async def posting(provider: FakeProvider) -> AsyncIterator[None]:
    """Its posts go out over HTTP until the context ends; then what still waits is ended."""
    limit = aiohttp.ClientTimeout(total=None)  # the poster has its own, on the provider's clock
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE), timeout=limit) as session:
        provider.poster.send, provider.poster.get = HttpSend(session), HttpGet(session)
        try:
            yield
        finally:
            await provider.close()
            provider.poster.send, provider.poster.get = nowhere, nothing


@asynccontextmanager
async def open_provider(provider: FakeProvider, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Listen, and post; yields the base address that the customer's SDK is given (without ``/version1``). Closes the
    provider at the end. Raises OSError where the port is not to be had.

    Dead DNS needs no server: give the customer ``http://provider.invalid`` instead (RFC 6761: it never resolves)."""
    line = HttpLine(provider, host, port)
    async with posting(provider):
        await line.turn(True)
        provider.lines.append(line)
        provider.voice.base = line.url
        try:
            yield line.url
        finally:
            provider.lines.remove(line)
            await line.turn(False)

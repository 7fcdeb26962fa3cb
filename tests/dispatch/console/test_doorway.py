"""Half a word holds no connection: nobody keeps the descriptors that modems and the store need."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from config.clock import SystemClock
from dispatch.console.doorway import HEAD_S, MOST_IDLE, SENT_S, Doorway
from dispatch.console.site import MOST_STREAMS
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user

WAIT_S = 15.0  # a limit, not a measure


class Hand(SystemClock):
    """Turned by hand."""

    at = 0.0

    def monotonic(self) -> float:
        return self.at


async def house(doorway: Doorway, go: asyncio.Event) -> TestServer:
    async def slow(_request: web.Request) -> web.Response:
        await go.wait()
        return web.Response(text="done")

    app = web.Application(middlewares=[doorway.middleware()])
    app.router.add_get("/slow", slow)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_half_a_head_is_ended_and_a_request_that_takes_long_is_not() -> None:
    clock, go = Hand(), asyncio.Event()
    doorway = Doorway(clock)
    server = await house(doorway, go)
    assert server.runner is not None
    assert server.runner.server is not None
    half, half_out = await asyncio.open_connection(server.host, server.port)
    half_out.write(b"GET /slow HTTP/1.1\r\nHost: x\r\nX-a: ")
    whole, whole_out = await asyncio.open_connection(server.host, server.port)
    whole_out.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(WAIT_S):
        while not doorway.asking or len(server.runner.server.connections) < 2:
            await asyncio.sleep(0.01)
    assert doorway.sweep(server.runner.server.connections) == 0
    clock.at = HEAD_S
    assert doorway.sweep(server.runner.server.connections) == 1
    async with asyncio.timeout(WAIT_S):
        assert await half.read() == b""
        go.set()
        assert await whole.readline() == b"HTTP/1.1 200 OK\r\n"
        while doorway.asking:
            await asyncio.sleep(0.01)
    assert doorway.sweep(server.runner.server.connections) == 0
    clock.at += SENT_S
    assert doorway.sweep(server.runner.server.connections) == 1
    for out in (half_out, whole_out):
        out.close()
    await server.close()


class Line(web.RequestHandler):
    """Connections that only count their end."""

    def __init__(self) -> None:
        self.ended = False

    def force_close(self) -> None:
        self.ended = True


def test_of_too_many_the_longest_idle_go() -> None:
    clock = Hand()
    doorway, old = Doorway(clock), [Line() for _ in range(MOST_IDLE)]
    assert doorway.sweep(old) == 0
    clock.at = 1.0
    assert doorway.sweep([*old, *(Line() for _ in range(3))]) == 3
    assert sum(one.ended for one in old) == 3


@pytest.mark.sqlite_only("streams are counted before any page reads the store")
async def test_one_session_has_so_many_open_pages_and_another_has_its_own(page: Client, keeper: FixedKeeper) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(page.get("/console/events")) for _ in range(MOST_STREAMS + 1)]
        assert [one.status for one in opened] == [200] * MOST_STREAMS + [429]
        as_user(page, keeper.admit(EVERYBODY))
        assert (await stack.enter_async_context(page.get("/console/events"))).status == 200

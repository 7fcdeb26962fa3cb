"""The desks' pages on a real store, at an hour that the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from eservices.pages import wings
from gateway.page import Floor, User
from tests.eservices.pages.hall import SetClock
from tests.fixtures.site import Client, FixedKeeper, as_user, built, ground_floor

Enter = Callable[[User | None], Awaitable[Client]]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def floor(tmp_path: Path, clock: SetClock) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path, clock=clock) as floor:
        yield floor


@pytest.fixture
async def enter(floor: Floor, aiohttp_client: AiohttpClient) -> Enter:
    """Opens a browser of somebody who is logged in (None: of nobody)."""
    keeper = FixedKeeper()
    server = TestServer(built(floor, wings(floor), keeper).app)

    async def entered(user: User | None) -> Client:
        client: Client = await aiohttp_client(server)
        return as_user(client, keeper.admit(user)) if user is not None else client

    return entered

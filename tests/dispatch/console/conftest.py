from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from gateway.page import Floor
from tests.fixtures.console_house import FakeHouse
from tests.fixtures.site import EVERYBODY, Client, FixedKeeper, as_user, built, ground_floor


@pytest.fixture
def house() -> FakeHouse:
    return FakeHouse()


@pytest.fixture
def keeper() -> FixedKeeper:
    return FixedKeeper()


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


@pytest.fixture
async def page(house: FakeHouse, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    """The console, looked at by somebody with every role."""
    client = await aiohttp_client(built(floor, (), keeper, house).app)
    return as_user(client, keeper.admit(EVERYBODY))

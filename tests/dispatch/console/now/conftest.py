"""The board on a real store, as a browser opens it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.map.pages import map_wing
from dispatch.console.running import RunningHouse
from gateway.page import Floor
from gateway.pulse import Bell
from tests.fixtures.site import Client, FixedKeeper, built, ground_floor


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with ground_floor(tmp_path) as floor:
        yield floor


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
async def site(floor: Floor, bell: Bell, keeper: FixedKeeper, aiohttp_client: AiohttpClient) -> Client:
    floor = replace(floor, wake=bell.ring)
    return await aiohttp_client(built(floor, (map_wing(floor),), keeper, RunningHouse(floor, bell=bell)).app)

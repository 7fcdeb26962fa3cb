"""The published description of the API holds: schemathesis asks what it allows, and much that it does not, on a store
with an incident, letters, a resident, and on an empty one; nothing is ever a fault of ours."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import requests
import schemathesis
import schemathesis.specs.openapi.schemas  # else it is compiled beside the program's thread
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import dispatch.console.wings
import eservices.pages
from gateway.api import PREFIX
from gateway.messages import Lane, Outbound
from gateway.page import STAFF, Floor, User
from gateway.registry import sample_residents
from gateway.store import put
from gateway.store.people import save
from gateway.store.schema import Tx
from tests.fixtures.site import FixedKeeper, built, ground_floor
from tests.fixtures.whole import WHOLE

EXAMPLES = 8 if WHOLE else 2  # of each operation and mode
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def filled(tx: Tx, floor: Floor) -> None:
    for one in sample_residents(floor.city, floor.clock.now())[:2]:
        save(tx, one)
    ends = floor.clock.now() + timedelta(hours=1)
    put(tx, Outbound(to="+6281260000002", text="halo", lane=Lane.SERVICE, key="1", expires_at=ends))


@contextlib.contextmanager
def program(folder: Path) -> Iterator[tuple[str, str]]:
    """The whole site on loopback, in a thread with a loop of its own; yields its address and a token."""
    told: SimpleQueue[Any] = SimpleQueue()

    async def main() -> None:
        over = asyncio.Event()
        async with ground_floor(folder) as floor:
            await floor.store.write(lambda tx: filled(tx, floor))
            keeper = FixedKeeper()
            token = keeper.admit(User(login="token:sim", name="SIM", roles=STAFF), token=True)
            keeper.sessions[token.key] = replace(token, writes=True)
            wings = (*dispatch.console.wings.wings(floor), *eservices.pages.wings(floor))
            async with TestServer(built(floor, wings, keeper).app) as server:
                told.put((asyncio.get_running_loop(), over, str(server.make_url("/")).rstrip("/"), token.key))
                await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="program")
    thread.start()
    loop, over, url, token = told.get(timeout=60)
    try:
        yield url, token
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)


@pytest.mark.sqlite_only("what the wire says is the same on both")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_description_names(mode: GenerationMode, tmp_path: Path) -> None:
    with program(tmp_path) as (url, token):
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
        asked = 0
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            if not operation.path.startswith(PREFIX):
                assert operation.path == "/trackers/{token}"  # tried in tests/eservices/bus/test_bus_pages.py
                continue

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def holds(case: Any) -> None:
                headers = {"Authorization": f"Bearer {token}"}
                case.call_and_validate(base_url=url, checks=CHECKS, timeout=20, headers=headers)

            holds()
            asked += 1
        assert asked >= 18


@pytest.mark.sqlite_only("what the wire says is the same on both")
def test_without_a_token_every_operation_is_401_and_a_cookie_of_nobody_changes_nothing(tmp_path: Path) -> None:
    with program(tmp_path) as (url, token):
        for path, methods in requests.get(f"{url}/openapi.json", timeout=20).json()["paths"].items():
            for method in methods if path.startswith(PREFIX) else ():  # the trackers' door has its token in the path
                there = url + path.replace("{id}", "1").replace("{number}", "+6281260000001")
                answer = requests.request(method, there, timeout=20, json={})
                assert answer.status_code == 401, (method, path)
                answer = requests.request(method, there, timeout=20, headers={"Authorization": "Bearer x"}, json={})
                assert answer.status_code == 401, (method, path)
        good = requests.get(f"{url}{PREFIX}/letters", timeout=20, headers={"Authorization": f"bearer {token}"})
        assert [one["text"] for one in good.json()] == ["halo"]

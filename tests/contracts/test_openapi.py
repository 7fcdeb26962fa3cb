"""The published description of the callbacks holds: schemathesis posts what it allows, and much that it does not."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import pytest
import requests
import schemathesis
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

from config.clock import SystemClock
from gateway.africas_talking_forms import DOORS, AfricasTalking
from gateway.openapi import document
from tests.contracts.office import SECRET, post_office
from tests.fixtures.whole import WHOLE
from tests.ivr.provider_room import desk

EXAMPLES = 25 if WHOLE else 6  # of each path and mode
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


@contextlib.contextmanager
def program() -> Iterator[str]:
    """The callbacks on loopback, in a thread with a loop of its own; yields the address."""
    urls: SimpleQueue[str] = SimpleQueue()
    stop: SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()

    async def main() -> None:
        over = asyncio.Event()
        stop.put((asyncio.get_running_loop(), over))
        async with post_office() as office:
            office.callbacks.calls = desk(SystemClock()).calls
            urls.put(office.url)
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(main()), name="program")
    thread.start()
    loop, over = stop.get(timeout=20)
    try:
        yield urls.get(timeout=20)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)


@pytest.mark.sqlite_only("what the wire says is the same on both")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_description_names(mode: GenerationMode) -> None:
    with program() as url:
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
        names = set()
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            names.add(operation.path.rsplit("/", 1)[-1])

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
                case.path_parameters = {"secret": SECRET}
                case.call_and_validate(base_url=url, checks=CHECKS, timeout=20)

            holds()
        assert names == set(DOORS)


def test_the_description_names_every_path_and_no_secret() -> None:
    told = document([AfricasTalking((SECRET,))])
    assert {path.rsplit("/", 1)[-1] for path in told["paths"]} == set(DOORS)
    assert SECRET not in json.dumps(told)
    schemathesis.openapi.from_dict(dict(told)).validate()


def test_it_is_published_as_json() -> None:
    with program() as url:
        answer = requests.get(f"{url}/openapi.json", timeout=20)
        assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (200, "application/json")
        assert answer.json()["openapi"].startswith("3.1")

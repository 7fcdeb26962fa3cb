"""The published description of described providers' callbacks holds too: forms, JSON by paths, both methods."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_headers_conformance, status_code_conformance

from config.clock import SystemClock
from config.crash import no_crash
from gateway.callbacks import Callbacks
from gateway.described import DescribedAdapter
from gateway.inbox import Inbox
from gateway.openapi import document
from gateway.pulse import Pulse
from gateway.rotation import Keys
from gateway.store import Store
from tests.contracts.office import SECRET, Menu, Office, served
from tests.fixtures.whole import WHOLE
from tests.gateway.described_provider import shipped
from tests.gateway.room import Notebook, Waits

EXAMPLES = 5 if WHOLE else 2  # of each path, method and mode
ADAPTERS = [DescribedAdapter(replace(shipped(name), secrets=(SECRET,))) for name in ("kannel", "template")]
CHECKS = (not_a_server_error, status_code_conformance, response_headers_conformance)


@contextlib.contextmanager
def program(folder: Path) -> Iterator[str]:
    """The callbacks on loopback, in a thread with a loop of its own; yields the address."""
    urls: SimpleQueue[str] = SimpleQueue()
    stop: SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()

    async def main() -> None:
        over, clock, menu = asyncio.Event(), SystemClock(), Menu()
        stop.put((asyncio.get_running_loop(), over))
        pulse = Pulse(clock)
        async with await Store.open(folder / "kentongan.db", clock) as store:
            inbox = Inbox(store, (Notebook(),), clock, no_crash, pulse, waits=Waits())
            keys = Keys(store, {adapter.name: adapter.secrets for adapter in ADAPTERS}, clock, pulse)
            await keys.load()
            callbacks = Callbacks(ADAPTERS, inbox, menu, keys, clock, pulse)
            office = Office(store=store, inbox=inbox, menu=menu, callbacks=callbacks, keys=keys)
            async with served(office):
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


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_answer_is_one_that_the_description_names(mode: GenerationMode, tmp_path: Path) -> None:
    with program(tmp_path) as url:
        schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
        paths = set()
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)
            operation = found.ok()
            paths.add((operation.path, operation.method))

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
        assert len(paths) == 2 * (2 + 3)


def test_the_description_names_every_path_and_no_secret() -> None:
    told = document(ADAPTERS)
    assert "/callbacks/my-provider/{secret}/ussd" in told["paths"]
    assert "/callbacks/kannel/{secret}/ussd" not in told["paths"]
    assert SECRET not in json.dumps(told)
    schemathesis.openapi.from_dict(dict(told)).validate()

"""The arithmetic of what is measured in a browser."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bench.console_rush import until_known
from tests.bench.windows import Wire


class Devtools:
    def __init__(self) -> None:
        self.heard: dict[str, Any] = {}

    def on(self, name: str, hear: Any) -> None:
        self.heard[name] = hear

    def tell(self, name: str, **fields: Any) -> None:
        self.heard[f"Network.{name}"](fields)


def test_an_incident_is_seen_when_the_page_knows_of_so_many() -> None:
    known = [(10_000.0, 0), (11_000.0, 2), (12_500.0, 1), (13_000.0, 4)]
    assert until_known([10.5, 10.0, 12.0], known) == pytest.approx([1.0, 0.5, 1.0])


def test_a_stream_that_never_ends_weighs_what_it_has_brought_and_a_file_what_came_in_the_end() -> None:
    devtools, wire = Devtools(), Wire()
    wire.over(devtools)
    for request in ("page", "events"):
        devtools.tell("requestWillBeSent", requestId=request)
        devtools.tell("dataReceived", requestId=request, encodedDataLength=600)
        devtools.tell("dataReceived", requestId=request, encodedDataLength=300)
    devtools.tell("loadingFinished", requestId="page", encodedDataLength=1100)
    assert wire.requests == 2
    assert wire.kilobytes == pytest.approx(2.0)

"""Logs are JSON lines, and show of a number only its ends."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from config.log import masked, start_logging


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("logs_as_before")
def test_a_line_is_json_and_shows_no_whole_number(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    log = logging.getLogger("walk")
    log.warning("letter from %s kept\nin two lines", "+6281234567890")
    try:
        raise ValueError("no such phone: 081234567890")
    except ValueError:
        log.exception("it failed")
    said = capsys.readouterr().err
    first, second = (json.loads(line) for line in said.splitlines())
    assert (first["level"], first["from"]) == ("warning", "walk")
    assert first["say"] == "letter from +628***890 kept\nin two lines"
    assert "ValueError" in second["trace"]
    assert "1234567" not in said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+6281234567890", "+628***890"),
        ("081234567890, 081234567891", "081***890, 081***891"),
        ("letter in-12 at 2026-11-21T20:08:27.880+00:00", "letter in-12 at 2026-11-21T20:08:27.880+00:00"),
        ("from=%2B6281234567890&to=%2b081234567890", "from=%2B628***890&to=%2b081***890"),  # of a form, as it is quoted
        ("110", "110"),
        ("code 4711", "code 4711"),
    ],
)
def test_numbers_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown

"""Two processes on one store share the outbox: nothing leaves twice or is lost, also when one of them is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import SystemClock
from gateway.messages import Lane
from gateway.store import put
from gateway.store.postgres_session import BELL
from tests.fixtures import engines
from tests.fixtures.engines import open_store, outside
from tests.gateway.room import letter
from tests.walks.processes import clean_environment

pytestmark = pytest.mark.engine(engines.POSTGRES)

ROOT = Path(__file__).parents[2]
LETTERS = 300
HELD_S = 6.0  # seconds for which what a dead process was sending is its own still: it might come back
WITHIN_S = 90.0  # seconds for what takes ten on an idle machine


@contextmanager
def sharing(folder: Path, url: str, name: str, air_s: float) -> Iterator[subprocess.Popen[bytes]]:
    """A process that sends its share; it is stopped in order, if it still runs."""
    command = [sys.executable, "-m", "tests.gateway.sharer", str(folder), url, name, str(air_s)]
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=clean_environment({})
        ) as process,
    ):
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n", (folder / f"{name}.log").read_text()
            yield process
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
        finally:
            process.kill()


async def queued(path: Path, count: int, lane: Lane) -> None:
    """That many letters, each to another number."""
    until = datetime.now(UTC) + timedelta(hours=1)
    async with await open_store(path, SystemClock()) as store:
        many = [letter(f"l{n}", f"+62812{n:08d}", lane=lane, key=f"{lane}-{n}", expires_at=until) for n in range(count)]
        await store.write(lambda tx: [put(tx, one) for one in many])


def left(folder: Path, name: str) -> list[str]:
    """The keys that a process handed over."""
    file = folder / name
    return file.read_text().split() if file.exists() else []


def states(path: Path) -> Counter[str]:
    return Counter(
        {row["state"]: row["n"] for row in outside(path, "SELECT state, count(*) AS n FROM outbound GROUP BY 1")}
    )


def ring(path: Path) -> None:
    """As a commit of another process does: it saves waiting for the tick."""
    engines.databases().eye.do(engines.databases().of(path), f"NOTIFY {BELL}, 'the test'")


def until(look: Callable[[], bool], what: Callable[[], object], meanwhile: Callable[[], None] = lambda: None) -> None:
    end = time.monotonic() + WITHIN_S
    while not look():
        assert time.monotonic() < end, what()
        meanwhile()
        time.sleep(0.1)


async def test_two_processes_share_the_outbox_without_a_double_or_a_loss(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    await queued(path, LETTERS, Lane.SERVICE)
    url = engines.url_of(path)
    with sharing(tmp_path, url, "a", 0.005), sharing(tmp_path, url, "b", 0.005):
        until(lambda: states(path) == {"sent": LETTERS}, lambda: states(path))
    a, b = left(tmp_path, "a"), left(tmp_path, "b")
    assert sorted(a + b) == sorted(f"service-{n}" for n in range(LETTERS))
    assert min(len(a), len(b)) > LETTERS // 10, "both had a share"


async def test_what_a_killed_process_was_sending_is_unknown_only_when_it_is_gone_and_the_other_sends_the_rest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "k.db"
    await queued(path, LETTERS, Lane.EMERGENCY)
    url = engines.url_of(path)
    with sharing(tmp_path, url, "b", 0.005):
        with sharing(tmp_path, url, "a", 0.2) as killed:
            until(lambda: len(left(tmp_path, "a")) > 5, lambda: left(tmp_path, "a"))
            killed.kill()
            killed.wait()
        fell = time.monotonic()
        doing = outside(path, "SELECT key FROM outbound WHERE state = 'doing' AND channel = 'a'")
        assert len(doing) == 1
        held = {str(row["key"]) for row in doing}
        while time.monotonic() < fell + HELD_S:
            assert "unknown" not in states(path)
            ring(path)
            time.sleep(0.3)
        ended = {"sent": LETTERS, "unknown": 1}
        until(lambda: states(path) == ended, lambda: states(path), lambda: ring(path))
    a, b = left(tmp_path, "a"), left(tmp_path, "b")
    (repeated,) = held
    again = Counter(a + b)
    assert again.pop(f"{repeated}#ulang") == 1, "an emergency of unknown fate is sent once more, marked"
    assert again == dict.fromkeys((f"emergency-{n}" for n in range(LETTERS)), 1)

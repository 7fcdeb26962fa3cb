"""Real processes for the walks: each is started in its own block and ended, by its own id, when the block ends."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
MAIN = "import sys, kentongan; sys.exit(kentongan.main())"  # what the console script does
CONSOLE = (sys.executable, "-c", MAIN)
START_S = 60.0  # seconds to a ready line on a machine that is busy with other tests; an idle one needs two
STOP_S = 10.0  # seconds: what SIGTERM promises
LOOK_S = 0.05


class Process:
    """A running process. ``log`` is the file with its stderr."""

    def __init__(self, popen: subprocess.Popen[bytes], log: Path) -> None:
        self._popen = popen
        self._log = log
        self._rest = b""

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def errors(self) -> str:
        """What it wrote to stderr so far."""
        return self._log.read_text(errors="replace")

    def line(self, within: float = START_S) -> str:
        """The next line of its stdout. Fails when it ends or is silent for so long."""
        assert self._popen.stdout is not None
        until = time.monotonic() + within
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._popen.stdout], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self._popen.stdout.fileno(), 65_536) if ready else b""
            assert piece, f"it said nothing in {within:.0f} s:\n{self.errors[-3000:]}"
            self._rest += piece
        first, _, self._rest = self._rest.partition(b"\n")
        return first.decode()

    def ended(self, within: float) -> int:
        """Its exit code (minus the signal's number). Fails when it is still running then."""
        try:
            return self._popen.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {within:.0f} s:\n{self.errors[-3000:]}") from None

    def signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.alive:
            self._popen.send_signal(number)

    def stop(self, within: float = STOP_S) -> int:
        """SIGTERM; its exit code. Fails when it does not obey in time."""
        if self.alive:
            self._popen.terminate()
        return self.ended(within)

    def end(self) -> None:
        """Whatever it does: gone."""
        if self.alive:
            self._popen.kill()
        self._popen.wait()
        assert self._popen.stdout is not None
        self._popen.stdout.close()


@contextmanager
def started(
    *words: str, folder: Path, environment: Mapping[str, str] | None = None, before: str = ""
) -> Iterator[Process]:
    """``kentongan words…`` in a process of its own, its stderr in a file in ``folder``. ``before``: Python that runs in
    it first, to make a part of it fail."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{words[0]}-{time.monotonic_ns()}.log"
    with log.open("wb") as errors:
        popen = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{MAIN}", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=clean_environment(environment or {}),
            cwd=folder,
        )
    process = Process(popen, log)
    try:
        yield process
    finally:
        process.end()


def clean_environment(own: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of the program, and ``own`` over it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KENTONGAN_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **own}


def until(what: str, look: Callable[[], T | None], within: float = 30.0) -> T:
    """The first answer of ``look`` that is not empty. Fails, saying ``what``, when there is none in time."""
    end = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < end, f"not in {within:.0f} s: {what}"
        time.sleep(LOOK_S)
    return found

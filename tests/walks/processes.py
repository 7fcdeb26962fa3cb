"""Real processes for the walks: each is started in its own block and ended, by its own id, when the block ends."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import TypeVar

T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
MAIN = "import sys, kentongan; sys.exit(kentongan.main())"  # what the console script does
START_S = 60.0  # seconds to a ready line on a machine that is busy with other tests; an idle one needs two
COMMAND_S = 60.0  # seconds for one command on a busy machine
STOP_S = 10.0  # seconds: what SIGTERM promises
LOOK_S = 0.05


class Process:
    """A running process. ``log`` is the file with its stderr."""

    def __init__(self, pid: int, told: int, said: int, log: Path) -> None:
        self.pid = pid
        self._told = told
        self._said = said
        self._log = log
        self._rest = b""
        self._code: int | None = None

    @property
    def alive(self) -> bool:
        return self._over(0.0) is None

    @property
    def errors(self) -> str:
        """What it wrote to stderr so far."""
        return self._log.read_text(errors="replace")

    def line(self, within: float = START_S) -> str:
        """The next line of its stdout. Fails when it ends or is silent for so long."""
        until = time.monotonic() + within
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._said], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self._said, 65_536) if ready else b""
            assert piece, f"it said nothing in {within:.0f} s:\n{self.errors[-3000:]}"
            self._rest += piece
        first, _, self._rest = self._rest.partition(b"\n")
        return first.decode()

    def ended(self, within: float) -> int:
        """Its exit code (minus the signal's number). Fails when it is still running then."""
        code = self._over(within)
        assert code is not None, f"still running after {within:.0f} s:\n{self.errors[-3000:]}"
        return code

    def signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.alive:
            os.kill(self.pid, number)

    def stop(self, within: float = STOP_S) -> int:
        """SIGTERM; its exit code. Fails when it does not obey in time."""
        self.signal(signal.SIGTERM)
        return self.ended(within)

    def end(self) -> None:
        """Whatever it does: gone."""
        self.signal(signal.SIGKILL)
        self.ended(STOP_S)
        os.close(self._told)
        os.close(self._said)

    def _over(self, within: float) -> int | None:
        """Its exit code, once it has one."""
        if self._code is None and select.select([self._told], [], [], within)[0]:
            self._code = int(os.read(self._told, 64))
        return self._code


class Nursery:
    """The process that becomes the program (``tests.walks.nursery``); one for all tests of a worker."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.walks.nursery"]
        with theirs:
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), cwd=ROOT, env=clean_environment({}))
        atexit.register(self._close)

    def born(self, words: Sequence[str], streams: Sequence[int], **how: object) -> tuple[int, int]:
        """``kentongan words…`` with that stdin, stdout and stderr: its id, and where its exit code will be read."""
        told, tell = os.pipe()
        try:
            asked = json.dumps({"words": list(words), **how})
            socket.send_fds(self._line, [asked.encode()], [*streams, tell])
        finally:
            os.close(tell)
        return int(self._line.recv(64)), told

    def _close(self) -> None:
        self._line.close()
        self._process.wait(STOP_S)


@cache
def nursery() -> Nursery:
    return Nursery()


@contextmanager
def started(
    *words: str, folder: Path, environment: Mapping[str, str] | None = None, before: str = ""
) -> Iterator[Process]:
    """``kentongan words…`` in a process of its own, its stderr in a file in ``folder``. ``before``: Python that runs in
    it first, to make a part of it fail."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{words[0]}-{time.monotonic_ns()}.log"
    said, say = os.pipe()
    own = {"folder": str(folder), "environment": clean_environment(environment or {}), "code": f"{before}\n{MAIN}"}
    with log.open("wb") as errors, open(os.devnull, "rb") as nothing:
        try:
            pid, told = nursery().born(words, (nothing.fileno(), say, errors.fileno()), **own)
        finally:
            os.close(say)
    process = Process(pid, told, said, log)
    try:
        yield process
    finally:
        process.end()


def carried_out(
    *words: str, folder: Path, environment: Mapping[str, str], stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """``kentongan words…`` in a process of its own, to its end."""
    own = {"folder": str(folder), "environment": clean_environment(environment), "code": MAIN}
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        pid, told = nursery().born(words, (given.fileno(), out.fileno(), errors.fileno()), **own)
        try:
            if not select.select([told], [], [], COMMAND_S)[0]:
                os.kill(pid, signal.SIGKILL)
            code = int(os.read(told, 64))
        finally:
            os.close(told)
        out.seek(0)
        errors.seek(0)
        return subprocess.CompletedProcess(words, code, out.read(), errors.read())


def clean_environment(own: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without settings of the program, and ``own`` over it."""
    left = ("KENTONGAN_", "PYTHONDONTWRITEBYTECODE")  # the code is compiled once
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(left)}
    return {**inherited, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **own}


def until(what: str, look: Callable[[], T | None], within: float = 30.0) -> T:
    """The first answer of ``look`` that is not empty. Fails, saying ``what``, when there is none in time."""
    end = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < end, f"not in {within:.0f} s: {what}"
        time.sleep(LOOK_S)
    return found

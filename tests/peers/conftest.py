"""Real programs against the virtual network, in real time: each starts its own copy in its own folder."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.clock import SystemClock
from modem.virtual import Network, Phone, VirtualModem, serve_pty

MODEM, PERSON = "+628110000001", "+628123456789"
STOP_S = 15.0  # real seconds for a peer to end
LIMIT_S = 60.0  # real seconds for a peer to do what it should; gammu alone needs 5 to start


@dataclass(frozen=True, slots=True)
class World:
    """One modem on a pty, one person, and a folder for the peer's files."""

    network: Network
    modem: VirtualModem
    person: Phone
    folder: Path

    @property
    def device(self) -> str:
        return str(self.folder / "modem1")

    async def until(self, true: Callable[[], bool], limit_s: float = LIMIT_S) -> None:
        """Wait until something holds; fails with the log's end where it does not in time."""
        try:
            async with asyncio.timeout(limit_s):
                while not true():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            tail = "\n".join(str(event.row()) for event in self.network.log.after(self.network.log.last - 30))
            raise AssertionError(f"not within {limit_s:.0f} s; the log ends:\n{tail}") from None


@asynccontextmanager
async def world_on_pty(folder: Path, profile: str) -> AsyncIterator[World]:
    """A network with one modem of a dialect on a pty in ``folder``."""
    network = Network(SystemClock())
    modem = network.modem(MODEM, profile=profile)
    cable = serve_pty(modem, folder / "modem1")
    try:
        yield World(network, modem, network.phone(PERSON), folder)
    finally:
        cable.close()
        network.close()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Short, because some peers cut long paths."""
    return tmp_path_factory.mktemp("peer")


@pytest.fixture
def needs() -> Callable[[str, str], str]:
    """The path of a program; skips, naming the Debian package, where it is missing."""

    def find(program: str, package: str) -> str:
        path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
        if path is None:
            pytest.skip(f"{program} is missing: apt-get install {package}")
        return path

    return find


Daemon = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
async def daemon(folder: Path) -> AsyncIterator[Daemon]:
    """Starts a program in the foreground in ``folder``; every one started is ended with the test, by its own id."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> subprocess.Popen[bytes]:
        with (folder / f"output{len(started)}.txt").open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
        await asyncio.get_running_loop().run_in_executor(None, _ended, process)


def _ended(process: subprocess.Popen[bytes]) -> None:
    """In a thread: a daemon says good-bye to its modem, which lives on the loop."""
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)


@pytest.fixture
def world(folder: Path) -> Callable[[str], AbstractAsyncContextManager[World]]:
    """Makes a world whose modem speaks a given dialect."""
    return lambda profile: world_on_pty(folder, profile)


@pytest.fixture
async def generic(folder: Path) -> AsyncIterator[World]:
    """A world whose modem is a generic one."""
    async with world_on_pty(folder, "generic") as made:
        yield made


@pytest.fixture
async def ec25(folder: Path) -> AsyncIterator[World]:
    """A world whose modem counts its slots from 0 and keeps messages in ME."""
    async with world_on_pty(folder, "EC25") as made:
        yield made

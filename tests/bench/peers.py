"""Other people's programs on the same modem: gammu-smsd with its two back ends, smstools3, python-gsmmodem-new.

Each is set up to be as quick as its own settings allow, and unmodified. What they promise differs: gammu's files and
smstools3 delete a letter from the SIM without having synced their copy.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import importlib.util
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.processes import Started, started

GAMMU = """[gammu]
device = {device}
connection = at115200
[smsd]
{service}
logfile = {folder}/log
ReceiveFrequency = 1
StatusFrequency = 0
CommTimeout = 1
LoopSleep = 1
CheckSecurity = 0
CheckBattery = 0
CheckSignal = 0
CheckNetwork = 0
"""
GAMMU_FILES = """service = files
inboxpath = {folder}/in/
outboxpath = {folder}/out/
sentsmspath = {folder}/sent/
errorsmspath = {folder}/err/
inboxformat = unicode
outboxformat = detail"""
GAMMU_SQLITE = """service = sql
driver = sqlite3
dbdir = {folder}/
database = smsd.db"""
SMSTOOLS = """devices = GSM1
logfile = {folder}/log
incoming = {folder}/incoming
outgoing = {folder}/outgoing
checked = {folder}/checked
failed = {folder}/failed
sent = {folder}/sent
pidfile = {folder}/pid
infofile = {folder}/info
user = {user}
delaytime = 1
receive_before_send = yes
[GSM1]
device = {device}
incoming = yes
rtscts = no
memory_start = 0
"""
SCHEMA = Path("/usr/share/doc/gammu-smsd/examples/sqlite.sql")


class Running(Protocol):
    """A peer at work in its folder."""

    async def queue(self, to: str, texts: list[str]) -> None:
        """Hand it letters to send."""

    def kept(self) -> int:
        """Letters that it has received and kept."""


class Peer(Protocol):
    """One program. ``drains``, ``sends``: how many letters are worth its time (the slow ones get fewer)."""

    @property
    def name(self) -> str: ...
    @property
    def drains(self) -> int: ...
    @property
    def sends(self) -> int: ...

    def missing(self) -> str | None:
        """Why it cannot be measured here."""

    def run(self, device: str, folder: Path) -> AbstractAsyncContextManager[Running]:
        """Start it on a port."""


@dataclass(frozen=True, slots=True)
class Gammu:
    """Debian's gammu-smsd 1.42; ``sqlite``: its back end, else files."""

    sqlite: bool
    drains: int = 200
    sends: int = 4  # it pauses 0.6 s after each prompt

    @property
    def name(self) -> str:
        return f"gammu-smsd {'SQLite' if self.sqlite else 'files'}"

    def missing(self) -> str | None:
        if _program("gammu-smsd") is None:
            return "apt-get install gammu-smsd"
        if self.sqlite and not list(Path("/usr/lib").glob("*/dbd/libdbdsqlite3.so")):
            return "apt-get install libdbd-sqlite3"
        return f"{SCHEMA} is not installed" if self.sqlite and not SCHEMA.is_file() else None

    @asynccontextmanager
    async def run(self, device: str, folder: Path) -> AsyncIterator[Running]:
        for name in ("in", "out", "sent", "err"):
            (folder / name).mkdir()
        service = (GAMMU_SQLITE if self.sqlite else GAMMU_FILES).format(folder=folder)
        settings = folder / "smsdrc"
        settings.write_text(GAMMU.format(device=device, folder=folder, service=service))
        if self.sqlite:
            with contextlib.closing(sqlite3.connect(folder / "smsd.db")) as store:
                store.executescript(SCHEMA.read_text())
        async with started(str(_program("gammu-smsd")), "-c", str(settings), cwd=folder):
            yield _GammuRunning(folder, settings, self.sqlite)


@dataclass(frozen=True, slots=True)
class _GammuRunning:
    folder: Path
    settings: Path
    sqlite: bool

    async def queue(self, to: str, texts: list[str]) -> None:
        inject = str(_program("gammu-smsd-inject"))
        for text in texts:
            process = await asyncio.create_subprocess_exec(
                inject, "-c", str(self.settings), "TEXT", to, "-text", text, stdout=asyncio.subprocess.DEVNULL
            )
            if await process.wait():
                raise RuntimeError("gammu-smsd-inject failed")

    def kept(self) -> int:
        if self.sqlite:
            return _rows(self.folder / "smsd.db", "inbox")
        return len(list((self.folder / "in").iterdir()))


@dataclass(frozen=True, slots=True)
class Smstools:
    """Debian's smstools3 3.1.21."""

    name: str = "smstools3"
    drains: int = 15  # it sleeps 0.12 s an answer
    sends: int = 5

    def missing(self) -> str | None:
        return None if _program("smsd") else "apt-get install smstools"

    @asynccontextmanager
    async def run(self, device: str, folder: Path) -> AsyncIterator[Running]:
        for name in ("incoming", "outgoing", "checked", "failed", "sent"):
            (folder / name).mkdir()
        settings = folder / "smsd.conf"
        settings.write_text(SMSTOOLS.format(device=device, folder=folder, user=getpass.getuser()))
        async with started(str(_program("smsd")), "-t", "-c", str(settings), cwd=folder):
            yield _SmstoolsRunning(folder)


@dataclass(frozen=True, slots=True)
class _SmstoolsRunning:
    folder: Path

    async def queue(self, to: str, texts: list[str]) -> None:
        for at, text in enumerate(texts):
            (self.folder / "outgoing" / f"letter{at}").write_text(f"To: {to.lstrip('+')}\n\n{text}")

    def kept(self) -> int:
        return len(list((self.folder / "incoming").iterdir()))


@dataclass(frozen=True, slots=True)
class PythonGsmmodem:
    """PyPI's python-gsmmodem-new 0.13, each letter committed to SQLite, then deleted (``gsmmodem_loop.py``)."""

    name: str = "python-gsmmodem-new"
    drains: int = 200
    sends: int = 200

    def missing(self) -> str | None:
        return None if importlib.util.find_spec("gsmmodem") else "pip install python-gsmmodem-new"

    @asynccontextmanager
    async def run(self, device: str, folder: Path) -> AsyncIterator[Running]:
        script = Path(__file__).with_name("gsmmodem_loop.py")
        store = folder / "letters.db"
        async with started(sys.executable, "-W", "ignore", str(script), device, str(store), cwd=folder) as process:
            yield _GsmmodemRunning(process, store)


@dataclass(frozen=True, slots=True)
class _GsmmodemRunning:
    process: Started
    store: Path

    async def queue(self, to: str, texts: list[str]) -> None:
        await self.process.tell(f"{to} {len(texts)}")

    def kept(self) -> int:
        return _rows(self.store, "letter")


PEERS: tuple[Peer, ...] = (Gammu(False), Gammu(True), PythonGsmmodem(), Smstools())


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _rows(store: Path, table: str) -> int:
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as opened:
        return int(opened.execute(f"select count(*) from {table}").fetchone()[0])

"""The program under measure: the real ``kentongan run``, in its own process and folder, on one modem or one provider.

What it finds in its store at start is written before, with the gateway's own verbs.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from config.city import City
from config.clock import SystemClock
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.store import Store, Tx, put
from gateway.store.inbound import add_letter
from tests.bench import town
from tests.bench.far_end import BULK
from tests.bench.loading import Target
from tests.bench.processes import Started, started

RUN = "import sys, kentongan; sys.exit(kentongan.main())"  # what the console script does
STORE = "kentongan.db"
READY_S = 60.0  # seconds for the ready line; the goal is 5
CHUNK = 500  # letters laid into the store in one commit
VALID = timedelta(days=1)
SECRET = "bench-bench-bench-bench"
PROVIDER = {  # an account whose address nobody answers: what is measured is the way in
    "KENTONGAN_AFRICASTALKING__USERNAME": "bench",
    "KENTONGAN_AFRICASTALKING__API_KEY": "bench",
    "KENTONGAN_AFRICASTALKING__SMS_URL": "http://127.0.0.1:9/version1",
    "KENTONGAN_AFRICASTALKING__SECRETS__0": SECRET,
}


class NotReady(Exception):
    """The program did not come up; what it said is in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The program, ready. ``ready_s``: from the start of its process to its ready line."""

    process: Started
    url: str
    ready_s: float

    def callback(self, what: str) -> Target:
        """Where the provider posts this."""
        port = urlsplit(self.url).port
        assert port is not None
        return Target(port=port, path=f"/callbacks/africastalking/{SECRET}/{what}")


@dataclass(frozen=True, slots=True)
class House:
    """A folder with a city pack, settings and a store."""

    folder: Path
    pack: Path
    city: City

    @property
    def data(self) -> Path:
        return self.folder / "var"

    @asynccontextmanager
    async def running(self, device: str = "", before: Sequence[str] = (), audio: str = "") -> AsyncIterator[Running]:
        """``kentongan run`` until the block ends, on the modem at ``device`` with its sound at ``audio``, or without
        one on a provider. ``before``: the words of a program that runs it (strace). Raises NotReady."""
        begun = time.perf_counter()
        words = (*before, *_command("run", "--json"))
        async with started(*words, environment=self._environment(device, audio)) as process:
            try:
                said = json.loads(await process.line(READY_S))
            except (TimeoutError, ValueError):
                raise NotReady(await process.errors()) from None
            yield Running(process=process, url=said["url"], ready_s=time.perf_counter() - begun)

    async def register(self, people: list[town.Resident]) -> None:
        """Put people into the registry, by the program's own command."""
        file = self.folder / "residents.csv"
        file.write_text(town.register(people))
        async with started(
            *_command("residents", "import", str(file)), environment=self._environment(str(self.folder / "modem1"))
        ) as process:
            while await process.line():
                pass
            await process.wait()
            if process.failed:
                raise NotReady(await process.errors())

    async def told(self, *words: str) -> dict[str, Any]:
        """What one command says with ``--json``. Raises NotReady."""
        async with started(*_command(*words, "--json"), environment=self._environment("")) as process:
            said = await process.line(READY_S)
            await process.wait()
            if process.failed:
                raise NotReady(await process.errors())
        return dict(json.loads(said))

    async def fill(self, *, queued: int = 0, unread: int = 0, cry: str = "") -> None:
        """Lay letters into the store: bulk ones to send, kept ones that no desk has read, and last an unread cry for
        help from ``cry``."""
        clock = SystemClock()
        self.data.mkdir(exist_ok=True)
        async with await Store.open(self.data / STORE, clock) as store:
            for begin in range(0, queued, CHUNK):
                await store.write(lambda tx, at=begin: _queue(tx, clock, range(at, min(at + CHUNK, queued))))  # type: ignore[misc]
            for begin in range(0, unread, CHUNK):
                await store.write(lambda tx, at=begin: _keep(tx, clock, range(at, min(at + CHUNK, unread))))  # type: ignore[misc]
            if cry:
                letter = _letter(clock, "cry", cry, town.CRY)
                await store.write(lambda tx: add_letter(tx, letter, urgent=True))

    def kept(self) -> int:
        """Letters that its store holds."""
        return int(self.rows("select count(*) from inbound")[0][0])

    def rows(self, sql: str) -> list[Any]:
        """What stands in its store, read beside the running program."""
        with contextlib.closing(sqlite3.connect(f"file:{self.data / STORE}?mode=ro", uri=True)) as opened:
            return opened.execute(sql).fetchall()

    @contextlib.contextmanager
    def copied(self) -> Iterator[House]:
        """The same house once more, to be used up."""
        with TemporaryDirectory(prefix="bench-") as folder:
            copy = House(Path(folder), self.pack, self.city)
            if self.data.is_dir():
                shutil.copytree(self.data, copy.data)
            yield copy

    def _environment(self, device: str, audio: str = "") -> dict[str, str]:
        modem = {
            "KENTONGAN_MODEM__0__AUDIO": audio,
            "KENTONGAN_MODEM__0__NAME": "bench",
            "KENTONGAN_MODEM__0__PORT": device,
            "KENTONGAN_MODEM__0__NUMBER": town.MODEM,
        }
        return {
            "KENTONGAN_CITY": str(self.pack),
            "KENTONGAN_DATA_DIR": str(self.data),
            "KENTONGAN_HTTP__PORT": "0",
            **(modem if device else PROVIDER),
        }


@asynccontextmanager
async def laid_out() -> AsyncIterator[House]:
    """A new house; its folder goes with the block."""
    with TemporaryDirectory(prefix="bench-") as folder:
        pack = town.write_pack(Path(folder))
        yield House(Path(folder), pack, town.load(pack))


def _command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-c", RUN, *words)


def lay(tx: Tx, name: str) -> None:
    """One letter more in the store."""
    clock = SystemClock()
    add_letter(tx, _letter(clock, name, town.STRANGER, f"{BULK} untuk kota."), urgent=False)


def _queue(tx: Tx, clock: SystemClock, places: range) -> None:
    for at in places:
        text = f"{BULK} {at} dari kota."
        expires = clock.now() + VALID
        put(tx, Outbound(to=town.STRANGER, text=text, lane=Lane.BULK, key=f"bench/{at}", expires_at=expires))


def _keep(tx: Tx, clock: SystemClock, places: range) -> None:
    for at in places:
        letter = _letter(clock, str(at), f"+62857997{at % 1000:05d}", f"{BULK} {at} untuk kota.")
        add_letter(tx, letter, urgent=False)


def _letter(clock: SystemClock, name: str, sender: str, text: str) -> Inbound:
    at = clock.now()
    return Inbound(
        id=0,
        channel="bench",
        kind=Kind.SMS,
        sender=sender,
        text=text,
        sent_at=at,
        received_at=at,
        external_id=f"bench-{name}",
    )

"""Debian's Kannel on loopback between its own fake SMS centre and our callbacks, and the gateway beside it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote_to_bytes

import aiohttp
from aiohttp import web

from config.city import load_city
from config.clock import SystemClock
from config.crash import no_crash
from config.settings import Settings, load
from gateway.inbox import Inbox
from gateway.legs import Legs, open_legs
from gateway.messages import Outbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse, supervise
from gateway.store import Store, put
from gateway.store.listing import Listed, letters
from gateway.web import add_callbacks
from tests.gateway.room import Notebook, Waits

if TYPE_CHECKING:
    from gateway.callbacks import Turns
    from tests.peers.conftest import Daemon

FAKE_SMSC = Path("/usr/lib/kannel/test/fakesmsc")  # where kannel-extras puts it
TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"
SECRET = "kannel-secret-0123456789abcdef"
OURS, SITI = "+628110000001", "+6281234567890"
START_S = 20.0  # real seconds for Kannel's two programs
LIMIT_S = 60.0  # for what should then happen: an open circuit is probed after 5 to 6 s

# Kannel's user guide 1.4.5, chapters 3 and 6. No smsbox-id: a box with one needs a group smsbox-route as well.
KANNEL = """group = core
admin-port = {admin}
admin-interface = "127.0.0.1"
admin-password = tests
smsbox-port = {boxes}
smsbox-interface = "127.0.0.1"
box-allow-ip = "127.0.0.1"
store-type = file
store-location = "{folder}/kept"
log-file = "{folder}/bearerbox.log"
log-level = 1

group = smsc
smsc = fake
smsc-id = fake
port = {air}
allowed-prefix = "+628"
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = "127.0.0.1"
log-file = "{folder}/smsbox.log"
log-level = 1
http-request-retry = 600
http-queue-delay = 1

group = sendsms-user
username = kentongan
password = "p&ss w%rd"
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "http://127.0.0.1:{ours}/callbacks/kannel/{secret}/sms?from=%p&to=%P&text=%b&charset=%C&id=%I&sent=%T"
"""
SETTINGS = """city = "tinytown"
[http]
port = {ours}
[[provider]]
description = "kannel"
secrets = ["{secret}"]
senders = ["{number}"]
price = 250
[provider.values]
url = "http://127.0.0.1:{send}"
username = "kentongan"
password = "p&ss w%rd"
"""


@dataclass(slots=True)
class Kannel:
    """Its two programs and its far end. ``start`` and ``kill`` may alternate."""

    folder: Path
    daemon: Daemon
    programs: Mapping[str, str]
    ports: Mapping[str, int]
    running: list[Popen[bytes]] = field(default_factory=list)
    air: Popen[bytes] | None = None

    async def start(self) -> None:
        """Both boxes, until they serve; then the phones' side."""
        file = self.folder / "kannel.conf"
        bearer = self.daemon(self.programs["bearerbox"], "-v", "4", str(file))
        await self._until("SMSC connections")
        box = self.daemon(self.programs["smsbox"], "-v", "4", str(file))
        self.running = [box, bearer]
        await self._until("smsbox:")
        await self.phones()

    async def kill(self) -> None:
        """As a power cut would: nothing is said to anybody."""
        for process in self.running:
            process.kill()
            await asyncio.to_thread(process.wait)
        self.running = []

    async def phones(self, *says: str) -> None:
        """The fake centre, which sends one line of each and hears the rest. It is a new one each time: it takes what it
        sends from its arguments."""
        if self.air is not None:
            self.air.terminate()
            await asyncio.to_thread(self.air.wait)
        port, what = str(self.ports["air"]), says or ("1 2 text none",)
        self.air = self.daemon(str(FAKE_SMSC), "-H", "127.0.0.1", "-r", port, "-i", "0.1", "-m", str(len(says)), *what)
        await self._until("(online")

    def heard(self) -> list[tuple[str, str, str]]:
        """What phones got: sender, recipient and text. Parts are joined as octets: Kannel cuts between surrogates."""
        parts: dict[tuple[str, str, bytes], dict[int, bytes]] = {}
        found: list[tuple[str, str, str]] = []
        outputs = sorted(self.folder.glob("output*.txt"), key=lambda path: int(path.stem.removeprefix("output")))
        for line in b"".join(path.read_bytes() for path in outputs).splitlines():
            _, got, said = line.partition(b": <")
            if b": Got message " not in line or not got:
                continue
            sender, to, kind, *words = said.removesuffix(b">").split(b" ")
            if kind == b"text":
                found.append((sender.decode(), to.decode(), b" ".join(words).decode()))
                continue
            head = _octets(words[0]) if kind == b"udh" else b"\5\0\3\0\1\1"
            whole = parts.setdefault((sender.decode(), to.decode(), head[:5]), {})
            whole[head[5]] = _octets(words[-1])
            if len(whole) == head[4]:
                data = b"".join(
                    octets for _, octets in sorted(parts.pop((sender.decode(), to.decode(), head[:5])).items())
                )
                found.append((sender.decode(), to.decode(), data.decode("utf-16-be" if 0 in data else "utf-8")))
        return found

    async def _until(self, word: str) -> None:
        """Until its status page says so."""
        url = f"http://127.0.0.1:{self.ports['admin']}/status.txt?password=tests"
        async with asyncio.timeout(START_S), aiohttp.ClientSession() as session:
            while True:
                with contextlib.suppress(aiohttp.ClientError, OSError):
                    async with session.get(url) as answer:
                        if word in await answer.text():
                            return
                await asyncio.sleep(0.05)


def _octets(word: bytes) -> bytes:
    return unquote_to_bytes(word.replace(b"+", b" "))


@dataclass(slots=True)
class Gateway:
    """Our side: an inbox with a desk that writes down, an outbox, the described provider's leg, the callbacks."""

    store: Store
    outbox: Outbox
    legs: Legs
    desk: Notebook
    app: web.Application
    port: int
    runner: web.AppRunner | None = None

    async def listen(self) -> None:
        self.runner = web.AppRunner(self.app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()

    async def post(self, *outgoing: Outbound) -> None:
        await self.store.write(lambda tx: [put(tx, one) for one in outgoing])
        self.outbox.wake()

    async def out(self) -> list[Listed]:
        rows = await self.store.read(lambda tx: letters(tx, state=None, at_most=1000))
        return [row for row in rows if row.direction == "out"]

    async def states(self) -> dict[str, str]:
        return {row.text: row.state for row in await self.out()}


@asynccontextmanager
async def gateway_of(settings: Settings, folder: Path) -> AsyncIterator[Gateway]:
    clock, city = SystemClock(), load_city(TINY)
    pulse, desk = Pulse(clock), Notebook()
    async with await Store.open(folder / "kentongan.db", clock) as store:
        inbox = Inbox(store, [desk], clock, no_crash, pulse, waits=Waits())
        ringing: list[Callable[[], None]] = []
        async with open_legs(
            settings, city, clock, inbox, cast("Turns", None), pulse, store, changed=lambda: ringing[0]()
        ) as legs:
            outbox = Outbox(store, legs.channels, clock, no_crash, pulse, doubt_s=45.0)
            ringing.append(outbox.wake)
            app = web.Application()
            add_callbacks(app, legs.callbacks)
            loops: dict[str, Any] = {"inbox": inbox.run, "outbox": outbox.run, **legs.loops}
            tasks = [asyncio.create_task(supervise(name, run, clock)) for name, run in loops.items()]
            gateway = Gateway(store, outbox, legs, desk, app, settings.http.port)
            try:
                yield gateway
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                if gateway.runner is not None:
                    await gateway.runner.cleanup()


def ports() -> dict[str, int]:
    """Free ones of this machine."""
    names = ("admin", "boxes", "air", "send", "ours")
    with ExitStack() as stack:
        found = [stack.enter_context(closing(socket.socket())) for _ in names]
        for one in found:
            one.bind(("127.0.0.1", 0))
        return {name: one.getsockname()[1] for name, one in zip(names, found, strict=True)}


def written(folder: Path, chosen: Mapping[str, int]) -> Settings:
    """Kannel's file and ours, with the same ports."""
    (folder / "kannel.conf").write_text(KANNEL.format(folder=folder, secret=SECRET, **chosen))
    (folder / "kentongan.toml").write_text(SETTINGS.format(secret=SECRET, number=OURS, **chosen))
    return load(folder / "kentongan.toml", {})


async def until(true: Callable[[], Any], limit_s: float = LIMIT_S) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(limit_s):
        while True:
            found = true()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.05)

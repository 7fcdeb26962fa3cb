"""Debian's Kannel beside us: a letter that comes by HTTP into its bearerbox, and on to its smsbox.

The letter comes in by Kannel's own HTTP centre (``system-type = kannel``); bearerbox answers 202 when it has taken it,
and hands it to smsbox, whose one ``sms-service`` sends no answer: less work than ours. Unmodified, logs off.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from tests.bench.loading import LoadFault, Target
from tests.bench.processes import started

STORES = ("none", "file", "spool")  # where bearerbox keeps what it has taken and not yet delivered
START_S = 15.0
LOOK_S = 0.1
SETTINGS = """group = core
admin-port = {admin}
admin-password = bench
smsbox-port = {boxes}
log-level = 4
box-allow-ip = "127.0.0.1"
{store}
group = smsc
smsc = http
smsc-id = in
system-type = kannel
smsc-username = bench
smsc-password = bench
port = {intake}
send-url = "http://127.0.0.1:9/"

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
log-level = 4

group = sms-service
keyword = default
catch-all = true
text = "Terima kasih"
max-messages = 1
"""


def missing() -> str | None:
    """Why it cannot be measured here."""
    return None if _program("bearerbox") and _program("smsbox") else "apt-get install kannel"


@asynccontextmanager
async def kannel(store: str, folder: Path, before: Sequence[str] = ()) -> AsyncIterator[Target]:
    """bearerbox with that store and its smsbox, ready. ``before``: the words of a program that runs bearerbox. Raises
    LoadFault."""
    admin, boxes, intake, send = _free_ports(4)
    kept = f'store-type = {store}\nstore-location = "{folder / "kept"}"\n' if store != "none" else ""
    if store == "spool":
        (folder / "kept").mkdir()
    file = folder / "kannel.conf"
    file.write_text(SETTINGS.format(admin=admin, boxes=boxes, intake=intake, send=send, store=kept))
    async with started(*before, str(_program("bearerbox")), "-v", "4", str(file), cwd=folder) as bearer:
        await _until(f"http://127.0.0.1:{admin}/status.txt?password=bench", "SMSC connections")
        async with started(str(_program("smsbox")), "-v", "4", str(file), cwd=folder):
            try:
                await _until(f"http://127.0.0.1:{admin}/status.txt?password=bench", "smsbox:")
            except TimeoutError:
                raise LoadFault(f"Kannel did not start: {await bearer.errors()}") from None
            yield Target(port=intake, path="/sms", kind="kannel")


async def _until(url: str, word: str) -> None:
    """Until its status page says so."""
    async with asyncio.timeout(START_S):
        while word not in await asyncio.to_thread(_fetch, url):
            await asyncio.sleep(LOOK_S)


def _fetch(url: str) -> str:
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=START_S) as page:
            return str(page.read().decode(errors="replace"))
    except (URLError, OSError):
        return ""


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def _program(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")

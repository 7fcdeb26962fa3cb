"""The command socket: how a command that writes reaches the running program, which alone owns the store.

``<data_dir>/kentongan.sock`` (mode 0600) speaks HTTP: ``POST /command`` with ``{"argv", "files"}``; the answer is lines
of JSON: ``{"row", "text"}``, ``{"note"}``, ``{"progress"}``, last ``{"exit"}``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import pwd
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from config.command import NOT_HERE, CommandError, Out

NAME = "kentongan.sock"
LARGEST = 64 * 1024 * 1024  # bytes of one command with its files: a city's resident list is about 30 MB
Runner = Callable[[Sequence[str], Mapping[str, bytes], Out, str], Awaitable[int]]
"""``argv``, files, where its lines go, and which user of the machine asks."""
_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid of the other end (unix(7), SO_PEERCRED)


class _Lines:
    """``Out`` that carries a command's lines to the other end of the socket."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.queue.put_nowait({"row": dict(row), "text": text})

    def note(self, text: str) -> None:
        self.queue.put_nowait({"note": text})

    def progress(self, done: int, total: int, what: str) -> None:
        self.queue.put_nowait({"progress": [done, total, what]})


async def _answer(request: web.Request, runner: Runner) -> web.StreamResponse:
    order = await request.json()
    files = {path: base64.b64decode(content) for path, content in order["files"].items()}
    lines, user = _Lines(), _user(request)

    async def work() -> int:
        try:
            return await runner(order["argv"], files, lines, user)
        except CommandError as error:
            lines.note(str(error))
            return error.code
        finally:
            lines.queue.put_nowait(None)

    job = asyncio.create_task(work())
    response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    await response.prepare(request)
    while (line := await lines.queue.get()) is not None:
        await response.write(json.dumps(line, default=str).encode() + b"\n")
    await response.write(json.dumps({"exit": await job}).encode() + b"\n")
    return response


def _user(request: web.Request) -> str:
    """Who is at the other end, as the kernel says; empty: it does not know."""
    here = request.transport.get_extra_info("socket") if request.transport is not None else None
    if here is None:
        return ""
    _, uid, _ = _CREDENTIALS.unpack(here.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


@contextlib.asynccontextmanager
async def command_socket(data_dir: Path, runner: Runner) -> AsyncIterator[None]:
    """Serve the socket while the context lasts. The caller holds the store's lock, so an old socket file is stale."""
    app = web.Application(client_max_size=LARGEST)
    app.router.add_post("/command", lambda request: _answer(request, runner))
    web_runner = web.AppRunner(app, access_log=None)
    await web_runner.setup()
    with _reachable(data_dir) as path:
        Path(path).unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            listener.bind(path)
        finally:
            os.umask(before)
    await web.SockSite(web_runner, listener).start()
    try:
        yield
    finally:
        await web_runner.cleanup()
        (data_dir / NAME).unlink(missing_ok=True)


async def ask(data_dir: Path, argv: Sequence[str], files: Mapping[str, bytes], out: Out) -> int:
    """Have the running program do a command; returns its exit code. Raises CommandError when nobody answers."""
    body = {"argv": list(argv), "files": {path: base64.b64encode(data).decode() for path, data in files.items()}}
    with _reachable(data_dir) as path:
        try:
            async with (
                aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=path)) as session,
                session.post("http://kentongan/command", json=body, timeout=aiohttp.ClientTimeout(600)) as answer,
            ):
                async for line in _lines(answer.content):
                    said = json.loads(line)
                    if "exit" in said:
                        return int(said["exit"])
                    _hand_on(said, out)
        except (aiohttp.ClientError, OSError) as error:
            raise CommandError(
                f"the running program does not answer on {data_dir / NAME}: {error}", NOT_HERE
            ) from error
    raise CommandError("the running program stopped in the middle of the command", NOT_HERE)


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Whole lines however long: the account of a list with thousands of bad rows is one."""
    rest = b""
    async for piece in content.iter_any():
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line


def _hand_on(said: Mapping[str, Any], out: Out) -> None:
    if "row" in said:
        out.row(said["row"], said["text"])
    elif "note" in said:
        out.note(said["note"])
    else:
        out.progress(*said["progress"])


@contextlib.contextmanager
def _reachable(data_dir: Path) -> Iterator[str]:
    """The socket's path, short enough for AF_UNIX (108 bytes) however deep the data directory lies."""
    folder = os.open(data_dir, os.O_DIRECTORY | os.O_PATH)
    try:
        yield f"/proc/self/fd/{folder}/{NAME}"
    finally:
        os.close(folder)

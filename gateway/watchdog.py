"""Talks to systemd (sd_notify(3)): ready, and still alive. Fed only while every loop of the life path beats."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from typing import Any

from config.clock import Clock
from config.command import DONE, INTERRUPTED
from gateway.health import LIFE
from gateway.pulse import Pulse


def notify(state: str) -> None:
    """Send one state line (``READY=1``, ``WATCHDOG=1``, ``STOPPING=1``) where systemd asked for it; else do nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]  # an abstract socket, unix(7)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.connect(address)
        line.sendall(state.encode())


def told_to_stop() -> asyncio.Future[int]:
    """From now on SIGTERM (0) and SIGINT (130) give their exit code to this future. Taken before anything is opened, so
    that one in the middle of the start is an orderly stop too; and kept, so that a second one cuts none short."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()

    def tell(code: int) -> None:
        if not told.done():
            told.set_result(code)

    loop.add_signal_handler(signal.SIGTERM, tell, DONE)
    loop.add_signal_handler(signal.SIGINT, tell, INTERRUPTED)
    return told


async def until_stopped(clock: Clock, pulse: Pulse, broken: asyncio.Event, told: asyncio.Future[int]) -> int:
    """Feed the watchdog until ``told`` to stop (its exit code), or ``broken``: the store can keep nothing any more
    (EX_IOERR, sysexits.h: the supervisor starts us again)."""
    waits: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(broken.wait()),
        asyncio.ensure_future(_feed(clock, pulse)),
    ]
    try:
        await asyncio.wait([told, *waits], return_when=asyncio.FIRST_COMPLETED)
        notify("STOPPING=1")
        return told.result() if told.done() else os.EX_IOERR
    finally:
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _feed(clock: Clock, pulse: Pulse) -> None:
    """For ever: feed systemd's watchdog at half its period, while every loop of the life path beats
    (sd_watchdog_enabled(3))."""
    period = int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000 or 15.0
    while True:
        if pulse.beating(*LIFE):
            notify("WATCHDOG=1")
        await clock.sleep(period)

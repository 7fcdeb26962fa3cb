"""Talks to systemd (sd_notify(3)): ready, and still alive. Fed only while every loop of the life path beats."""

from __future__ import annotations

import os
import socket

from config.clock import Clock
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


async def feed(clock: Clock, pulse: Pulse, loops: tuple[str, ...]) -> None:
    """For ever: feed systemd's watchdog at half its period, only while all ``loops`` beat (sd_watchdog_enabled(3))."""
    period = int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000 or 15.0
    while True:
        if pulse.beating(*loops):
            notify("WATCHDOG=1")
        await clock.sleep(period)

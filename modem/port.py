"""Bytes in, bytes out: the one door to pyserial, and the form that every port has."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import glob
import os
import re
import socket
import stat
from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

import serial

BAUD = 115200  # bits a second; every profile speaks it, USB modems ignore it
READ_AT_ONCE = 4096  # octets; a pty and a USB tty hand over no more
REACH_S = 10.0  # seconds for a TCP port to answer
_GONE = (OSError, serial.SerialException)


class PortLost(Exception):
    """The port is gone (unplugged, hung up, closed by the other end). Open it anew."""


class PortTaken(Exception):
    """Another program holds the port (``flock``, TIOCEXCL)."""


class Port(Protocol):
    """An open port. Never blocks."""

    name: str

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        """From now on call ``heard`` with what arrives and, once, ``lost`` with a reason when the port is gone."""

    def write(self, data: bytes) -> None:
        """Queue bytes for the wire, in order. Raises PortLost."""

    def close(self) -> None:
        """Give the port back. ``lost`` is not called for it. Idempotent."""


@runtime_checkable
class Latest(Protocol):
    """A port on which what is late may be dropped: a voice. Those that never make anything wait are none."""

    def keep_latest(self, octets: int) -> None:
        """From now on at most so many octets (an even number) wait for the wire, the newest; the oldest are dropped in
        whole samples of two."""


Opener = Callable[[str], Awaitable[Port]]
"""Opens a port by its name. Raises PortLost (not there) or PortTaken. ``open_port`` is the real one; the virtual
network hands in one that joins driver and modem in memory."""

Seek = Callable[[str], list[str]]
"""Names under which the modem of the port so named may be found again. ``like_ports`` is the real one."""


async def open_port(name: str) -> Port:
    """Open a device path, a glob (the first match that is free), or ``socket://host:port``."""
    if name.startswith("socket://"):
        return await _open_socket(name)
    paths = sorted(glob.glob(name)) if glob.has_magic(name) else [name]
    taken: PortTaken | None = None
    for path in paths:
        try:
            return SerialPort(path)
        except PortTaken as fault:
            taken = fault
    raise taken or PortLost(f"{name}: nothing there")


def like_ports(name: str) -> list[str]:
    """The existing ports named like ``name``: a glob's matches, else what differs only in the last number, then in
    /dev every USB modem's port, and elsewhere every device beside it (a folder of links to modems). A modem that was
    plugged in again is looked for there."""
    if name.startswith("socket://"):
        return [name]
    if glob.has_magic(name):
        return sorted(glob.glob(name))
    folder, base = os.path.split(name)
    stem = re.sub(r"\d+$", "", base)
    patterns = [os.path.join(glob.escape(folder), glob.escape(stem) + "*")]
    if folder.startswith("/dev") and not folder.startswith("/dev/pts"):
        patterns += ["/dev/ttyUSB*", "/dev/ttyACM*"]
    found = [path for pattern in patterns for path in sorted(glob.glob(pattern))]
    if folder not in ("/dev", "/dev/pts"):
        beside = sorted(glob.glob(os.path.join(glob.escape(folder), "*")))
        found += [path for path in beside if _is_device(path)]
    return list(dict.fromkeys(found))


def without(mine: str, names: list[str]) -> list[str]:
    """``names`` less the port ``mine`` (a voice's: nobody answers AT there), where that names one and no more."""
    paths = sorted(glob.glob(mine)) if glob.has_magic(mine) else [mine]
    mine = os.path.realpath(paths[0]) if mine and len(paths) == 1 else ""
    return [name for name in names if os.path.realpath(name) != mine]


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(os.stat(path).st_mode)
    except OSError:
        return False


class SerialPort:
    """A tty of this machine, held exclusively. Opening it raises PortLost or PortTaken."""

    def __init__(self, path: str) -> None:
        self.name = path
        self._loop = asyncio.get_running_loop()
        self._out = bytearray()
        self._most: int | None = None  # octets that may wait; None: all
        self._blocked = False  # the port takes no more; the rest waits for it
        self._lost: Callable[[str], None] | None = None
        self._heard: Callable[[bytes], None] | None = None
        try:
            # No RTS/CTS: boards wired with three lines would block for ever. DTR and RTS are asserted by opening.
            self._serial = serial.Serial(path, BAUD, timeout=0, write_timeout=0, exclusive=True)
        except serial.SerialException as fault:
            raise _why(path, fault) from fault
        except OSError as fault:
            raise PortLost(f"{path}: {fault.strerror or fault}") from fault
        self._fd: int = self._serial.fileno()

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._heard, self._lost = heard, lost
        self._loop.add_reader(self._fd, self._readable)

    def write(self, data: bytes) -> None:
        if not self._serial.is_open:
            raise PortLost(f"{self.name}: closed")
        waiting = bool(self._out)
        self._out += data
        if not waiting:
            self._writable()
            if not self._serial.is_open:
                raise PortLost(f"{self.name}: gone")
        _drop_oldest(self._out, self._most)

    def keep_latest(self, octets: int) -> None:
        """See ``Latest``."""
        self._most = octets
        _drop_oldest(self._out, octets)

    def close(self) -> None:
        if not self._serial.is_open:
            return
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        with contextlib.suppress(*_GONE):
            self._serial.close()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError as fault:
            self._gone(fault.strerror or str(fault))
            return
        if not data:
            self._gone("hung up")
        elif self._heard is not None:
            self._heard(data)

    def _writable(self) -> None:
        """Write what the port takes now; the rest when it takes more."""
        try:
            while self._out:
                del self._out[: os.write(self._fd, self._out)]
        except BlockingIOError:
            self._loop.add_writer(self._fd, self._writable)
            self._blocked = True
            return
        except OSError as fault:
            self._gone(fault.strerror or str(fault))
            return
        if self._blocked:
            self._loop.remove_writer(self._fd)
            self._blocked = False

    def _gone(self, why: str) -> None:
        self.close()
        lost, self._lost = self._lost, None
        if lost is not None:
            self._loop.call_soon(lost, f"{self.name}: {why}")


class _SocketPort(asyncio.Protocol):
    """A modem behind TCP: a serial server, or the virtual network. Being connected is holding it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._transport: asyncio.Transport | None = None
        self._heard: Callable[[bytes], None] | None = None
        self._lost: Callable[[str], None] | None = None
        self._early = bytearray()
        self._out = bytearray()  # what waits while the transport is full
        self._full = False
        self._most: int | None = None

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._heard, self._lost = heard, lost
        if self._early:
            heard(bytes(self._early))
            self._early.clear()
        if self._transport is None:
            self._report("hung up")

    def write(self, data: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise PortLost(f"{self.name}: closed")
        if self._full and self._most is not None:
            self._out += data
            _drop_oldest(self._out, self._most)
        else:
            self._transport.write(data)

    def keep_latest(self, octets: int) -> None:
        """See ``Latest``."""
        self._most = octets
        _drop_oldest(self._out, octets)
        if self._transport is not None and octets:
            self._transport.set_write_buffer_limits(high=octets)
            # the kernel would hold a minute of sound for a far end that has stalled
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, octets)

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        if self._out and self._transport is not None:
            self._transport.write(bytes(self._out))
            self._out.clear()

    def close(self) -> None:
        self._lost = None
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._heard is None:
            self._early += data
        else:
            self._heard(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._report(str(exc) if exc else "hung up")

    def _report(self, why: str) -> None:
        lost, self._lost = self._lost, None
        if lost is not None:
            lost(f"{self.name}: {why}")


def _drop_oldest(waiting: bytearray, most: int | None) -> None:
    """Drop what is beyond ``most`` octets, the oldest, two by two."""
    if most is not None and len(waiting) > most:
        del waiting[: len(waiting) - most + ((len(waiting) - most) & 1)]


async def _open_socket(name: str) -> Port:
    host, _, port = name.removeprefix("socket://").rpartition(":")
    if not host or not port.isdecimal():
        raise PortLost(f"{name}: write it as socket://host:port")
    try:
        async with asyncio.timeout(REACH_S):
            _, made = await asyncio.get_running_loop().create_connection(lambda: _SocketPort(name), host, int(port))
    except (OSError, TimeoutError) as fault:
        raise PortLost(f"{name}: {fault or 'no answer'}") from fault
    return made


def _why(path: str, fault: serial.SerialException) -> PortLost | PortTaken:
    """pyserial says 'exclusively lock' for a port that another holds; EBUSY is the kernel's word for TIOCEXCL."""
    if fault.errno in (errno.EBUSY, errno.EAGAIN) or "lock port" in str(fault):
        return PortTaken(f"{path} is held by another program")
    if fault.errno in (errno.EACCES, errno.EPERM):
        return PortLost(f"{path}: not allowed; add this user to the group dialout")
    return PortLost(f"{path}: {os.strerror(fault.errno) if fault.errno else fault}")

"""A modem's cables as pseudo-terminals under links, so that any program can open them as serial ports."""

from __future__ import annotations

import asyncio
import fcntl
import os
import termios
import tty
from collections import deque
from pathlib import Path

from modem.virtual.modem import VirtualModem
from modem.virtual.opened import OpenWatch
from modem.virtual.wire import Device

READ = 65_536  # bytes a read
AUDIO_WAITS = 50  # frames of 20 ms that wait for a client who does not read; what comes then is lost


class PtyCable:
    """One modem on one pty; ``link`` points to it while it is plugged in. ``close`` takes the link away.

    It follows the modem: pulled out, the client's descriptor sees its end and the link is gone; plugged in under
    another name, the link has that name in the same folder. A client may close and open it as it likes. ``most``:
    writes that wait for a client who does not read, beyond the kernel's buffer; None: all.
    """

    def __init__(self, modem: Device, link: Path, most: int | None = None) -> None:
        self.link = link
        self._modem = modem
        self._most = most
        self._folder = link.parent
        self._master = self._slave = -1
        self._watch: OpenWatch | None = None
        self._attached = False
        self._waiting: deque[bytes] = deque()
        modem.moved.append(self._moved)
        if modem.plugged:
            self._open()

    @property
    def device(self) -> str:
        """The terminal behind the link (``/dev/pts/…``). Raises OSError while unplugged."""
        return os.ttyname(self._slave)

    def close(self) -> None:
        """Take the link away and end the pty. Idempotent."""
        if self._moved in self._modem.moved:
            self._modem.moved.remove(self._moved)
        self._shut()

    # -- as the modem's Line

    def send(self, data: bytes) -> None:
        """See ``Line.send``. What a client leaves unread beyond the kernel's buffer waits here."""
        if self._most is not None and len(self._waiting) >= self._most:
            return
        self._waiting.append(data)
        self._drain()

    def hangup(self, reason: str) -> None:
        """See ``Line.hangup``: the pty ends, and while the modem is plugged in a new one takes its link."""
        self._attached = False
        self._shut()
        if self._modem.plugged:
            self._open()

    # -- the pty

    def _moved(self) -> None:
        if not self._modem.plugged:
            self._shut()
            return
        if self._modem.name != self.link.name:
            self.link = self._folder / self._modem.name
        if self._master < 0:
            self._open()

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        tty.setraw(self._master)
        os.set_blocking(self._master, False)
        self._watch = OpenWatch(os.ttyname(self._slave), self._clients)
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        if not self._watch.works:
            self._clients(1)
        fresh = self.link.with_name(f".{self.link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.link)

    def _shut(self) -> None:
        if self._master < 0:
            return
        if self.link.is_symlink() and os.readlink(self.link) == os.ttyname(self._slave):
            self.link.unlink()
        if self._attached:
            self._attached = False
            self._modem.detach(self)
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        self._waiting.clear()
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def _clients(self, count: int) -> None:
        """Others have the terminal open, or none any more."""
        if count and not self._attached:
            self._attached = True
            self._modem.attach(self)
        elif not count and self._attached:
            self._attached = False
            self._modem.detach(self)
            self._waiting.clear()
            self._ready_for_the_next()

    def _ready_for_the_next(self) -> None:
        """As a port is after its last client left: nothing unread in it, raw, and no one's exclusive own."""
        termios.tcflush(self._slave, termios.TCIOFLUSH)
        fcntl.ioctl(self._slave, termios.TIOCNXCL)
        tty.setraw(self._slave)

    def _readable(self) -> None:
        if self._watch is not None:
            self._watch.check()  # an opening must be known before the first byte is answered
        try:
            data = os.read(self._master, READ)
        except (BlockingIOError, OSError):
            return
        self._modem.feed(data)

    def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting and self._master >= 0:
            data = self._waiting[0]
            try:
                written = os.write(self._master, data)
            except BlockingIOError:
                written = 0
            if written == len(data):
                self._waiting.popleft()
                continue
            self._waiting[0] = data[written:]
            loop.add_writer(self._master, self._drain)
            return
        if self._master >= 0:
            loop.remove_writer(self._master)


def serve_pty(modem: VirtualModem, link: Path | str) -> PtyCable:
    """Put a modem on a pty under ``link``; the modem's name becomes the link's. Needs the running loop.

    Raises OSError where the link cannot be made. An old link of that name is replaced."""
    path = Path(link)
    modem.name = path.name
    return PtyCable(modem, path)


def serve_audio_pty(modem: VirtualModem, folder: Path | str) -> PtyCable:
    """Put a modem's audio port on a pty beside its link: ``modem1-audio`` in that folder. Needs the running loop.

    Raises OSError where the link cannot be made."""
    return PtyCable(modem.jack, Path(folder) / modem.jack.name, AUDIO_WAITS)

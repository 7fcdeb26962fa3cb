"""Tells when a device file is opened and closed by others, by Linux's inotify.

A pty does not say by itself whether a client is there while we hold its slave side open, and a modem must know: what
it says to a closed port is lost, not kept for the next client.
"""

from __future__ import annotations

import asyncio
import ctypes
import ctypes.util
import os
import struct
from collections.abc import Callable

IN_CLOSE_WRITE, IN_CLOSE_NOWRITE, IN_OPEN = 0x08, 0x10, 0x20
_EVENT = struct.Struct("iIII")


class OpenWatch:
    """Counts the openings of one file. ``changed(n)`` after each change; ``close()`` ends it.

    ``works`` is False where inotify is missing: then nothing is ever told."""

    def __init__(self, path: str, changed: Callable[[int], None]) -> None:
        self._changed = changed
        self._count = 0
        self._fd = _watch(path)
        self.works = self._fd >= 0
        if self.works:
            asyncio.get_running_loop().add_reader(self._fd, self._read)

    def close(self) -> None:
        """Idempotent."""
        if self._fd >= 0:
            asyncio.get_running_loop().remove_reader(self._fd)
            os.close(self._fd)
            self._fd = -1

    def check(self) -> None:
        """Read what is known at this moment, without waiting for the loop to come by."""
        if self._fd >= 0:
            self._read()

    def _read(self) -> None:
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            return
        before = self._count
        at = 0
        while at < len(data):
            _, mask, _, name = _EVENT.unpack_from(data, at)
            at += _EVENT.size + name
            if mask & IN_OPEN:
                self._count += 1
            elif mask & (IN_CLOSE_WRITE | IN_CLOSE_NOWRITE):
                self._count = max(0, self._count - 1)
        if self._count != before:
            self._changed(self._count)


def _watch(path: str) -> int:
    library = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
    if not hasattr(library, "inotify_init1"):
        return -1
    fd = int(library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
    if fd < 0:
        return -1
    mask = IN_OPEN | IN_CLOSE_WRITE | IN_CLOSE_NOWRITE
    if library.inotify_add_watch(fd, os.fsencode(path), mask) < 0:
        os.close(fd)
        return -1
    return fd

"""What has been spoken before: fixed prompts on disk, and a little of everything in memory.

Sentences that were said to one person (a name, a place, a number in them) stay in memory only: rendering takes some
thirty milliseconds, and what is not on the disk need not be erased from it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
import threading
import zlib
from collections import OrderedDict
from pathlib import Path

log = logging.getLogger(__name__)

DISK_OCTETS = 64_000_000  # an hour of speech (16,000 octets a second): more than any city's prompts
MEMORY_OCTETS = 8_000_000  # eight minutes: the menus, and what four calls at once are told
LEFT = 0.9  # share of the cap that is left when the oldest go, so that they do not go one by one
CHECK = 4  # octets at the end of each file: its CRC-32; a power cut leaves half a file where nothing was synced


class Cache:
    """Sounds by key (hexadecimal). ``read`` and ``write`` touch the disk: call them in a thread. A disk that fails is
    no fault: then it is spoken anew."""

    def __init__(self, folder: Path, *, disk_octets: int = DISK_OCTETS, memory_octets: int = MEMORY_OCTETS) -> None:
        self._folder = folder
        self._most_disk, self._most_memory = disk_octets, memory_octets
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0  # octets in memory
        self._on_disk: int | None = None  # octets; None: not counted yet
        self._lock = threading.Lock()

    def remembered(self, key: str) -> bytes | None:
        """What memory has."""
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
            return self._memory.get(key)

    def remember(self, key: str, sound: bytes) -> None:
        """Keep it in memory; what was not asked for the longest goes."""
        with self._lock:
            self._held += len(sound) - len(self._memory.pop(key, b""))
            self._memory[key] = sound
            while self._held > self._most_memory:
                self._held -= len(self._memory.popitem(last=False)[1])

    def read(self, key: str) -> bytes | None:
        """What the disk has, whole; None: nothing, or nothing sound."""
        path = self._path(key)
        try:
            kept = path.read_bytes()
            if len(kept) > CHECK and kept[-CHECK:] == _check(kept[:-CHECK]):
                os.utime(path)
                return kept[:-CHECK]
            path.unlink()
        except OSError:
            pass
        return None

    def write(self, key: str, sound: bytes) -> None:
        """Keep it on disk; the least lately used go when there are too many."""
        with self._lock:
            try:
                if self._on_disk is None:
                    self._on_disk = sum(size for _, size, _ in self._files())
                self._put(self._path(key), sound + _check(sound))
                self._on_disk += len(sound) + CHECK
                if self._on_disk > self._most_disk:
                    self._trim()
            except OSError as fault:
                log.warning("prompts cannot be kept on disk: %s", fault.strerror)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.s16"

    def _put(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise

    def _trim(self) -> None:
        """Also removes what a crash left half written."""
        files = sorted(self._files())
        self._on_disk = sum(size for _, size, _ in files)
        for _, size, path in files:
            if self._on_disk <= self._most_disk * LEFT:
                break
            path.unlink(missing_ok=True)
            self._on_disk -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """Last use (epoch seconds), octets, path."""
        found = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(FileNotFoundError):
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
        return found


def _check(sound: bytes) -> bytes:
    return zlib.crc32(sound).to_bytes(CHECK, "little")

"""One program, one store: ``store.lock`` beside the database."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from gateway.store.faults import StoreInUse, StoreRefused


class Lock:
    """Held from construction to ``release``; the kernel releases it when the process dies. Raises StoreRefused."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            mend = "free some space" if full else "make the folder writable for this user"
            raise StoreRefused(f"{path}: {error.strerror}: {mend}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.pread(self._file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise StoreInUse(f"{path.parent} is in use by process {holder}: stop it, or ask it") from error
        os.truncate(self._file, 0)
        with contextlib.suppress(OSError):  # a full disk has no room for our name; it is held all the same
            os.pwrite(self._file, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let another program in. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

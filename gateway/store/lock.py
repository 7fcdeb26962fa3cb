"""One program, one store: ``store.lock`` beside the database."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from pathlib import Path

from gateway.store.faults import StoreInUse, StoreRefused


class Lock:
    """Held from construction to ``release``; the kernel releases it when the process dies. Raises StoreRefused.

    The file names its holder: the process id, then ``name``. ``before`` is the name that stood there: its process is
    dead."""

    def __init__(self, path: Path, name: str = "") -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            full = error.errno == errno.ENOSPC
            mend = "free some space" if full else "make the folder writable for this user"
            raise StoreRefused(f"{path}: {error.strerror}: {mend}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder, _ = self._said()
            os.close(self._file)
            raise StoreInUse(f"{path.parent} is in use by process {holder}: stop it, or ask it") from error
        _, self.before = self._said()
        os.truncate(self._file, 0)
        with contextlib.suppress(OSError):  # a full disk has no room for our name; it is held all the same
            os.pwrite(self._file, f"{os.getpid()}\n{name}\n".encode("ascii"), 0)

    def _said(self) -> tuple[str, str]:
        lines = os.pread(self._file, 100, 0).decode("ascii", "replace").split("\n")
        return lines[0].strip() or "unknown", lines[1].strip() if len(lines) > 1 else ""

    def release(self) -> None:
        """Let another program in. Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

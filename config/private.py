"""A folder of which only its owner reads anything, whatever the shell's umask was."""

from __future__ import annotations

import contextlib
from pathlib import Path

OWNER = 0o700


def own(folder: Path) -> None:
    """Make the folder if it is not there, and close it and the store's files in it to everybody else. What belongs to
    another user stays as he set it. Raises OSError when it cannot be made."""
    folder.mkdir(mode=OWNER, parents=True, exist_ok=True)
    for path in (folder, *folder.glob("*.db*")):
        with contextlib.suppress(PermissionError, FileNotFoundError):
            mode = path.stat().st_mode & 0o777
            if mode & ~OWNER:
                path.chmod(mode & OWNER)

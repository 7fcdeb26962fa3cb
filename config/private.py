"""Files and folders of which only their owner reads anything, from their first moment and whatever the umask is."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

OWNER = 0o700
FILE = 0o600


def own(folder: Path) -> None:
    """Make the folder if it is not there, and close it and the store's files in it to everybody else. What belongs to
    another user stays as he set it. Raises OSError when it cannot be made."""
    folder.mkdir(mode=OWNER, parents=True, exist_ok=True)
    for path in (folder, *folder.glob("*.db*")):
        with contextlib.suppress(PermissionError, FileNotFoundError):
            mode = path.stat().st_mode & 0o777
            if mode & ~OWNER:
                path.chmod(mode & OWNER)


def begin(path: Path) -> None:
    """Make an empty file, for others to fill (SQLite gives its log the file's own mode). One that is there stays as it
    is. Raises OSError."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE))


def opened(path: Path, *, append: bool = False) -> BinaryIO:
    """The file, to be written anew or to its end. Raises OSError."""
    after = os.O_APPEND if append else os.O_TRUNC
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | after, FILE), "ab" if append else "wb")
    with contextlib.suppress(PermissionError):  # another user's: it stays as he set it
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISREG(mode) and mode & 0o777 & ~FILE:
            os.fchmod(file.fileno(), FILE)
    return file


def replaced(path: Path, data: bytes) -> None:
    """Put this in the place of the file, whole or not at all, and on the disk when this returns. Raises OSError."""
    with replacing(path) as file:
        file.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """What is written here comes into the place of the file when the block ends, whole and on the disk; where the block
    raises, the file stays as it was. Raises OSError."""
    aside = path.with_name(f"{path.name}.new")
    try:
        with opened(aside) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    aside.replace(path)
    settled(path.parent)


def settled(folder: Path) -> None:
    """The names in the folder are on the disk when this returns. Raises OSError."""
    line = os.open(folder, os.O_DIRECTORY)
    try:
        os.fsync(line)
    finally:
        os.close(line)


def keys_in(path: Path, octets: int) -> list[bytes]:
    """The keys in this file, one in hex a line; the first is made at the first call and on the disk when this returns.
    Raises OSError, and ValueError when the file holds anything else."""
    with contextlib.suppress(FileNotFoundError):
        return _keys(path, octets)
    new = path.with_suffix(f".new-{os.getpid()}")
    with opened(new) as file:
        file.write(secrets.token_bytes(octets).hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(new, path)  # whoever was first has made it
    finally:
        new.unlink()
    return _keys(path, octets)


def _keys(path: Path, octets: int) -> list[bytes]:
    keys = [bytes.fromhex(line) for line in path.read_text(encoding="ascii").split()]
    if not keys or any(len(key) != octets for key in keys):
        raise ValueError(f"{path} holds no key of {octets} octets")
    return keys

"""A file that keeps emergencies while the store cannot: made beforehand, synced at each record, read in later.

The file is blocks of 512 bytes. A record begins at a block: mark, length, CRC, then JSON, and takes as many blocks as
it needs. Reading looks at every block, so that a record that was torn by a crash, or a damaged one, hides no other.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import struct
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.effects import Spoken
from gateway.messages import Inbound, Kind
from gateway.store.faults import StoreRefused

log = logging.getLogger(__name__)

NAME = "ussd.spool"  # in the data directory
SIZE = 4 * 2**20  # bytes: some 4,000 emergencies, made beforehand so that a full disk keeps them too
BLOCK = 512  # bytes; what a disk writes whole
CLOSE_S = 2.0  # seconds
_HEAD = struct.Struct("<8sII")  # mark, bytes of JSON, CRC-32 of the JSON
_MARK = b"KENTONG1"

Write = Callable[[int, bytes, int], int]
"""``os.pwrite``, or a test's."""
Sync = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one turn said. ``at``, ``end``: where it stands in the file, in bytes."""

    at: int
    end: int
    letters: tuple[Spoken, ...]


class Spool:
    """An open spool; one process has it. ``waiting``: what is not yet read in."""

    def __init__(
        self, path: Path, file: int, waiting: Sequence[Record], foreign: int, write: Write, sync: Sync
    ) -> None:
        self.path = path
        self.waiting: list[Record] = list(waiting)
        self._file = file
        self._foreign = foreign  # up to there stand records of another version: not ours to write over
        self._end = max((one.end for one in waiting), default=foreign)  # the first byte behind the last record
        self._write = write
        self._sync = sync
        # A disk that hangs holds up this thread, and no other of the program.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ThreadPoolExecutor-spool")

    @classmethod
    def open(cls, path: Path, *, size: int = SIZE, write: Write = os.pwrite, sync: Sync = os.fdatasync) -> Spool:
        """Open the spool, made and filled with zeros if it is not there, and read what it holds. Blocks. Raises
        StoreRefused: it cannot be written, or another process has it."""
        try:
            file = _opened(path)
            try:
                _made(file, size, write)
                waiting, foreign = _scan(os.pread(file, os.fstat(file).st_size, 0))
            except BaseException:
                os.close(file)
                raise
        except OSError as error:
            raise StoreRefused(
                f"{path}: emergencies by USSD could not be kept there ({error.strerror or error}): make it writable"
            ) from error
        return cls(path, file, waiting, foreign, write, sync)

    @property
    def full(self) -> float:
        """How much of it is used, from 0 to 1."""
        return self._end / os.fstat(self._file).st_size

    async def add(self, letters: Sequence[Spoken]) -> bool:
        """Keep the letters of one turn, together. True: they are on the disk; False: they are not (full, failing).
        A caller who gives up waiting does not know."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._add, tuple(letters))

    async def forget(self, records: Sequence[Record]) -> None:
        """The records are in the store: take them out. Raises OSError; they are then found again at the next start."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._forget, tuple(records))

    def close(self) -> None:
        """Let the file go, after what is being written, if the disk does not hang. Idempotent."""
        with suppress(RuntimeError, TimeoutError):  # closed before; hanging
            self._thread.submit(os.close, self._file).result(CLOSE_S)
        self._thread.shutdown(wait=False)

    # -- in the spool's own thread

    def _add(self, letters: tuple[Spoken, ...]) -> bool:
        data = _packed(letters)
        at, end = self._end, self._end + _blocks(len(data))
        if end > os.fstat(self._file).st_size:
            log.critical("%s is full: %d records wait for the store", self.path, len(self.waiting))
            return False
        try:
            self._put(at, data)
            self._sync(self._file)
        except OSError as error:
            log.critical("%s cannot be written: %s", self.path, error)
            return False
        self._end = end
        self.waiting.append(Record(at=at, end=end, letters=letters))
        return True

    def _forget(self, records: tuple[Record, ...]) -> None:
        for record in records:
            self._put(record.at, bytes(record.end - record.at))
        self._sync(self._file)
        self.waiting = [one for one in self.waiting if one not in records]
        self._end = max((one.end for one in self.waiting), default=self._foreign)

    def _put(self, at: int, data: bytes) -> None:
        done = 0
        while done < len(data):
            done += self._write(self._file, data[done:], at + done)


def _opened(path: Path) -> int:
    if path.exists() and not path.stat().st_mode & 0o222:  # said of the owner too: root could write it, and should not
        raise PermissionError(0, "read-only")
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(file)
        raise BlockingIOError(0, "another process has it") from error
    return file


def _made(file: int, size: int, write: Write) -> None:
    """Zeros to the end, really on the disk; and a try whether it can be written at all, in its last block."""
    here = os.fstat(file).st_size
    while here < size:
        here += write(file, bytes(min(size - here, 2**16)), here)
    last = here - BLOCK
    kept = os.pread(file, BLOCK, last)
    write(file, kept, last)
    os.fsync(file)


def _scan(data: bytes) -> tuple[list[Record], int]:
    """Every record, and the end of the last one that is whole and yet cannot be read."""
    found: list[Record] = []
    at = foreign = 0
    while at + BLOCK <= len(data):
        body = _body(data, at)
        end = at + _blocks(_HEAD.size + len(body)) if body is not None else at + BLOCK
        if body is not None:
            try:
                letters = tuple(_letter(one) for one in json.loads(body))
            except (ValueError, KeyError, TypeError) as error:
                log.error("a record of the spool was written by another version: %r", error)
                foreign = end
            else:
                found.append(Record(at=at, end=end, letters=letters))
        at = end
    return found, foreign


def _body(data: bytes, at: int) -> bytes | None:
    mark, length, crc = _HEAD.unpack_from(data, at)
    body = data[at + _HEAD.size : at + _HEAD.size + length]
    whole = mark == _MARK and len(body) == length and zlib.crc32(body) == crc
    return body if whole else None


def _packed(letters: Sequence[Spoken]) -> bytes:
    rows = [[_fields(one.letter), one.urgent] for one in letters]
    body = json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return _HEAD.pack(_MARK, len(body), zlib.crc32(body)) + body


def _blocks(size: int) -> int:
    """The bytes of the blocks that ``size`` bytes take."""
    return -(-size // BLOCK) * BLOCK


def _fields(letter: Inbound) -> dict[str, str]:
    return {
        "channel": letter.channel,
        "sender": letter.sender,
        "text": letter.text,
        "received_at": letter.received_at.isoformat(),
        "external_id": letter.external_id,
        "doubt": letter.doubt,
    }


def _letter(row: Sequence[Any]) -> Spoken:
    fields, urgent = row
    at = datetime.fromisoformat(fields.pop("received_at"))
    return Spoken(letter=Inbound(id=0, kind=Kind.SMS, sent_at=None, received_at=at, **fields), urgent=bool(urgent))

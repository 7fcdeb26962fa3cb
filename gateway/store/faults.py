"""What can go wrong with a store.

``StoreFault`` ── ``StoreRefused``  it will not be opened: the message says why and what to do
               │    └─ ``StoreInUse``  another process has it: stop that, or ask it
               ├─ ``StoreBusy``     another program holds the write lock; trying again helps
               └─ ``StoreBroken``   the disk is full or failing: nothing may be acknowledged until a restart
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError


class StoreFault(Exception):
    """Something is wrong with the store itself, not with the work asked of it."""


class StoreRefused(StoreFault):
    """This store is not opened."""


class StoreInUse(StoreRefused):
    """Another process of ours has this store open."""


class StoreBusy(StoreFault):
    """Not now: another program is writing."""


class StoreBroken(StoreFault):
    """What was asked is not kept, and nothing will be until the program was restarted."""


# https://www.sqlite.org/rescode.html: primary codes after which a write cannot be trusted to succeed or to stay.
_BROKEN = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk gives read or write errors",
    sqlite3.SQLITE_CORRUPT: "the file is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_NOMEM: "memory is used up",
}
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def storage_fault(error: BaseException) -> StoreFault | None:
    """The fault of the store itself behind ``error``; None when ``error`` is only about the work."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF  # the low byte; the rest of an extended code is detail
    if primary in _BUSY:
        return StoreBusy(f"another program is writing to the store ({cause})")
    if primary in _BROKEN:
        return StoreBroken(f"{_BROKEN[primary]} ({cause})")
    return None

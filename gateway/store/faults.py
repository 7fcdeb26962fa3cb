"""What can go wrong with a store.

``StoreFault`` ── ``StoreRefused``  it will not be opened: the message says why and what to do
               │    ├─ ``StoreInUse``  another process has it: stop that, or ask it
               │    └─ ``StoreEmpty``  nothing is in it yet: the first start makes it
               ├─ ``StoreBusy``     not now: another program is writing, or the server is away; trying again helps
               │    ├─ ``StoreAway``   no line to the server (any more): of what was under way nobody here knows
               │    └─ ``StoreClash``  the server undid all of it for another's sake: once more, at once
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


class StoreEmpty(StoreRefused):
    """A database in which nothing is yet."""


class StoreBusy(StoreFault):
    """Not now: another program is writing, or the database server is away. What was asked counts as not kept; where
    the line broke in the middle of a commit it may be kept all the same, so it is asked again under the same key."""


class StoreAway(StoreBusy):
    """There is no line to the server."""


class StoreClash(StoreBusy):
    """A deadlock, or a serialization failure: the transaction is undone, and may be run again at once."""


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
# https://www.postgresql.org/docs/current/errcodes-appendix.html, by code or by class (the first two characters).
_STATES: dict[str, tuple[type[StoreBusy | StoreBroken], str]] = {
    "08": (StoreAway, "the line to the server broke"),
    "57P": (StoreAway, "the server stops, starts or ended the session"),
    "25P03": (StoreAway, "the server ended a transaction in which nothing happened any more"),
    "53300": (StoreAway, "the server has no connection left for us"),
    "25006": (StoreAway, "the server only reads (a standby?)"),
    "40001": (StoreClash, "another transaction came between"),
    "40P01": (StoreClash, "two transactions waited for each other"),
    "55P03": (StoreBusy, "another program holds what is to be written"),
    "57014": (StoreBusy, "the server took too long"),
    "53100": (StoreBroken, "the server's disk is full"),
    "53200": (StoreBusy, "the server's memory is used up"),
    "58030": (StoreBroken, "the server's disk gives read or write errors"),
    "XX001": (StoreBroken, "the database is damaged"),
    "XX002": (StoreBroken, "an index of the database is damaged"),
}


def storage_fault(error: BaseException) -> StoreFault | None:
    """The fault of the store itself behind ``error``; None when ``error`` is only about the work."""
    if isinstance(error, (StoreAway, StoreClash)):
        return error
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return _of_sqlite(code, cause)
    state = getattr(cause, "sqlstate", None)
    if state is not None and (found := _of_state(str(state), cause)) is not None:
        return found
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return StoreAway(f"the line to the server broke ({cause})")
    return None


def _of_sqlite(code: int, cause: BaseException | None) -> StoreFault | None:
    primary = code & 0xFF  # the low byte; the rest of an extended code is detail
    if primary in _BUSY:
        return StoreBusy(f"another program is writing to the store ({cause})")
    if primary in _BROKEN:
        return StoreBroken(f"{_BROKEN[primary]} ({cause})")
    return None


def _of_state(state: str, cause: BaseException | None) -> StoreFault | None:
    for known in (state, state[:3], state[:2]):
        if known in _STATES:
            fault, says = _STATES[known]
            return fault(f"{says} ({cause})")
    return None

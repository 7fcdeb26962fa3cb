"""PostgreSQL: its address, how connections to it are opened, and in which words it is refused.

Nothing here blocks on a server that is gone: connecting, waiting for a lock and standing idle in a transaction each
have their limit on the server's side, and a dead machine's session ends within half a minute, with what it held.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, NoReturn

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from config.clock import Clock
from gateway.store.faults import StoreAway, StoreBusy, StoreRefused, storage_fault
from gateway.store.process import READERS, Process

CONNECT_S = 5.0  # seconds to reach the server; see ``process.GRACE_S``
OLDEST = 130000  # pg_current_xact_id_if_assigned came with 13
NUL, ITS_PICTURE = "\0", "\N{SYMBOL FOR NULL}"  # PostgreSQL's text holds every character but this one
FORM = "postgresql+asyncpg://user:password@host:5432/database (in the password %40 for @, %3A for :, %2F for /)"

_SESSION = {
    "timezone": "UTC",
    "synchronous_commit": "on",
    "idle_in_transaction_session_timeout": "10s",  # a process that was stopped in the middle holds nobody up
    "lock_timeout": "20s",  # longer than that, so that it is outlived
    "statement_timeout": "30s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "20000",
}
_MENDS = {  # what the server answers to a connection → what to do; by its code or the class of it
    "28": "correct the user and password in [store] url, or the server's pg_hba.conf",
    "3D000": "make it (createdb --encoding=UTF8 --template=template0 --owner=USER DATABASE) or correct [store] url",
    "42501": "grant it (GRANT CREATE ON SCHEMA public TO USER)",
    "53300": "raise max_connections, or stop what holds them",
    "57P": "wait until it has started",
}


def address_of(url: str) -> URL:
    """The address in ``[store] url``. Raises StoreRefused without repeating what may hold a password."""
    try:
        address = make_url(url)
        if address.get_backend_name() != "postgresql" or not address.database:
            raise ValueError("no database")
    except Exception:
        raise StoreRefused(f"[store] url cannot be read: write {FORM}") from None
    return address.set(drivername="postgresql+asyncpg")


def shown(address: URL) -> str:
    """The address as people may see it: where it is and whose, never the password."""
    there = address.host or str(address.query.get("host", "")) or "localhost"
    port = f":{address.port}" if address.port else ""
    return f"postgresql://{address.username or ''}@{there}{port}/{address.database}".replace("//@", "//")


def writing_engine(address: URL, clock: Clock, process: Process) -> AsyncEngine:
    """The engine of the one session that writes. It is on autocommit: that session speaks BEGIN and COMMIT itself
    (``postgres_session.py``)."""
    engine = create_async_engine(
        address, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_arguments(process)
    )
    _prepare(engine, clock, process)
    return engine


def reading_engine(address: URL, clock: Clock, process: Process) -> AsyncEngine:
    """Readers: each read sees one consistent state, and none can write."""
    engine = create_async_engine(
        address,
        pool_size=READERS,
        max_overflow=0,
        pool_timeout=60,
        isolation_level="REPEATABLE READ",
        connect_args=_arguments(process, default_transaction_read_only="on"),
    )
    _prepare(engine, clock, process)
    return engine


def _arguments(process: Process, **more: str) -> dict[str, Any]:
    settings = {"application_name": f"kentongan {process.name}", **_SESSION, **more}
    return {"timeout": CONNECT_S, "server_settings": settings, "prepared_statement_cache_size": 500}


def _prepare(engine: AsyncEngine, clock: Clock, process: Process) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def note(_connection: Any, record: Any) -> None:
        record.info.update(clock=clock, process=process)

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def no_nul(_tx: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> tuple[str, Any]:
        return sql, [_storable(one) for one in values] if many else _storable(values)


def _storable(values: Any) -> Any:
    if not isinstance(values, tuple) or not any(isinstance(one, str) and NUL in one for one in values):
        return values
    return tuple(one.replace(NUL, ITS_PICTURE) if isinstance(one, str) else one for one in values)


def away(error: BaseException) -> StoreBusy | None:
    """The fault of the line or the server behind an error of connecting or reading; None when it is another."""
    if isinstance(error, (OSError, TimeoutError, asyncio.IncompleteReadError)):
        return StoreAway(f"no answer from the server ({_says(error)})")
    fault = storage_fault(error)
    return fault if isinstance(fault, StoreBusy) else None


def refuse(address: URL, error: BaseException) -> NoReturn:
    """Say in one line why the store is not opened, and what to do. Raises StoreRefused."""
    if isinstance(error, StoreRefused):
        raise error
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(cause, "sqlstate", None) or "")
    for known in (state, state[:3], state[:2]):
        if known and known in _MENDS:
            raise StoreRefused(f"{shown(address)}: {_says(cause)}: {_MENDS[known]}") from error
    if isinstance(cause, (OSError, TimeoutError)):
        mend = "start it (systemctl start postgresql) or correct [store] url"
        raise StoreRefused(f"{shown(address)}: no server answers ({_says(cause)}): {mend}") from error
    raise StoreRefused(f"{shown(address)}: {_says(cause)}") from error


def _says(error: BaseException | None) -> str:
    if isinstance(error, TimeoutError):
        return f"nothing for {CONNECT_S:.0f} s"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return (str(error) or type(error).__name__).splitlines()[0]

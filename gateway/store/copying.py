"""A whole copy of a store while the program runs: SQLite's own, from a connection that only reads. Writers go on."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from config.private import begin
from gateway.store.backend import backend_of
from gateway.store.faults import StoreRefused
from gateway.store.migrate import revisions


def store_file(path: Path, url: str) -> Path | None:
    """The file of the store that the settings name; None: it is on a server. Raises StoreRefused."""
    backend = backend_of(path, url)
    return None if backend.shared else backend.file


def copy_store(path: Path, to: Path) -> str:
    """The store as it is at one moment, whatever its log holds, checked; its schema. Blocks. Raises StoreRefused,
    OSError."""
    if not path.is_file():
        raise StoreRefused(f"{path} does not exist: there is nothing to copy yet")
    to.unlink(missing_ok=True)
    begin(to)  # SQLite fills an empty file
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)) as driver:
            driver.execute("VACUUM INTO ?", (str(to),))
        return schema_of(to)
    except sqlite3.Error as error:
        raise StoreRefused(f"{path} cannot be copied: {error}") from error


def schema_of(path: Path) -> str:
    """The schema of a copy, which is looked through for damage. Blocks. Raises StoreRefused."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as driver:
            verdict = str(driver.execute("PRAGMA quick_check(1)").fetchone()[0])
            if verdict != "ok":
                raise StoreRefused(f"the store is damaged: {verdict}")
            return str(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise StoreRefused(f"the copy is no store of this program: {error}") from error


def newest() -> str:
    """The newest schema that this program knows."""
    return revisions()[-1]


def dump_command(url: str, to: Path) -> str:
    """What copies a store on a server, as it is typed; it asks for the password."""
    from gateway.store.postgres import address_of  # only where the store is there

    address = address_of(url)
    host = address.host or str(address.query.get("host", ""))
    named = (("-h", host), ("-p", str(address.port or "")), ("-U", address.username or ""))
    words = [word for flag, value in named if value for word in (flag, value)]
    return f"{shlex.join(['pg_dump', '-Fc', *words, str(address.database)])} > {shlex.quote(str(to))}"

"""A look at a store from outside, changing nothing, whether or not the program runs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from gateway.store.faults import StoreRefused
from gateway.store.migrate import revisions


def inspect(path: Path) -> str:
    """One line on the store at ``path``: schema, size, letters. Raises StoreRefused with what is wrong."""
    try:
        with _looking(path) as driver:
            here = _schema(path, driver)
            verdict = str(driver.execute("PRAGMA quick_check(1)").fetchone()[0])
            if verdict != "ok":
                raise StoreRefused(f"{path} is damaged: {verdict}")
            letters = driver.execute(
                "SELECT (SELECT count(*) FROM inbound), (SELECT count(*) FROM outbound)"
            ).fetchone()
    except (sqlite3.Error, OSError, TypeError) as error:
        raise StoreRefused(f"{path}: {error}") from error
    size = path.stat().st_size / 2**20
    return f"schema {here}, {size:.1f} MiB, {letters[0]} letters in, {letters[1]} out"


def readable(path: Path) -> None:
    """Raises StoreRefused where this program cannot read the store: not a database, or of a newer version."""
    try:
        with _looking(path) as driver:
            _schema(path, driver)
    except (sqlite3.Error, OSError, TypeError) as error:
        raise StoreRefused(f"{path}: {error}") from error


def _looking(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True))


def _schema(path: Path, driver: sqlite3.Connection) -> str:
    known = revisions()
    if not driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        raise StoreRefused(f"{path} is another program's database: choose another data_dir")
    here = str(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    if here not in known:
        raise StoreRefused(f"{path} was written by a newer version (schema {here}, this one knows {known[-1]})")
    return here

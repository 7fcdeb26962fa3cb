"""The schema, brought up to date at start; a copy is made first, and a newer one is refused.

The newest revision is read from the file names in ``gateway/migrations/versions``, so that a store that is up to date
(nearly every start) never loads Alembic.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

from sqlalchemy import Connection

from config.clock import Clock
from config.private import begin
from gateway.store.faults import StoreRefused, storage_fault
from gateway.store.sqlite import BUSY_MS, writing_connection

MIGRATIONS = Path(str(resources.files("gateway") / "migrations"))


def revisions() -> list[str]:
    """Every known revision, oldest first: the four digits before a file's name."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"))


def prepare(path: Path, clock: Clock) -> None:
    """Make sure that ``path`` is a store of this version, writable. Else raises StoreRefused, the file unchanged."""
    try:
        _inspect(path)
        known, here = revisions(), _revision(path)
        if here is not None and here not in known:
            raise StoreRefused(
                f"{path} was written by a newer version (schema {here}, this program knows {known[-1]}): "
                "install that version again, or restore an older copy"
            )
        _use_log(path)
        if here != known[-1]:
            if here is not None:
                _copy(path, path.with_name(f"{path.name}.before-{known[-1]}"))
            _migrate(path, clock, known[-1])
        _probe(path)
    except (sqlite3.Error, OSError) as error:
        raise StoreRefused(f"{path}: {_why(error)}") from error


def _inspect(path: Path) -> None:
    if path.exists():
        if not path.is_file():
            raise StoreRefused(f"{path} is not a file")
        if not path.stat().st_mode & 0o222:  # said of the owner too: root could write it, and should not
            raise StoreRefused(f"{path} is read-only: make it writable (chmod u+w) or choose another data_dir")
    else:
        begin(path)
    with closing(_open(path)) as driver:
        driver.execute("PRAGMA schema_version").fetchone()


def _use_log(path: Path) -> None:
    """The write-ahead log; the file remembers it."""
    with closing(_open(path)) as driver:
        if driver.execute("PRAGMA journal_mode=WAL").fetchone()[0] != "wal":
            raise StoreRefused(f"{path}: its folder does not allow a write-ahead log (a network drive?)")


def _revision(path: Path) -> str | None:
    with closing(_open(path)) as driver:
        tables = {name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        if "alembic_version" in tables:
            row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else None
        if tables:
            raise StoreRefused(f"{path} is another program's database: choose another data_dir")
        return None


def _open(path: Path) -> sqlite3.Connection:
    driver = sqlite3.connect(path, isolation_level=None)
    driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    driver.execute("PRAGMA synchronous=FULL")
    return driver


def _copy(path: Path, to: Path) -> None:
    """A whole, compact copy beside the store, whatever its log holds."""
    to.unlink(missing_ok=True)
    begin(to)  # SQLite fills an empty file
    with closing(_open(path)) as driver:
        driver.execute("VACUUM INTO ?", (str(to),))


def _migrate(path: Path, clock: Clock, head: str) -> None:
    try:
        with writing_connection(path, clock) as tx, tx.begin():  # one transaction: half a migration is never seen
            upgrade(tx, head)
    except Exception as error:
        raise StoreRefused(
            f"{path}: bringing the schema to {head} failed ({_why(error)}); nothing was changed"
        ) from error


def upgrade(tx: Connection, head: str = "head") -> None:
    """Run the missing migrations in the transaction of ``tx``."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = tx
    command.upgrade(config, head)


def _probe(path: Path) -> None:
    """Write one page and take it back: a disk that is full says so now, not at the first emergency."""
    with closing(_open(path)) as driver:
        driver.execute("BEGIN IMMEDIATE")
        driver.execute("INSERT INTO setting (name, value) VALUES ('probe', zeroblob(8192))")
        driver.execute("DELETE FROM setting WHERE name = 'probe'")
        driver.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('opened', '1')")
        driver.execute("COMMIT")


def _why(error: BaseException) -> str:
    fault = storage_fault(error)
    hint = {"full": "free some space", "read-only": "make it writable", "not a database": "restore a copy"}
    text = str(fault or error)
    return next((f"{text}: {what}" for word, what in hint.items() if word in text), text)

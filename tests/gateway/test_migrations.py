"""The migrations make what the tables say, and an older store is copied before it is changed."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import gateway.store
from config.clock import SystemClock, VirtualClock
from gateway.store import Store, StoreRefused, metadata
from gateway.store.migrate import revisions, upgrade
from gateway.store.sqlite import writing_connection
from tests.gateway.room import opened, play

pytestmark = pytest.mark.sqlite_only("test_postgres.py tells how a server's schema is made")
ROOT = Path(__file__).parents[2]
ROOMS_WITH_TABLES = ("dispatch", "eservices", "ivr")


def load_tables() -> None:
    """Every room's tables, so that ``metadata`` is whole."""
    for module in pkgutil.iter_modules(gateway.store.__path__):
        importlib.import_module(f"gateway.store.{module.name}")
    for room in ROOMS_WITH_TABLES:
        if (ROOT / room / "store.py").exists() or (ROOT / room / "store").is_dir():
            importlib.import_module(f"{room}.store")
        for service in (ROOT / room).glob("*/**/store.py"):
            importlib.import_module(".".join(service.relative_to(ROOT).with_suffix("").parts))


def test_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    load_tables()
    with writing_connection(tmp_path / "k.db", SystemClock()) as tx:
        with tx.begin():
            upgrade(tx)
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []
        made = {name for (name,) in tx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='index'")}
    named = {str(index.name) for table in metadata.tables.values() for index in table.indexes}
    assert named <= made


def test_each_migration_runs_on_the_one_before(tmp_path: Path) -> None:
    with writing_connection(tmp_path / "k.db", SystemClock()) as tx:
        for revision in revisions():
            with tx.begin():
                upgrade(tx, revision)


def test_an_older_store_is_copied_before_it_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, newest = tmp_path / "k.db", revisions()[-1]
    with writing_connection(path, SystemClock()) as tx, tx.begin():
        upgrade(tx, revisions()[0])
    if newest == revisions()[0]:
        pytest.skip("there is only one version of the schema yet")

    async def main(clock: VirtualClock) -> None:
        async with opened(clock, path):
            pass

    play(main)
    assert _version(path) == newest
    assert _version(tmp_path / f"k.db.before-{newest}") == revisions()[0]


async def test_store_log_and_copy_are_their_owners_from_the_first_moment(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "k.db"
        path.touch(mode=0o600)
        with writing_connection(path, SystemClock()) as tx, tx.begin():
            upgrade(tx, revisions()[0])
        for name in ("k.db", "new.db"):
            async with await Store.open(tmp_path / name, SystemClock()) as store:
                await store.write(lambda tx: tx.exec_driver_sql("DELETE FROM setting"))
                modes = {one.name: oct(one.stat().st_mode & 0o777) for one in tmp_path.iterdir()}
                assert {f"{name}-wal", f"{name}-shm"} <= set(modes)
                assert set(modes.values()) == {"0o600"}, modes
    finally:
        os.umask(before)
    assert f"k.db.before-{revisions()[-1]}" in modes


def test_what_was_written_with_who_hides_hides_in_an_older_store_too(tmp_path: Path) -> None:
    with writing_connection(tmp_path / "k.db", SystemClock()) as tx:
        with tx.begin():
            upgrade(tx, "0019")
            at = "'2026-05-01 00:00:00'"
            ticket = f"1001, 'open', 'road', 'pu', '', 'sms', {at}, {at}, '', '', '', 1, 0, '', 0"
            names = (
                "number, state, category, office, text, channel, opened_at, due_at, candidates, street, place, secret"
            )
            tx.exec_driver_sql(f"INSERT INTO ticket ({names}, abusive, answer, reopened) VALUES ({ticket})")
            for number, secret in (("+62811", 1), ("+62812", 0)):
                follower = f"1001, '{number}', {at}, 1, {secret}, '', ''"
                tx.exec_driver_sql(f"INSERT INTO ticket_follower VALUES ({follower})")
                for urgency in (0, 1):
                    came = f"'{number}{urgency}', 'm', 'sms', '{number}', '', {at}, '', {urgency}, 'read', 0, ''"
                    columns = (
                        "external_id, channel, kind, sender, text, received_at, whole, urgency, state, tries, doubt"
                    )
                    tx.exec_driver_sql(f"INSERT INTO inbound ({columns}) VALUES ({came})")
        with tx.begin():
            upgrade(tx)
        found = tx.exec_driver_sql("SELECT external_id FROM inbound WHERE hides").scalars().all()
    assert found == ["+628111"]


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    with closing(sqlite3.connect(path)) as driver:  # says it is empty, and is not: a table is in the way
        driver.executescript("CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE resident (id INTEGER);")

    async def main(clock: VirtualClock) -> None:
        with pytest.raises(StoreRefused, match="nothing was changed"):
            await Store.open(path, clock)

    play(main)
    with closing(sqlite3.connect(path)) as driver:
        tables = {name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    assert tables == {"alembic_version", "resident"}


def _version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as driver:
        return str(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])

"""PostgreSQL as the store: refused in one line, its schema made once, several processes on it, no password shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text, update

from config.clock import SystemClock, VirtualClock
from gateway.store import Store, StoreInUse, StoreRefused, Tx, metadata, put
from gateway.store.migrate import revisions
from gateway.store.outbound import OUTBOUND
from gateway.store.postgres import address_of, shown
from gateway.store.process import GRACE_S, gone, me
from tests.fixtures import engines
from tests.gateway.room import letter, play
from tests.gateway.test_migrations import load_tables

pytestmark = pytest.mark.engine(engines.POSTGRES)

OTHER = "CREATE TABLE wp_posts (id integer)"
HASHED = "CREATE TABLE alembic_version (version_num varchar); INSERT INTO alembic_version VALUES ('1975ea83b712')"
NEWER = "CREATE TABLE alembic_version (version_num varchar); INSERT INTO alembic_version VALUES ('9999')"
GUEST = "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC"


def database(name: str, how: str = "", sql: str = "SELECT 1") -> str:
    """A database of this test's own; its address."""
    eye = engines.databases().eye
    eye.shut(name)
    eye.do("postgres", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    eye.do("postgres", f"CREATE DATABASE {name} {how}")
    eye.do(name, sql)
    eye.shut(name)
    return engines.databases().url(name)


async def refusal(path: Path, url: str) -> str:
    with pytest.raises(StoreRefused) as told:
        await Store.open(path / "k.db", SystemClock(), url=url)
    with pytest.raises(StoreRefused):  # the lock was given back, and it is no other refusal
        await Store.open(path / "k.db", SystemClock(), url=url)
    assert not isinstance(told.value, StoreInUse)
    assert "\n" not in str(told.value)
    return str(told.value)


@pytest.mark.parametrize(
    ("how", "sql", "says"),
    [
        ("", OTHER, "another program's database: make one of its own"),
        ("", HASHED, "another program's database: make one of its own"),
        ("", NEWER, "newer version .schema 9999, .*: install that version again"),
        ("ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'", "SELECT 1", "keeps text as SQL_ASCII: make it anew"),
    ],
    ids=["other", "hashed", "newer", "encoding"],
)
async def test_a_database_that_is_not_ours_is_refused_in_one_line(
    tmp_path: Path, how: str, sql: str, says: str
) -> None:
    import re

    assert re.search(says, await refusal(tmp_path, database("strange", how, sql)))


async def test_a_server_that_is_not_there_is_refused_in_one_line_without_the_password(tmp_path: Path) -> None:
    said = await refusal(tmp_path, f"postgresql+asyncpg://siti:r4h4s1a@/kota?host={tmp_path}")
    assert f"postgresql://siti@{tmp_path}/kota: no server answers" in said
    assert "systemctl start postgresql" in said
    closed = await refusal(tmp_path, "postgresql+asyncpg://siti:r4h4s1a@127.0.0.1:1/kota")
    assert "postgresql://siti@127.0.0.1:1/kota: no server answers (connection refused)" in closed
    assert "r4h4s1a" not in said + closed


async def test_a_database_or_a_right_that_is_missing_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    assert "createdb" in await refusal(tmp_path, engines.databases().url("nowhere"))
    url = database("guarded", sql=GUEST).replace("kentongan@", "guest@")
    assert "GRANT CREATE ON SCHEMA public" in await refusal(tmp_path, url)


@pytest.mark.parametrize(
    "url", ["postgresql+asyncpg://a:p4ss@h:x/y", "postgresql+asyncpg://u:p4ss@host", "mysql://p4ss"]
)
async def test_an_address_that_cannot_be_read_is_not_repeated(tmp_path: Path, url: str) -> None:
    said = await refusal(tmp_path, url)
    assert "[store] url" in said
    assert "p4ss" not in said


def test_people_see_where_the_store_is_and_never_its_password() -> None:
    told = {
        "postgresql+asyncpg://siti:rahasia@db.kota.id:5433/kota": "postgresql://siti@db.kota.id:5433/kota",
        "postgresql://siti:rahasia@db/kota?password=rahasia": "postgresql://siti@db/kota",
        "postgresql+asyncpg:///kota": "postgresql://localhost/kota",
        "postgresql+asyncpg://siti@/kota?host=/run/postgresql": "postgresql://siti@/run/postgresql/kota",
    }
    assert {url: shown(address_of(url)) for url in told} == told


async def test_the_doctors_line_tells_what_is_wrong_with_the_server(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    async with await engines.open_store(path, SystemClock()):
        with pytest.raises(StoreRefused, match="set fsync and full_page_writes to on"):
            await Store.inspect(path, SystemClock(), url=engines.url_of(path))
    with pytest.raises(StoreRefused, match="is empty: start the program once"):
        await Store.inspect(path, SystemClock(), url=database("blank"))


# -- the schema


def _compared(tx: Connection) -> tuple[list[Any], set[str], list[str]]:
    context = MigrationContext.configure(tx, opts={"compare_type": True})
    made = {name for (name,) in tx.execute(text("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"))}
    unsorted = tx.execute(
        text(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND "
            "udt_name IN ('varchar', 'text') AND collation_name IS NULL AND table_name <> 'alembic_version'"
        )
    )
    return compare_metadata(context, metadata), made, list(unsorted.scalars())


async def test_migrations_make_what_the_tables_say_and_texts_sort_by_their_bytes(tmp_path: Path) -> None:
    load_tables()
    url = database("english", "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'")
    async with await Store.open(tmp_path / "k.db", SystemClock(), url=url) as store:
        differences, made, by_language = await store.read(_compared)
        assert differences == []
        assert by_language == []
        assert {str(index.name) for table in metadata.tables.values() for index in table.indexes} <= made
        for key in ("7/a", "70/a", "7-a", "7a"):
            await store.write(lambda tx, key=key: put(tx, letter(key=key)))  # type: ignore[misc]
        column = OUTBOUND.c.key
        mine = OUTBOUND.select().where(column >= "7/", column < "70").order_by(column)
        assert [row.key for row in await store.read(lambda tx: tx.execute(mine).all())] == ["7/a"]


async def test_of_two_that_start_together_one_makes_the_schema_and_both_run(tmp_path: Path) -> None:
    url = database("empty")
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    stores = await asyncio.gather(*(Store.open(folder / "k.db", SystemClock(), url=url) for folder in folders))
    for store in stores:
        await store.close()


async def test_the_schema_is_not_changed_under_a_program_that_runs(tmp_path: Path) -> None:
    url, older = database("older"), f"UPDATE alembic_version SET version_num = '{revisions()[0]}'"
    eye, (a, b) = engines.databases().eye, (tmp_path / "a", tmp_path / "b")
    a.mkdir()
    b.mkdir()
    async with await Store.open(a / "k.db", SystemClock(), url=url):
        eye.do("older", older)
        assert "stop that, then start this one" in await refusal(b, url)
    eye.shut("older")


# -- what SQLite would not say


def test_a_character_that_postgresql_cannot_keep_is_replaced_by_its_picture(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with await engines.open_store(tmp_path / "k.db", clock) as store:
            await store.write(lambda tx: put(tx, letter("tolong\0 rampok", key="a\0b")))
            again = await store.write(lambda tx: put(tx, letter("tolong\0 rampok", key="a\0b")))
            assert engines.outside(tmp_path / "k.db", "SELECT id, text FROM outbound") == [
                {"id": again, "text": "tolong␀ rampok"}
            ]

    play(main)


async def test_a_number_that_no_row_can_have_is_no_row(tmp_path: Path) -> None:
    from dispatch.store import NoSuchIncident, load_case
    from gateway.store.listing import letter as listed

    async with await engines.open_store(tmp_path / "k.db", SystemClock()) as store:
        assert await store.read(lambda tx: listed(tx, "in-99999999999")) is None
        with pytest.raises(NoSuchIncident):
            await store.read(lambda tx: load_case(tx, 10**17))


async def test_a_deadlock_is_the_groups_to_run_again_and_nobodys_to_see(tmp_path: Path) -> None:
    import asyncpg

    path = tmp_path / "k.db"
    async with await engines.open_store(path, SystemClock()) as store:
        await asyncio.gather(*(store.write(lambda tx, n=n: put(tx, letter(f"{n}"))) for n in range(3)))  # type: ignore[misc]
        other = await asyncpg.connect(engines.url_of(path).replace("+asyncpg", ""))
        await other.execute("SET deadlock_timeout = '30s'; BEGIN; UPDATE outbound SET tries = 7 WHERE id = 2")
        held = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work(tx: Tx) -> int:
            tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == 1).values(tries=OUTBOUND.c.tries + 1))
            loop.call_soon_threadsafe(held.set)
            return tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == 2).values(tries=9)).rowcount

        async def crossing() -> None:
            await held.wait()
            await other.execute("UPDATE outbound SET tries = 7 WHERE id = 1; COMMIT")

        beside = store.write(lambda tx: put(tx, letter("beside")))
        done = await asyncio.wait_for(asyncio.gather(store.write(work), beside, crossing()), 30)
        assert done[0] == 1
        await other.close()
        rows = engines.outside(path, "SELECT id, tries FROM outbound ORDER BY id")
        assert rows[:2] == [{"id": 1, "tries": 8}, {"id": 2, "tries": 9}]
        assert len(rows) == 4


# -- several processes


Scene = Callable[[Store, Store], Coroutine[Any, Any, None]]


async def two(folder: Path, clock: VirtualClock | SystemClock, scene: Scene) -> None:
    """Two stores on one database, as two processes would have it: each has a data directory of its own."""
    url, paths = engines.url_of(folder / "k.db"), [folder / "a" / "k.db", folder / "b" / "k.db"]
    for path in paths:
        path.parent.mkdir()
    async with (
        await Store.open(paths[0], clock, url=url) as a,
        await Store.open(paths[1], clock, url=url) as b,
    ):
        await scene(a, b)


async def test_a_commit_of_another_process_rings_the_bell_and_our_own_does_not(tmp_path: Path) -> None:
    async def scene(a: Store, b: Store) -> None:
        heard: list[str] = []
        a.listen(lambda: heard.append("a"))
        b.listen(lambda: heard.append("b"))
        async with asyncio.timeout(10):
            while len(heard) < 2:  # each is told once when it begins to listen
                await asyncio.sleep(0.01)
            heard.clear()
            await a.write(lambda tx: tx.execute(OUTBOUND.select()).all())
            await a.write(lambda tx: put(tx, letter()))
            while not heard:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert heard == ["b"]

    await two(tmp_path, SystemClock(), scene)


async def test_increments_of_two_processes_are_all_counted(tmp_path: Path) -> None:
    """What a verb read, another process did not change before it wrote."""

    def increment(tx: Tx) -> None:
        value = tx.execute(text("SELECT value FROM setting WHERE name = 'count'")).scalar_one()
        raised = str(int(value) + 1).encode()
        tx.execute(text("UPDATE setting SET value = :value WHERE name = 'count'"), {"value": raised})

    async def scene(a: Store, b: Store) -> None:
        await a.write(lambda tx: tx.execute(text("INSERT INTO setting VALUES ('count', '0')")))
        for _ in range(20):
            await asyncio.gather(*(store.write(increment) for store in (a, b) for _ in range(5)))
        assert (
            await a.read(lambda tx: tx.execute(text("SELECT value FROM setting WHERE name='count'")).scalar()) == b"200"
        )

    await two(tmp_path, SystemClock(), scene)


async def test_one_process_leads_and_the_other_when_it_stops(tmp_path: Path) -> None:
    async def scene(a: Store, b: Store) -> None:
        b.listen(lambda: None)
        await asyncio.wait_for(a.lead(), 5)
        waiting = asyncio.create_task(b.lead())
        await asyncio.sleep(1.5)
        assert a.leading
        assert not b.leading
        assert not waiting.done()
        await a.close()
        await asyncio.wait_for(waiting, 5)  # it said goodbye: no time of grace
        assert b.leading

    await two(tmp_path, SystemClock(), scene)


def test_an_owner_is_gone_only_when_its_lock_was_free_for_a_while(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async def scene(a: Store, b: Store) -> None:
            first = await a.write(me)
            asked = {first, "never seen"}
            assert await b.write(lambda tx: gone(tx, {first, None})) == {None}
            await clock.sleep(GRACE_S + 1)
            assert await b.write(lambda tx: gone(tx, asked)) == set()  # of one the grace begins, the other lives
            await a.abandon()
            assert await b.write(lambda tx: gone(tx, asked)) == set()
            await clock.sleep(GRACE_S + 1)
            assert await b.write(lambda tx: gone(tx, asked)) == asked
            again = await Store.open(a.path, clock, url=engines.url_of(tmp_path / "k.db"))
            assert await again.write(lambda tx: gone(tx, asked)) == {first}  # it had our data directory: proven at once
            assert await again.write(me) != first
            await again.close()

        await two(tmp_path, clock, scene)

    play(main)

"""A table is replaced whole or not at all; the former one is kept; a key is found quickly among a hundred thousand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from config.city import load_city
from config.clock import VirtualClock
from config.lookup import Row
from eservices.lookup import importing, store
from eservices.lookup.rows import Found
from eservices.lookup.tables import Tables
from gateway.dialogue import Who
from gateway.store import Store, Tx
from gateway.store.retention_terms import TERMS
from tests.fixtures import engines
from tests.fixtures.whole import WHOLE
from tests.gateway.room import EPOCH, opened, play

CITY = load_city("binjai")
PBB, JOBS = CITY.lookups["pbb"], CITY.lookups["kerja"]
WHO = Who(number="", at=EPOCH, language="id")
HEAD = "nop,name,area,year,amount,due,paid\n"
MANY = 1200  # rows of more than two commits


def nop(place: int) -> str:
    return f"1275030004{place:08d}"


def table(year: int, many: int = MANY) -> bytes:
    rows = (f"{nop(place)},Siti Aminah,Paya Roba,{year},{place},2027-11-30,\n" for place in range(many))
    return (HEAD + "".join(rows)).encode()


async def bring(kept: Store, clock: VirtualClock, data: bytes, by: str = "budi", **more: object) -> int:
    brought = await importing.read(PBB, CITY.areas, data, clock)
    assert not brought.faults
    return await importing.write(kept, PBB, brought, source="pbb.csv", by=by, clock=clock, **more)  # type: ignore[arg-type]


async def asked(kept: Store, place: int) -> Sequence[Row]:
    found = await kept.read(lambda tx: Tables(CITY).find(tx, PBB, nop(place), WHO, ""))
    assert isinstance(found, Found)
    return found.rows


async def kept_rows(kept: Store) -> int:
    def work(tx: Tx) -> int:
        return int(tx.execute(select(func.count()).select_from(store.ROW)).scalar_one())

    return await kept.read(work)


def test_rows_of_the_pack_are_told_until_somebody_brings_others(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            found = await kept.read(lambda tx: Tables(CITY).find(tx, PBB, "127503000400501230", WHO, ""))
            assert isinstance(found, Found)
            assert (found.rows[0]["name"], found.as_of) == ("Siti Aminah", None)
            await bring(kept, clock, table(2027))
            found = await kept.read(lambda tx: Tables(CITY).find(tx, PBB, "127503000400501230", WHO, ""))
            assert isinstance(found, Found)
            assert found.rows == ()
            assert found.as_of == clock.now()
            (row,) = await asked(kept, 1199)
            assert row == {**row, "name": "Siti Aminah", "amount": "1199", "due": "2027-11-30", "paid": ""}

    play(main)


def test_who_asks_meanwhile_is_told_the_old_table_or_the_new_and_never_some_of_each(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            await bring(kept, clock, table(2026))
            seen: list[set[str]] = []

            def both(tx: Tx) -> set[str]:
                there = Tables(CITY)
                found = (there.find(tx, PBB, nop(place), WHO, "") for place in (0, MANY - 1))
                return {row["year"] for one in found if isinstance(one, Found) for row in one.rows}

            async def look() -> None:
                while True:
                    seen.append(await kept.read(both))
                    await clock.sleep(0.001)

            looking = asyncio.ensure_future(look())
            await bring(kept, clock, table(2027))
            seen.append(await kept.read(both))
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            assert {"2026"} in seen
            assert seen[-1] == {"2027"}
            assert all(len(one) == 1 for one in seen), seen

    play(main)


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_crash_on_the_way_leaves_the_old_table_and_the_next_import_clears_up(tmp_path: Path, step: int) -> None:
    async def main(clock: VirtualClock) -> None:
        steps = 0

        def crash(done: int, total: int) -> None:
            nonlocal steps
            steps += 1
            if steps == step:
                raise KeyboardInterrupt

        path = tmp_path / "k.db"
        async with opened(clock, path) as kept:
            await bring(kept, clock, table(2026))
            with pytest.raises(KeyboardInterrupt):
                await bring(kept, clock, table(2027), progress=crash)
        async with opened(clock, path) as kept:
            assert [row["year"] for row in await asked(kept, 5)] == ["2026"]
            assert await kept_rows(kept) > MANY
            await bring(kept, clock, table(2028))
            assert [row["year"] for row in await asked(kept, 5)] == ["2028"]
            assert await kept_rows(kept) == 2 * MANY
            states = [one.state for one in await kept.read(lambda tx: store.versions(tx, "pbb"))]
            assert states == [store.State.CURRENT, store.State.FORMER]

    play(main)


def test_a_bad_row_in_the_middle_changes_nothing_and_every_fault_is_named_at_once(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            await bring(kept, clock, table(2026))
            lines = table(2027).decode().splitlines()
            lines[600] = lines[600].replace("Paya Roba", "Negeri Antah")
            lines[900] = lines[900].replace("2027-11-30", "besok")
            lines[901] = "12,x,,,,,"
            brought = await importing.read(PBB, CITY.areas, "\n".join(lines).encode(), clock)
            assert [(fault.line, fault.what) for fault in brought.faults] == [
                (601, "area"),
                (901, "date"),
                (902, "key"),
            ]
            assert [row["year"] for row in await asked(kept, 5)] == ["2026"]

    play(main)


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        (b"", [(1, "empty")]),
        (HEAD.encode(), [(1, "empty")]),
        (b"nop,name,area,year,amount,due\n", [(1, "missing")]),
        (HEAD.replace("paid", "nop").encode(), [(1, "twice"), (1, "missing")]),
        (b"\xff\xfe\x00", [(1, "text")]),
        ((HEAD + '"127503').encode(), [(2, "csv")]),
    ],
)
def test_a_file_without_a_usable_heading_is_refused(data: bytes, faults: list[tuple[int, str]]) -> None:
    async def main(clock: VirtualClock) -> None:
        brought = await importing.read(PBB, CITY.areas, data, clock)
        assert [(fault.line, fault.what) for fault in brought.faults] == faults
        assert all(str(fault) for fault in brought.faults)

    play(main)


def test_semicolons_another_order_and_more_columns_are_read_and_the_more_is_not_kept() -> None:
    async def main(clock: VirtualClock) -> None:
        data = (
            "year;NOP;name;area;nik;amount;due;paid\n2026;" + nop(1) + ';Ani;paya roba;1275;"1.250.000";30/11/2026;\n'
        )
        brought = await importing.read(PBB, CITY.areas, data.encode(), clock)
        assert brought.faults == ()
        assert list(brought.ignored) == ["nik"]
        ((key, row),) = brought.rows
        assert key == nop(1)
        assert "nik" not in row
        assert (row["amount"], row["due"], CITY.areas[row["area"]].name) == ("1250000", "2026-11-30", "Paya Roba")

    play(main)


def test_back_tells_the_former_table_and_forth_again(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            with pytest.raises(store.NoFormer):
                await kept.write(lambda tx: store.back(tx, "pbb"))
            await bring(kept, clock, table(2026, 3))
            await bring(kept, clock, table(2027, 3))
            for year in ("2026", "2027"):
                await kept.write(lambda tx: store.back(tx, "pbb"))
                assert [row["year"] for row in await asked(kept, 1)] == [year]

    play(main)


def test_a_former_table_goes_after_its_term_and_the_one_that_is_told_never(tmp_path: Path) -> None:
    term = next(one for one in TERMS if one.kind == "tables")

    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            await bring(kept, clock, table(2026))
            await clock.sleep(86400.0)
            await bring(kept, clock, table(2027))
            now = clock.now()
            assert await kept.write(lambda tx: term.work(tx, now - timedelta(days=2), 200)) == 0
            assert await kept.read(lambda tx: term.count(tx, now)) == MANY
            pieces = 0
            while await kept.write(lambda tx: term.work(tx, now, 200)):
                pieces += 1
            assert pieces == MANY // 200 + 1
            assert await kept_rows(kept) == MANY
            assert [row["year"] for row in await asked(kept, 5)] == ["2027"]
            with pytest.raises(store.NoFormer):
                await kept.write(lambda tx: store.back(tx, "pbb"))

    play(main)


def test_of_two_imports_at_once_the_later_one_counts_and_the_other_is_told(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            done = await asyncio.gather(
                bring(kept, clock, table(2026)), bring(kept, clock, table(2027)), return_exceptions=True
            )
            assert sorted(type(one).__name__ for one in done) == ["Superseded", "int"]
            (year,) = {row["year"] for place in (0, MANY - 1) for row in await asked(kept, place)}
            assert year == ("2026" if isinstance(done[0], int) else "2027")

    play(main)


def test_an_import_that_was_given_up_is_never_told(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            at = clock.now()
            given_up = await kept.write(lambda tx: store.begin(tx, "pbb", source="a", by="budi", at=at))
            await kept.write(lambda tx: store.add(tx, given_up, 0, [(nop(1), {"year": "2026"})]))
            await kept.write(lambda tx: store.begin(tx, "pbb", source="b", by="ani", at=at))
            with pytest.raises(store.Superseded):
                await kept.write(lambda tx: store.add(tx, given_up, 1, [(nop(2), {"year": "2026"})]))
            with pytest.raises(store.Superseded):
                await kept.write(lambda tx: store.switch(tx, given_up, 1, at))
            assert await kept.read(lambda tx: store.current(tx, "pbb")) is None

    play(main)


def test_no_table_has_two_current_versions_even_where_two_begin_its_first_in_one_moment(
    tmp_path: Path,
) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            at, both = clock.now(), text("UPDATE lookup_version SET state = 'loading'")

            def two(tx: Tx) -> list[int]:
                begun = [store.begin(tx, "pbb", source=name, by="budi", at=at) for name in ("a", "b")]
                tx.execute(both)  # as if neither had seen the other begin
                return begun

            first, second = await kept.write(two)
            await kept.write(lambda tx: store.switch(tx, first, 0, at))
            one = text("UPDATE lookup_version SET state = 'current' WHERE id = :id")
            with pytest.raises(Exception, match=r"(?i)unique"):
                await kept.write(lambda tx: tx.execute(one, {"id": second}))

    play(main)


def test_what_a_file_would_change_is_counted_by_keys(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            await bring(kept, clock, table(2026, 10))
            brought = await importing.read(PBB, CITY.areas, HEAD.encode() + table(2027, 12).split(b"\n", 3)[3], clock)
            differs = await importing.compared(kept, PBB, brought, clock)
            assert (differs.rows, differs.before, differs.new, differs.gone) == (10, 10, 2, 2)

    play(main)


def test_words_are_found_in_an_imported_table_with_a_slip(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            head = "field,job,employer,area,until,phone\n"
            rows = "listrik,Tukang listrik,PT Contoh,Paya Roba,2026-12-01,061555\n" * 2
            brought = await importing.read(JOBS, CITY.areas, (head + rows).encode(), clock)
            await importing.write(kept, JOBS, brought, source="x", by="x", clock=clock)
            there = Tables(CITY)
            found = await kept.read(lambda tx: there.find(tx, JOBS, "listrk", WHO, ""))
            assert isinstance(found, Found)
            assert len(found.rows) == 2
            assert await kept.read(lambda tx: there.names(tx, JOBS)) == ["listrik"]

    play(main)


def test_a_hundred_thousand_rows_are_written_between_other_work_and_one_is_found_by_an_index(tmp_path: Path) -> None:
    many = 100_000 if WHOLE else 20_000

    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as kept:
            steps: list[int] = []
            await bring(kept, clock, table(2026, many), progress=lambda done, total: steps.append(done))
            assert steps[-1] == many
            assert max(after - before for before, after in zip([0, *steps], steps, strict=False)) <= 500
            assert [row["amount"] for row in await asked(kept, many - 7)] == [str(many - 7)]
            plan = await kept.read(plan_of_a_key)
            assert "ix_lookup_row_version_key" in plan
            assert "SCAN lookup_row" not in plan

    play(main)


def plan_of_a_key(tx: Tx) -> str:
    """How the engine finds a key."""
    explain = "EXPLAIN QUERY PLAN" if engines.Now.engine == engines.SQLITE else "EXPLAIN"
    asked_for = "SELECT data FROM lookup_row WHERE version = 1 AND key = 'x' ORDER BY place LIMIT 5"
    return "\n".join(str(row) for row in tx.execute(text(f"{explain} {asked_for}")))

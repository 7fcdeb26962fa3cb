"""Lines are only added, each bound to the one before, and none of them is the reason that anything fails."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from config.clock import SystemClock
from gateway.audit import MOST_PERSONS, Deed, note
from gateway.audit_verify import Check, Kind
from gateway.store import Store, Tx
from gateway.store.audit import AUDIT_CUT, AUDIT_KEY, AUDIT_LINE, Head, Line, lines_after
from gateway.store.audit_reading import Wanted, found, persons_of
from gateway.store.forgetting import forget_person
from tests.fixtures.engines import fresh, open_store, url_of

START = Head()
SITI, BUDI = "+6281234567890", "+6281234567891"
LOOK = Deed(by="sari", how="page", what="look", object="/people/{number}", about=[SITI])


def executed(statement: Executable, tx: Tx) -> None:
    tx.execute(statement)


def verdict_of(lines: Sequence[Line], after: Head = START) -> set[Kind]:
    check = Check(after=after)
    check.feed(lines)
    return {one.kind for one in check.verdict().faults}


async def test_a_deed_is_kept_with_a_pseudonym_and_found_by_number(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, LOOK))
        await store.write(lambda tx: note(tx, Deed(by="sari", how="page", what="look", about=[BUDI, BUDI, ""])))
        lines = await store.read(lambda tx: lines_after(tx, 0, 10))
        assert [line.seq for line in lines] == [1, 2]
        assert SITI not in str(lines)
        assert len(lines[1].marks) == 1
        assert await store.read(lambda tx: found(tx, Wanted(about=SITI), 10)) == [lines[0]]
        assert await store.read(lambda tx: persons_of(tx, lines[1].marks)) == {lines[1].marks[0]: BUDI}
        assert verdict_of(lines) == set()


async def test_the_hash_is_the_documented_one(tmp_path: Path) -> None:
    import hashlib

    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, Deed(by="Añi", how="sms", what="x", object="incident/1", detail="é")))
        (line,) = await store.read(lambda tx: lines_after(tx, 0, 10))
    said = [1, line.at.isoformat(), "Añi", "sms", "x", "incident/1", "[]", "é", ""]
    assert line.hash == hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


async def test_nobody_changes_or_takes_out_a_line(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, LOOK))
        for attempt in (update(AUDIT_LINE).values(by="nobody"), delete(AUDIT_LINE), text("DELETE FROM audit_line")):
            with pytest.raises(DBAPIError, match="only ever added to"):
                await store.write(partial(executed, attempt))
        now = SystemClock().now()
        await store.write(lambda tx: tx.execute(insert(AUDIT_CUT), {"seq": 0, "hash": "", "at": now}))
        for table in (update(AUDIT_CUT).values(hash="x"), delete(AUDIT_CUT)):
            with pytest.raises(DBAPIError, match="only ever added to"):
                await store.write(partial(executed, table))
        assert len(await store.read(lambda tx: lines_after(tx, 0, 10))) == 1


async def test_erasing_a_person_destroys_the_key_and_the_chain_still_verifies(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, LOOK))
        await store.write(lambda tx: note(tx, Deed(by=SITI, how="sms", what="person.change", about=[SITI])))
        await store.write(lambda tx: forget_person(tx, SITI))
        lines = await store.read(lambda tx: lines_after(tx, 0, 10))
        assert verdict_of(lines) == set()
        assert len(lines) == 2
        assert await store.read(lambda tx: persons_of(tx, lines[0].marks)) == {}
        assert await store.read(lambda tx: found(tx, Wanted(about=SITI), 10)) == []
        assert lines[1].by.startswith("~")
        assert SITI not in str(lines)


async def test_many_persons_are_several_lines(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    many = [f"+62812{one:07d}" for one in range(MOST_PERSONS + 1)]
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, Deed(by="sari", how="page", what="look", about=many)))
        lines = await store.read(lambda tx: lines_after(tx, 0, 10))
        assert [len(line.marks) for line in lines] == [MOST_PERSONS, 1]
        assert verdict_of(lines) == set()


async def test_words_hold_no_number_and_nothing_that_an_engine_refuses(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        odd = Deed(by="a\0b\ud800", how="page", what="look", object="/people/%2B6281234567890", detail="081234567890 x")
        await store.write(lambda tx: note(tx, odd))
        (line,) = await store.read(lambda tx: lines_after(tx, 0, 10))
        assert (line.object, line.detail) == ("/people/{number}", "{number} x")
        assert store.unaudited == 0
        assert verdict_of([line]) == set()


async def test_a_line_that_cannot_be_written_undoes_nothing_and_is_counted(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")

    def accept(tx: Tx) -> str:
        tx.execute(insert(AUDIT_KEY), {"subject": BUDI, "key": b"k", "mark": "m"})  # stands for the acceptance
        tx.execute(text("ALTER TABLE audit_line RENAME TO elsewhere"))
        note(tx, LOOK)
        tx.execute(text("ALTER TABLE elsewhere RENAME TO audit_line"))
        return "accepted"

    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        assert await store.write(accept) == "accepted"
        assert store.unaudited == 1
        assert await store.read(lambda tx: persons_of(tx, ["m"])) == {"m": BUDI}
        await store.write(lambda tx: note(tx, LOOK))
        assert verdict_of(await store.read(lambda tx: lines_after(tx, 0, 10))) == set()


@pytest.mark.engine("postgresql")
async def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    first, second = tmp_path / "one" / "a.db", tmp_path / "two" / "a.db"
    for path in (first, second):
        path.parent.mkdir()
    url, clock = url_of(first), SystemClock()
    async with (
        await Store.open(first, clock, url=url) as one,
        await Store.open(second, clock, url=url) as two,
    ):

        async def work(store: Store, who: str) -> None:
            for _ in range(40):
                await store.write(lambda tx: note(tx, Deed(by=who, how="page", what="look", about=[SITI])))

        await asyncio.gather(work(one, "sari"), work(two, "budi"), work(one, "tono"), work(two, "dewi"))
        lines = await one.read(lambda tx: lines_after(tx, 0, 1000))
    assert len(lines) == 160
    assert verdict_of(lines) == set()
    assert {line.by for line in lines} == {"sari", "budi", "tono", "dewi"}
    assert len({line.about for line in lines}) == 1

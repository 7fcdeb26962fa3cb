"""A person who used everything is erased, and nowhere in the store is a trace of him but in evidence that is named."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, Float, Integer, LargeBinary, Table, insert, select, update

import kentongan
from config.clock import SystemClock
from gateway.audit import Deed, note
from gateway.erasing import erase_person, finish
from gateway.messages import Lane, Outbound
from gateway.store import Tx, metadata, put
from gateway.store.audit import lines_after
from gateway.store.audit_reading import Wanted, found
from gateway.store.exporting import person_of
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import UtcDateTime
from gateway.store.sweeping import EVIDENCE, NUMBERS_ALONE, OF_ITSELF, STAFF, Trace, being_erased
from tests.fixtures.engines import fresh, open_store
from tests.gateway.audit.test_chain import verdict_of

SITI, OTHER = "+6281398765432", "+6285211112222"
NAME, STREET = "Siti Aminah Lubis", "Jalan Kenanga Gang Tiga 17"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Jakarta")
WHOSE = ("phone", "number", "sender", "recipient", "subject")
JSONS = {"state": "{}", "choices": "[]", "about": "[]"}
TRACES = ("81398765432", "Aminah", "Kenanga", Trace(number=SITI).in_pdus)
HERS = f"{SITI}/{NAME}/{STREET}"


def test_every_room_has_its_tables_here() -> None:
    assert kentongan.COMMANDS
    assert len(metadata.tables) > 50


def filled(table: Table, at: int, who: str, mention: str) -> dict[str, Any]:
    return {column.name: value(column, at, who, mention) for column in table.columns}


def value(column: Column[Any], at: int, who: str, mention: str) -> Any:
    kind = column.type
    if column.foreign_keys:
        key = next(iter(column.foreign_keys)).column
        return at if isinstance(key.type, Integer) else value(key, at, who, mention)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return at
    if isinstance(kind, Float):
        return 0.0
    if isinstance(kind, (UtcDateTime, DateTime)):
        return NOW
    if isinstance(kind, Date):
        return date(2026, 11, 22)
    if isinstance(kind, LargeBinary):
        return b"k"
    return words(column, at, who, mention)


def words(column: Column[Any], at: int, who: str, mention: str) -> str:
    table, name = column.table.name, column.name
    if name in WHOSE:
        return who
    if (table, who) == ("resident", SITI) and name in ("name", "address"):
        return {"name": NAME, "address": STREET}[name]
    if column.primary_key:
        return f"{table}-{at}"
    if name == "pdu":
        return "0791" + Trace(number=who).in_pdus + "00"
    if name in ("state", "lane") and table in ("outbound", "inbound"):
        return {"inbound": "read", "outbound": "delivered"}[table] if name == "state" else "service"
    if name == "state" and table == "long":
        return "complete"
    if name in JSONS and table in ("talk", "ussd_session"):
        return JSONS[name]
    return f"{table}.{name} {at} {mention}"


def fill(tx: Tx) -> None:
    """Each table has a line that is hers, and one of another in which she is mentioned."""
    for table in metadata.sorted_tables:
        if table.name == "incident":  # others belong to it
            tx.execute(insert(table), [filled(table, at, OTHER, "") for at in (901, 902)])
        if table.name in OF_ITSELF | EVIDENCE or table.name == "incident_letter":
            continue
        about = f"0{SITI[3:]}" if table.name in NUMBERS_ALONE else f"0{SITI[3:]}, {NAME}, {STREET}"
        tx.execute(insert(table), filled(table, 901, SITI, SITI if table.name in STAFF else HERS))
        tx.execute(insert(table), filled(table, 902, OTHER, about))


def traces(tx: Tx) -> list[str]:
    left = []
    for table in metadata.sorted_tables:
        for row in tx.execute(select(table)).mappings():
            for name, said in row.items():
                left += [f"{table.name}.{name}: {said}" for one in TRACES if one in str(said)]
    return left


async def test_nothing_is_left_of_her_in_any_column_of_any_table(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(fill)
        await store.write(lambda tx: note(tx, Deed(by="sari", how="page", what="look", about=[SITI])))
        before = await store.read(traces)
        tables = {one.partition(".")[0] for one in before}
        assert len(tables) > 35, tables
        assert await store.write(lambda tx: erase_person(tx, SITI, "sari", "page"))
        await finish(store, SystemClock())
        assert await store.read(traces) == []
        assert await store.read(being_erased) == []
        lines = await store.read(lambda tx: lines_after(tx, 0, 10))
        assert [line.what for line in lines] == ["look", "person.erase"]
        assert verdict_of(lines) == set()
        assert await store.read(lambda tx: found(tx, Wanted(about=SITI), 9)) == []
        left = await store.read(lambda tx: [tx.execute(select(one)).all() for one in metadata.sorted_tables])
        assert OTHER in str(left)


async def test_what_waits_to_be_sent_about_her_is_not_sent(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    clock = SystemClock()
    async with await open_store(tmp_path / "a.db", clock) as store:
        text = f"Warga baru: {NAME}, {STREET}, 0{SITI[3:]}. Balas YA 4711"
        ask = Outbound(to=OTHER, text=text, lane=Lane.SERVICE, key=f"kepling/{SITI}/1", expires_at=clock.now())
        hers = Outbound(to=SITI, text="Data Anda dihapus.", lane=Lane.SERVICE, key="bye", expires_at=clock.now())
        await store.write(lambda tx: [put(tx, ask), put(tx, hers)])
        await store.write(lambda tx: erase_person(tx, SITI, "self", "sms"))
        await finish(store, clock)
        first, last = await store.read(lambda tx: tx.execute(select(OUTBOUND).order_by(OUTBOUND.c.id)).all())
        assert (first.state, first.text) == ("cancelled", "")
        assert (last.state, last.recipient) == ("queued", SITI), "she is still told that it is done"
        assert await store.read(being_erased)
        await store.write(lambda tx: tx.execute(update(OUTBOUND).where(OUTBOUND.c.id == last.id).values(state="sent")))
        await finish(store, clock)
        assert await store.read(traces) == []
        assert await store.read(being_erased) == []


async def test_killed_in_the_middle_it_is_done_at_the_next_start(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    path, clock = tmp_path / "a.db", SystemClock()
    async with await open_store(path, clock) as store:
        await store.write(fill)
        await store.write(lambda tx: erase_person(tx, SITI, "sari", "page"))
        job = asyncio.create_task(finish(store, clock))
        await asyncio.sleep(0.01)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        await store.abandon()
    async with await open_store(path, clock) as store:
        assert await store.read(being_erased)
        await finish(store, clock)
        assert await store.read(traces) == []


async def test_the_record_of_an_emergency_stays_until_its_own_end(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    incident, letters = metadata.tables["incident"], metadata.tables["incident_letter"]
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:

        def cried(tx: Tx) -> None:
            tx.execute(insert(INBOUND), filled(INBOUND, 5, SITI, "TOLONG") | {"text": f"TOLONG {STREET}"})
            tx.execute(insert(incident), filled(incident, 5, SITI, "") | {"caller": SITI, "state": "closed"})
            tx.execute(insert(letters), {"letter": 5, "incident": 5, "role": "opened", "whole": ""})

        await store.write(cried)
        await store.write(lambda tx: erase_person(tx, SITI, "sari", "page"))
        await finish(store, SystemClock())
        assert {one.partition(":")[0] for one in await store.read(traces)} == {
            "inbound.sender",
            "inbound.text",
            "incident.caller",
        }


async def test_she_is_given_everything_that_is_kept_of_her(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(fill)
        await store.write(lambda tx: note(tx, Deed(by="sari", how="page", what="look", about=[SITI])))
        kept = json.loads(json.dumps(await store.read(lambda tx: person_of(tx, SITI, ZONE, NOW))))
    assert kept["looked_at_by"][0]["by"] == "sari"
    assert OTHER not in str(kept)
    assert {
        "resident",
        "inbound",
        "outbound",
        "calls",
        "recordings",
        "ticket",
        "ticket_follower",
        "clinic_booking",
    } <= set(kept["kept"])
    assert {"outbound_part", "receipt", "ussd_turn", "part"} <= set(kept["kept"])
    assert all(row["kept_for"] for rows in kept["kept"].values() for row in rows)


@pytest.mark.sqlite_only("pure")
def test_a_number_in_a_pdu_is_its_digits_in_swapped_pairs() -> None:
    assert Trace(number="+6281234567890").in_pdus == "2618325476980F".replace("0F", "F0")
    assert Trace(number="+628123456789").in_pdus == "261832547698"

"""The list of residents: every bad row named, the good ones kept, as often as you like."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City, load_city
from config.clock import VirtualClock
from config.command import DONE, USAGE, CommandError, Context
from gateway.commands import COMMANDS
from gateway.flaws import BadRow
from gateway.registry import RegistryFault, Resident, find, read_rows
from gateway.store import Store, leave_unread, put
from gateway.store.people import find_all, save
from tests.gateway.room import EPOCH, IMSI, SITI, Notebook, letter, listed, opened, pdus, play, reading, stored

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
HEAD = "phone,name,kelurahan,address,lat,lon,language,quiet,notes\n"


@pytest.fixture(scope="module")
def city() -> City:
    return load_city(TINY)


@pytest.fixture(scope="module")
def area(city: City) -> str:
    return next(iter(city.areas))


@dataclass(slots=True)
class Said:
    """``Out`` that remembers."""

    rows: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        json.dumps(row)
        self.rows.append((row, text))

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        self.steps.append((done, total))


async def told(store: Store, city: City, clock: VirtualClock, *words: str, file: bytes = b"") -> tuple[int, Said]:
    """Run a command as the front door does."""
    command = next(one for one in COMMANDS if one.name == words[:2])
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    said = Said()
    context = Context(settings=None, city=city, clock=clock, out=said, store=store, files={"list.csv": file})
    return await command.run(context, parser.parse_args(words[2:])), said


def rows(text: str | bytes, city: City) -> list[Resident | BadRow]:
    return list(read_rows(text if isinstance(text, bytes) else text.encode(), city, EPOCH))


def test_bad_rows_are_named_by_line_and_the_good_ones_kept(city: City, area: str) -> None:
    name = city.areas[area].name
    text = HEAD + "\n".join(
        [
            f'081234567890,Siti,{area},"Jl. A, No. 1",,,id,no,',
            f"0812,Pendek,{area},,,,,,",
            f'+6281234567891,"dua\nbaris",{name.upper()},,,,,ya,',
            "+6281234567892,Jauh,Atlantis,,,,,,",
            f"+6281234567893,Titik,{area},,12.5,99.9,,,",
            f"+6281234567894,Bahasa,{area},,,,xx,,",
            f"+6281234567895,Diam,{area},,,,,mungkin,",
            f"081234567890,Lagi,{area},,,,,,",
            f"+6281234567896,Banyak,{area},,,,,,,,,,",
            f"363,Mesin,{area},,,,,,",
            f"+6281234567897,{'x' * 101},{area},,,,,,",
            ",,,,,,,,",
            f"+6281234567898,Akhir,{area},,,,,,",
        ]
    )
    found = rows(text, city)
    good = [row.phone for row in found if isinstance(row, Resident)]
    assert good == ["+6281234567890", "+6281234567891", "+6281234567898"]
    assert [row.line for row in found if isinstance(row, BadRow)] == [3, 6, 7, 8, 9, 10, 11, 12, 13]
    assert next(row for row in found if isinstance(row, Resident) and row.quiet).name == "dua baris"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfphone;kelurahan;name\r\n081234567890;%(area)s;Siti\r\n",
        b'"Phone","Kelurahan"\n"081234567890","%(area)s"\n',
        b"name,PHONE ,kelurahan,unknown column\nSiti,0812-3456-7890,%(area)s,x",
    ],
    ids=["excel", "quoted", "other order"],
)
def test_the_files_of_spreadsheets_are_read(raw: bytes, city: City, area: str) -> None:
    (one,) = rows(raw.replace(b"%(area)s", area.encode()), city)
    assert isinstance(one, Resident)
    assert (one.phone, one.confirmed, one.address_at) == (SITI, True, EPOCH)


@pytest.mark.parametrize("raw", [b"", b"\n", b"\xff\xfe\x00", b"nama,telepon\nSiti,0812", b"\0" * 100, b"phone\n0812"])
def test_a_file_without_its_columns_is_refused_as_a_whole(raw: bytes, city: City) -> None:
    with pytest.raises(RegistryFault, match="must name the columns"):
        rows(raw, city)


@pytest.mark.parametrize("cell", [b"Si\xffti", b"Si\0ti", b"Si\x1bti", "Si\u202eti".encode(), b"Si\rti"])
def test_cells_that_are_no_text_are_bad_rows(cell: bytes, city: City, area: str) -> None:
    raw = HEAD.encode() + b'081234567890,"' + cell + b'",' + area.encode() + b",,,,,,\n"
    assert all(isinstance(row, BadRow) for row in rows(raw, city))


@given(st.binary(max_size=300))
def test_no_bytes_whatever_raise_anything_but_the_files_own_fault(raw: bytes) -> None:
    rows(HEAD.encode() + raw, load_city_once())


def load_city_once() -> City:
    return _CITY


_CITY = load_city(TINY)


def test_import_reports_and_repeats(city: City, area: str) -> None:
    many = "".join(f"+62812{n:08d},Warga {n},{area},,,,,,\n" for n in range(1000))
    first = (HEAD + many + "0812,Pendek,x,,,,,,\n").encode()
    second = (HEAD + many.replace("Warga 7,", "Bu Tujuh,")).encode()

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            code, said = await told(store, city, clock, "residents", "import", "list.csv", file=first)
            row, _ = said.rows[0]
            assert (code, row["new"], row["bad"], row["faults"][0]["line"]) == (DONE, 1000, 1, 1002)
            assert said.notes[0].startswith("list.csv:1002: phone '0812'")
            assert said.steps[-1][0] == said.steps[-1][1]
            assert len(said.steps) > 3
            await clock.sleep(60)
            code, said = await told(store, city, clock, "residents", "import", "list.csv", file=second)
            assert (code, said.rows[0][0]) == (DONE, {"new": 0, "changed": 1, "same": 999, "bad": 0, "faults": []})
            one = await store.read(lambda tx: find(tx, "+6281200000008"))
            assert one is not None
            assert one.address_at == EPOCH + timedelta(seconds=60), "vouched for again"

    play(main)


def test_the_sample_file_of_the_pack_is_good(city: City) -> None:
    found = rows((TINY / "residents-sample.csv").read_bytes(), city)
    assert found
    assert not [row for row in found if isinstance(row, BadRow)]


def test_export_is_safe_in_a_spreadsheet_and_can_be_imported_again(city: City, area: str) -> None:
    evil = '=HYPERLINK(""http://x"")'
    raw = (HEAD + f'081234567890,"{evil}",{area},"@SUM(1)",,,,,"-1+1"\n').encode()

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await told(store, city, clock, "residents", "import", "list.csv", file=raw)
            _, said = await told(store, city, clock, "residents", "export")
            text = "\n".join(line for _, line in said.rows)
            assert "\"'=HYPERLINK" in text
            assert ",'@SUM(1)," in text
            assert ",'-1+1," in text
            assert "\n'+62812" in text
            code, again = await told(store, city, clock, "residents", "import", "list.csv", file=text.encode())
            assert (code, again.rows[0][0]["same"]) == (DONE, 1)

    play(main)


def test_show_and_erase_name_what_is_not_there(city: City, area: str) -> None:
    raw = (HEAD + f"081234567890,Siti,{area},,,,,,\n").encode()

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await told(store, city, clock, "residents", "import", "list.csv", file=raw)
            _, said = await told(store, city, clock, "residents", "show", "0812-3456-7890")
            assert said.rows[0][0]["kelurahan"] == area
            await told(store, city, clock, "residents", "erase", "081234567890")
            for verb in ("show", "erase"):
                with pytest.raises(CommandError, match="not in the registry"):
                    await told(store, city, clock, "residents", verb, SITI)
                with pytest.raises(CommandError, match="subscriber's number") as refused:
                    await told(store, city, clock, "residents", verb, "363")
                assert refused.value.code == USAGE

    play(main)


def test_letters_are_listed_shown_retried_and_marked_read(city: City) -> None:
    class Last(Notebook):
        def handle(self, letter: Any, tx: Any) -> None:
            leave_unread(tx, letter.id)

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, reading(store, clock, Last()) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus("kapan\x1b[2J\u202eKTP jadi?")))
            await store.write(lambda tx: put(tx, letter("halo", expires_at=EPOCH)))
            await store.write(lambda tx: put(tx, letter("mesin", "363")))
            await clock.sleep(1)
            _, said = await told(store, city, clock, "letters", "list", "--state", "unread")
            ((row, text),) = said.rows
            assert row["from"] == SITI
            assert row["to"] is None
            assert "\\u001b" in text
            assert "\\u202e" in text
            assert "\x1b" not in text
            await told(store, city, clock, "letters", "done", row["id"])
            assert await listed(store, "unread") == []
            with pytest.raises(CommandError, match="neither unread"):
                await told(store, city, clock, "letters", "done", row["id"])
            await store.write(lambda tx: tx.exec_driver_sql("UPDATE outbound SET state='expired' WHERE id=1"))
            await told(store, city, clock, "letters", "retry", "out-1")
            _, said = await told(store, city, clock, "letters", "show", "out-1")
            assert said.rows[0][0]["state"] == "queued"
            for wrong in ("out-1", "out-2"):  # under way; a machine's number
                with pytest.raises(CommandError, match="only what failed"):
                    await told(store, city, clock, "letters", "retry", wrong)
            for absent in ("out-99", "x", "in-", "in-\u0661", "in-99999999999999999999"):
                with pytest.raises(CommandError, match="there is no letter"):
                    await told(store, city, clock, "letters", "show", absent)

    play(main)


WIDE = "phone,name,kelurahan,address,lingkungan,household,cannot_walk,nik\n"
NIK = "1275014507620003"


def test_the_later_columns_are_read_and_bad_ones_named_without_the_nik(city: City, area: str) -> None:
    text = WIDE + "\n".join(
        [
            f"081234567890,Siti,{area},Jl. A 1,Lk. III,rumah-1,ya,{NIK}",
            f"081234567891,Budi,{area},Jl. A 1,tiga,,,",
            f"081234567892,Budi,{area},Jl. A 1,,,,{NIK[:15]}",
            f"081234567893,Budi,{area},Jl. A 1,,,mungkin,",
            f"081234567894,Budi,{area},Jl. A 1,04,,,",
        ]
    )
    found = list(read_rows(text.encode(), city, EPOCH, key=bytes(32)))
    (siti, last) = [row for row in found if isinstance(row, Resident)]
    assert (siti.lingkungan, siti.household, siti.cannot_walk, len(siti.nik)) == ("3", "rumah-1", True, 64)
    assert last.lingkungan == "4"
    bad = [row for row in found if isinstance(row, BadRow)]
    assert [row.line for row in bad] == [3, 4, 5]
    assert not any(NIK[:15] in row.fault for row in bad)
    assert any(isinstance(row, BadRow) for row in rows(text.splitlines()[0] + "\n" + text.splitlines()[1], city))


def test_a_list_without_a_column_leaves_what_the_registry_has(city: City, area: str) -> None:
    hashed = "ab" * 32
    full = (WIDE + f"081234567890,Siti,{area},Jl. A 1,3,rumah-1,ya,{hashed}\n").encode()
    short = f"phone,name,kelurahan,address\n081234567890,Siti Lubis,{area},Jl. A 1\n".encode()
    moved = f"phone,kelurahan,address\n081234567890,{area},Jl. B 2\n".encode()

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await told(store, city, clock, "residents", "import", "list.csv", file=full)
            _, said = await told(store, city, clock, "residents", "export")
            text = "\n".join(line for _, line in said.rows)
            _, again = await told(store, city, clock, "residents", "import", "list.csv", file=text.encode())
            assert again.rows[0][0]["same"] == 1
            await told(store, city, clock, "residents", "import", "list.csv", file=short)
            one = await store.read(lambda tx: find(tx, SITI))
            assert one is not None
            assert (one.name, one.lingkungan, one.household, one.nik) == ("Siti Lubis", "3", "rumah-1", hashed)
            assert one.cannot_walk
            await told(store, city, clock, "residents", "import", "list.csv", file=moved)
            one = await store.read(lambda tx: find(tx, SITI))
            assert one is not None
            assert (one.name, one.address, one.household) == ("Siti Lubis", "Jl. B 2", "")

    play(main)


def test_two_lines_with_one_nik_are_shown_as_perhaps_one_person(city: City, area: str) -> None:
    hashed = "cd" * 32
    raw = WIDE + "".join(f"08123456789{n},Siti,{area},Jl. A {n},,,,{hashed}\n" for n in range(2))

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await told(store, city, clock, "residents", "import", "list.csv", file=raw.encode())
            _, said = await told(store, city, clock, "residents", "show", SITI)
            assert said.rows[0][0]["perhaps_same_person"] == ["+6281234567891"]

    play(main)


@pytest.mark.parametrize("count", [0, 1, 511, 513, 1_100])
def test_however_many_numbers_are_asked_for_at_once_each_person_is_found(count: int, area: str) -> None:
    numbers = [f"+62813{place:08d}" for place in range(count)]
    siti = Resident(
        phone="",
        name="Siti",
        kelurahan=area,
        address="Jl. Kentang",
        lat=None,
        lon=None,
        language="id",
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=EPOCH,
    )

    async def scene(clock: VirtualClock) -> list[str]:
        async with opened(clock) as store:
            await store.write(lambda tx: [save(tx, replace(siti, phone=number)) for number in numbers])
            return sorted(await store.read(lambda tx: find_all(tx, numbers)))

    assert play(scene) == numbers

"""Numbers on paper come back without one number meaning two people, and nobody on paper is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from config.city import City
from config.clock import VirtualClock
from eservices.clinic.blocks import Line, Merged, merge, reserve
from eservices.clinic.booking import Full, book, bookings_of, free, wait
from eservices.clinic.calling import call_next
from eservices.clinic.queue import HOLDS, State
from eservices.clinic.sheets import SheetFault, read_sheet
from eservices.clinic.store import rows
from eservices.clinic.store.rows import Booking
from gateway.store import Tx
from tests.eservices.clinic.counter import MONDAY_NOON, TUESDAY, booked, doctor, fill, tiny, wish
from tests.gateway.room import opened, play

T = TypeVar("T")
NOW = MONDAY_NOON


def on_store(path: Path, work: Callable[[Tx, City], T]) -> T:
    async def main(clock: VirtualClock) -> T:
        city = tiny()
        async with opened(clock, path / "k.db") as store:
            return await store.write(lambda tx: work(tx, city))

    return play(main)


def line(number: int, name: str = "", state: State | None = State.WAITING, phone: str = "") -> Line:
    return Line(number=number, name=name, phone=phone, state=state)


def everybody(tx: Tx, city: City) -> list[Booking]:
    here = rows.kept(tx, doctor(city))
    return rows.bookings_in(tx, here.id) if here is not None else []


def whole(tx: Tx, city: City) -> None:
    """No number and no place twice, none beyond the quota."""
    numbers = [one.queue for one in everybody(tx, city) if one.queue is not None]
    places = [one.place for one in everybody(tx, city) if one.place is not None]
    assert len(set(numbers)) == len(numbers)
    assert len(set(places)) == len(places) <= doctor(city).quota


def test_a_block_takes_numbers_and_places_that_the_centre_gives_to_nobody_else(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 4))
        block = reserve(tx, session, 4, NOW)
        assert [(one.queue, one.state, one.block) for one in block] == [(n, State.RESERVED, 4) for n in (4, 5, 6, 7)]
        assert free(tx, session) == 3  # the two places for walk-ins go to paper first
        assert booked(book(tx, city, session, wish(9), NOW)).queue == 8
        called = [one.queue for _ in range(5) if (one := call_next(tx, session, NOW))]
        assert called == [1, 2, 3, 8]  # nobody is called whom nobody knows
        assert len(reserve(tx, session, 50, NOW)) == 2
        assert book(tx, city, session, wish(10), NOW) == Full()
        whole(tx, city)

    on_store(tmp_path, work)


def test_a_sheet_comes_back_and_the_queue_goes_on(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 3))
        reserve(tx, session, 4, NOW)
        sheet = [
            line(1, "Orang 1", State.SERVED),
            line(2, "", State.NO_SHOW),
            line(3, "Siti", State.SERVED),
            line(4, "Siti", State.WAITING, "+628551"),
            line(5, "Budi", State.CALLED),
            line(6, "", None),
        ]
        told = [(one.outcome, one.now) for one in merge(tx, session, sheet, NOW)]
        assert told == [("changed", 1), ("changed", 2), ("filled", 3), ("filled", 4), ("filled", 5), ("released", None)]
        before = everybody(tx, city)
        again = [one.outcome for one in merge(tx, session, sheet, NOW)]
        assert set(again) == {"same"}
        assert everybody(tx, city) == before
        following = call_next(tx, session, NOW)
        assert following is not None
        assert (following.queue, following.name) == (4, "Siti")
        whole(tx, city)

    on_store(tmp_path, work)


def test_whoever_stands_under_anothers_number_is_named_and_kept(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 3))
        reserve(tx, session, 2, NOW)
        sheet = [
            line(2, "Budi", State.WAITING),
            line(3, "Ani", State.SERVED),
            line(3, "Cici", State.WAITING),
            line(77, "Dodi", State.SERVED),
            line(4, "", State.WAITING),
        ]
        merged = merge(tx, session, sheet, NOW)
        assert merged[0] == Merged(number=2, outcome="conflict", now=5, words="2 is Orang 2's; Budi is 5 now")
        assert [one.outcome for one in merged] == ["conflict", "filled", "conflict", "conflict", "conflict"]
        assert merged[3].words == "77 was never handed out; Dodi is 7 now"
        names = {one.queue: (one.name, one.state) for one in everybody(tx, city)}
        assert names[2] == ("Orang 2", State.WAITING)
        assert names[6] == ("Cici", State.WAITING)
        assert names[7] == ("Dodi", State.SERVED)
        before = everybody(tx, city)
        merge(tx, session, sheet, NOW)
        assert everybody(tx, city) == before
        whole(tx, city)

    on_store(tmp_path, work)


def test_where_no_place_is_left_who_waits_is_listed_and_who_was_seen_is_noted(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 9))
        reserve(tx, session, 2, NOW)
        sheet = [line(1, "Budi", State.WAITING), line(2, "Cici", State.SERVED)]
        merged = merge(tx, session, sheet, NOW)
        assert merged[0].words == "1 is Orang 1's; Budi is on the waiting list: no place is left"
        assert merged[1].now == 11
        states = {one.name: (one.state, one.place) for one in everybody(tx, city)}
        assert states["Budi"] == (State.LISTED, None)
        assert states["Cici"] == (State.SERVED, None)
        assert sum(one.place is not None for one in everybody(tx, city) if one.state in HOLDS) == session.quota
        merge(tx, session, sheet, NOW)
        assert len(everybody(tx, city)) == 12
        whole(tx, city)

    on_store(tmp_path, work)


def test_who_has_a_number_already_keeps_that_one(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 3))
        listed = booked(wait(tx, session, wish(8), NOW))
        reserve(tx, session, 3, NOW)
        merged = merge(tx, session, [line(3, "Orang 1", State.SERVED, wish(1).number)], NOW)
        assert (merged[0].outcome, merged[0].now) == ("conflict", 1)
        assert bookings_of(tx, wish(1).number, TUESDAY)[0].state is State.SERVED
        filled = merge(tx, session, [line(4, "Orang 8", State.WAITING, wish(8).number)], NOW)
        assert filled[0].outcome == "filled"
        mine = bookings_of(tx, wish(8).number, TUESDAY)
        assert [one.queue for one in mine] == [4]
        assert mine[0].id != listed.id

    on_store(tmp_path, work)


@pytest.mark.sqlite_only("pure")
def test_a_sheet_is_read_in_the_forms_in_which_people_save_it() -> None:
    plain = b"number,name,phone,state\n21,Siti,0812 3456 7890,selesai\n22,,,kosong\n\n"
    assert read_sheet(plain) == [line(21, "Siti", State.SERVED, "+6281234567890"), line(22, "", None)]
    assert read_sheet(b"\xef\xbb\xbfNumber;Name;Phone;State\r\n21;Siti;;\r\n") == [line(21, "Siti")]
    assert read_sheet(b"21,Siti,,tidak hadir\n22,Budi,,\n") == [line(21, "Siti", State.NO_SHOW), line(22, "Budi")]


@pytest.mark.sqlite_only("pure")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"name,phone\nx,y\n", "the columns are number, name"),
        (b"", "the columns are number, name"),
        (b"\xff\xfe", "UTF-8"),
        (b"number,name\nabc,Siti\n", "line 2, column number: 'abc' is no number"),
        (b"number,name,state\n1,Siti,tidur\n", "line 2, column state: 'tidur' is no state"),
        (b"number,name,phone\n1,Siti,\n2,Budi,halo\n", "line 3, column phone: 'halo' is no telephone"),
    ],
)
def test_a_wrong_sheet_is_refused_by_its_line(content: bytes, says: str) -> None:
    with pytest.raises(SheetFault, match=says):
        read_sheet(content)


@pytest.mark.sqlite_only("pure")
def test_every_fault_of_a_sheet_is_said_at_once_in_the_language_of_who_reads() -> None:
    with pytest.raises(SheetFault) as refused:
        read_sheet(b"number,name,phone,state\nabc,Siti,halo,tidur\n0,Budi,,\n")
    said = refused.value.said("id")
    assert said[0] == "baris 2, kolom number: 'abc' bukan nomor antrean"
    assert said[1].startswith("baris 2, kolom state: 'tidur' bukan keadaan; yang ada: ")
    assert said[2:] == [
        "baris 2, kolom phone: 'halo' bukan nomor telepon",
        "baris 3, kolom number: '0' bukan nomor antrean",
    ]
    assert refused.value.said("en")[0] == "line 2, column number: 'abc' is no number of a queue"

"""Places at the doctor's: one a person and day, the last one once, numbers in order, offers to who waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from config.city import City
from config.clock import VirtualClock
from eservices.clinic.booking import (
    Booked,
    Closed,
    Full,
    Twice,
    accept,
    book,
    booking,
    bookings_of,
    cancel,
    free,
    lapse_offers,
    listed_before,
    move,
    next_lapse,
    offer_next,
    session_of,
    sessions_on,
    wait,
)
from eservices.clinic.queue import State
from eservices.clinic.schedule import sessions_from, why_closed
from eservices.clinic.store.also import add_phone, everybody
from eservices.clinic.store.closing import close
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from tests.eservices.clinic.counter import (
    MONDAY_NOON,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    booked,
    dentist,
    doctor,
    fill,
    minutes,
    tiny,
    wish,
)
from tests.gateway.room import opened, play

T = TypeVar("T")
NOW = MONDAY_NOON


def on_store(path: Path, work: Callable[[Tx, City], T]) -> T:
    """Run ``work`` in one transaction of a new store."""

    async def main(clock: VirtualClock) -> T:
        city = tiny()
        async with opened(clock, path / "k.db") as store:
            return await store.write(lambda tx: work(tx, city))

    return play(main)


def test_numbers_are_handed_out_in_order_until_the_places_are_gone(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        assert free(tx, session) == 4
        assert [one.queue for one in fill(tx, city, session, range(1, 5))] == [1, 2, 3, 4]
        assert free(tx, session) == 0
        assert book(tx, city, session, wish(5), NOW) == Full()

    on_store(tmp_path, work)


def test_the_places_of_walk_ins_are_theirs_alone(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        fill(tx, city, session, range(1, 5))
        one = booked(book(tx, city, session, replace(wish(9), number=""), NOW, walk_in=True))
        assert (one.queue, one.place, one.walk_in) == (5, 5, True)
        assert book(tx, city, session, replace(wish(10), number=""), NOW, walk_in=True) == Full()

    on_store(tmp_path, work)


def test_a_walk_in_may_have_what_nobody_booked(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        names = [booked(book(tx, city, session, replace(wish(n), number=""), NOW, walk_in=True)) for n in range(5)]
        assert [one.queue for one in names] == [1, 2, 3, 4, 5]
        assert {one.place for one in names} == {1, 2, 3, 4, 5}

    on_store(tmp_path, work)


def test_a_person_has_one_booking_at_a_clinic_and_day(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        first = booked(book(tx, city, dentist(city), wish(1), NOW))
        assert book(tx, city, dentist(city), wish(1), NOW) == Twice(existing=first)
        assert book(tx, city, doctor(city), wish(1), NOW) == Twice(existing=first)
        booked(book(tx, city, dentist(city, THURSDAY), wish(1), NOW))
        booked(book(tx, city, dentist(city), wish(1, person="ibusiti"), NOW))
        booked(book(tx, city, sessions_on(city, TUESDAY, clinic="rs")[0], wish(1), NOW))
        assert len(bookings_of(tx, wish(1).number, TUESDAY)) == 4

    on_store(tmp_path, work)


def test_one_nik_from_two_phones_is_one_person(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        first = booked(book(tx, city, dentist(city), replace(wish(1), nik_hash="h"), NOW))
        assert book(tx, city, doctor(city), replace(wish(2), nik_hash="h"), NOW) == Twice(existing=first)

    on_store(tmp_path, work)


def test_a_cancelled_number_is_never_somebody_elses(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        people = fill(tx, city, session, range(1, 5))
        assert cancel(tx, people[1], NOW, "BATAL")
        assert not cancel(tx, people[1], NOW, "BATAL")
        assert free(tx, session) == 1
        other = booked(book(tx, city, session, wish(7), NOW))
        assert (other.queue, other.place) == (5, people[1].place)
        again = booking(tx, people[1].id)
        assert again is not None
        assert (again.state, again.place, again.queue) == (State.CANCELLED, None, 2)
        assert bookings_of(tx, wish(2).number, TUESDAY) == []

    on_store(tmp_path, work)


def test_who_cancelled_may_book_again(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        one = booked(book(tx, city, dentist(city), wish(1), NOW))
        cancel(tx, one, NOW, "BATAL")
        assert booked(book(tx, city, dentist(city), wish(1), NOW)).queue == 2

    on_store(tmp_path, work)


def test_moving_takes_the_new_place_or_keeps_the_old(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        mine, *_ = fill(tx, city, dentist(city), range(1, 3))
        thursday = dentist(city, THURSDAY)
        fill(tx, city, thursday, range(11, 15))
        assert move(tx, city, mine, thursday, NOW) == Full()
        assert booking(tx, mine.id) == mine
        later = booked(move(tx, city, mine, doctor(city, WEDNESDAY), NOW))
        assert (later.id, later.day, later.queue, later.service) == (mine.id, WEDNESDAY, 1, "umum")
        assert free(tx, dentist(city)) == 3
        assert booked(book(tx, city, dentist(city), wish(5), NOW)).queue == 3  # number 1 is not given again

    on_store(tmp_path, work)


def test_moving_onto_a_day_with_another_booking_of_theirs_keeps_both(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        mine = booked(book(tx, city, dentist(city), wish(1), NOW))
        other = booked(book(tx, city, dentist(city, THURSDAY), wish(1), NOW))
        assert move(tx, city, mine, doctor(city, THURSDAY), NOW) == Twice(existing=other)
        assert booking(tx, mine.id) == mine
        booked(move(tx, city, mine, doctor(city), NOW))  # the same day, another doctor

    on_store(tmp_path, work)


def test_a_freed_place_is_offered_to_who_waits_and_to_nobody_else(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        people = fill(tx, city, session, range(1, 5))
        waits = [booked(wait(tx, session, wish(n), NOW)) for n in (21, 22)]
        assert booked(wait(tx, session, wish(21), NOW)) == waits[0]
        assert [listed_before(tx, one) for one in waits] == [0, 1]
        assert offer_next(tx, session, NOW, NOW + minutes(30)) is None
        cancel(tx, people[0], NOW, "BATAL")
        assert free(tx, session) == 0
        assert book(tx, city, session, wish(9), NOW) == Full()
        offered = offer_next(tx, session, NOW, NOW + minutes(30))
        assert offered is not None
        assert (offered.id, offered.state) == (waits[0].id, State.OFFERED)
        assert offer_next(tx, session, NOW, NOW + minutes(30)) is None
        taken = booked(accept(tx, offered, NOW + minutes(5)))
        assert (taken.state, taken.queue, taken.place) == (State.WAITING, 5, people[0].place)

    on_store(tmp_path, work)


def test_an_offer_that_nobody_answers_goes_to_the_next(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        people = fill(tx, city, session, range(1, 5))
        first, second = (booked(wait(tx, session, wish(n), NOW)) for n in (21, 22))
        cancel(tx, people[3], NOW, "BATAL")
        offer_next(tx, session, NOW, NOW + minutes(30))
        assert next_lapse(tx) == NOW + minutes(30)
        assert lapse_offers(tx, NOW + minutes(29)) == []
        assert [one.id for one in lapse_offers(tx, NOW + minutes(30))] == [first.id]
        assert accept(tx, first, NOW + minutes(31)) == Full()
        offered = offer_next(tx, session, NOW + minutes(31), NOW + minutes(60))
        assert offered is not None
        assert offered.id == second.id

    on_store(tmp_path, work)


def test_what_the_staff_closed_is_not_booked(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        assert close(tx, "hulu", "gigi", TUESDAY, reason="alat rusak", by="loket", at=NOW)
        assert not close(tx, "hulu", "gigi", TUESDAY, reason="lagi", by="loket", at=NOW)
        assert book(tx, city, session, wish(1), NOW) == Closed(reason="alat rusak")
        assert wait(tx, session, wish(1), NOW) == Closed(reason="alat rusak")
        assert free(tx, session) == 0
        assert isinstance(book(tx, city, doctor(city), wish(1), NOW), Booked)
        close(tx, "hulu", "", WEDNESDAY, reason="listrik", by="loket", at=NOW)
        assert book(tx, city, doctor(city, WEDNESDAY), wish(1), NOW) == Closed(reason="listrik")

    on_store(tmp_path, work)


def test_a_booking_knows_its_session_even_when_the_pack_forgets_it(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        one = booked(book(tx, city, session, wish(1), NOW))
        assert session_of(city, one) == session
        nobody = replace(city, clinics=replace(city.clinics, clinics={}))
        former = session_of(nobody, one)
        assert (former.clinic, former.doctor, former.begins) == (session.clinic, session.doctor, session.begins)

    on_store(tmp_path, work)


@pytest.mark.sqlite_only("no store is opened")
def test_schedules_know_weekdays_closures_and_holidays() -> None:
    city = tiny()
    assert [(one.clinic, one.service) for one in sessions_on(city, TUESDAY)] == [
        ("hulu", "umum"),
        ("rs", "umum"),
        ("hulu", "gigi"),
    ]
    assert sessions_on(city, TUESDAY.replace(day=22)) == ()  # a Sunday
    christmas = TUESDAY.replace(month=12, day=29)
    assert sessions_on(city, christmas, service="gigi") == ()
    assert why_closed(city, "hulu", "gigi", christmas) == "Libur akhir tahun"
    assert [one.day for one in sessions_from(city, TUESDAY, service="gigi", days=7)] == [TUESDAY, THURSDAY]
    assert dentist(city).begins.isoformat() == "2026-11-24T09:00:00+08:00"
    assert dentist(city).for_walk_ins == 1


def test_who_is_forgotten_leaves_no_booking_and_a_free_place(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        mine, other, *_ = fill(tx, city, session, range(1, 5))
        add_phone(tx, mine.id, wish(2).number)
        add_phone(tx, other.id, wish(1).number)
        assert forget_person(tx, wish(1).number)
        assert booking(tx, mine.id) is None
        assert everybody(tx, other) == [other.number]
        assert free(tx, session) == 1
        assert booked(book(tx, city, session, wish(9), NOW)).queue == 5  # the number is not given again

    on_store(tmp_path, work)

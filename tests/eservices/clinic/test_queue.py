"""Who is called next: by number, priority as the clinic decides, who was away again after some others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City
from config.city_clinics import Rules
from config.clock import VirtualClock
from eservices.clinic.asked import estimate, now_serving, remaining
from eservices.clinic.booking import book, booking
from eservices.clinic.calling import being_seen, call_next, is_away, is_through, numbered, waiting
from eservices.clinic.queue import Line, State, Ticket, called, following, in_order, missed
from gateway.store import Tx
from tests.eservices.clinic.counter import TUESDAY, booked, dentist, doctor, fill, minutes, polyclinic, tiny, wish
from tests.gateway.room import opened, play

T = TypeVar("T")
EVERY, FRONT, NONE = Rules(priority="every", every=3), Rules(priority="front"), Rules(priority="none")


def on_store(path: Path, work: Callable[[Tx, City], T]) -> T:
    async def main(clock: VirtualClock) -> T:
        city = tiny()
        async with opened(clock, path / "k.db") as store:
            return await store.write(lambda tx: work(tx, city))

    return play(main)


def order(rules: Rules, *tickets: Ticket, calls: int = 0, ordinary: int = 0) -> list[int]:
    return [one.queue for one in in_order(Line(waiting=tickets, rules=rules, calls=calls, ordinary=ordinary))]


def people(early: str) -> list[Ticket]:
    """``.p.``: three people, the second with priority."""
    return [Ticket(id=n, queue=n, priority=char == "p") for n, char in enumerate(early, 1)]


@pytest.mark.sqlite_only("pure")
@pytest.mark.parametrize(
    ("rules", "early", "expected"),
    [
        (NONE, "..p.p", [1, 2, 3, 4, 5]),
        (FRONT, "..p.p", [3, 5, 1, 2, 4]),
        (EVERY, "......", [1, 2, 3, 4, 5, 6]),
        (EVERY, ".....p", [1, 2, 6, 3, 4, 5]),
        (EVERY, "....pp", [1, 2, 5, 3, 4, 6]),
        (EVERY, "pp....", [1, 2, 3, 4, 5, 6]),  # priority never makes anybody later
        (EVERY, "ppp", [1, 2, 3]),
        (FRONT, "", []),
    ],
)
def test_priority_is_as_the_clinic_decides(rules: Rules, early: str, expected: list[int]) -> None:
    assert order(rules, *people(early)) == expected


@pytest.mark.sqlite_only("pure")
def test_who_was_away_is_called_after_so_many_others_or_when_nobody_else_is_left() -> None:
    away = Ticket(id=1, queue=1, misses=1, back_at=3)
    others = [Ticket(id=n, queue=n) for n in range(2, 7)]
    assert order(NONE, away, *others, calls=1) == [2, 3, 1, 4, 5, 6]
    assert order(NONE, away, others[0], calls=1) == [2, 1]
    assert order(NONE, away, calls=1) == [1]


@pytest.mark.sqlite_only("pure")
def test_who_is_away_too_often_loses_the_place() -> None:
    rules = Rules(again_after=2, again_times=1)
    once = missed(Ticket(id=1, queue=1), rules, calls=4)
    assert once == Ticket(id=1, queue=1, misses=1, back_at=6)
    assert missed(once, rules, calls=7) is None
    assert missed(Ticket(id=1, queue=1), replace(rules, again_times=0), calls=1) is None


@pytest.mark.sqlite_only("pure")
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.integers(0, 9)), max_size=12),
    st.sampled_from([NONE, FRONT, EVERY]),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_the_order_foretold_is_the_order_called(
    given_: list[tuple[bool, int, int]], rules: Rules, calls: int, ordinary: int
) -> None:
    tickets = tuple(
        Ticket(id=n, queue=n, priority=early, misses=away, back_at=back if away else 0)
        for n, (early, away, back) in enumerate(given_, 1)
    )
    line = Line(waiting=tickets, rules=rules, calls=calls, ordinary=ordinary)
    foretold, one_by_one = [one.id for one in in_order(line)], []
    while (chosen := following(line)) is not None:
        one_by_one.append(chosen.id)
        line = called(line, chosen)
    assert one_by_one == foretold
    assert sorted(foretold) == [one.id for one in tickets]


def test_calling_the_next_one_ends_the_one_before(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        ada, badu, *_ = fill(tx, city, session, range(1, 5))
        assert now_serving(tx, session) is None
        first = call_next(tx, session, session.begins)
        assert first is not None
        assert (first.id, first.state, now_serving(tx, session), waiting(tx, session)) == (ada.id, State.CALLED, 1, 3)
        second = call_next(tx, session, session.begins + minutes(8))
        assert second is not None
        assert second.id == badu.id
        assert being_seen(tx, session) == second
        before = booking(tx, ada.id)
        assert before is not None
        assert (before.state, before.ended_at) == (State.SERVED, session.begins + minutes(8))

    on_store(tmp_path, work)


def test_calling_on_an_empty_queue_changes_nothing(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        assert call_next(tx, session, session.begins) is None
        fill(tx, city, session, range(1, 2))
        call_next(tx, session, session.begins)
        assert call_next(tx, session, session.begins + minutes(5)) is None
        seen = being_seen(tx, session)
        assert seen is not None
        assert is_through(tx, seen, session.begins + minutes(6))
        assert not is_through(tx, seen, session.begins + minutes(7))
        assert being_seen(tx, session) is None

    on_store(tmp_path, work)


def test_who_is_away_comes_back_after_two_others_and_is_then_lost(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> list[int | None]:
        session = doctor(city)
        fill(tx, city, session, range(1, 6))
        heard: list[int | None] = []
        for step in range(6):
            one = call_next(tx, session, session.begins + minutes(5 * step))
            assert one is not None
            heard.append(one.queue)
            if one.queue == 1:
                away = is_away(tx, session, one, session.begins + minutes(5 * step + 1))
                assert away is not None
                assert away.again_after == (2 if step == 0 else None)
                assert is_away(tx, session, one, session.begins) is None  # noted already
        lost = numbered(tx, session, 1)
        assert lost is not None
        assert (lost.state, lost.misses) == (State.NO_SHOW, 2)
        return heard

    assert on_store(tmp_path, work) == [1, 2, 3, 1, 4, 5]


def test_the_staff_may_say_later_that_somebody_was_not_there(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = doctor(city)
        fill(tx, city, session, range(1, 4))
        call_next(tx, session, session.begins)
        call_next(tx, session, session.begins + minutes(1))
        first = numbered(tx, session, 1)
        assert first is not None
        assert first.state is State.SERVED
        away = is_away(tx, session, first, session.begins + minutes(2))
        assert away is not None
        assert away.booking.state is State.WAITING

    on_store(tmp_path, work)


def test_walk_ins_join_the_same_queue_and_the_old_go_first_where_the_clinic_says_so(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> list[int | None]:
        session = polyclinic(city)
        fill(tx, city, session, range(1, 4))
        old = replace(wish(9, priority=True), number="")
        assert booked(book(tx, city, session, old, session.begins, walk_in=True)).queue == 4
        return [one.queue for step in range(4) if (one := call_next(tx, session, session.begins + minutes(step)))]

    assert on_store(tmp_path, work) == [4, 1, 2, 3]


def test_who_waits_is_told_how_many_are_before_and_when(tmp_path: Path) -> None:
    def work(tx: Tx, city: City) -> None:
        session = dentist(city)
        people = fill(tx, city, session, range(1, 5))
        assert [remaining(tx, session, one) for one in people] == [0, 1, 2, 3]
        night = session.begins - minutes(600)
        assert [estimate(tx, session, one, night).strftime("%H:%M") for one in people] == [
            "09:00",
            "09:20",
            "09:40",
            "10:00",
        ]
        call_next(tx, session, session.begins + minutes(30))  # the doctor came late
        later = session.begins + minutes(32)
        assert [remaining(tx, session, one) for one in people[1:]] == [0, 1, 2]
        assert [estimate(tx, session, one, later).strftime("%H:%M") for one in people[1:]] == [
            "09:50",
            "10:10",
            "10:30",
        ]
        now = booking(tx, people[0].id)
        assert now is not None
        assert remaining(tx, session, now) is None
        assert estimate(tx, session, now, later).strftime("%H:%M") == "09:30"
        assert estimate(tx, session, people[1], later).date() == TUESDAY

    on_store(tmp_path, work)

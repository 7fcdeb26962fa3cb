"""Estimates learn from how long a doctor really takes: over simulated mornings the mean error shrinks."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City
from config.clock import VirtualClock
from eservices.clinic.asked import estimate
from eservices.clinic.booking import Session
from eservices.clinic.calling import call_next, is_away
from eservices.clinic.estimate import LEAST, MOST, after_gap, after_start, expected, rounded
from eservices.clinic.schedule import sessions_from
from eservices.clinic.store.paces import Pace, pace
from gateway.store import Tx
from tests.eservices.clinic.counter import TUESDAY, doctor, fill, minutes, tiny
from tests.gateway.room import opened, play

MORNINGS = 12
PEOPLE = 8
REALLY, SPREAD, LATE = 15.0, 4.0, 25.0  # minutes; the schedule says 10 and on time
BETTER = 0.5  # of the first mornings' error, at the most


def morning(tx: Tx, city: City, session: Session, chance: random.Random) -> list[float]:
    """One morning: how many minutes the estimate of the evening before was wrong, for each who was seen."""
    people = fill(tx, city, session, range(1, PEOPLE + 1))
    evening = session.begins - timedelta(hours=13)
    told = {one.id: estimate(tx, session, one, evening) for one in people}
    at, errors = session.begins + minutes(max(0.0, chance.gauss(LATE, 5))), list[float]()
    while (one := call_next(tx, session, at)) is not None:
        if chance.random() < 0.1 and not one.misses:
            is_away(tx, session, one, at + minutes(1))
            at += minutes(2)
            continue
        errors.append(abs((told[one.id] - at).total_seconds()) / 60)
        at += minutes(max(3.0, chance.gauss(REALLY, SPREAD)))
    return errors


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_error_shrinks_as_the_doctor_is_known(tmp_path: Path, seed: int) -> None:
    def work(tx: Tx, city: City) -> tuple[float, float]:
        chance = random.Random(seed)
        sessions = sessions_from(city, TUESDAY, days=21, clinic="hulu", service="umum")[:MORNINGS]
        errors = [mean(morning(tx, city, session, chance)) for session in sessions]
        known = pace(tx, "hulu", "umum", sessions[0].doctor)
        assert known is not None
        assert abs(known.minutes - REALLY) < 3
        assert abs(known.late - LATE) < 10
        return mean(errors[:2]), mean(errors[-6:])

    async def main(clock: VirtualClock) -> tuple[float, float]:
        async with opened(clock, tmp_path / "k.db") as store:
            return await store.write(lambda tx: work(tx, tiny()))

    first, last = play(main)
    assert last < BETTER * first, f"{first:.1f} then {last:.1f} minutes"


@pytest.mark.sqlite_only("pure")
@given(st.lists(st.floats(0, 10_000), max_size=200), st.floats(1, 240))
def test_no_gap_however_odd_takes_the_pace_out_of_its_bounds(gaps: list[float], planned: float) -> None:
    known = Pace(minutes=planned)
    for gap in gaps:
        known = after_gap(known, gap, planned)
    assert LEAST * planned - 1e-6 <= known.minutes <= MOST * planned + 1e-6
    assert known.seen == len(gaps)


@pytest.mark.sqlite_only("pure")
def test_a_day_that_began_at_an_absurd_hour_teaches_nothing() -> None:
    known = Pace(minutes=10, late=5, days=3)
    assert after_start(known, 400) == known
    assert after_start(known, 25).late == pytest.approx(5 + 20 / 5)


@pytest.mark.sqlite_only("pure")
@given(st.integers(0, 60), st.integers(-600, 600))
def test_nobody_is_promised_the_past_and_who_is_later_in_the_queue_waits_longer(ahead: int, now: int) -> None:
    session = doctor(tiny())
    at = session.begins + minutes(now)
    one, other = (expected(session, Pace(minutes=7), n, at) for n in (ahead, ahead + 1))
    assert one >= at
    assert other - one == minutes(7)
    assert rounded(one).minute % 5 == 0
    assert timedelta() <= one - rounded(one) < minutes(5)

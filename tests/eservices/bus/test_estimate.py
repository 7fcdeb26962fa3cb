"""When a bus comes: on invented lines with invented tracks, and whatever tracks Hypothesis thinks of."""

from __future__ import annotations

import math
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from config.city_buses import Buses, BusLine, Stop, Vehicle
from config.city_calendar import Hours
from eservices.bus.estimate import HERE_M, Seen, arrives_in, minutes, seconds_to
from eservices.bus.route import DEGREE_M, Fix, Route

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NAMES = "abcde"
ALL_DAY = Hours(begins=time(0), until=time(23, 59))
SPEED = 8.0
KM = 1000 / DEGREE_M  # degrees


def stop(name: str, x_km: float, y_km: float) -> Stop:
    return Stop(id=name, name=name, variants=(), lat=y_km * KM, lon=x_km * KM, sample=True)


ALONG = {name: stop(name, 0.0, place) for place, name in enumerate(NAMES)}
"""Five stops northwards, a kilometre apart."""
AROUND = {name: stop(name, *at) for name, at in zip("pqrs", ((0, 0), (0, 2), (2, 2), (2, 0)), strict=True)}


def line(stops: str, *, loop: bool) -> BusLine:
    return BusLine(id="k", name="K", stops=tuple(stops), loop=loop, hours=ALL_DAY, sample=True)


THERE_AND_BACK, LOOP = line(NAMES, loop=False), line("pqrs", loop=True)
BUS = Vehicle(number="3", tracker="t", line="k", sample=True)


def buses(of: BusLine) -> Buses:
    return Buses(stops=ALONG | AROUND, lines={"k": of}, vehicles={"3": BUS}, speed_mps=SPEED, dwell_s=20.0, detour=1.0)


def route(of: BusLine) -> Route:
    return Route(of, ALONG | AROUND, 1.0)


def driven(of: BusLine, begins: float, gone: float, *, speed: float = SPEED, every: float = 15.0) -> list[Fix]:
    """The track of a bus that drove so many metres on, its last fix now."""
    way, count = route(of), max(1, math.ceil(gone / (speed * every)))
    found = []
    for step in range(count + 1):
        lat, lon = way.point(begins + gone * step / count)
        found.append(Fix(at=NOW - timedelta(seconds=(count - step) * gone / count / speed), lat=lat, lon=lon))
    return found


def in_s(of: BusLine, track: list[Fix], name: str, now: datetime = NOW) -> float | None:
    seen = Seen(vehicle=BUS, line=of, track=track)
    return arrives_in(route(of), seen, (ALONG | AROUND)[name], buses(of), now)


def test_a_bus_on_its_way_north_reaches_what_is_north_of_it_first() -> None:
    track = driven(THERE_AND_BACK, 500, 1000)  # from a half past the first stop to a half past the second
    there, back = in_s(THERE_AND_BACK, track, "c"), in_s(THERE_AND_BACK, track, "b")
    assert there is not None
    assert back is not None
    assert 50 < there < 70  # half a kilometre at eight metres a second
    assert back > 5 * 1000 / SPEED  # it turns at the end first


def test_a_bus_on_its_way_back_is_not_taken_for_one_that_goes() -> None:
    track = driven(THERE_AND_BACK, 5500, 1000)  # the same place of the road, southwards
    south, north = in_s(THERE_AND_BACK, track, "b"), in_s(THERE_AND_BACK, track, "c")
    assert south is not None
    assert north is not None
    assert 50 < south < 70
    assert north > 2 * 1000 / SPEED


def test_a_loop_goes_on_over_its_first_stop() -> None:
    track = driven(LOOP, 6500, 1000)  # on the last leg
    home, behind = in_s(LOOP, track, "p"), in_s(LOOP, track, "s")
    assert home is not None
    assert behind is not None
    assert 50 < home < 70
    assert behind > 6000 / SPEED


def test_halts_between_take_their_time() -> None:
    here = route(THERE_AND_BACK)
    assert seconds_to(here, 100.0, "b", buses(THERE_AND_BACK)) == 900 / SPEED
    assert seconds_to(here, 100.0, "d", buses(THERE_AND_BACK)) == 2900 / SPEED + 2 * 20


def test_a_slow_bus_is_known_to_be_slow() -> None:
    usual = in_s(THERE_AND_BACK, driven(THERE_AND_BACK, 100, 800), "c")
    slow = in_s(THERE_AND_BACK, driven(THERE_AND_BACK, 100, 800, speed=SPEED / 2), "c")
    assert usual is not None
    assert slow is not None
    assert slow > 1.25 * usual


def test_a_bus_at_the_stop_is_there_and_one_just_past_it_comes_again_later() -> None:
    assert in_s(LOOP, driven(LOOP, 1000, 1000), "q") == 0.0
    past = in_s(LOOP, driven(LOOP, 1000, 1000 + HERE_M * 2), "q")
    assert past is not None
    assert past > 600


def test_a_silent_bus_tells_no_minutes() -> None:
    track = driven(LOOP, 0, 1000)
    assert in_s(LOOP, track, "q", NOW + timedelta(seconds=299)) is not None
    assert in_s(LOOP, track, "q", NOW + timedelta(seconds=301)) is None
    assert in_s(LOOP, [], "q") is None


def test_a_bus_off_its_line_and_a_stop_of_another_line_tell_nothing() -> None:
    away = [Fix(at=NOW, lat=20 * KM, lon=20 * KM)]
    assert in_s(LOOP, away, "q") is None
    assert in_s(LOOP, driven(LOOP, 0, 1000), "c") is None


def test_a_dozen_stray_fixes_do_not_turn_a_bus_around() -> None:
    track = driven(THERE_AND_BACK, 500, 1000)
    strayed = [Fix(at=fix.at, lat=fix.lat + (-1) ** nth * 25 / DEGREE_M, lon=fix.lon) for nth, fix in enumerate(track)]
    there = in_s(THERE_AND_BACK, strayed, "c")
    assert there is not None
    assert there < 90


def test_minutes_are_begun_ones() -> None:
    assert [minutes(s) for s in (0.0, 1.0, 60.0, 61.0, 600.0)] == [1, 1, 1, 2, 10]


SOMEWHERE = st.floats(min_value=-3, max_value=7)
FIXES = st.lists(
    st.tuples(SOMEWHERE, SOMEWHERE, st.floats(min_value=0, max_value=600), st.none() | st.floats(0, 359)),
    min_size=1,
    max_size=12,
)


@given(FIXES, st.sampled_from("abcdepqrs"), st.booleans(), st.floats(min_value=0, max_value=290))
def test_whatever_the_track_nothing_is_negative_and_nothing_endless(
    fixes: list[tuple[float, float, float, float | None]], name: str, loop: bool, age: float
) -> None:
    of = LOOP if loop else THERE_AND_BACK
    fixes = sorted(fixes, key=lambda one: -one[2])
    last = fixes[-1][2]
    track = [
        Fix(at=NOW - timedelta(seconds=back - last + age), lat=y * KM, lon=x * KM, bearing=bearing)
        for x, y, back, bearing in fixes
    ]
    found = in_s(of, track, name)
    assert found is None or 0.0 <= found < 20_000.0


@given(
    st.booleans(),
    st.floats(min_value=0, max_value=8000),
    st.floats(min_value=200, max_value=2500),
    st.floats(min_value=4, max_value=14),
    st.data(),
)
def test_the_nearer_the_bus_the_fewer_the_minutes(
    loop: bool, begins: float, gone: float, speed: float, data: st.DataObject
) -> None:
    """At the pack's own speed, from place to place of the round."""
    of = LOOP if loop else THERE_AND_BACK
    way, known = route(of), buses(of)
    name = data.draw(st.sampled_from(of.stops))
    steps = [begins + gone * share / 10 for share in range(11)]
    times = [seconds_to(way, at % way.length, name, known) for at in steps]
    for earlier, later in pairwise(times):
        assert later <= earlier + 1e-6 or earlier <= gone / 10 / SPEED + 1e-6  # less, or it came by
    assert all(one >= 0 for one in times)


@given(st.floats(min_value=0, max_value=500))
def test_a_bus_that_drives_on_is_told_of_sooner_and_sooner(begins: float) -> None:
    """The whole of it: the track grows, and the pace is learnt anew from it."""
    waits = [in_s(THERE_AND_BACK, driven(THERE_AND_BACK, begins, gone), "e") for gone in range(100, 3200, 150)]
    known = [wait for wait in waits if wait is not None]
    assert len(known) == len(waits)
    assert all(later < earlier for earlier, later in pairwise(known))


@given(st.floats(min_value=0, max_value=300), st.floats(min_value=4, max_value=14))
def test_a_pace_that_is_not_the_packs_is_learnt(begins: float, speed: float) -> None:
    found = in_s(THERE_AND_BACK, driven(THERE_AND_BACK, begins, 2800, speed=speed), "e")
    assert found is not None
    truth = (4000 - begins - 2800) / speed
    assert truth * 0.6 < found < truth * 1.5 + 20  # it does not halt, the pack's buses do


@given(st.floats(min_value=0, max_value=7999), st.booleans())
@example(3350, False)  # it turned 50 m before
def test_a_place_of_the_round_is_found_again(at: float, loop: bool) -> None:
    of = LOOP if loop else THERE_AND_BACK
    way = route(of)
    track = driven(of, at, 700)
    (place, *more) = way.places(track)
    assert not more or abs(way.ahead(place.at, more[0].at)) < 300 or way.length - way.ahead(place.at, more[0].at) < 300
    off = way.ahead(at + 700, place.at)
    assert min(off, way.length - off) < SPEED * 15  # it may have turned since the fix before the last

"""Who is there after all: swaps, absences, their overlaps and ends, midnight and time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City, load_city
from config.duty import Change, in_place_of

ANI, BENI, CICI, DODI, EKO, FITRI = (f"+628550000200{n}" for n in range(1, 7))
HASAN = "+6281234500001"
ZONE = ZoneInfo("Asia/Makassar")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)


def at(hours: float) -> datetime:
    """So many hours after Monday's midnight in the town."""
    return MONDAY + timedelta(hours=hours)


@cache
def load_tiny() -> City:
    return load_city(Path(__file__).parents[1] / "fixtures" / "tinytown")


@pytest.fixture
def city() -> City:
    return load_tiny()


def swap(id: int, number: str, instead: str, begins: float, ends: float, station: str = "polsek-hulu") -> Change:
    where = station if instead else ""
    return Change(id=id, number=number, station=where, instead=instead, name="X", begins=at(begins), ends=at(ends))


HULU_DAY, HULU_NIGHT = 10.0, 22.0  # Ani and Dodi; Beni and Dodi
TABLE: list[tuple[str, list[Change], float, list[str]]] = [
    ("nothing is changed", [], HULU_DAY, [ANI, DODI]),
    ("a swap takes the place, and its rank", [swap(1, ANI, EKO, 6, 18)], HULU_DAY, [EKO, DODI]),
    ("before it begins", [swap(1, ANI, EKO, 11, 18)], HULU_DAY, [ANI, DODI]),
    ("at the instant of its beginning", [swap(1, ANI, EKO, 10, 18)], HULU_DAY, [EKO, DODI]),
    ("at the instant of its end", [swap(1, ANI, EKO, 6, 10)], HULU_DAY, [ANI, DODI]),
    ("not in hours that are not his", [swap(1, ANI, EKO, 0, 48)], HULU_NIGHT, [BENI, DODI]),
    ("over midnight", [swap(1, BENI, EKO, 18, 30)], 24.5, [EKO, DODI]),
    ("a swap of days holds in each of his shifts", [swap(1, ANI, EKO, 0, 96)], 58.0, [EKO, DODI]),
    ("off duty", [swap(1, ANI, "", 6, 18)], HULU_DAY, [DODI]),
    ("all off duty", [swap(1, ANI, "", 6, 18), swap(2, DODI, "", 0, 24)], HULU_DAY, []),
    (
        "the later word about a person counts",
        [swap(1, ANI, "", 6, 18), swap(2, ANI, EKO, 6, 18)],
        HULU_DAY,
        [EKO, DODI],
    ),
    ("and when it is over, the earlier", [swap(1, ANI, "", 6, 18), swap(2, ANI, EKO, 6, 9)], HULU_DAY, [DODI]),
    ("a stand-in's stand-in", [swap(1, ANI, EKO, 6, 18), swap(2, EKO, HASAN, 6, 18)], HULU_DAY, [HASAN, DODI]),
    ("a stand-in who is off", [swap(1, ANI, EKO, 6, 18), swap(2, EKO, "", 6, 18)], HULU_DAY, [DODI]),
    ("two exchange", [swap(1, ANI, DODI, 6, 18), swap(2, DODI, ANI, 6, 18)], HULU_DAY, [DODI, ANI]),
    ("somebody who is there already", [swap(1, ANI, DODI, 6, 18)], HULU_DAY, [DODI]),
    ("away from another station only", [swap(1, ANI, EKO, 6, 18, "polres")], HULU_DAY, [ANI, DODI]),
]


@pytest.mark.parametrize(("changes", "hour", "there"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_who_is_there_after_all(city: City, changes: list[Change], hour: float, there: list[str]) -> None:
    told = [one.number for one in city.changed(changes).on_duty("polsek-hulu", at(hour).astimezone(UTC))]
    assert told == there


def test_a_stand_in_from_outside_has_his_name_and_station(city: City) -> None:
    new = city.changed([swap(1, ANI, HASAN, 6, 18)])
    officer = new.officer(HASAN)
    assert officer is not None
    assert (officer.name, officer.station, officer.sample) == ("X", "polsek-hulu", False)
    assert new.station_of(HASAN) == city.stations["polsek-hulu"]
    assert HASAN in new.roster_numbers()
    assert city.officer(HASAN) is None
    assert new.officer("") is None


def test_a_city_without_changes_is_the_very_same(city: City) -> None:
    assert city.changed([]) is city
    assert city.changed([swap(1, ANI, EKO, 6, 18)]).changed([]) is not city


PEOPLE = (ANI, BENI, CICI, DODI, EKO, HASAN)
hours = st.integers(min_value=-24, max_value=72)


@st.composite
def made(draw: st.DrawFn) -> list[Change]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        begins = draw(hours)
        length = draw(st.integers(1, 48))
        absent, instead = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(("", *PEOPLE)))
        if absent != instead:
            station = draw(st.sampled_from(("polsek-hulu", "polres")))
            found.append(swap(number, absent, instead, begins, begins + length, station))
    return found


@given(changes=made(), hour=hours, number=st.sampled_from(PEOPLE))
def test_a_place_ends_with_somebody_who_is_not_off_or_with_nobody(
    changes: list[Change], hour: int, number: str
) -> None:
    who = in_place_of(number, "polsek-hulu", changes, at(hour))
    about = [one for one in changes if one.holds(at(hour)) and one.station in ("polsek-hulu", "")]
    last = {one.number: one for one in sorted(about, key=lambda one: one.id)}
    if who is None:
        assert any(not one.instead for one in last.values())
    else:
        assert not (who in last and not last[who].instead)
        assert who == number or any(one.instead == who for one in last.values())
        if number not in last:
            assert who == number


@given(changes=made(), hour=hours)
def test_on_duty_names_each_once_and_only_in_the_time_of_a_change_differs(changes: list[Change], hour: int) -> None:
    city = load_tiny()
    new = city.changed(changes)
    there = [one.number for one in new.on_duty("polsek-hulu", at(hour))]
    assert len(there) == len(set(there))
    if not any(one.holds(at(hour)) for one in changes):
        assert there == [one.number for one in city.on_duty("polsek-hulu", at(hour))]

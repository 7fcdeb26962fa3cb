"""Rows by place: the nearest first, what was typed understood, what is not known not invented; open at this hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.city import load_city
from config.lookup_hours import NO, RESTS, YES, OpenHours
from eservices.lookup.near import around, said_distance
from gateway.dialogue import Who
from gateway.registry import Resident
from tests.ivr.callers import living

CITY = load_city("binjai")
SHOPS, BUDGET = CITY.lookups["warung"], CITY.lookups["anggaran"]
AREAS = {area.name: area for area in CITY.areas.values()}
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def who(area: str = "", point: tuple[float, float] | None = None) -> Who:
    """Somebody who is registered there; without an area: in no registry."""
    resident: Resident | None = None
    if area:
        lat, lon = point or (None, None)
        resident = replace(living(), kelurahan=AREAS[area].code, lat=lat, lon=lon)
    return Who(number="+628120000501", at=AT, language="id", resident=resident)


def shops(said: str = "", someone: Who | None = None) -> list[Mapping[str, str]]:
    found = around(CITY, SHOPS, SHOPS.rows, said, someone or who())
    assert found is not None
    return list(found)


def programmes(said: str, someone: Who | None = None) -> list[tuple[str, str]]:
    found = around(CITY, BUDGET, BUDGET.rows, said, someone or who())
    assert found is not None
    return [(row["programme"], CITY.areas[row["area"]].name) for row in found]


def test_the_nearest_to_ones_area_comes_first_with_its_distance() -> None:
    found = shops(someone=who("Paya Roba"))
    assert [row["name"] for row in found] == ["Warung Contoh 1", "Warung Contoh 6", "Warung Contoh 2"]
    assert found[0]["distance"] == "250 m"
    assert len(found) == SHOPS.most


def test_a_house_on_the_map_counts_and_not_the_middle_of_its_area() -> None:
    kartini = (AREAS["Kartini"].lat, AREAS["Kartini"].lon)
    assert shops(someone=who("Paya Roba", kartini))[0]["name"] == "Warung Contoh 4"


def test_nobody_knows_where_a_stranger_is() -> None:
    assert around(CITY, SHOPS, SHOPS.rows, "", who()) is None
    assert around(CITY, BUDGET, BUDGET.rows, "", who()) is None


@pytest.mark.parametrize("said", ["kartini", "kelurahan kartini", "kartni", "kel kartini"])
def test_an_area_is_understood_however_it_is_written(said: str) -> None:
    assert shops(said)[0]["name"] == "Warung Contoh 4"


def test_an_area_that_is_typed_counts_more_than_ones_own() -> None:
    assert shops("tunggurono", who("Paya Roba"))[0]["name"] == "Warung Contoh 8"


def test_two_middles_of_one_area_are_no_fifty_metres_apart() -> None:
    (near, far) = shops("tunggurono")[:2]
    assert (near["distance"], near["away"]) == ("<2 km", "kurang dari 2 km")
    assert (far["distance"], far["away"]) == ("2,8 km", "kira-kira 2,8 km")


def test_who_calls_hears_words_and_no_sign() -> None:
    caller = replace(who(), voice=True)
    assert shops("tunggurono", caller)[0]["distance"] == "kurang dari 2 km"


def test_a_shop_is_found_by_its_name_and_what_is_not_there_is_not_invented() -> None:
    (found,) = shops("warung contoh 3", who("Paya Roba"))
    assert (found["name"], found["distance"]) == ("Warung Contoh 3", "4,1 km")
    assert shops("entah dimana") == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("tunggurono", [("Jalan lingkungan", "Tunggurono"), ("Penerangan jalan", "Tunggurono")]),
        ("drainase", [("Drainase", "Paya Roba"), ("Drainase", "Mencirim")]),
        ("draenase", [("Drainase", "Paya Roba"), ("Drainase", "Mencirim")]),
        ("drainase mencirim", [("Drainase", "Mencirim")]),
        ("paya roba posyandu", [("Posyandu", "Paya Roba")]),
        ("kapal selam", []),
    ],
)
def test_the_budget_is_of_an_area_or_a_programme_or_both(said: str, found: list[tuple[str, str]]) -> None:
    assert programmes(said) == found


def test_the_budget_of_ones_own_area_needs_no_word() -> None:
    assert {area for _, area in programmes("", who("Paya Roba"))} == {"Paya Roba"}


@pytest.mark.parametrize(
    ("metres", "said"),
    [(3, "50 m"), (349, "350 m"), (960, "950 m"), (980, "1,0 km"), (1234, "1,2 km"), (12345, "12 km")],
)
def test_a_distance_is_rounded_as_people_say_it(metres: float, said: str) -> None:
    assert said_distance(metres) == said


HOURS = OpenHours(opens="from", closes="to", rests="rests")


@pytest.mark.parametrize(
    ("row", "at", "is_open"),
    [
        ({"from": "08:00", "to": "17:00"}, "08:00", YES),
        ({"from": "08:00", "to": "17:00"}, "17:00", NO),
        ({"from": "08:00", "to": "17:00", "rests": "mon fri"}, "10:00", RESTS),
        ({"from": "08:00", "to": "17:00", "rests": "sun"}, "10:00", YES),
        ({"from": "18:00", "to": "02:00"}, "01:30", YES),
        ({"from": "18:00", "to": "02:00"}, "03:00", NO),
        ({"from": "", "to": "17:00"}, "10:00", ""),
    ],
)
def test_whether_it_is_open_is_asked_of_the_citys_clock(row: Mapping[str, str], at: str, is_open: str) -> None:
    hour, minute = at.split(":")
    assert HOURS.at(row, datetime(2026, 11, 23, int(hour), int(minute), tzinfo=CITY.timezone)) == is_open

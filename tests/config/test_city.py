"""The shipped pack, the tiny town, and the questions asked of a city."""

from __future__ import annotations

import csv
import functools
import json
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from config.city import SHIPPED, City, CityFault, load_city
from config.geometry import distance_m
from config.gsm7 import septets
from config.settings import load
from config.settings_sources import DEFAULTS
from config.texts import PHRASES, SERVICE_TEXTS, TEXTS, WIDTHS

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"
NAME = load(DEFAULTS, {}).city
NOON_UTC = datetime(2026, 1, 12, 12, tzinfo=UTC)  # a Monday; 19:00 in Jakarta, 20:00 in Makassar
REPEAT_ROOM = 8  # septets left in every emergency text for the mark "(ulang)" and a blank


@functools.cache
def loaded(name_or_path: str | Path) -> City:
    return load_city(name_or_path)


@pytest.fixture
def city() -> City:
    return loaded(NAME)


@pytest.fixture
def tiny() -> City:
    return loaded(TINY)


# -- the shipped pack


def test_the_shipped_pack_is_whole(city: City) -> None:
    assert (len(city.areas), len(city.districts)) == (37, 5)
    assert Counter(area.kecamatan for area in city.areas.values()).most_common() == [
        ("Binjai Utara", 9),
        ("Binjai Selatan", 8),
        ("Binjai Kota", 7),
        ("Binjai Timur", 7),
        ("Binjai Barat", 6),
    ]
    assert city.languages == ("id", "en")
    assert {station.agency for station in city.stations.values()} == set(city.agencies)


def test_each_kecamatan_has_its_own_police_station_and_the_city_one_headquarters(city: City) -> None:
    police = [station for station in city.stations.values() if station.agency == "police"]
    own = [station for station in police if not station.headquarters]
    assert sorted(code for station in own for code in station.jurisdiction) == sorted(city.districts)
    for station in own:
        assert {city.areas[station.kelurahan].kecamatan_code} == station.jurisdiction
    headquarters = [station for station in police if station.headquarters]
    assert [station.kinds for station in headquarters] == [frozenset(code.kind for code in city.codes)]


def test_at_every_hour_of_the_week_two_officers_are_on_duty_at_every_station(city: City) -> None:
    for hour in range(7 * 24):
        for station in city.stations:
            on = city.on_duty(station, NOON_UTC + timedelta(hours=hour, minutes=hour % 60))
            assert len({officer.number for officer in on}) >= 2


def test_nothing_in_the_shipped_pack_can_reach_a_real_phone(city: City) -> None:
    numbers = {
        *city.roster_numbers(),
        *(modem.number for modem in city.modems),
        *(post.number for post in city.operators),
    }
    numbers |= {station.siren.number for station in city.stations.values() if station.siren}
    numbers |= {one.number for _, one in (*city.officials(), *city.clinics.people())}
    assert numbers == city.sample_numbers()
    assert all(city.is_sample(number) for number in numbers)
    assert all(station.sample for station in city.stations.values())
    assert not city.is_sample("+6281234567890")
    assert {"siren of Polres Binjai", "street Kentang", "modem +628120000101"} < set(city.samples())
    assert not city.is_sample("+6285500000101")


def test_every_siren_is_timed_and_obeys_every_modem_that_calls(city: City) -> None:
    sirens = [station.siren for station in city.stations.values() if station.siren]
    assert len(sirens) == len(city.stations)
    calling = {modem.number for modem in city.modems if modem.use != "letters"}
    assert all(siren.mode == "timed" and siren.whitelist >= calling for siren in sirens)


def test_jalan_kentang_is_a_sample_in_paya_roba(city: City) -> None:
    (street,) = [street for street in city.streets if street.name == "Kentang"]
    assert street.sample
    assert [city.areas[code].name for code in street.kelurahan] == ["Paya Roba"]
    assert sum(one.sample for one in city.streets) == 1


def test_the_sample_residents_are_samples_that_live_in_the_city(city: City) -> None:
    with (SHIPPED / NAME / "residents-sample.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == "phone,name,kelurahan,address,lat,lon,language,quiet,notes"
    assert all(city.is_sample(row["phone"]) and row["kelurahan"] in city.areas for row in rows)
    assert any("Kentang" in row["address"] and city.areas[row["kelurahan"]].name == "Paya Roba" for row in rows)
    for row in rows:
        if row["lat"]:
            area = city.area_at(float(row["lat"]), float(row["lon"]))
            assert area is not None
            assert area.code == row["kelurahan"]


def test_the_pack_copies_no_coordinate_without_a_licence(city: City) -> None:
    """Stations stand at the inner point of their kelurahan: the points that are known may not be copied."""
    for station in city.stations.values():
        area = city.areas[station.kelurahan]
        assert (station.lat, station.lon) == (area.lat, area.lon)


@pytest.mark.parametrize(
    "word", ["1", "sos", "rampok", "begal", "maling", "jambret", "kebakaran", "sakit", "kecelakaan"]
)
def test_words_that_people_type_are_known(city: City, word: str) -> None:
    assert any(word in (*code.words, code.number) for code in city.codes)


@pytest.mark.parametrize(
    ("word", "agency"),
    [
        ("rampok", "police"),
        ("kdrt", "police"),
        ("banjir", "fire"),
        ("damkar", "fire"),
        ("ambulans", "medical"),
        ("laka", "medical"),
    ],
)
def test_a_word_calls_its_agency(city: City, word: str, agency: str) -> None:
    assert [code.agency for code in city.codes if word in code.words] == [agency]


# -- texts


def test_every_text_is_one_sms_in_every_language_with_room_for_the_mark_of_a_repeat(city: City) -> None:
    for lang in city.languages:
        for key, names in TEXTS.items():
            longest = city.text(lang, key, **dict.fromkeys(names, "W" * 500))
            count = septets(longest)
            assert count is not None
            room = 160 if key in SERVICE_TEXTS else 160 - REPEAT_ROOM  # only an emergency's letter is ever repeated
            assert count <= (WIDTHS[PHRASES[key]] if key in PHRASES else room), f"{lang} {key}: {count}"


@given(st.text(max_size=200), st.sampled_from(sorted(TEXTS)))
def test_whatever_stands_in_a_field_the_text_is_one_plain_sms(value: str, key: str) -> None:
    said = loaded(TINY).text("id", key, **dict.fromkeys(TEXTS[key], value))
    count = septets(said)
    assert count is not None
    assert count <= 160


def test_a_text_that_is_kept_never_says_that_it_was_accepted(city: City) -> None:
    """ "Diterima" is for an officer who accepted; what is only kept says so in other words."""
    for key in TEXTS:
        words = city.texts["id"][key].lower()
        if key.startswith(("kept", "ask_", "place_", "nobody", "not_emergency", "cancel")):
            assert "diterima" not in words, key
    assert "diterima" in city.texts["id"]["accepted"]


def test_an_unknown_language_falls_back_to_the_first(city: City) -> None:
    assert city.text("jv", "cancel_nothing") == city.text("id", "cancel_nothing") != city.text("en", "cancel_nothing")
    assert city.label("fire", "jv") == city.label("fire", "id") == "KEBAKARAN"
    assert city.label("fire", "en") == "FIRE"


def test_what_is_given_by_language_is_said_in_that_one_else_in_the_first_else_as_told(city: City) -> None:
    by = {"id": "kartu", "en": "card"}
    assert (city.said("en", by), city.said("jv", by), city.said("", by)) == ("card", "kartu", "kartu")
    assert city.said("en", {"id": "kartu", "en": ""}) == "kartu", "an empty word is none"
    assert city.said("en", {}, "card") == "card"
    assert city.said("en", {}, "") == ""
    with pytest.raises(KeyError):
        city.said("en", {"jv": "kertu"})


def test_an_unknown_text_and_a_missing_field_are_faults_of_the_program(city: City) -> None:
    with pytest.raises(KeyError):
        city.text("id", "nonsense")
    with pytest.raises(KeyError):
        city.text("id", "closed")


def test_a_brace_in_a_field_is_only_a_brace(city: City) -> None:
    assert "{code}" in city.text("id", "offer_more", code=7, text="{code} {0.__class__}")


# -- places


def test_every_inner_point_lies_in_its_own_kelurahan(city: City) -> None:
    for area in city.areas.values():
        assert city.area_at(area.lat, area.lon) == area


def test_a_point_outside_the_city_is_in_no_kelurahan(city: City) -> None:
    for lat, lon in (
        (3.5952, 98.6722),
        (0.0, 0.0),
        (3.6, -98.5),
        (90.0, 0.0),
        (float("nan"), 98.5),
        (float("inf"), 0.0),
    ):
        assert city.area_at(lat, lon) is None


def test_a_point_just_outside_or_in_a_sliver_belongs_to_the_nearest(tiny: City) -> None:
    metre = 1 / 110_574  # degrees of latitude at the equator
    assert tiny.area_at(-0.9 - 50 * metre, 119.81) == tiny.areas["99.01.01.1001"]
    assert tiny.area_at(-0.9 - 70 * metre, 119.81) is None
    assert tiny.area_at(-0.89, 119.8 - 50 * metre) == tiny.areas["99.01.01.1001"]
    assert tiny.area_at(-0.89, 119.8 - 70 * metre) is None
    assert tiny.area_at(-0.89, 119.82) is not None  # on the line between two


@given(lat=st.floats(3.52, 3.68), lon=st.floats(98.43, 98.55))
def test_the_kelurahan_of_a_point_is_the_polygon_that_holds_it(lat: float, lon: float) -> None:
    """Differential: every polygon tried in degrees, without index, flat map or snapping."""
    city = loaded(NAME)
    holding = {code for code, polygon in POLYGONS.items() if polygon.contains(Point(lon, lat))}
    found = city.area_at(lat, lon)
    if holding:
        assert found is not None
        assert found.code in holding
    elif found is not None:
        assert POLYGONS[found.code].distance(Point(lon, lat)) < 61 / 110_000


POLYGONS = {
    feature["properties"]["code"]: shape(feature["geometry"])
    for feature in json.loads((SHIPPED / NAME / "areas.geojson").read_text())["features"]
    if feature["properties"]["level"] == "kelurahan"
}


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((3.6, 98.5), (3.6, 98.5), 0),
        ((0.0, 0.0), (0.0, 1.0), 111_195),
        ((3.599965, 98.484679), (3.602156, 98.482728), 326),
        ((0.0, 0.0), (0.0, 180.0), 20_015_115),
    ],
)
def test_distances_are_those_of_a_great_circle(a: tuple[float, float], b: tuple[float, float], metres: int) -> None:
    assert distance_m(a, b) == pytest.approx(metres, abs=1)
    assert distance_m(b, a) == distance_m(a, b)


# -- people


def test_duty_follows_the_citys_own_clock_in_ladder_order(tiny: City) -> None:
    def names(at: datetime) -> list[str]:
        return [officer.name.split()[0] for officer in tiny.on_duty("polsek-hulu", at)]

    assert names(datetime(2026, 1, 12, 9, 59, tzinfo=UTC)) == ["Ani", "Dodi"]  # Monday 17:59 in Makassar
    assert names(datetime(2026, 1, 12, 10, 0, tzinfo=UTC)) == ["Beni", "Dodi"]
    assert names(datetime(2026, 1, 16, 21, 59, tzinfo=UTC)) == ["Beni", "Dodi"]  # Saturday 05:59
    assert names(datetime(2026, 1, 16, 22, 0, tzinfo=UTC)) == ["Cici", "Dodi"]
    with pytest.raises(KeyError):
        tiny.on_duty("nowhere", NOON_UTC)


def test_numbers_lead_to_their_owners(tiny: City) -> None:
    officer = tiny.officer("+6285500002005")
    assert officer is not None
    assert (officer.name, officer.station, officer.sample) == ("Eko Contoh", "polres", True)
    assert tiny.station_of("+6285500002005") == tiny.stations["polres"]
    assert tiny.siren_of("+6285500001001") == tiny.stations["polsek-hulu"]
    for number in ("+628", "", "+6285500000101"):
        assert (tiny.officer(number), tiny.station_of(number), tiny.siren_of(number)) == (None, None, None)


def test_a_city_cannot_be_changed(tiny: City) -> None:
    with pytest.raises(FrozenInstanceError):
        tiny.name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        tiny.areas["x"] = tiny.areas["99.01.01.1001"]  # type: ignore[index]


# -- loading


def test_a_pack_that_is_not_there_says_which_ones_are() -> None:
    with pytest.raises(CityFault, match=NAME) as fault:
        load_city("atlantis")
    assert len(fault.value.faults) == 1
    with pytest.raises(CityFault):
        load_city("../../etc")


def test_a_folder_that_is_no_pack_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(CityFault, match="no city pack"):
        load_city(tmp_path)


def test_settings_do_not_load_the_geometry() -> None:
    """shapely and numpy are 14 MB: a command that needs no city does not pay for them."""
    code = "import sys, config.settings, config.city, config.gsm7; sys.exit('shapely' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0

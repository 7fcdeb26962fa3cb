"""What an answer means, whatever the thumb did to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City, load_city
from gateway.asking import chosen, digit, means, nearest, tidy
from gateway.dialogue import Choice
from gateway.whereabouts import Whereabouts

LINES = (
    Choice(key="1", label="DARURAT"),
    Choice(key="2", label="Pesan ke petugas"),
    Choice(key="3", label="Daftar"),
    Choice(key="9", label="Data saya"),
    Choice(key="0", label="Menu"),
)

TYPED = [
    ("1", "1"),
    ("1#", "1"),
    (" 1. ", "1"),
    ("(1)", "1"),
    ("01", "1"),
    ("１", "1"),
    ("𝟏", "1"),
    ("1️⃣", "1"),
    ("*3#", "3"),
    ("0", "0"),
    ("9", "9"),
    ("4", None),
    ("11", None),
    ("1 2", None),
    ("daftar", "3"),
    ("DAFTAR", "3"),
    ("daf tar", "3"),
    ("daftr", "3"),
    ("3 daftar", "3"),
    ("3. Daftar", "3"),
    ("1 daftar", None),
    ("data saya", "9"),
    ("datasaya", "9"),
    ("menu", "0"),
    ("mnu", None),
    ("-1", "1"),
    ("x", None),
    ("", None),
    ("\x00", None),
    ("٣", None),
    ("\u202e1", "1"),
]


@pytest.mark.parametrize(("typed", "key"), TYPED, ids=[repr(typed) for typed, _ in TYPED])
def test_a_choice_is_meant(typed: str, key: str | None) -> None:
    found = chosen(LINES, typed)
    assert (found.key if found is not None else None) == key


@given(st.text(max_size=400))
def test_no_text_whatever_raises_and_what_is_kept_is_plain(typed: str) -> None:
    chosen(LINES, typed)
    digit(typed)
    kept = tidy(typed)
    assert kept == tidy(kept)
    assert kept == kept.strip()
    assert all(char.isprintable() for char in kept)
    assert not any(char in kept for char in '<>=+@|\\"{}[]\n\t\x1b')


def test_names_equally_near_are_nobodys() -> None:
    names = [("Suka Maju", 1), ("Suka Raju", 2)]
    assert nearest(names, "sukamaju") == 1
    assert nearest(names, "sukaxaju") is None


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("binjai")


KELURAHAN = [
    ("1", "12.75.03", "Bandar Senembah"),
    ("6#", "12.75.03", "Suka Ramai"),
    ("7", "12.75.03", None),
    ("0", "12.75.03", None),
    ("paya roba", None, "Paya Roba"),
    ("payaroba", "12.75.01", "Paya Roba"),
    ("Kel. Paya Robah", None, "Paya Roba"),
    ("kelurahan jatinegara", None, "Jati Negara"),
    ("SUKARAMAI", None, "Suka Ramai"),
    ("rambung", None, None),
    ("medan", None, None),
    ("3 limau sundai", "12.75.03", "Limau Sundai"),
]


@pytest.mark.parametrize(("typed", "district", "name"), KELURAHAN, ids=[row[0] for row in KELURAHAN])
def test_a_kelurahan_is_chosen_by_number_or_by_name(
    city: City, typed: str, district: str | None, name: str | None
) -> None:
    code = Whereabouts(city).area(typed, district)
    assert (city.areas[code].name if code is not None else None) == name


KECAMATAN = [
    ("2", "Binjai Kota"),
    ("binjai kota", "Binjai Kota"),
    ("kec. binjai selatan", "Binjai Selatan"),
    ("selatan", "Binjai Selatan"),
    ("slatan", "Binjai Selatan"),
    ("6", None),
    ("binjai", None),
]


@pytest.mark.parametrize(("typed", "name"), KECAMATAN, ids=[row[0] for row in KECAMATAN])
def test_a_kecamatan_is_chosen_by_number_or_by_name(city: City, typed: str, name: str | None) -> None:
    code = Whereabouts(city).district(typed)
    assert (city.districts[code] if code is not None else None) == name


def test_every_kelurahan_is_found_by_its_own_name_and_by_its_number(city: City) -> None:
    where = Whereabouts(city)
    for code, area in city.areas.items():
        assert where.area(area.name) == code
        keys = [choice.key for choice in where.areas(area.kecamatan_code) if choice.label == area.name]
        assert [where.area(key, area.kecamatan_code) for key in keys] == [code]


def test_the_city_s_words_steer_in_any_spelling() -> None:
    tiny = load_city(Path(__file__).parents[1] / "fixtures" / "tinytown")
    assert means(tiny, "menu", " MENU! ")
    assert means(tiny, "my_data", "DataSaya")
    assert means(tiny, "register", "dftar")
    assert not means(tiny, "register", "daftar poli gigi")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("di tanah tinggi", "Tanah Tinggi"),
        ("kel. rambung tmr lk. IV", "Rambung Timur"),
        ("payaroba lk3", "Paya Roba"),
        ("kelurahan tanah tinggi binjai timur", "Tanah Tinggi"),
        ("kartini, binjai kota", "Kartini"),
        ("kartini binjai timur", None),
        ("bhakti karya", "Bhakti Karya"),
        ("rambung", None),
        ("setria", None),
    ],
)
def test_a_kelurahan_is_known_with_what_people_write_around_it(typed: str, name: str | None) -> None:
    city = load_city("binjai")
    code = Whereabouts(city).area(typed)
    assert (city.areas[code].name if code else None) == name

"""What complaints are about and where they are: a table of complaints as they are typed, and the laws of the reader."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import City, load_city
from dispatch.locate import Locator
from dispatch.reading import Reader
from eservices.complaints.abuse import Abuse
from eservices.complaints.category import Categories
from eservices.complaints.spotting import Spot, Spotting
from eservices.complaints.talk import Complaints
from tests.fixtures.whole import examples

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
ROWS = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in Path(__file__).with_name("complaints.txt").read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines()
]
MOST_MISSED = 0.2  # of the table, without LAPOR: a person reads them instead (requests, thanks, dangers)


@cache
def binjai() -> City:
    return load_city("binjai")


@cache
def categories() -> Categories:
    return Categories(binjai())


@cache
def spotting() -> Spotting:
    return Spotting(binjai(), Locator(binjai()), categories())


@cache
def talk() -> Complaints:
    return Complaints(binjai(), Locator(binjai()), Reader(binjai()))


def where(spot: Spot) -> str:
    if spot.kelurahan is not None:
        return binjai().areas[spot.kelurahan].name
    return "=" if spot.clear else "?"


def test_the_table_is_large_enough() -> None:
    assert len(ROWS) >= 120
    assert {row[1] for row in ROWS} == set(binjai().offices.categories)


@pytest.mark.parametrize(("text", "category", "office", "place"), ROWS, ids=[row[0] for row in ROWS])
def test_a_complaint_finds_its_category_its_office_and_its_place(
    text: str, category: str, office: str, place: str
) -> None:
    found = categories().known(text)
    assert found is not None
    assert (found.id, found.office) == (category, office)
    assert found.place_needed is (place != "-")
    if found.place_needed:
        assert where(spotting().spot(text, None, NOW)) == place


@pytest.mark.parametrize(
    ("text", "street", "place"),
    [
        ("jalan berlubang di jl labu", "Labu", "Jl. Labu, Paya Roba"),
        ("lampu jalan mati di jl mawar kel nangka", "mawar", "Jl. Mawar, Nangka"),
        ("jalan yang rusak di jl labu no 12", "Labu", "Jl. Labu, Paya Roba"),
        ("sampah numpuk depan pasar tavip", "Pasar Tavip", "Pasar Tavip"),
        ("jalan rusak dan berlubang kel damai", "", "Damai"),
    ],
)
def test_what_is_wrong_with_a_road_is_not_its_name(text: str, street: str, place: str) -> None:
    spot = spotting().spot(text, None, NOW)
    assert (spot.street, spot.place) == (street, place)


def test_what_stands_after_dekat_says_where_and_not_what() -> None:
    assert categories().find("jalan berlubang dekat sekolah").category is binjai().offices.categories["road"]
    assert categories().find("sampah di parit").category is binjai().offices.categories["waste"]
    assert categories().find("ribut di jl taman siswa").category is binjai().offices.categories["order"]


def test_most_complaints_are_heard_without_a_word_of_ours() -> None:
    heard = [row[0] for row in ROWS if talk().hears(row[0])]
    assert len(heard) >= (1 - MOST_MISSED) * len(ROWS)


@pytest.mark.parametrize(
    "text",
    [
        "halo pak apa kabar",
        "mama minta pulsa 50rb ke nomor ini penting",
        "selamat anda menang undian",
        "dokter gigi besok ada?",
        "DAFTAR siti#paya roba",
        "kebakaran di jl labu",
        "terima kasih",
        "2",
        "",
        "kapan pembagian beras di kantor lurah",
        "rampok di pasar tavip tolong",
    ],
)
def test_what_is_no_complaint_is_not_heard_as_one(text: str) -> None:
    assert not talk().hears(text)


@settings(max_examples=examples(150), deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    categories().find(text)
    categories().without_matter(text)
    Abuse(binjai()).found(text)
    talk().hears(text)


@settings(max_examples=examples(60), deadline=None)
@given(st.sampled_from([row for row in ROWS if row[1] != "other"]), st.sampled_from(["upper", "spaces", "marks"]))
def test_capitals_blanks_and_marks_change_nothing(row: tuple[str, ...], how: str) -> None:
    typed = {"upper": row[0].upper(), "spaces": "  ".join(row[0].split()), "marks": f"... {row[0]} !!!"}[how]
    found = categories().known(typed)
    assert found is not None
    assert found.id == row[1]


@pytest.mark.parametrize(
    "text",
    [
        "bangsat kau lurah",
        "dasar anjing semua pegawai",
        "k0nt0l kalian",
        "jalan rusak tolol kalian semua",
        "awas kau kubunuh",
        "b.a.n.g.s.a.t",
        "goblok kali kerjanya",
        "BAJINGAN",
        "saya bakar kantor kalian kalau tidak diperbaiki",
        "mampus kau",
    ],
)
def test_threats_and_obscenities_are_seen_however_they_are_written(text: str) -> None:
    assert Abuse(binjai()).found(text)


@pytest.mark.parametrize("text", [row[0] for row in ROWS if "bakar" in row[0] or "anjing" in row[0]])
def test_dogs_and_fires_are_no_abuse(text: str) -> None:
    assert not Abuse(binjai()).found(text)


def test_no_complaint_of_the_table_is_abuse() -> None:
    assert not [row[0] for row in ROWS if Abuse(binjai()).found(row[0])]


@pytest.mark.parametrize(
    "text", ["merek dagang", "kandang babi bau", "kampung tolo", "anjing liar", "monyet lepas", "pecah"]
)
def test_words_near_to_abuse_are_not_it(text: str) -> None:
    assert not Abuse(binjai()).found(text)

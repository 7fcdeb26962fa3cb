"""What is pointed out as the same, and what a person looks at first."""

from __future__ import annotations

import pytest

from config.city import load_city
from eservices.proposals.held import Holding, kept
from eservices.proposals.similar import similar_of

CITY = load_city("binjai")


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("jalan gang melati diperbaiki, berlubang", "perbaikan jalan gang melati yang berlubang"),
        ("PERBAIKAN JLN GG MELATI BERLOBANG", "perbaikan jalan gang melati yang berlubang"),
        ("mohon dibangun posyandu di gang mawar", "posyandu gang mawar"),
        ("usul lampu jalan simpang pasar tavip", "tambah lampu jalan di simpang pasar tavip pak"),
    ],
)
def test_the_same_in_other_words_is_pointed_out(new: str, old: str) -> None:
    assert similar_of(CITY).first(new, [(7, "taman bermain anak"), (8, old)]) == 8


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("lampu jalan di gang mawar", "perbaikan jalan gang melati"),
        ("perbaikan jalan gang mawar", "lampu jalan di simpang pasar"),
        ("jembatan", "jembatan"),
        ("parit RT 3 diperdalam", "parit RT 4 jalan labu diperdalam dan ditutup"),
    ],
)
def test_another_matter_is_not(new: str, old: str) -> None:
    assert similar_of(CITY).first(new, [(8, old)]) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("perbaikan jalan gang melati", ""),
        ("bangun 12 lampu di jalan 2000 meter, anggaran 150.000.000 rupiah", ""),
        ("ganti lurah bangsat itu", "abuse"),
        ("hubungi pak amir 0812-3456-7890", "personal"),
        ("rumah ibu 1275034101800002 bocor", "personal"),
        ("wa 0812,3456,7890", "personal"),
        ("telp 0812 - 3456 - 7890", "personal"),
        ("hubungi +62/812/3456/7890", "personal"),
        ("rt 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 belum ada lampu", ""),
        ("tahun 2024, 2025, 2026 dan 2027 banjir", ""),
    ],
)
def test_who_is_abused_or_named_by_a_number_is_looked_at_first(text: str, why: str) -> None:
    assert Holding(CITY).why(text) == why


def test_the_number_of_a_card_is_never_kept() -> None:
    assert kept("rumah ibu 1275034101800002 bocor") == "rumah ibu bocor"

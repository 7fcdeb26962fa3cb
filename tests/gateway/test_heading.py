"""The word a letter begins with, and what stands after it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.heading import Headed, Heads

HEADS = Heads(
    [("menu", "menu"), ("data saya", "my_data")],
    [
        ("lapor", "complaints"),
        ("daftar", "registration"),
        ("daftar dokter", "clinic"),
        ("dokter", "clinic"),
        ("status", "status"),
    ],
)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("MENU", "menu", ""),
        ("data saya", "my_data", ""),
        ("LAPOR", "complaints", ""),
        ("lapor jalan berlubang di jl sudirman", "complaints", "jalan berlubang di jl sudirman"),
        ("LAPOR: jalan berlubang", "complaints", "jalan berlubang"),
        ("Lapor#jalan#Jl. Sudirman No. 3", "complaints", "jalan#Jl. Sudirman No. 3"),
        ("laporr jalan rusak", "complaints", "jalan rusak"),
        ("DAFTAR Siti#Paya Roba#jl kentang 7", "registration", "Siti#Paya Roba#jl kentang 7"),
        ("DAFTAR +62812000111 siti", "registration", "+62812000111 siti"),
        ("dokter gigi besok", "clinic", "gigi besok"),
        ("daftar dokter gigi besok", "clinic", "gigi besok"),
        ("DAFTAR-DOKTER, gigi", "clinic", "gigi"),
        ("status 1234", "status", "1234"),
        ("LAPOR… jalan rusak ½ meter", "complaints", "jalan rusak ½ meter"),
        ("ＬＡＰＯＲ jalan rusak", "complaints", "jalan rusak"),
        ("STATUS1001", "status", "1001"),  # without a blank
        ("status1001 pak", "status", "1001 pak"),
        ("LAPORJALANRUSAK", "complaints", "JALANRUSAK"),
        ("status2", "status", "2"),
        ("lapor2 jalan rusak", "complaints", "jalan rusak"),  # "lapor-lapor"
        ("MENU! MENU! MENU!", "menu", ""),  # more than once
        ("lapor lapor jalan rusak", "complaints", "jalan rusak"),
        ("LAPOR lapor", "complaints", ""),
        ("status 1001, status 1001", "status", "1001"),
        ("status 1001, status 1002", "status", "1001, status 1002"),
    ],
)
def test_a_letter_begins_what_its_first_word_says(text: str, name: str, said: str) -> None:
    assert HEADS.find(text) == Headed(name, said)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "menu makan siang",
        "data saya hilang",
        "saya mau lapor",
        "...",
        "🙂 lapor",
        "melapor jalan",
        "laporkan",
    ],
)
def test_other_letters_begin_nothing(text: str) -> None:
    assert HEADS.find(text) is None


@pytest.mark.parametrize("text", ["Dafar", "Lapar Siregar", "doktr Budi"])
def test_where_a_name_is_awaited_a_slip_begins_nothing_and_a_whole_word_does(text: str) -> None:
    assert HEADS.find(text, slips=False) is None
    assert HEADS.find("Laporandalan", slips=False) is None
    assert HEADS.find("LAPOR jalan", slips=False) == Headed("complaints", "jalan")
    assert HEADS.find("menu", slips=False) == Headed("menu", "")


@given(st.text(max_size=60))
def test_any_text_is_looked_at_and_what_follows_the_head_is_part_of_it(text: str) -> None:
    found = HEADS.find(text)
    assert found is None or found.said in text


@given(st.text(max_size=40))
def test_what_is_said_after_the_head_is_kept_as_it_was_typed(said: str) -> None:
    found = HEADS.find(f"lapor jalan {said}")
    assert found is None or found.said == f"jalan {said}".strip()

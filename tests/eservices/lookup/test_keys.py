"""What people type for a key is one thing however they type it, and nothing else is a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.lookup import Key, KeyForm
from config.lookup_keys import LONGEST, key_of, several
from eservices.lookup.matching import meant, with_key

BILL = "12.75.030.004.005-0123.0"
NOP = Key(form=KeyForm.DIGITS, column="nop", least=18, most=18, example="12.75.030.004.005-0123.0")
PLATE = Key(form=KeyForm.CODE, column="plate", least=4, most=9, example="BK 1234 AB")
FIELD = Key(form=KeyForm.WORDS, column="field", least=3, most=30, example="jahit")


@pytest.mark.parametrize(
    "typed",
    [
        "127503000400501230",
        "12.75.030.004.005-0123.0",
        "12 75 030 004 005 0123 0",
        "12/75/030/004/005/0123/0",
        "<spasi>12.75.030.004.005-0123.0",
        "12.75.O3O.OO4.OO5-O123.O",
        "l2.75.030.004.005-0l23.0",
        "NOP 12.75.030.004.005-0123.0 terima kasih",
        "12.75.030.004.005-0123.0 dan 12",
        "１２75030004005 01230",
    ],
)
def test_a_number_is_the_same_with_any_marks(typed: str) -> None:
    assert key_of(NOP, typed) == "127503000400501230"


@pytest.mark.parametrize("typed", ["", "siti", "1275030004005012", f"{BILL} dan 12.75.030.004.005-0124.0", "oil", "🙂"])
def test_what_is_no_number_of_that_length_is_none(typed: str) -> None:
    assert key_of(NOP, typed) is None


def test_another_number_beside_it_does_not_hide_the_one_that_fits() -> None:
    assert key_of(NOP, "127503000400501230 hp 081234567890") == "127503000400501230"


@pytest.mark.parametrize("typed", ["BK 1234 AB", "bk1234ab", "bk-1234-ab", "Bk.1234.aB"])
def test_a_code_is_compared_without_case_blanks_and_marks(typed: str) -> None:
    assert key_of(PLATE, typed) == "BK1234AB"


@pytest.mark.parametrize("typed", ["<spasi>jahit", "spasi> jahit", "(spasi)jahit", "spasi jahit"])
def test_the_blank_of_an_advert_is_a_blank(typed: str) -> None:
    assert key_of(FIELD, typed) == "jahit"
    assert key_of(PLATE, typed.replace("jahit", "BK<spasi>1234<spasi>AB")) == "BK1234AB"


def test_a_code_whose_example_has_figures_has_some() -> None:
    assert key_of(PLATE, "saya mau") is None


def test_a_pattern_is_obeyed() -> None:
    key = Key(form=KeyForm.DIGITS, column="x", least=1, most=8, pattern="20[0-9]{6}", example="20260413")
    assert key_of(key, "2026-0413") == "20260413"
    assert key_of(key, "19260413") is None


FIELDS = ["jahit", "toko dan kasir", "satpam", "bengkel", "operator jahit"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("jahit", ["jahit"]),
        ("kasir", ["toko dan kasir"]),
        ("kasir toko", ["toko dan kasir"]),
        ("tokodankasir", ["toko dan kasir"]),
        ("satpm", ["satpam"]),
        ("bengkle", ["bengkel"]),
        ("oprator jahit", ["operator jahit"]),
        ("dokter", []),
        ("aja", []),
    ],
)
def test_slips_and_parts_of_words_are_forgiven(typed: str, found: list[str]) -> None:
    assert list(meant(FIELDS, typed)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("menjahit", ["jahit", "operator jahit"]),
        ("kasir malam", ["toko dan kasir"]),
        ("bengkel atau satpam", ["bengkel", "satpam"]),
        ("guru dan dosen", []),  # a short word alone says nothing
    ],
)
def test_of_several_words_those_that_name_something_count(typed: str, found: list[str]) -> None:
    assert list(meant(FIELDS, typed, grown=True)) == found


def test_two_numbers_are_two() -> None:
    assert several(NOP, f"{BILL} dan 12.75.030.004.005-0124.0")
    assert not several(NOP, f"{BILL} {BILL}")
    assert not several(NOP, f"{BILL} dan 12")
    assert not several(FIELD, "jahit bengkel")


def test_rows_are_found_by_the_key_as_it_is_compared() -> None:
    rows = [{"nop": "12.75.030.004.005-0123.0"}, {"nop": "127503000400501240"}]
    assert with_key(NOP, rows, "127503000400501230") == (rows[0],)
    assert with_key(Key(form=KeyForm.NONE), rows, "") == tuple(rows)


KEYS = st.sampled_from([NOP, PLATE, FIELD, Key(form=KeyForm.NONE), Key(form=KeyForm.PLACE, column="x")])


@given(key=KEYS, typed=st.text(max_size=2 * LONGEST))
def test_a_key_is_none_or_stays_what_it_is(key: Key, typed: str) -> None:
    found = key_of(key, typed)
    if found:
        assert key_of(key, found) == found
        bare = found.replace(" ", "")
        assert key.least <= len(bare) <= key.most
        if key.form is KeyForm.DIGITS:
            assert bare.isascii()
            assert bare.isdigit()


@given(
    digits=st.text("0123456789", min_size=18, max_size=18),
    marks=st.lists(st.sampled_from(" .-/_"), min_size=18, max_size=18),
)
def test_marks_between_figures_never_change_a_number(digits: str, marks: list[str]) -> None:
    typed = "".join(one + mark for one, mark in zip(digits, marks, strict=True))
    assert key_of(NOP, typed) == digits


@given(known=st.lists(st.text("abcdefgh ", min_size=1, max_size=12), max_size=8), typed=st.text(max_size=20))
def test_only_keys_that_there_are_are_meant(known: list[str], typed: str) -> None:
    found = meant(known, " ".join(typed.split()))
    assert set(found) <= {*known, " ".join(typed.split())}

"""Numbers in words. What is said is heard by the program's own reader of numbers (gateway/numerals.py)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.times import load_times
from gateway.numerals import number
from ivr.spoken_numbers import MOST, cardinal, digits, ordinal, parted

IN_WORDS = {
    0: ("nol", "zero"),
    1: ("satu", "one"),
    10: ("sepuluh", "ten"),
    11: ("sebelas", "eleven"),
    12: ("dua belas", "twelve"),
    20: ("dua puluh", "twenty"),
    21: ("dua puluh satu", "twenty-one"),
    100: ("seratus", "one hundred"),
    101: ("seratus satu", "one hundred and one"),
    111: ("seratus sebelas", "one hundred and eleven"),
    999: ("sembilan ratus sembilan puluh sembilan", "nine hundred and ninety-nine"),
    1_000: ("seribu", "one thousand"),
    1_100: ("seribu seratus", "one thousand one hundred"),
    2_000: ("dua ribu", "two thousand"),
    11_000: ("sebelas ribu", "eleven thousand"),
    100_000: ("seratus ribu", "one hundred thousand"),
    101_001: ("seratus satu ribu satu", "one hundred and one thousand and one"),
    1_000_000: ("sejuta", "one million"),
    2_000_000: ("dua juta", "two million"),
    10**9: ("satu miliar", "one billion"),
    10**9 + 10**6: ("satu miliar sejuta", "one billion one million"),
    10**12: ("satu triliun", "one trillion"),
}


@pytest.mark.parametrize(("value", "words"), IN_WORDS.items(), ids=str)
def test_a_number_is_said_in_both_languages(value: int, words: tuple[str, str]) -> None:
    assert (cardinal(value, "id"), cardinal(value, "en")) == words


@given(st.integers(0, 999_999_999))
def test_who_hears_the_number_knows_it(value: int) -> None:
    assert number(cardinal(value, "id"), load_times("id")) == value


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.sampled_from(["id", "en"]))
def test_no_two_numbers_sound_alike(first: int, second: int, lang: str) -> None:
    assert (cardinal(first, lang) == cardinal(second, lang)) == (first == second)


def test_what_is_too_large_is_said_digit_by_digit() -> None:
    assert cardinal(MOST + 1, "id").startswith("satu nol nol")


@pytest.mark.parametrize(
    ("value", "words"), [(1, "pertama"), (2, "kedua"), (10, "kesepuluh"), (17, "ketujuh belas"), (100, "keseratus")]
)
def test_the_how_maniest_in_indonesian(value: int, words: str) -> None:
    assert ordinal(value, "id") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        *((1, "first"), (2, "second"), (3, "third"), (5, "fifth"), (8, "eighth"), (9, "ninth"), (12, "twelfth")),
        *((20, "twentieth"), (21, "twenty-first"), (100, "one hundredth"), (103, "one hundred and third")),
    ],
)
def test_the_how_maniest_in_english(value: int, words: str) -> None:
    assert ordinal(value, "en") == words


def test_digits_are_said_one_by_one() -> None:
    assert digits("0170", "id") == "nol satu tujuh nol"
    assert digits("0170", "en") == "zero one seven zero"


@given(st.text("0123456789", min_size=1, max_size=60))
def test_long_figures_are_parted_into_breaths_and_none_is_lost(written: str) -> None:
    parts = parted(written)
    assert "".join(parts) == written
    assert all(3 <= len(part) <= 5 for part in parts) or len(written) < 3

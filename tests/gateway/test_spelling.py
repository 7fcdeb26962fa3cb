"""What is written for what, keys side by side, and what surrounds a text. The texts are authored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.language import load_language
from gateway.spelling import Spelling, key_slips, pairs_of, unsigned, without_closing, without_greeting

LANGUAGE = load_language("id")
SPELLING = Spelling(LANGUAGE.spelling)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("sy ga bs nafas", "saya tidak bisa nafas"),
        ("udh drtd", "sudah dari tadi"),
        ("bpk jth dkmr mndi", "bapak jatuh dkmr mandi"),
        ("tlg pls", "tolong tolong"),
        ("kreta", "kereta"),
        ("kampung", "kampung"),
    ],
)
def test_short_forms_are_read_as_what_they_stand_for(typed: str, read: str) -> None:
    assert SPELLING.phrase(typed) == read


@pytest.mark.parametrize("word", ["gg", "kel", "sp", "dr", "jl", "jln", "lk", "kec", "blok", "km", "dusun"])
def test_words_of_addresses_stand_for_nothing_else(word: str) -> None:
    assert SPELLING.words(word) == (word,)


def test_a_word_that_is_kept_is_left_as_it_is() -> None:
    assert Spelling({"kt": "kita"}, {"kt"}).words("kt") == ("kt",)


def test_what_is_written_for_another_short_form_is_followed_and_a_circle_ends() -> None:
    spelling = Spelling({"a": "b", "b": "c d", "x": "y", "y": "x"})
    assert spelling.words("a") == ("c", "d")
    assert spelling.words("x") in {("x",), ("y",)}


def test_a_city_s_own_pairs_are_read_and_what_is_none_is_left_out() -> None:
    assert pairs_of(["Kede = warung", "tanpa tanda", "dua kata = satu", "=x", "y="]) == {"kede": "warung"}


@given(st.sampled_from(sorted(LANGUAGE.spelling)))
def test_reading_twice_is_reading_once(word: str) -> None:
    once = SPELLING.phrase(word)
    assert SPELLING.phrase(once) == once


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [
        ("rampok", "rampok", 0),
        ("rsmpok", "rampok", 1),  # a and s lie side by side
        ("tampok", "rampok", 1),
        ("ramnok", "rampok", None),
        ("sampok", "rampok", 1),  # the same key of a phone: pqrs
        ("rampo", "rampok", None),
    ],
)
def test_neighbours_on_the_keys_are_counted(typed: str, meant: str, slips: int | None) -> None:
    assert key_slips(typed, meant) == slips


@pytest.mark.parametrize(
    ("text", "body", "name"),
    [
        ("ada rampok -- Budi", "ada rampok", "Budi"),
        ("ada rampok\n--\nSiti A.", "ada rampok", "Siti A."),
        ("ada rampok - jl labu", "ada rampok - jl labu", ""),
        ("rampok", "rampok", ""),
    ],
)
def test_a_name_after_two_dashes_is_told_from_the_text(text: str, body: str, name: str) -> None:
    assert unsigned(text) == (body, name)


def test_greetings_and_closings_are_taken_off_and_a_text_of_nothing_else_stays() -> None:
    greetings, closings = LANGUAGE.salutations, LANGUAGE.signatures
    assert without_greeting(["assalamualaikum", "pak", "ada", "maling"], greetings) == ("ada", "maling")
    assert without_greeting(["selamat", "pagi"], greetings) == ("selamat", "pagi")
    assert without_closing(["ada", "maling", "wassalam", "budi"], closings) == (("ada", "maling"), ("wassalam", "budi"))
    assert without_closing(["ttd"], closings) == (("ttd",), ())

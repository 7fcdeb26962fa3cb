"""Normalising what people type, without harm to addresses. The texts are authored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.words import fold, normal, plain, squash, unglue, words

KNOWN = frozenset({"tolong", "rampok", "kebakaran", "ada", "di", "jl", "rumah", "payaroba"})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("TOLONG", "tolong"),
        ("TOLOOOONG!!!", "tolong"),
        ("t0l0ng ada r4mp0k", "tolong ada rampok"),
        ("r@mpok", "rampok"),
        ("k3b4k4ran", "kebakaran"),
        ("s0s", "sos"),
        ("S.O.S", "sos"),
        ("s o s", "sos"),
        ("t o l o n g", "tolong"),
        ("r-a-m-p-o-k", "rampok"),
        ("cepat2 pak", "cepat pak"),
        ("cepat² pak", "cepat pak"),
        ("'tolong' \"rampok\"", "tolong rampok"),
        ("“tolong” «rampok»", "tolong rampok"),
        ("jum'at", "jumat"),
        ("tolong,rampok.di;rumah", "tolong rampok di rumah"),
        ("tolong/rampok|rumah", "tolong rampok rumah"),
        ("rampok<spasi>kentang", "rampok kentang"),
        ("RAMPOK (SPASI) KENTANG", "rampok kentang"),
        ("rampok spasi kentang", "rampok kentang"),
        ("1#rampok#payaroba", "1 rampok payaroba"),
        ("𝐓𝐎𝐋𝐎𝐍𝐆 ＲＡＭＰＯＫ", "tolong rampok"),
        ("tólöng", "tolong"),
        ("to\u200blong", "tolong"),
        ("\u202etolong\u202c", "tolong"),
        ("tolong\r\nrampok\x00\x1a", "tolong rampok"),
        ("kebakaran🔥🔥", "kebakaran 🔥 🔥"),
        ("🆘", "🆘"),
        ("", ""),
        ("... !!! ???", ""),
        ("\x1b[31m", "31m"),
    ],
)
def test_what_is_typed_becomes_what_is_looked_up(typed: str, expected: str) -> None:
    assert normal(typed) == expected


@pytest.mark.parametrize("address", ["lk4", "12a", "km19", "rt02", "no7", "gg2", "100", "b1", "15b"])
def test_an_address_stays_what_it_is(address: str) -> None:
    assert [word.typed for word in words(address)] == [address]
    assert normal(address) == address


def test_an_address_s_own_form_is_kept_beside_the_looked_up_one() -> None:
    (word,) = words("gang5")
    assert (word.typed, word.plain) == ("gang5", "gang")


@pytest.mark.parametrize(
    ("glued", "pieces"),
    [
        ("tolongrampok", "tolong rampok"),
        ("adarampokdirumah", "ada rampok di rumah"),
        ("rampokdijlkentangpayaroba", "rampok di jl kentang payaroba"),
        ("tolong", "tolong"),
        ("sudirman", "sudirman"),
        ("xxtolong", "xx tolong"),
        ("tolongxx", "tolong xx"),
        ("", ""),
    ],
)
def test_words_without_spaces_are_cut_apart(glued: str, pieces: str) -> None:
    assert " ".join(piece.text for piece in unglue(glued, KNOWN)) == pieces


def test_names_with_and_without_a_space_are_equal() -> None:
    assert squash("Paya Roba") == squash("PAYAROBA") == squash("paya-roba")


@given(st.text())
def test_any_text_has_a_normal_form_without_space_at_its_ends(text: str) -> None:
    assert normal(text) == normal(text).strip()
    assert "  " not in normal(text)
    assert fold(text) == fold(text).lower()


@given(st.text(alphabet=st.characters(categories=["Ll"], max_codepoint=0x7A), max_size=60))
def test_cutting_apart_loses_no_letter(word: str) -> None:
    assert "".join(piece.text for piece in unglue(word, KNOWN)) == word


@given(st.text(alphabet="abcdefgh0123456789", max_size=20))
def test_a_word_of_small_letters_and_digits_keeps_its_digits_if_it_is_a_number(word: str) -> None:
    if word.isdigit():
        assert plain(word) == word

"""What a password and a PIN must be: long, and not the first that is guessed."""

from __future__ import annotations

import pytest

from dispatch.console.access.passwords import Unfit, fit_password, fit_pin, one_time_password
from dispatch.console.access.second import plain_recovery, recovery_codes


def why(text: str, *, second_factor: bool = False, login: str = "sari") -> str:
    try:
        fit_password(text, login=login, name="Sari Dewi", second_factor=second_factor)
    except Unfit as unfit:
        return unfit.why.removeprefix("access.")
    return ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tiga ekor kuda lari", ""),
        ("semua huruf kecil saja", ""),
        ("p" * 7 + "q" * 8, ""),
        ("kuda " * 12 + "x", ""),
        ("ภาษาไทยภาษาไทยภาษ", ""),
        ("cukup panjang1", "password_short"),
        ("", "password_short"),
        ("x" * 257, "password_long"),
        ("a" * 20, "password_common"),
        ("abcabcabcabcabcabc", "password_common"),
        ("Assalamualaikum", "password_common"),
        ("bhinneka tunggal ika", "password_common"),
        ("sari dewi sari dewi", "password_own"),
        ("SariDewi-SariDewi1", "password_own"),
        ("kentongan-sari-01", "password_own"),
    ],
)
def test_length_counts_and_that_nobody_guesses_it_first(text: str, said: str) -> None:
    assert why(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [("delapan8", ""), ("tujuh77", "password_short"), ("rahasia123", "password_common")],
)
def test_beside_a_second_factor_eight_characters_do(text: str, said: str) -> None:
    assert why(text, second_factor=True) == said


def test_sixty_four_characters_and_more_are_taken() -> None:
    assert why("kuda lari tiga " * 10) == ""


@pytest.mark.parametrize("text", ["482915", "0048291537", "902817364501"])
def test_a_pin_is_some_digits(text: str) -> None:
    assert fit_pin(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "48291",
        "4829153746281",
        "48291a",
        "٤٨٢٩١٥",
        "000000",
        "123456",
        "654321",
        "890123",
        "121212",
        "123123",
        "48 29 15",
    ],
)
def test_a_pin_that_everybody_would_try_is_none(text: str) -> None:
    with pytest.raises(Unfit):
        fit_pin(text)


def test_what_is_handed_over_is_read_out_without_doubt_and_never_twice_the_same() -> None:
    made = {one_time_password() for _ in range(100)}
    assert len(made) == 100
    assert not set("".join(made)) & set("01oil")
    assert all(len(one) == 19 for one in made)
    codes = recovery_codes()
    assert len(set(codes)) == 10
    assert {plain_recovery(one.lower().replace("-", " ")) for one in codes} == {plain_recovery(one) for one in codes}

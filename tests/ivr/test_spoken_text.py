"""Texts written to be read, as they are said."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from config.city_voice import placeholders
from gateway.dialogue import Choice, Screen
from ivr.spoken_text import SpokenText

CITY = load_city("binjai")
SPOKEN = SpokenText(CITY)
PEOPLE = (
    "offer",
    "office_",
    "clinic_",
    "kepling",
    "nobody_alarm",
    "telling_welcome",
)  # to staff, or who writes: unspoken
USUAL = {"time": "08.00", "due": "Sen 7/12", "day": "Sen 23/11", "ticket": "1001", "number": "7"}


def shown(lang: str, key: str, **more: str) -> str:
    fields = {name: USUAL.get(name, "Paya Roba") for name in placeholders(CITY.texts[lang][key])}
    return CITY.text(lang, key, **{**fields, **more})


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("Nama jalan atau patokan? 0 = lewati", "Sebutkan nama jalan, atau patokan di dekatnya."),
        (
            "Mohon balas angka. Nama jalan atau patokan? 0 = lewati",
            "Maaf, pilihan itu tidak ada. Sebutkan nama jalan, atau patokan di dekatnya.",
        ),
        (
            "Tempat dicatat: Jl. Melati 3, Pahlawan. Petugas dihubungi. Salah lapor? Kirim SMS BATAL.",
            "Tempat dicatat, Jl. Melati 3, Pahlawan. Petugas dihubungi.",
        ),
        ("Umum, Puskesmas H.A.H. Hasan. Hari apa?", "Umum, Puskesmas H.A.H. Hasan. Hari apa?"),
        ("Data Anda dihapus. Daftar lagi: DAFTAR.", "Data Anda dihapus."),
        ("Balas 1.", "Balas 1."),  # nothing would be left: better that than silence
        (
            "Tempat dicatat: rekaman suara bcdfghjklmnpqr. Petugas dihubungi. Salah lapor? Kirim SMS BATAL.",
            "Tempat dicatat, rekaman suara Anda. Petugas dihubungi.",
        ),
        ("rekaman suara bcdfghjkl.., Paya Roba. Benar?", "rekaman suara Anda, Paya Roba. Benar?"),
        ("", ""),
    ],
)
def test_a_text_is_said_without_what_is_only_for_the_eye(read: str, said: str) -> None:
    assert SPOKEN.text(read, "id") == said


def test_a_name_in_a_text_that_looks_like_another_field_stays_in_its_place() -> None:
    text = shown("id", "queue_ticket", patient="Siti. Bawa {bring}", bring="KTP")
    assert SPOKEN.text(text, "id").startswith("Nomor antrean 7, Paya Roba, Paya Roba, Sen 23/11, sekitar pukul 08.00")


@pytest.mark.parametrize("lang", CITY.languages)
def test_no_text_that_a_resident_may_hear_tells_him_to_type(lang: str) -> None:
    patterns = [re.compile(one) for one in CITY.unsaid[lang]]
    for key in CITY.texts[lang]:
        said = SPOKEN.text(shown(lang, key), lang)
        assert said
        if not key.startswith(PEOPLE):
            assert not any(one.search(said) for one in patterns), (key, said)


@pytest.mark.parametrize("lang", CITY.languages)
def test_every_reworded_text_says_every_number_and_name_that_was_shown(lang: str) -> None:
    """What is left out on purpose stands here."""
    left_out = {"code", "call", "time", "title", "head"}
    for key, words in CITY.screens[lang].items():
        missing = placeholders(CITY.texts[lang][key]) - placeholders(words) - left_out
        assert not missing, (key, missing)


def test_where_words_are_awaited_a_digit_that_chooses_is_said_with_the_key_that_ends_it() -> None:
    screen = Screen(text="Tulis keluhan dan tempatnya.\n1 Keluhan saya\n2 Lapor rahasia\n0 Menu")
    said = SPOKEN.screen(screen, "id")
    assert "Keluhan saya, tekan 1, lalu pagar. Lapor rahasia, tekan 2, lalu pagar." in said.text
    assert "Menu" not in said.text


def test_choices_keep_their_keys_and_a_line_is_said_in_other_words() -> None:
    screen = Screen(text="Hari apa?", choices=(Choice(key="7", label="Sen 23/11 sisa 4"),))
    (choice,) = SPOKEN.screen(screen, "id").choices
    assert (choice.key, choice.label) == ("7", "Sen 23/11, sisa 4 tempat")


def test_a_language_without_its_own_words_is_said_in_the_citys_first() -> None:
    assert SPOKEN.text("Nama yang benar? 0 = menu", "jv") == "Sebutkan nama yang benar."


@given(text=st.text(max_size=300), lang=st.sampled_from([*CITY.languages, "xx"]))
def test_any_text_is_said_somehow(text: str, lang: str) -> None:
    said = SPOKEN.text(text, lang)
    assert bool(said) == bool(text.strip())
    SPOKEN.screen(Screen(text=text, choices=(Choice(key="1", label=text),)), lang)
    SPOKEN.screen(Screen(text=text), lang)


def test_each_line_is_a_sentence() -> None:
    text = "Halte RSUD Djoelham:\nK2 Utara, bus 3: tiba\nK1 Kota, bus 1: 4 menit"
    assert SPOKEN.text(text, "id") == "Halte RSUD Djoelham: K2 Utara, bus 3: tiba. K1 Kota, bus 1: 4 menit"

"""What holds for the reading of any text: noise changes nothing, courtesy hides nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from dispatch.intents import About, Act, Intent
from dispatch.reading import Reader
from gateway.words import normal, words

READER = Reader(load_city("binjai"))
LINES = Path(__file__).with_name("readings.txt").read_text(encoding="utf-8").splitlines()
ROWS = [line.partition("|") for line in LINES if "|" in line and not line.startswith("#")]
ALARMS = [text.strip() for said, _, text in ROWS if said.startswith("emergency") and len(text.split()) > 1]
ODD = {"s o s", "t o l o n g", "1 -- Budi"}  # noise makes other words of these, and another signature
LOUDER = {Act.NONE: 0, Act.ASK: 1, Act.PERSON: 2, Act.RING: 3}


def stretched(text: str, seed: int) -> str:
    """One letter of the text held down."""
    places = [at for at, char in enumerate(text) if char.isalpha() and text.isascii()]
    if not places:
        return text
    at = random.Random(seed).choice(places)
    return text[:at] + text[at] * 4 + text[at + 1 :]


NOISE = [
    str.upper,
    str.title,
    lambda text: f"{text}!!!",
    lambda text: f"“{text}”",
    lambda text: text.replace(" ", "  "),
    lambda text: text.replace(" ", ", "),
    lambda text: f"Assalamualaikum pak, {text}",
    lambda text: f"{text}. Wassalam, Budi",
    lambda text: f"{text} -- Siti",
    lambda text: f"{text}\nSent from my phone",
    lambda text: f"{text} 🙏",
]


@pytest.mark.parametrize("noise", NOISE, ids=range(len(NOISE)))
def test_harmless_noise_never_turns_an_alarm_into_nothing(noise: object) -> None:
    assert callable(noise)
    lost = [text for text in ALARMS if text not in ODD and READER.read(noise(text)).act is Act.NONE]
    assert lost == []


@given(st.sampled_from([text for text in ALARMS if text not in ODD]), st.integers())
def test_a_letter_held_down_never_turns_an_alarm_into_nothing(text: str, seed: int) -> None:
    assert READER.read(stretched(text, seed)).act is not Act.NONE


@given(st.text(max_size=200))
def test_the_words_of_any_text_are_read_the_same_twice(text: str) -> None:
    assert READER.read(text) == READER.read(text)
    tokens = READER.vocabulary.tokens(text)
    assert all(token and " " not in token for token in tokens)


@given(st.lists(st.sampled_from(sorted({word for text in ALARMS for word in text.lower().split()})), max_size=12))
def test_what_is_written_out_once_is_not_written_out_again(pieces: list[str]) -> None:
    once = normal(" ".join(pieces))
    assert normal(once) == once
    spelt = READER.vocabulary.spelling.phrase(once)
    assert READER.vocabulary.spelling.phrase(spelt) == spelt


def test_an_address_is_the_same_words_whatever_reading_makes_of_them() -> None:
    text = "gg setia lk4 no 12a kel rambung dlm sp kloneng dr mansyur"
    assert [word.typed for word in words(text)] == text.split()


@pytest.mark.parametrize(
    ("text", "now", "past", "elsewhere", "about"),
    [
        ("ada rampok di rumah saya", True, False, False, About.SELF),
        ("semalam rumah kami kemalingan", False, True, False, About.SELF),
        ("anak saya kejang", True, False, False, About.OTHER),
        ("tetangga saya jatuh dari atap", True, False, False, About.OTHER),
        ("ada kebakaran di stabat", True, False, True, About.SELF),
        ("adik saya kecelakaan di jakarta", True, False, True, About.OTHER),
        ("sakit dari semalam sekarang pingsan", True, False, False, About.SELF),
    ],
)
def test_when_where_and_of_whom(text: str, now: bool, past: bool, elsewhere: bool, about: About) -> None:
    reading = READER.read(text)
    assert (reading.now, reading.past, reading.elsewhere, reading.about) == (now, past, elsewhere, about), reading


def test_a_phone_s_own_position_reaches_a_person() -> None:
    reading = READER.read('A"ML=1;lt=+3.60057;lo=+98.48177;rd=25;top=20261122013000;lc=90;pm=G')
    assert (reading.intent, reading.act, reading.kind) == (Intent.EMERGENCY, Act.PERSON, "sos")


def test_a_map_s_link_is_no_advert() -> None:
    assert READER.read("bapak sesak nafas https://maps.google.com/?q=3.6,98.5").act in (Act.PERSON, Act.RING)


def test_every_reading_of_an_alarm_says_what_it_saw() -> None:
    assert [text for text in ALARMS if not READER.read(text).saw] == []


def test_a_city_s_own_slang_is_read() -> None:
    city = READER.city
    taught = replace(city, words={**city.words, "slang": ("jagoan merah = kebakaran", "sijago = kebakaran")})
    assert READER.read("sijago di jl labu").act is Act.NONE
    assert Reader(taught).read("sijago di jl labu").kind == "fire"

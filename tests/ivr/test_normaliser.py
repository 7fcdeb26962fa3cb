"""What a machine is given to say: ``spoken.txt`` is the table, Hypothesis the rest."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.spoken_aloud import LONGEST, in_one_reading, spoken, version
from tests.fixtures.whole import examples

SPOKEN = re.compile(r"[A-Za-z ,.?!'-]*")
TABLE = Path(__file__).with_name("spoken.txt")

BITS = (
    *(
        "Jl.",
        "No.",
        "RT",
        "RW",
        "03/",
        "/RW 05",
        "H.",
        "A017",
        "0812",
        "-",
        "3456",
        "1001",
        " ",
        ".",
        " ,",
        ",",
        "(",
        ")",
        "IV",
    ),
    *(
        "V",
        "X",
        "I",
        "lk",
        "Kel.",
        "dr.",
        "Rp",
        "25.000",
        "09.30",
        "WIB",
        "kode",
        "s/d",
        "*",
        "#",
        "%",
        "a",
        "B",
        "RSUD",
        "ktp",
    ),
    *(
        "2",
        "x",
        "ke-3",
        "anak2",
        "@",
        "com",
        ".id",
        "https://",
        "=",
        "'",
        "<b>",
        "é",
        "٣",
        "ß",
        "\u200b",
        "🔥",
        "\n",
        "+62",
    ),
    *(
        "S.Pd",
        "5",
        "Jan",
        "Sen",
        "19/11",
        "nomor",
        "telepon",
        "lingkungan",
        "Dr",
        "h",
        "-an",
        "°",
        "C",
        "/",
        "&",
        "\0",
        "[[",
    ),
)
LIKELY = st.lists(st.sampled_from(BITS), max_size=12).map("".join) | st.lists(st.sampled_from(BITS), max_size=12).map(
    " ".join
)


def rows() -> list[tuple[str, str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(lang, _written(text), words) for lang, text, words in (map(str.strip, line.split("|")) for line in lines)]


def _written(text: str) -> str:
    return re.sub(r"\\(?:n|0|u[0-9a-f]{4})", lambda found: codecs.decode(found[0], "unicode_escape"), text)


def test_the_table_is_a_long_one() -> None:
    assert len(rows()) >= 150
    assert len(set(rows())) == len(rows())


@pytest.mark.parametrize(("lang", "text", "words"), rows())
def test_what_is_written_is_said_so(lang: str, text: str, words: str) -> None:
    assert spoken(text, lang) == words
    assert in_one_reading(text, lang) == words, "a second reading took what was said for what is written"


@settings(max_examples=examples(300), deadline=None)
@given(st.text() | LIKELY, st.sampled_from(["id", "en", "xx"]))
def test_any_text_becomes_words_and_nothing_else_and_they_stay_as_they_are(text: str, lang: str) -> None:
    words = spoken(text, lang)
    assert SPOKEN.fullmatch(words), words
    assert words == words.strip()
    assert spoken(words, lang) == words


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(0, 999_999), st.integers(0, 999_999))
def test_two_numbers_stay_two(first: int, second: int) -> None:
    apart = [spoken(f"ada {one}", "id").removeprefix("ada ") for one in (first, second)]  # by itself 119 is no number
    assert spoken(f"{first} {second}", "id") == ", ".join(apart)


@pytest.mark.parametrize("piece", ["a", "1", "0812 ", "Jl. ", "A1", "1/", "*", "1.2.", "x y z ", "a-", "I", "a@a."])
def test_a_text_of_any_length_is_cut_at_a_word(piece: str) -> None:
    words = spoken(piece * 30_000, "id")
    assert len(words) <= LONGEST
    assert SPOKEN.fullmatch(words)


def test_characters_that_steer_or_break_leave_nothing() -> None:
    text = (
        "awal"
        + "".join(chr(code) for code in (*range(32), 0x7F, 0x85, 0x202E, 0xFFFE, 0xFFFF, 0xD800, 0xE000))
        + "akhir"
    )
    assert spoken(text, "id").replace(",", "") == "awal akhir"


def test_another_table_of_words_is_another_version() -> None:
    assert version("id") != version("en")
    assert version("xx") == version("id")

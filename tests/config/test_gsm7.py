"""The GSM alphabet: what fits one SMS, and what can be said in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.gsm7 import BASIC, ESC, EXTENSION, clip, septets, transliterate


def test_the_alphabet_has_128_places_all_different() -> None:
    assert len(BASIC) == len(set(BASIC)) == 128
    assert BASIC[ESC] == "\x1b"
    assert not set(EXTENSION.values()) & set(BASIC)


def test_published_places_hold_published_characters() -> None:
    """3GPP TS 23.038, 6.2.1: the corners of the table, and the places where codecs go wrong."""
    known = {
        0: "@",
        2: "$",
        9: "Ç",
        0x0A: "\n",
        0x10: "Δ",
        0x1F: "É",
        0x24: "¤",
        0x40: "¡",
        0x5F: "§",
        0x60: "¿",
        0x7F: "à",
    }
    assert {code: BASIC[code] for code in known} == known


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("TOLONG", 6), ("[€]", 6), ("§@", 2), ("`", None), ("ç", None), ("🔥", None), ("\x1b", None)],
)
def test_septets_are_counted(text: str, count: int | None) -> None:
    assert septets(text) == count


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Jl. Kentang", "Jl. Kentang"),
        ("“Tolong” – di ‘sini’…", "\"Tolong\" - di 'sini'..."),
        ("e\u0301", "é"),
        ("ā ł Đ", "a l D"),
        ("ﬁ ½ ①", "fi 1?2 1"),
        ("api 🔥\ufe0f!", "api ?!"),
        ("a\u200bb\u202ec\x00\x1b\ud83d", "abc"),
        ("a\tb\u00a0c", "a b c"),
        ("`x`", "'x'"),
        ("北京", "??"),
    ],
)
def test_what_the_alphabet_lacks_is_said_alike(text: str, plain: str) -> None:
    assert transliterate(text) == plain


@given(st.text())
def test_every_text_can_be_said_in_the_alphabet(text: str) -> None:
    assert septets(transliterate(text)) is not None
    assert transliterate(transliterate(text)) == transliterate(text)


@given(st.text(), st.integers(1, 60))
def test_a_clipped_text_keeps_its_width(text: str, width: int) -> None:
    count = septets(clip(text, width))
    assert count is not None
    assert count <= width


def test_what_fits_is_not_touched_and_a_cut_is_shown() -> None:
    assert clip("Paya Roba", 9) == "Paya Roba"
    assert clip("Paya Roba, Jl. Kentang", 12) == "Paya Roba,.."
    assert clip("€€€", 4) == "€€"

"""A text goes in the GSM alphabet where that loses nothing, and is counted before it is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.gsm7 import septets
from gateway.writing import messages, wide, written

COUNTS = [
    ("", 1),
    ("a" * 160, 1),
    ("a" * 161, 2),
    ("a" * 306, 2),
    ("a" * 307, 3),
    ("€" * 80, 1),  # two septets each
    ("€" * 81, 2),
    ("a" * 152 + "€" + "a" * 100, 2),  # an escape is not cut from what it escapes
    ("ж" * 70, 1),
    ("ж" * 71, 2),
    ("ж" * 134, 2),
    ("ж" * 135, 3),
    ("🚒" * 35, 1),  # two units each
    ("🚒" * 36, 2),
    ("“" * 160, 1),  # written as quotes of the alphabet
    ("a" * 1530, 10),
]


@pytest.mark.parametrize(("text", "count"), COUNTS)
def test_messages_are_counted_as_the_network_counts_them(text: str, count: int) -> None:
    assert messages(text) == count


@pytest.mark.parametrize(
    ("text", "as_sent"),
    [
        ("“Tolong” – cepat…", '"Tolong" - cepat...'),
        ("jalan\u00a0Sudirman", "jalan Sudirman"),
        ("Łukasz", "Lukasz"),
        ("e\u0301", "é"),
        ("api 🔥", "api 🔥"),  # UCS-2: a question mark would say something else
        ("مساعدة", "مساعدة"),
        ("benar?", "benar?"),
    ],
)
def test_what_reads_the_same_is_written_in_the_gsm_alphabet(text: str, as_sent: str) -> None:
    assert written(text) == as_sent
    assert wide(text) == (septets(as_sent) is None)


@given(st.text(max_size=400))
def test_writing_twice_changes_nothing_more(text: str) -> None:
    assert written(written(text)) == written(text)
    assert messages(text) == messages(written(text)) >= 1


def test_a_text_that_no_phone_could_join_is_refused() -> None:
    with pytest.raises(ValueError):
        messages("a" * 153 * 256)

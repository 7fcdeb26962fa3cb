"""Pages fit any phone, lose nothing, and no key means two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.gsm7 import septets
from gateway.dialogue import Choice, Screen
from gateway.paging import LABEL, LINES, WIDTH, Turning, paged

TURNING = Turning(next="lanjut", back="kembali")


def menu(*labels: str, text: str = "Pilih:", first: int = 1) -> Screen:
    choices = tuple(Choice(key=str(key), label=label) for key, label in enumerate(labels, first))
    return Screen(text=text, choices=choices)


def test_what_fits_is_shown_as_the_dialogue_numbers_it() -> None:
    screen = Screen(text="Pilih:", choices=(Choice(key="9", label="SOS"), Choice(key="0", label="Menu")))
    shown = paged(screen, TURNING)
    assert shown.pages == ("Pilih:\n9 SOS\n0 Menu",)
    assert dict(shown.keys) == {"9": "9", "0": "0"}


def test_a_long_list_keeps_its_numbers_and_the_nine_and_the_zero_turn_pages() -> None:
    screen = menu("RAMPOK", "API", "SAKIT", "LAKA", "BANJIR", "KERASAN", "HILANG", "LAIN", "SOS", "TES")
    screen = Screen(text=screen.text, choices=(*screen.choices, Choice(key="0", label="Menu")))
    shown = paged(screen, TURNING)
    assert shown.pages == (
        "Pilih:\n1 RAMPOK\n2 API\n3 SAKIT\n4 LAKA\n5 BANJIR\n0 lanjut",
        "6 KERASAN\n7 HILANG\n8 LAIN\n09 SOS\n10 TES\n00 Menu\n9 kembali",
    )
    assert shown.keys["09"] == "9"
    assert shown.keys["00"] == "0"
    assert shown.keys["10"] == "10"
    assert "9" not in shown.keys
    assert "0" not in shown.keys


def test_a_dialogue_with_a_key_like_a_paged_one_stays_clear() -> None:
    choices = tuple(Choice(key=key, label="x" * 50) for key in ("9", "09", "0", "1", "2"))
    keys = paged(Screen(text="", choices=choices), TURNING).keys
    assert sorted(keys.values()) == sorted(["9", "09", "0", "1", "2"])
    assert keys["09"] == "09"
    assert keys["009"] == "9"


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", ("",)),
        ("a" * 182, ("a" * 182,)),
        ("a" * 183, ("a" * 173 + "\n0 lanjut", "a" * 10 + "\n9 kembali")),
        ("{" * 91, ("{" * 91,)),  # an extension character takes two
        ("{" * 92, ("{" * 86 + "\n0 lanjut", "{" * 6 + "\n9 kembali")),
        ("1\n2\n3\n4\n5\n6\n7", ("1\n2\n3\n4\n5\n6\n7",)),
        ("1\n2\n3\n4\n5\n6\n7\n8", ("1\n2\n3\n4\n5\n6\n0 lanjut", "7\n8\n9 kembali")),
        ("Terima kasih 🙏", ("Terima kasih ?",)),  # never UCS-2
        ("a\r\nb\rc\fd", ("a\nb\nc\nd",)),
    ],
)
def test_texts_are_cut_where_they_must_be(text: str, pages: tuple[str, ...]) -> None:
    assert paged(Screen(text=text), TURNING).pages == pages


def test_a_page_ends_between_words() -> None:
    words = [f"kata{n}" for n in range(60)]
    pages = paged(Screen(text=" ".join(words)), TURNING).pages
    bodies = [page.rpartition("\n")[0] for page in pages]
    assert " ".join(bodies).split() == words


KEYS = st.lists(st.integers(0, 30).map(str), max_size=20, unique=True)
TEXTS = st.text(st.sampled_from("ab {}€\nñ😀\r^"), max_size=400)


@given(text=TEXTS, keys=KEYS, label=st.text(max_size=80), last=st.booleans())
def test_whatever_the_screen_every_page_fits_and_nothing_is_lost(
    text: str, keys: list[str], label: str, last: bool
) -> None:
    choices = tuple(Choice(key=key, label=f"{label}{key}") for key in keys)
    shown = paged(Screen(text=text, choices=choices, last=last), TURNING)
    assert shown.pages
    for page in shown.pages:
        length = septets(page)
        assert length is not None
        assert length <= WIDTH
        assert page.count("\n") < LINES
    assert sorted(shown.keys.values()) == sorted(keys)
    lines = [line for page in shown.pages for line in page.split("\n")]
    for seen in shown.keys:
        assert any(line.startswith(f"{seen} ") or line == seen for line in lines) or len(seen) > LABEL
    if len(shown.pages) > 1:
        assert not {"0", "9"} & set(shown.keys)
        assert all("0 lanjut" in page for page in shown.pages[:-1])
        assert all("9 kembali" in page for page in shown.pages[1:])


@given(text=st.text(st.sampled_from("abc \n"), max_size=600))
def test_no_letter_of_a_long_text_is_lost(text: str) -> None:
    pages = paged(Screen(text=text), TURNING).pages
    bodies = [page.rpartition("\n")[0] for page in pages] if len(pages) > 1 else list(pages)
    assert "".join("".join(bodies).split()) == "".join(text.split())

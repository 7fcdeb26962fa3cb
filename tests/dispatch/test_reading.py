"""Reading: a table of texts as typed (``readings.txt``), and what must hold for any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.city import load_city
from config.language import lists, load_language
from dispatch.reading import Act, Intent, Reader, read
from gateway.words import normal

READER = Reader(load_city("binjai"))
TABLE = Path(__file__).with_name("readings.txt")


def rows() -> list[tuple[str, list[str]]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [line.partition("|") for line in lines if line.strip() and not line.startswith("#")]
    return [(text.removeprefix(" "), expected.split()) for expected, _, text in cells]


@pytest.mark.parametrize(("text", "expected"), rows(), ids=[text or "(empty)" for text, _ in rows()])
def test_a_text_is_read_as_the_table_says(text: str, expected: list[str]) -> None:
    intent, act, kind, *rest = expected
    reading = READER.read(text)
    assert intent in ("-", reading.intent.value), reading
    assert act in ("-", reading.act.value), reading
    if intent == "emergency":
        assert reading.act is not Act.NONE, reading
    assert kind in ("-", str(reading.kind)), reading
    assert reading.quiet is ("quiet" in rest), reading


@pytest.mark.parametrize("text", ["tolong ada rampok di jl kentang payaroba", "kebakaran", "1", "batal"])
@pytest.mark.parametrize(
    "noise", [str.upper, str.title, lambda t: t + "!!!", lambda t: f'"{t}"', lambda t: f"  {t} \r\n"]
)
def test_case_quotes_and_line_ends_change_nothing(text: str, noise: object) -> None:
    assert callable(noise)
    plain, noisy = READER.read(text), READER.read(noise(text))
    assert (plain.intent, plain.act, plain.kind) == (noisy.intent, noisy.act, noisy.kind)


def test_every_word_of_the_pack_rings_alone_or_with_a_cry() -> None:
    for code in READER.city.codes:
        for word in code.words:
            reading = READER.read(f"tolong {word}")
            assert (reading.intent, reading.act) == (Intent.EMERGENCY, Act.RING), (word, reading)
            assert READER.read(word).act in (Act.RING, Act.PERSON), word


def test_an_emergency_names_its_agency_and_what_was_seen() -> None:
    reading = READER.read("tlg ada rampoq di jl kentang, ada yg pingsan")
    assert (reading.kind, reading.also) == ("medical", ("robbery",)), "the word without a slip leads"
    assert reading.agency == READER.city.code("medical").agency
    assert any("rampoq" in saw for saw in reading.saw)
    assert "help: tolong" in reading.saw, "as it is read"


def test_a_bare_digit_is_marked_as_such_for_an_open_question() -> None:
    assert READER.read(" 2. ").digit == "2"
    assert READER.read("7").digit == "7"
    assert READER.read("2 tolong").digit is None


def test_a_whole_word_goes_before_a_misspelt_one() -> None:
    assert READER.read("kebaakran rampok").kind == "robbery"


def test_a_kind_that_the_city_keeps_quiet_is_quiet() -> None:
    from dataclasses import replace

    city = READER.city
    hushed = replace(city, quiet=replace(city.quiet, kinds=frozenset({"violence"})))
    assert read("kdrt tolong", hushed).quiet
    assert not read("rampok tolong", hushed).quiet


def test_the_tiny_city_reads_with_its_own_few_words() -> None:
    tiny = load_city("tests/fixtures/tinytown")
    assert read("TOLONG RAMPOK", tiny).kind == "robbery"
    assert read("kebakarn", tiny).kind == "fire"
    assert read("banjir", tiny).intent is not Intent.EMERGENCY, "that town has no such kind"


def test_the_lists_of_the_language_are_folded_and_each_holds_something() -> None:
    for name, words in lists(load_language("id")).items():
        assert words, name
        if name != "emoji":
            assert {word for word in words if word != normal(word) and not word[-1:].isdigit()} == set(), name


NAUGHTY = [
    "\x1a", "\x1b", "a\r\nAT+CMGD=1", '"; DROP TABLE incident; --', "*#06#", "=HYPERLINK(\"x\")", "\x00", "\ud800",
    "\u202e\u2066",
    "A" * 160, "A" * 161, "A" * 306, "tolong " * 255, "^{}\\[~]|€", "👨‍👩‍👧‍👦" * 30, "ﷺ", "\ufeff", "٣",
]  # fmt: skip


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_text_is_read_without_a_fault(text: str) -> None:
    assert READER.read(text).saw is not None


@given(st.text(max_size=300))
@example("1" * 5000)
def test_any_text_is_read_and_an_emergency_always_has_a_kind(text: str) -> None:
    reading = READER.read(text)
    if reading.intent is Intent.EMERGENCY:
        assert reading.kind in {code.kind for code in READER.city.codes}
        assert reading.act in (Act.RING, Act.PERSON, Act.ASK)
    else:
        assert reading.act is not Act.RING
        assert not reading.quiet


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_plain_cry_with_a_word_of_emergency_always_reaches_somebody(before: str, after: str) -> None:
    """Whatever else stands in the text that is no word at all (signs, digits, other scripts)."""
    noise = "".join(char for char in before + after if not char.isalnum())
    assert READER.read(f"{noise} tolong ada rampok {noise}").act in (Act.RING, Act.PERSON)

"""Writing PDUs: what is sent is what was meant, for every text; read back by code that is not ours."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import gsmmodem.pdu
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from config.gsm7 import BASIC, EXTENSION, septets
from modem.pdu import Deliver, Submitted, decode, encode, join, split
from modem.virtual import tpdu

TO = "+628120000101"
NOW = datetime(2026, 1, 17, tzinfo=UTC)
GSM = st.text(sorted({*BASIC, *EXTENSION.values()} - {"\x1b"}), max_size=700)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def sent(text: str, **how: object) -> list[tpdu.Submit]:
    """What the virtual network reads of a text's PDUs."""
    return [tpdu.parse_submit(bytes.fromhex(pdu.tpdu_hex), NOW) for pdu in encode(TO, text, **how)]  # type: ignore[arg-type]


def shown(text: str) -> str:
    """What the phone at the other end shows of it."""
    parts = [one.data for one in sent(text, reference=7)]
    return tpdu.text_of(parts[0].alphabet, b"".join(part.content() for part in parts))


@given(GSM)
def test_a_text_of_the_gsm_alphabet_arrives_as_it_was(text: str) -> None:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    assert shown(text) == text


@given(ANY)
def test_any_text_arrives_composed(text: str) -> None:
    expected = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    assert shown(text) in (expected, expected.replace("`", "'"))


@given(ANY | GSM, st.integers(0, 65535))
def test_every_part_fits_and_names_its_place(text: str, reference: int) -> None:
    pdus = encode(TO, text, reference=reference)
    assert all(len(pdu.tpdu_hex) == 2 * pdu.length for pdu in pdus)
    read = [tpdu.parse_submit(bytes.fromhex(pdu.tpdu_hex), NOW).data for pdu in pdus]
    assert all(len(one.octets) <= 140 for one in read)
    if len(pdus) > 1:
        assert [one.part for one in read] == [(reference % 256, len(pdus), place) for place in range(1, len(pdus) + 1)]
    else:
        assert not read[0].header


@given(ANY | GSM)
def test_our_own_reading_agrees_on_both_ways(text: str) -> None:
    whole = "".join(split(text))
    found = [decode("00" + pdu.tpdu_hex) for pdu in encode(TO, text)]
    assert all(isinstance(one, Submitted) for one in found)
    assert "".join(one.text or "" for one in found if isinstance(one, Submitted)) == whole
    parts = [decode("00" + tpdu.deliver(TO, tpdu.stamp(NOW, timedelta(0)), one.data).hex()) for one in sent(text)]
    assert join([one for one in parts if isinstance(one, Deliver)]) == whole


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=400))
def test_gsmmodem_reads_back_what_it_can(text: str) -> None:
    assume(not set(text) & {"`", "§", "@", "\x1b", "\xff", "\f", "\r"})
    read = [gsmmodem.pdu.decodeSmsPdu("00" + pdu.tpdu_hex) for pdu in encode(TO, text)]
    assert "".join(one["text"] for one in read) == unicodedata.normalize("NFC", text)
    assert {one["number"] for one in read} == {TO}


@pytest.mark.parametrize(
    ("length", "parts"),
    [(0, 1), (1, 1), (159, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (1530, 10)],
)
def test_the_number_of_parts_in_the_gsm_alphabet(length: int, parts: int) -> None:
    assert len(encode(TO, "a" * length)) == parts == len(split("a" * length))


@pytest.mark.parametrize(("length", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_the_number_of_parts_in_ucs2(length: int, parts: int) -> None:
    assert len(encode(TO, "я" * length)) == parts


def test_an_escape_and_a_pair_of_surrogates_are_never_cut() -> None:
    assert [len(part) for part in split("a" * 152 + "€" + "b" * 20)] == [152, 21]
    assert split("я" * 66 + "🔥" + "я" * 10) == ["я" * 66, "🔥" + "я" * 10]
    assert shown("я" * 66 + "🔥" + "я" * 10) == "я" * 66 + "🔥" + "я" * 10


def test_what_gsmmodem_mixes_up_is_sent_right() -> None:
    assert shown("a§b") == "a§b"
    assert shown("ÿ") == "ÿ"
    assert shown("a`b") == "a'b"
    assert shown("\x1b[31m") == "\x1b[31m"
    assert shown("я`") == "я`"
    assert shown("line\r\nline") == "line\nline"
    assert shown("half \ud83d") == "half \ufffd"


def test_more_than_255_parts_are_refused() -> None:
    assert len(split("a" * 153 * 255)) == 255
    with pytest.raises(ValueError, match="255"):
        encode(TO, "a" * (153 * 255 + 1))


@pytest.mark.parametrize(
    "to", ["", "+", "12", "*123#", "+62 812", "POLISI", "0812;ATD", "+62812\r", "1234567890123456", "٠١٢٣", "+62812\n"]
)
def test_only_a_number_is_sent_to(to: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        encode(to, "x")


@pytest.mark.parametrize(("to", "kind"), [("+628120000101", "91"), ("363", "81"), ("081200000101", "81")])
def test_the_type_of_number_is_international_or_unknown_never_national(to: str, kind: str) -> None:
    for text in ("x", "🔥", "x" * 200):
        for pdu in encode(to, text):
            assert pdu.tpdu_hex[6:8] == kind
            assert tpdu.parse_submit(bytes.fromhex(pdu.tpdu_hex), NOW).to == to


@pytest.mark.parametrize("text", ["x", "🔥", "x" * 200, "", "§"])
def test_a_report_a_validity_and_a_class_are_asked_for_in_every_form(text: str) -> None:
    for one in sent(text, report=True, validity=timedelta(hours=1), flash=True):
        assert (one.report, one.valid_s, one.data.message_class) == (True, 3600.0, 0)
    for one in sent(text, report=False):
        assert (one.report, one.valid_s, one.data.message_class) == (False, None, None)


@pytest.mark.parametrize(("asked", "seconds"), [(1, 300), (900, 900), (86400 * 365 * 9, 63 * 7 * 86400)])
def test_a_validity_outside_what_the_network_knows_is_brought_inside(asked: int, seconds: int) -> None:
    assert sent("x", validity=timedelta(seconds=asked))[0].valid_s == seconds


def test_the_wire_alphabet_is_the_one_that_texts_are_counted_in() -> None:
    for char in {*BASIC, *EXTENSION.values()} - {"\x1b"}:
        assert sent(char)[0].data.length == septets(char)


def test_importing_gsmmodem_warns_nobody() -> None:
    """With warnings as errors and nothing compiled beforehand."""
    code = "import warnings, sys; sys.dont_write_bytecode = True; import modem.pdu"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "pycache_prefix=/nonexistent", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")

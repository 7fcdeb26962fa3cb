"""The network's own PDU code, against python-gsmmodem-new's where that is sound, and by itself."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from gsmmodem.pdu import decodeSmsPdu, encodeSmsSubmitPdu
from hypothesis import given
from hypothesis import strategies as st

from modem.virtual import alphabet, tpdu
from tests.modem.virtual.client import submit_pdu

NOW = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
GSM7 = st.text(alphabet=[char for char in alphabet.BASIC if char != "\x1b"] + list(alphabet.EXTENSION.values()))
ANY = st.text(alphabet=st.characters(codec="utf-16"), max_size=400)


@given(GSM7)
def test_septets_survive_packing(text: str) -> None:
    septets = alphabet.encode(text)
    assert septets is not None
    for fill in range(7):
        assert alphabet.unpack(alphabet.pack(septets, fill), len(septets), fill) == septets
    assert alphabet.decode(septets) == text


@given(ANY)
def test_any_text_is_whole_again_after_its_parts_are_joined(text: str) -> None:
    parts = tpdu.user_data(text, 300)
    assert all(len(part.octets) <= 140 for part in parts)
    assert tpdu.text_of(parts[0].alphabet, b"".join(part.content() for part in parts)) == text
    assert [part.part for part in parts if part.part] == [(44, len(parts), at) for at in range(1, len(parts) + 1)][
        : len(parts) if len(parts) > 1 else 0
    ]


@given(ANY, st.from_regex(r"\+[1-9][0-9]{5,13}", fullmatch=True))
def test_a_submit_is_read_as_it_was_made(text: str, to: str) -> None:
    for data in tpdu.user_data(text, 9):
        read = tpdu.parse_submit(submit_pdu(to, data, report=True), NOW)
        assert (read.to, read.data, read.report, read.valid_s) == (to, data, True, 86_400.0)


@given(st.text(alphabet=[char for char in alphabet.BASIC if char not in "\x1b`§@"], min_size=1, max_size=400))
def test_a_submit_of_python_gsmmodem_is_read(text: str) -> None:
    read = [
        tpdu.parse_submit(bytes(pdu.data)[1:], NOW)
        for pdu in encodeSmsSubmitPdu("+628123456789", text, reference=1, requestStatusReport=False)
    ]
    assert {one.to for one in read} == {"+628123456789"}
    joined = tpdu.text_of(read[0].data.alphabet, b"".join(one.data.content() for one in read))
    assert joined == text


@given(st.text(alphabet="abcdefghij KLM0123456789.,!?éñü火災", min_size=1, max_size=60))
def test_python_gsmmodem_reads_a_deliver(text: str) -> None:
    octets = tpdu.deliver("+628123456789", tpdu.stamp(NOW, timedelta(hours=7)), tpdu.user_data(text)[0])
    seen = decodeSmsPdu((tpdu.service_centre("+6281100000") + octets).hex().upper())
    assert (seen["text"], seen["number"], seen["smsc"]) == (text, "+628123456789", "+6281100000")
    assert seen["time"] == NOW


def test_python_gsmmodem_reads_a_status_report() -> None:
    at = tpdu.stamp(NOW, timedelta(hours=7))
    octets = tpdu.status_report(77, "+628123456789", at, tpdu.stamp(NOW + timedelta(seconds=9), timedelta(hours=7)), 0)
    seen = decodeSmsPdu((tpdu.service_centre("+6281100000") + octets).hex().upper())
    assert (seen["type"], seen["reference"], seen["number"], seen["status"]) == (
        "SMS-STATUS-REPORT",
        77,
        "+628123456789",
        0,
    )


@pytest.mark.parametrize(
    ("validity", "seconds"),
    [
        (0, 300.0),
        (143, 43_200.0),
        (144, 45_000.0),
        (167, 86_400.0),
        (168, 172_800.0),
        (196, 2_592_000.0),
        (197, 3_024_000.0),
    ],
)
def test_relative_validity_follows_its_formula(validity: int, seconds: float) -> None:
    octets = submit_pdu("+62812", tpdu.user_data("x")[0], validity=bytes((validity,)))
    assert tpdu.parse_submit(octets, NOW).valid_s == seconds


def test_absolute_validity_counts_from_now() -> None:
    until = tpdu.stamp(NOW + timedelta(hours=2), timedelta(hours=-3))
    octets = bytearray(submit_pdu("+62812", tpdu.user_data("x")[0], validity=until))
    octets[0] |= 0x18
    assert tpdu.parse_submit(bytes(octets), NOW).valid_s == 7200.0


@pytest.mark.parametrize(
    ("dcs", "code", "message_class"),
    [
        (0x00, tpdu.GSM7, None),
        (0x10, tpdu.GSM7, 0),
        (0x18, tpdu.UCS2, 0),
        (0x08, tpdu.UCS2, None),
        (0xF0, tpdu.GSM7, 0),
        (0xF5, tpdu.EIGHT_BIT, 1),
        (0xE0, tpdu.UCS2, None),
        (0xC8, tpdu.GSM7, None),
    ],
)
def test_the_data_coding_scheme_names_alphabet_and_class(dcs: int, code: int, message_class: int | None) -> None:
    data = tpdu.UserData(dcs=dcs, header=False, length=0, octets=b"")
    assert (data.alphabet, data.message_class) == (code, message_class)


def test_python_gsmmodem_reads_an_alphanumeric_sender() -> None:
    octets = tpdu.deliver("BMKG-INFO", tpdu.stamp(NOW, timedelta(hours=7)), tpdu.user_data("AWAS")[0])
    assert decodeSmsPdu("00" + octets.hex().upper())["number"] == "BMKG-INFO"


@given(st.binary(max_size=180))
def test_no_octets_make_the_reader_raise_anything_but_its_own_error(octets: bytes) -> None:
    with contextlib.suppress(tpdu.TpduError):
        tpdu.parse_submit(octets, NOW)

"""Reading PDUs: every row of the table on which other codecs stumble, and nothing but PduError for the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import gsmmodem.pdu
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from modem.pdu import Alphabet, Deliver, PduError, StatusReport, Submitted, decode, describe, join

HEAD = "0791261808009496"  # a service centre
FROM = "0C91261800001010"  # +628100000101
STAMP = "62107181210582"  # 2026-01-17 18:12:50 +07:00


def packed(septets: list[int], skip_bits: int = 0) -> bytes:
    """Septets as TS 23.038, 6.1.2.1 packs them, by one big number."""
    bits = sum(septet << (skip_bits + 7 * place) for place, septet in enumerate(septets))
    return bits.to_bytes((skip_bits + 7 * len(septets) + 7) // 8, "little")


def message(dcs: int, length: int, body: bytes, *, header: bool = False, stamp: str = STAMP, sender: str = FROM) -> str:
    first = "44" if header else "04"
    return f"{HEAD}{first}{sender}00{dcs:02X}{stamp}{length:02X}{body.hex()}".upper()


def gsm7(septets: list[int], header: bytes = b"") -> str:
    """A GSM 7-bit message, with its user data header (length octet not included)."""
    if not header:
        return message(0, len(septets), packed(septets))
    used = len(header) + 1
    filled = (used * 8 + 6) // 7
    rest = packed(septets, filled * 7 - used * 8)
    return message(0, filled + len(septets), bytes((len(header),)) + header + rest, header=True)


def ucs2(text: str | bytes, header: bytes = b"") -> str:
    body = text.encode("utf-16-be") if isinstance(text, str) else text
    body = bytes((len(header),)) + header + body if header else body
    return message(8, len(body), body, header=bool(header))


def read(pdu: str) -> Deliver:
    found = decode(pdu)
    assert isinstance(found, Deliver)
    return found


TOLONG = [ord(char) for char in "TOLONG"]


def test_a_published_example_reads_as_published() -> None:
    found = read("07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37")
    assert (found.sender, found.text, found.smsc) == ("27838890001", "hellohello", "+27381000015")
    assert found.sent_at is not None
    assert found.sent_at.isoformat() == "1999-03-29T15:16:59+02:00"


def test_a_plain_message_is_read_whole() -> None:
    found = read(gsm7(TOLONG))
    assert found.text == "TOLONG"
    assert found.sender == "+628100000101"
    assert (found.ref, found.part, found.parts, found.ref_bits) == (None, 1, 1, None)
    assert found.sent_at == datetime(2026, 1, 17, 11, 12, 50, tzinfo=UTC)
    assert found.sent_at is not None
    assert found.sent_at.utcoffset() == timedelta(hours=7)


@pytest.mark.parametrize(
    ("header", "ref", "bits"),
    [
        ("0003050301", 5, 8),
        ("0804012C0301", 300, 16),
        ("05040B8423F00003050301", 5, 8),
        ("000305030105040B8423F0", 5, 8),
    ],
    ids=["8-bit reference", "16-bit reference", "port, then reference", "reference, then port"],
)
def test_no_part_loses_its_first_character(header: str, ref: int, bits: int) -> None:
    found = read(gsm7(TOLONG, bytes.fromhex(header)))
    assert found.text == "TOLONG"
    assert (found.ref, found.part, found.parts, found.ref_bits) == (ref, 1, 3, bits)
    assert found.port == (2948 if "0B84" in header else None)
    wide = read(ucs2("TOLONG", bytes.fromhex(header)))
    assert (wide.text, wide.ref) == ("TOLONG", ref)


def test_a_16_bit_port_alone_leaves_a_message_alone() -> None:
    found = read(gsm7(TOLONG, bytes.fromhex("05040B8423F0")))
    assert (found.text, found.ref, found.port) == ("TOLONG", None, 2948)


@pytest.mark.parametrize("count", range(1, 161))
def test_a_final_at_sign_is_kept_at_every_length(count: int) -> None:
    assert read(gsm7([0x41] * (count - 1) + [0x00])).text == "A" * (count - 1) + "@"


def test_the_section_sign_and_the_back_tick_are_not_mixed_up() -> None:
    assert read(gsm7([0x5F])).text == "§"


def test_every_character_of_the_extension_is_read() -> None:
    codes = [0x0A, 0x14, 0x28, 0x29, 0x2F, 0x3C, 0x3D, 0x3E, 0x40, 0x65]
    assert read(gsm7([septet for code in codes for septet in (0x1B, code)])).text == "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("septets", "text"),
    [([0x1B, 0x41], "A"), ([0x41, 0x1B], "A "), ([0x1B, 0x1B, 0x42], " B"), ([], "")],
    ids=["unknown extension", "escape at the end", "escape twice", "empty"],
)
def test_odd_septets_are_read_as_the_standard_asks(septets: list[int], text: str) -> None:
    assert read(gsm7(septets)).text == text


def test_emoji_are_whole_characters() -> None:
    assert read(ucs2("api 🔥!")).text == "api 🔥!"


def test_a_character_split_between_two_parts_is_joined_as_bytes() -> None:
    octets = "x🔥y".encode("utf-16-be")
    first = read(ucs2(octets[:4], bytes.fromhex("0003070201")))
    second = read(ucs2(octets[4:], bytes.fromhex("0003070202")))
    assert first.text == "x\ufffd"  # a half alone is no text; it never leaves as a lone surrogate
    assert join([second, first]) == "x🔥y"


def test_an_escape_split_from_its_character_is_joined() -> None:
    first = read(gsm7([0x41, 0x1B], bytes.fromhex("0003070201")))
    second = read(gsm7([0x65, 0x42], bytes.fromhex("0003070202")))
    assert join([first, second]) == "A€B"


def test_parts_in_two_alphabets_are_joined() -> None:
    first = read(gsm7(TOLONG, bytes.fromhex("0003070201")))
    second = read(ucs2(" 🔥", bytes.fromhex("0003070202")))
    assert join([first, second]) == "TOLONG 🔥"


@pytest.mark.parametrize(
    ("dcs", "alphabet", "shown"),
    [
        (0x00, Alphabet.GSM7, None),
        (0x10, Alphabet.GSM7, 0),
        (0x18, Alphabet.UCS2, 0),
        (0x04, Alphabet.OCTETS, None),
        (0x11, Alphabet.GSM7, 1),
        (0x08, Alphabet.UCS2, None),
        (0x0C, Alphabet.GSM7, None),
        (0x20, Alphabet.COMPRESSED, None),
        (0x48, Alphabet.UCS2, None),
        (0x80, Alphabet.GSM7, None),
        (0xB4, Alphabet.GSM7, None),
        (0xC0, Alphabet.GSM7, None),
        (0xD8, Alphabet.GSM7, None),
        (0xE0, Alphabet.UCS2, None),
        (0xEB, Alphabet.UCS2, None),
        (0xF0, Alphabet.GSM7, 0),
        (0xF1, Alphabet.GSM7, 1),
        (0xF4, Alphabet.OCTETS, 0),
        (0xF7, Alphabet.OCTETS, 3),
    ],
)
def test_the_coding_scheme_names_the_alphabet_and_the_class(dcs: int, alphabet: Alphabet, shown: int | None) -> None:
    bodies = {Alphabet.GSM7: (6, packed(TOLONG)), Alphabet.UCS2: (12, "TOLONG".encode("utf-16-be"))}
    length, body = bodies.get(alphabet, (6, b"TOLONG"))
    found = read(message(dcs, length, body))
    assert (found.alphabet, found.message_class) == (alphabet, shown)
    assert found.text == (None if alphabet is Alphabet.COMPRESSED else "TOLONG")


def test_8_bit_data_is_text_only_where_a_person_could_have_written_it() -> None:
    assert read(message(4, 5, "né!\n".encode())).text == "né!\n"
    assert read(message(4, 3, b"n\xe9!")).text == "né!"
    assert read(message(4, 3, b"\x00\x06\x97")).text is None
    assert read(message(4, 3, b"\x00\x06\x97")).data == b"\x00\x06\x97"


@pytest.mark.parametrize(
    "stamp",
    ["00000000000000", "62200381210582", "6213718121A582", "621071812105F2", "FFFFFFFFFFFFFF", "62107152210582"],
    ids=["zero", "30 February", "letters", "offset of a nibble", "all ones", "hour 25"],
)
def test_a_bad_time_stamp_costs_the_stamp_and_not_the_message(stamp: str) -> None:
    found = read(message(0, 6, packed(TOLONG), stamp=stamp))
    assert found.text == "TOLONG"
    assert found.sent_at is None


def test_an_offset_west_of_greenwich_is_read() -> None:
    found = read(message(0, 6, packed(TOLONG), stamp="6210718121051A"))
    assert found.sent_at is not None
    assert found.sent_at.utcoffset() == timedelta(minutes=-15 * 21)


@pytest.mark.parametrize("name", ["BRI-OTP", "TELKOMSEL", "INFO", "8CHARSXX", "A"])
def test_the_name_of_an_alphanumeric_sender_has_neither_more_nor_less(name: str) -> None:
    septets = [ord(char) for char in name]
    body = packed(septets)
    for digits in {(7 * len(name) + 3) // 4, len(body) * 2}:
        found = read(message(0, 1, packed([0x41]), sender=f"{digits:02X}D0{body.hex()}"))
        assert (found.sender, found.alphanumeric) == (name, True)


@pytest.mark.parametrize(
    ("address", "number"),
    [("038163F3", "363"), ("0C81802100001032", "081200000123"), ("0081", ""), ("0091", ""), ("0691A11032", "+1*0123")],
    ids=["short code", "national", "withheld", "withheld, international", "a star"],
)
def test_numbers_are_read_as_they_came(address: str, number: str) -> None:
    found = read(message(0, 6, packed(TOLONG), sender=address))
    assert (found.sender, found.alphanumeric, found.text) == (number, False, "TOLONG")


@pytest.mark.parametrize("element", ["0003070001", "0003070304", "0003070300", "080400070400"])
def test_part_numbers_that_cannot_be_leave_the_message_alone(element: str) -> None:
    found = read(gsm7(TOLONG, bytes.fromhex(element)))
    assert (found.text, found.ref, found.parts) == ("TOLONG", None, 1)
    assert found.notes


def test_of_two_references_the_last_counts() -> None:
    found = read(gsm7(TOLONG, bytes.fromhex("0003050301" + "0804012C0302")))
    assert (found.ref, found.part, found.ref_bits, found.text) == (300, 2, 16, "TOLONG")


@pytest.mark.parametrize(("element", "kind"), [("240103", "single"), ("250103", "locking")])
def test_national_shift_tables_are_ignored_and_noted(element: str, kind: str) -> None:
    found = read(gsm7(TOLONG, bytes.fromhex(element)))
    assert found.text == "TOLONG"
    assert any(kind in note for note in found.notes)


@pytest.mark.parametrize("element", ["0009050301", "00", "0003050301FF"])
def test_a_malformed_element_costs_itself_and_not_the_text(element: str) -> None:
    found = read(gsm7(TOLONG, bytes.fromhex(element)))
    assert found.text == "TOLONG"
    assert found.notes


def test_a_header_without_text_is_an_empty_message() -> None:
    assert read(gsm7([], bytes.fromhex("0003050301"))).text == ""


def test_a_reserved_message_type_is_read_as_a_message() -> None:
    assert read(gsm7(TOLONG).replace(HEAD + "04", HEAD + "07", 1)).text == "TOLONG"


@pytest.mark.parametrize(
    ("status", "words"), [(0x00, "delivered"), (0x30, "still trying"), (0x46, "expired")], ids=lambda value: str(value)
)
def test_a_status_report_is_read(status: int, words: str) -> None:
    found = decode(f"{HEAD}062A{FROM}{STAMP}{STAMP}{status:02X}")
    assert isinstance(found, StatusReport), words
    assert (found.reference, found.to, found.status) == (42, "+628100000101", status)
    assert found.sent_at == found.done_at == datetime(2026, 1, 17, 11, 12, 50, tzinfo=UTC)


def test_a_message_that_was_written_on_the_sim_is_known_as_such() -> None:
    found = decode("0011000B916407281553F80000AA0AE8329BFD4697D9EC37")
    assert isinstance(found, Submitted)
    assert (found.to, found.text) == ("+46708251358", "hellohello")


@pytest.mark.parametrize("pdu", ["", "0", "zz", "07", "AT+CMGS", HEAD, "ÿÿ", "00" * 3, "F" * 400])
def test_what_is_no_pdu_says_so_and_keeps_the_raw_text(pdu: str) -> None:
    with pytest.raises(PduError) as fault:
        decode(pdu)
    assert fault.value.raw == pdu


def test_a_truncated_pdu_is_refused_at_every_length() -> None:
    whole = gsm7(TOLONG, bytes.fromhex("0003050301"))
    for length in range(len(whole) - 1):
        with pytest.raises(PduError):
            decode(whole[:length])


def test_a_header_longer_than_the_user_data_is_refused() -> None:
    with pytest.raises(PduError, match="header needs 256 octets of 4"):
        decode(message(8, 4, b"\xff\x00\x03\x05", header=True))


@given(st.binary(max_size=200).map(bytes.hex) | st.text(max_size=40))
@example("00" + "04" + "00" * 30)
def test_nothing_but_pdu_error_comes_of_any_octets(pdu: str) -> None:
    try:
        found = decode(pdu)
    except PduError:
        return
    if isinstance(found, Deliver):
        (found.text or "").encode("utf-8")  # a lone surrogate would raise


@given(st.lists(st.integers(0, 0x7F), max_size=120), st.sampled_from(["", "0003050301", "05040B8423F00003050301"]))
def test_the_oracle_reads_the_same_where_it_is_sound(septets: list[int], header: str) -> None:
    """``gsmmodem``'s decoder is sound for headers of an odd number of octets, without escape, ``§`` or final ``@``."""
    septets = [septet if septet not in (0x1B, 0x5F, 0x00) else 0x20 for septet in septets] + [0x41]
    pdu = gsm7(septets, bytes.fromhex(header))
    assert read(pdu).text == gsmmodem.pdu.decodeSmsPdu(pdu)["text"]


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=60))
def test_the_oracle_reads_the_same_ucs2(text: str) -> None:
    assert read(ucs2(text)).text == gsmmodem.pdu.decodeSmsPdu(ucs2(text))["text"] == text


def test_a_row_for_people_has_every_key_whatever_came() -> None:
    keys = ["type", "sender", "sent_at", "text", "ref", "part", "parts", "class", "error"]
    rows = [describe(pdu) for pdu in (gsm7(TOLONG), "nonsense", f"{HEAD}062A{FROM}{STAMP}{STAMP}00")]
    assert all(list(row)[: len(keys)] == keys for row in rows)
    assert [row["type"] for row in rows] == ["deliver", None, "status-report"]
    assert [bool(row["error"]) for row in rows] == [False, True, False]
    assert rows[0]["sent_at"] == "2026-01-17T18:12:50+07:00"

"""A NIK: its form, where it stands in a text, and that nothing but its keyed hash is kept."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.nik import MASK, fault_of_nik, find_nik, hashed, masked_text, nik_key

KEY = bytes(range(32))
GOOD = "1275014507620003"  # a woman's, born on the 5th

FORMS = [
    (GOOD, ""),
    ("1275010507620003", ""),
    ("3171032912000001", ""),  # from elsewhere: where it was first issued, no address
    ("1275012902000001", ""),  # the 29th of February of a year that may be a leap year
    ("1275016902040001", ""),
    ("1275012902010001", "date"),
    ("1275013002000001", "date"),
    ("1275013113620001", "date"),
    ("1275010007620001", "date"),
    ("1275014007620001", "date"),  # 40: a woman's day 0
    ("1275017207620001", "date"),
    ("1275010507620000", "serial"),
    ("0075010507620001", "place"),
    ("1200010507620001", "place"),
    ("1275000507620001", "place"),
    ("127501450762000", "digits"),
    ("12750145076200031", "digits"),
    ("127501450762000x", "digits"),
    ("١٢٧٥٠١٤٥٠٧٦٢٠٠٠٣", "digits"),
    ("", "digits"),
]


@pytest.mark.parametrize(("digits", "fault"), FORMS)
def test_the_form_is_checked_and_nothing_more(digits: str, fault: str) -> None:
    assert fault_of_nik(digits) == fault


TEXTS = [
    (f"Siti#{GOOD}#Paya Roba", GOOD, False),
    ("siti 1275 0145 0762 0003 paya roba", GOOD, False),
    ("nik:127501.450762.0003, paya roba", GOOD, False),
    ("NIK 127501-450762-0003", GOOD, False),
    (f"{GOOD}#1275011503100007#", GOOD, False),  # the second is the family card's
    ("siti 127501450762000 paya roba", "", True),  # a digit too few
    ("siti 12750145076200031 paya roba", "", True),
    ("siti 1275013113620001", "", True),
    ("siti 081234567890 paya roba", "", False),
    ("siti 0812-3456-7890, jl kentang 7", "", False),
    ("", "", False),
]


@pytest.mark.parametrize(("text", "nik", "wrong"), TEXTS)
def test_it_is_found_in_a_text_and_taken_out(text: str, nik: str, wrong: bool) -> None:
    found = find_nik(text)
    assert (found.nik, found.wrong) == (nik, wrong)
    if nik:
        assert nik not in "".join(char for char in found.rest if char.isdigit())
        assert MASK in masked_text(text)
        assert nik not in "".join(char for char in masked_text(text) if char.isdigit())


def test_telephone_numbers_are_not_masked() -> None:
    text = "ibu siti 0812-3456-7890 atau +62 812 3456 78901, jl kentang 7"
    assert masked_text(text) == text


@given(st.text(max_size=80), st.sampled_from(["", " ", "#", ".", "-"]), st.text(max_size=80))
def test_no_text_whatever_raises_and_none_keeps_a_nik(before: str, mark: str, after: str) -> None:
    text = f"{before} {mark.join((GOOD[:6], GOOD[6:12], GOOD[12:]))} {after}"
    assert GOOD not in masked_text(text)
    assert GOOD not in find_nik(text).rest
    masked_text(masked_text(text))


def test_the_hash_is_keyed_and_of_whole_niks_only() -> None:
    assert hashed(KEY, GOOD) == hashed(KEY, GOOD) != hashed(bytes(32), GOOD)
    assert GOOD not in hashed(KEY, GOOD)
    for key, nik in ((b"", GOOD), (KEY[:31], GOOD), (KEY, "0" * 16), (KEY, "")):
        with pytest.raises(ValueError, match="whole key"):
            hashed(key, nik)


def test_the_key_is_made_once_and_is_readable_by_nobody_else(tmp_path: Path) -> None:
    key = nik_key(tmp_path)
    assert len(key) == 32
    assert nik_key(tmp_path) == key
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

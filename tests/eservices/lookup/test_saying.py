"""What is found, said: masked, dated, in one SMS whatever the rows hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from config.gsm7 import ONE_SMS, septets
from config.lookup import Form
from eservices.lookup.listing import page
from eservices.lookup.masking import masked, spoken
from eservices.lookup.rows import Found, Unanswered, shareable
from eservices.lookup.saying import Saying
from gateway.asking import shown
from gateway.dialogue import Who

CITY = load_city("binjai")
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WHO = Who(number="+6281200009051", at=AT, language="id")
SAYING = Saying(CITY)


@pytest.mark.parametrize(
    ("name", "as_read", "as_heard"),
    [
        ("Siti Aminah", "S*** A***", "S A"),
        ("Ani", "A***", "A"),
        ("I", "I***", "I"),
        ("M. Yusuf Siregar", "M*** Y*** S***", "M Y S"),
        ("'siti'", "S***", "S"),
        ("Raden Mas Siti Nur Aminah", "R*** M*** S*** N***", "R M S N"),
        ("Siti-Aminah", "S***", "S"),
        ("M.Y. Siregar", "M*** S***", "M S"),
        ("Nuraini " * 40, "N*** N*** N*** N***", "N N N N"),
        ("N" * 300, "N***", "N"),
        ("", "", ""),
        ("...", "", ""),
        ("\U0001f600", "", ""),
    ],
)
def test_a_name_is_masked_and_says_nothing_of_its_length(name: str, as_read: str, as_heard: str) -> None:
    assert masked(name) == as_read
    assert masked(as_read) == as_read
    assert spoken(name) == as_heard


def test_a_name_of_which_nothing_can_be_said_is_said_as_unknown() -> None:
    lookup = CITY.lookups["pbb"]
    row = {**lookup.rows[0], "name": "\U0001f600"}
    assert " a.n. -, " in SAYING.row(lookup, "127503000400501230", Found(rows=(row,)), row, WHO)


def test_what_is_remembered_between_two_screens_names_nobody() -> None:
    lookup = CITY.lookups["pbb"]
    assert shareable(lookup, lookup.rows[0])["name"] == "S*** A***"


def test_a_bill_is_said_with_money_and_dates_as_people_write_them() -> None:
    lookup = CITY.lookups["pbb"]
    row = lookup.rows[2]
    said = SAYING.row(lookup, "127501000201100400", Found(rows=(row,)), row, WHO)
    assert "Rp 1.250.000" in said
    assert "30/11/2026" in said
    assert row["name"] not in said


def test_what_was_known_before_is_said_with_its_time() -> None:
    lookup = CITY.lookups["pbb"]
    row = lookup.rows[0]
    found = Found(rows=(row,), as_of=datetime(2026, 11, 3, 7, 2, tzinfo=UTC), kept=True)
    said = SAYING.row(lookup, "127503000400501230", found, row, WHO)
    assert said.endswith("(Keadaan 03/11/2026 14.02)")
    assert (septets(said) or 0) <= ONE_SMS


def test_a_source_that_is_away_is_said_in_plain_words() -> None:
    said = SAYING.letter(CITY.lookups["pbb"], "127503000400501230", Unanswered.AWAY, WHO)
    assert said.startswith("Pajak PBB: datanya belum bisa dibuka sekarang.")


def test_a_deadline_is_counted_in_working_days() -> None:
    lookup = CITY.lookups["izin"]
    rows = {row["number"]: row for row in lookup.rows}
    late = SAYING.row(lookup, "20260398", Found(rows=(rows["2026-0398"],)), rows["2026-0398"], WHO)
    assert "Batasnya 04/11/2026, lewat 13 hari kerja" in late
    on_time = SAYING.row(lookup, "20260413", Found(rows=(rows["2026-0413"],)), rows["2026-0413"], WHO)
    assert "Paling lambat selesai 27/11/2026 (4 hari kerja lagi)" in on_time


CELLS = st.text(max_size=80)


@given(data=st.data(), kept=st.booleans(), voice=st.booleans(), language=st.sampled_from(["id", "en", "xx"]))
def test_whatever_a_row_holds_it_is_one_sms(data: st.DataObject, kept: bool, voice: bool, language: str) -> None:
    lookup = CITY.lookups[data.draw(st.sampled_from(sorted(CITY.lookups)))]
    rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(lookup.columns, CELLS)), min_size=1, max_size=12))
    who = Who(number="", at=AT, language=language, voice=voice)
    found = Found(rows=tuple(rows), as_of=AT, kept=kept)
    for said in (
        SAYING.letter(lookup, "1" * 30, found, who),
        SAYING.row(lookup, "1" * 30, found, rows[0], who),
        SAYING.nothing(lookup, "1" * 30, found, who),
        SAYING.away(lookup, "1" * 30, who),
    ):
        assert said
        width = septets(said)
        assert width is not None
        assert width <= ONE_SMS
    for name, column in lookup.columns.items():
        if column.form is Form.NAME and len(rows[0][name].strip()) > 24:
            assert rows[0][name] not in SAYING.row(lookup, "1", found, rows[0], who)


@given(
    title=st.text("abc ", max_size=60),
    labels=st.lists(st.text(max_size=80), min_size=1, max_size=30),
    start=st.integers(-5, 40),
    lines=st.sampled_from([5, 30]),
)
def test_a_list_is_told_in_pages_of_one_sms_and_leaves_nothing_out(
    title: str, labels: list[str], start: int, lines: int
) -> None:
    one = page(title, labels, start, "Berikutnya", lines)
    assert 1 <= one.shown <= lines
    assert one.shown == 1 or (septets(shown(one.screen)) or 0) <= ONE_SMS
    at, seen = 0, 0
    while True:
        one = page(title, labels, at, "Berikutnya", lines)
        seen += one.shown
        if not one.next:
            break
        assert one.next > at
        at = one.next
    assert seen == len(labels)

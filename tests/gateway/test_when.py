"""What people write of days and hours is read as they mean it, and what is none is not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.times import TimeWords, load_times
from gateway.numerals import number
from gateway.when import When, when

WORDS = load_times("id")
WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=WIB)  # a Wednesday
TABLE = [
    line.split("|") for line in Path(__file__).with_name("when_table.txt").read_text("utf-8").splitlines()[2:] if line
]
MONTHS = ["", "januari", "pebruari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober"]
MONTHS += ["nopember", "desember"]
SHORT = ["", "jan", "feb", "mar", "apr", "mei", "jun", "jul", "agt", "sep", "okt", "nov", "des"]
UNITS = ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]


def told(found: When) -> list[str]:
    if found.options:
        day = "?" + ",".join(one.isoformat() for one in found.options)
    elif found.range is not None:
        day = "..".join(one.isoformat() for one in found.range)
    else:
        day = found.date.isoformat() if found.date else ""
    hour = f"{found.time:%H:%M}" if found.time else ""
    return [day, hour, found.part_of_day or "", "past" if found.past else ""]


def spelt(value: int) -> str:
    """The number in words, as it is taught at school."""
    if value < 12:
        return UNITS[value]
    if value < 20:
        return f"{spelt(value - 10)} belas"
    for scale, name, one in (
        (10**6, "juta", ""),
        (1000, "ribu", "seribu"),
        (100, "ratus", "seratus"),
        (10, "puluh", ""),
    ):
        if value >= scale:
            head = one if value // scale == 1 and one else f"{spelt(value // scale)} {name}"
            return f"{head} {spelt(value % scale)}".strip()
    raise AssertionError


@pytest.mark.parametrize("row", TABLE, ids=[row[0].strip() for row in TABLE])
def test_what_is_written_is_read_as_it_is_meant(row: list[str]) -> None:
    meant = [one.strip() for one in (*row[1:], "", "", "", "")][:4]
    assert told(when(row[0].strip(), NOW)) == meant


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 120


@pytest.mark.parametrize("row", TABLE, ids=[row[0].strip() for row in TABLE])
def test_what_was_read_lies_in_the_text(row: list[str]) -> None:
    text = row[0].strip()
    found = when(text, NOW)
    assert all(0 <= begin < end <= len(text) for begin, end in found.span)
    assert bool(found.span) == bool(found.saw)


@given(days=st.integers(0, 270), offset=st.integers(0, 800), form=st.integers(0, 11))
def test_a_day_written_in_any_way_is_that_day(days: int, offset: int, form: int) -> None:
    now = NOW + timedelta(days=offset)
    day = now.date() + timedelta(days=days)
    forms = [
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%y}",
        day.isoformat(),
        f"tgl {day.day}/{day.month}",
        f"{day.day}/{day.month}",
        f"{day.day} {MONTHS[day.month]}",
        f"{day.day} {SHORT[day.month]} {day.year % 100}",
        f"{spelt(day.day)} {MONTHS[day.month]} {day.year}",
        f"tanggal {spelt(day.day)} bulan {spelt(day.month)}",
        f"{days} hari lagi" if days else "hari ini",
        f"{spelt(days)} hari lg" if days else "skrg",
    ]
    found = when(f"mau ke dokter {forms[form]} ya bu", now)
    assert found.date == day
    assert not found.past


@given(ahead=st.integers(1, 7), hour=st.integers(6, 17), minute=st.integers(0, 59), dotted=st.booleans())
def test_a_weekday_and_an_hour_are_the_next_such(ahead: int, hour: int, minute: int, dotted: bool) -> None:
    day = NOW.date() + timedelta(days=ahead)
    name = ["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"][day.weekday()]
    found = when(f"{name} jam {hour}{'.' if dotted else ':'}{minute:02}", NOW)
    assert (found.date, found.time) == (day, time(hour, minute))


@given(text=st.text(max_size=60) | st.from_regex(r"[a-z0-9 ./:-]{0,40}", fullmatch=True))
def test_no_text_is_too_strange(text: str) -> None:
    found = when(text, NOW)
    assert found.date is None or isinstance(found.date, date)


@given(value=st.integers(1, 999_999_999))
def test_a_number_in_words_or_digits_is_that_number(value: int) -> None:
    assert number(spelt(value), WORDS) == value
    assert number(spelt(value).replace(" ", "") if value < 100 else str(value), WORDS) == value
    assert number(f"{value:,}".replace(",", "."), WORDS) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lapan", 8),
        ("dlapan belas", 18),
        ("se ratus dua puluh", 120),
        ("2 rb", 2000),
        ("2rb", 2000),
        ("1,5 jt", 1_500_000),
        ("setengah juta", 500_000),
        ("setengah", 0.5),
        ("1/2", 0.5),
        ("duapuluhlima", 25),
        ("50.000", 50_000),
        ("0", 0),
        ("nol", 0),
        ("dua puluh sepuluh", None),
        ("dua tiga", None),
        ("puluh", None),
        ("dua ekor", None),
        ("", None),
    ],
)
def test_numbers_as_they_are_typed(text: str, value: float | None) -> None:
    assert number(text, WORDS) == value


def test_a_language_without_words_reads_digits_alone() -> None:
    assert when("besok 12/12/2026", NOW, TimeWords()).date == date(2026, 12, 12)


@pytest.mark.parametrize(
    "text", ["9" * 310, "9" * 5000, f"jam {'9' * 400}", "9." * 400, f"{'a' * 9000} 5", "juta " * 900]
)
def test_what_is_no_number_that_anybody_says_is_read_without_a_fault(text: str) -> None:
    when(text, NOW)
    number(text, WORDS)


@pytest.mark.parametrize(
    ("text", "missing", "following"),
    [
        ("31 februari", "31/2", date(2027, 3, 1)),
        ("tgl 31/4", "31/4", date(2027, 5, 1)),
        ("dokter gigi 31 november jam 9", "31/11", date(2026, 12, 1)),
        ("29-02-2027", "29/2", date(2027, 3, 1)),
        ("31-04-2026", "31/4", date(2026, 5, 1)),
    ],
)
def test_a_day_that_no_calendar_has_is_no_day_and_is_said(text: str, missing: str, following: date) -> None:
    found = when(text, NOW, WORDS)
    assert (found.date, found.range, found.options) == (None, None, ())
    assert (found.missing, found.following) == (missing, following)


@pytest.mark.parametrize("text", ["31 desember", "tgl 30/4", "28-02-2027", "jl mawar 31/2", "30 menit lagi", "besok"])
def test_a_day_that_there_is_or_a_number_of_a_house_is_not_called_missing(text: str) -> None:
    assert when(text, NOW, WORDS).missing == ""

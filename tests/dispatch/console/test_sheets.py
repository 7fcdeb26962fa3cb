"""Tables to take away: whatever a stranger wrote, no cell of a CSV is a formula and no PDF fails."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dispatch.console.dates import exactly, moment_said
from dispatch.console.paper import Paper
from dispatch.console.sheets import Written, cell, sheet_csv, sheet_pdf, written
from dispatch.console.shown import shown
from dispatch.console.wrapping import wrapped
from gateway.page import Sheet

STINGS = "=+-@＝＋－＠﹢﹣﹦﹫\t\r"
BLANKS = " \u00a0\u2003\u3000'\"«“‘\ufeff\u200b\ufe0f\u200d\n"
WICKED = st.text(
    alphabet=st.sampled_from([*STINGS, *BLANKS, *',;|a1"()⟦', "🔥", "ש", "م", "\u202e", "\x00"]), max_size=20
)
ANY = st.one_of(st.text(max_size=40), WICKED)


def read_back(body: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def text_of(rows: list[list[str]]) -> Written:
    return Written(title="Tabel", columns=["a", "b"], rows=rows)


def test_a_column_of_times_names_the_zone_in_its_head_and_has_one_form() -> None:
    at = datetime(2026, 11, 22, 3, 5, 9, tzinfo=UTC)
    columns = ["waktu", "hari", "lama"]
    sheet = Sheet(name="x", title="Tabel", columns=columns, rows=[["", "", "3.05"], [at, date(2026, 11, 22), "x"]])
    found = written(sheet, "WITA", lambda one: exactly(one, ZoneInfo("Asia/Makassar")))
    assert list(found.columns) == ["waktu (WITA)", "hari (WITA)", "lama"]
    assert list(found.rows[1]) == ["2026-11-22T11:05:09+08:00", "2026-11-22", "x"]
    assert moment_said(at, ZoneInfo("Asia/Makassar"), "a b c d e f g h i j Nov l") == "22 Nov 2026 11.05"


def carried_out(text: str) -> bool:
    """As the greediest of spreadsheets would: blanks and signs that are not seen passed over, broad signs as narrow."""
    seen = "".join(char for char in text if unicodedata.category(char)[0] not in "ZC" and char != "\ufe0f")
    return unicodedata.normalize("NFKC", seen[:1]) in tuple("=+-@") or text.strip("\r\n").startswith(("\t", "\r"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("'=1", "''=1"),
        ('"=1"', '\'"=1"'),
        ("＝1", "'＝1"),
        ("＋628", "'＋628"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("\u200d=1", "'\u200d=1"),
        ("\ufeff=1", "⟦BOM⟧=1"),
        ("\t=1", "⟦␉⟧=1"),
        ("\r=1", "⟦␍⟧=1"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("aman;=1+1", "aman;'=1+1"),
        ("aman\n=1+1", "aman\n'=1+1"),
        ("a|=1", "a|'=1"),
        ("+6281234567890", "tel:+6281234567890"),
        ("081234567890", "'081234567890"),
        ("3275010101010001", "'3275010101010001"),
        ("12", "12"),
        ("0", "0"),
        ("1,5 %", "1,5 %"),
        ("tolong - rampok", "tolong - rampok"),
        ("", ""),
    ],
)
def test_a_cell_is_text_whatever_it_begins_with(text: str, written: str) -> None:
    assert cell(text) == written


@given(rows=st.lists(st.lists(ANY, min_size=2, max_size=2), max_size=5))
@example(rows=[['x","=1', "y\r\n=2"]])
def test_no_cell_is_a_formula_by_whichever_sign_cells_are_parted(rows: list[list[str]]) -> None:
    body = sheet_csv(text_of(rows))
    for parter in ",;\t|":
        for row in read_back(body, parter):
            assert not [one for one in row if carried_out(one)]


@given(rows=st.lists(st.lists(ANY, min_size=2, max_size=2), max_size=5))
def test_a_csv_reader_reads_back_just_the_cells(rows: list[list[str]]) -> None:
    assert read_back(sheet_csv(text_of(rows)))[1:] == [[cell(one) for one in row] for row in rows]


@given(text=ANY)
def test_nothing_is_lost_but_what_a_mark_stands_for(text: str) -> None:
    written = cell(text)
    assert written.replace("'", "").removeprefix("tel:") == shown(text).replace("'", "").removeprefix("tel:")


def pdf_text(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


@settings(max_examples=12, deadline=None)
@given(
    rows=st.lists(st.lists(st.one_of(ANY, st.text(min_size=300, max_size=3000)), min_size=2, max_size=2), max_size=3)
)
@example(rows=[["\n" * 500, "W" * 5000], ["\ud800", "🔥👩‍👩‍👧 שלום مرحبا 日本"]])
def test_any_text_has_its_page(rows: list[list[str]]) -> None:
    assert "Tabel" in pdf_text(sheet_pdf(text_of(rows)))


def test_a_pdf_can_be_read_back_with_the_letters_of_the_world() -> None:
    text = pdf_text(sheet_pdf(text_of([["Jl. Dr. Sutomo → Ñandú", "Ωмега ≤ 5"], ["api 🔥", "akhir"]])))
    for part in ("Jl. Dr. Sutomo → Ñandú", "Ωмега ≤ 5", "api □", "akhir"):
        assert part in text


def test_without_the_font_the_page_is_there_and_says_what_it_could_not(tmp_path: Path) -> None:
    paper = Paper(folders=(tmp_path,))
    paper.add_page()
    paper.sheet(["a", "b"], [["Jl. Mawar → 3", "api 🔥 日"]])
    assert "Jl. Mawar -> 3" in (text := pdf_text(bytes(paper.output())))
    assert "api ? ?" in text


def test_a_long_table_has_its_head_on_every_page_and_its_pages_are_numbered() -> None:
    body = sheet_pdf(text_of([[f"baris {nth}", "x"] for nth in range(120)]))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "a b" in page.replace("\n", " ")
        assert page.strip().endswith(str(number))


@given(text=st.text(alphabet="ab W\n", max_size=60), room=st.integers(1, 20))
def test_lines_keep_every_letter_and_fit_their_column(text: str, room: int) -> None:
    def width(letter: str) -> float:
        return 2.0 if letter == "W" else 1.0

    lines = wrapped(text, room, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")
    assert all(sum(map(width, line.strip())) <= room or len(line.strip()) == 1 for line in lines)

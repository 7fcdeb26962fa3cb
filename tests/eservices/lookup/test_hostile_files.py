"""Files that nobody means well with, or that broke on the way: refused in words, and read between other work: the loop
is never held for long, nor does memory fill with faults."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from config.city import load_city
from config.clock import VirtualClock
from config.lookup import Form
from config.lookup_rows import MOST_FAULTS, MOST_NEAR, MOST_ROW, RowFault
from eservices.lookup import importing
from tests.gateway.room import play

CITY = load_city("binjai")
PBB = CITY.lookups["pbb"]
HEAD = "nop,name,area,year,amount,due,paid\n"
GOOD = "127503000400000001,Siti Aminah,Paya Roba,2027,1000,2027-11-30,\n"
NEXT = ("127503000400000002,", "127503000400000002,,")
MANY = 60_000


def read(data: bytes) -> tuple[importing.Brought, int]:
    """What became of it, and how often others had a turn meanwhile."""
    turns = 0

    async def main(clock: VirtualClock) -> importing.Brought:
        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        task = asyncio.ensure_future(others())
        try:
            return await importing.read(PBB, CITY.areas, data, clock)
        finally:
            task.cancel()

    return play(main), turns


def faults(data: bytes) -> Sequence[tuple[int, str]]:
    return [(one.line, one.what) for one in read(data)[0].faults]


@pytest.mark.parametrize("line", ["\n", "x\n", ",,,,,,\n", "12,x,y,z,1,2,3\n", '"",' * 7 + "\n", "\r"])
def test_lines_that_hold_no_row_are_read_between_other_work_and_their_faults_end(line: str) -> None:
    brought, turns = read((HEAD + line * MANY).encode())
    assert brought.faults
    assert len(brought.faults) <= MOST_FAULTS + len(PBB.columns)
    assert turns >= 1


def test_blank_lines_between_rows_are_no_fault_and_hold_nobody_up() -> None:
    brought, turns = read((HEAD + "\n" * MANY + GOOD).encode())
    assert brought.faults == ()
    assert len(brought.rows) == 1
    assert turns >= MANY // importing.READ_AT_ONCE


@pytest.mark.parametrize(
    "body",
    [
        "," * (10 * 1024 * 1024),  # a row of ten million cells
        "x" * (10 * 1024 * 1024),  # one cell of 10 MB
        '"\n",' * 400_000,  # the same over many lines
        '"' + GOOD * 5000,  # a quote that is never closed
    ],
)
def test_a_row_that_does_not_end_is_refused_before_it_is_held_whole(body: str) -> None:
    assert faults((HEAD + GOOD + body).encode()) == [(3, "row")]
    assert faults((body + HEAD).encode())[:1] == [(1, "row")]
    assert len(body) > MOST_ROW


@pytest.mark.parametrize(
    "cut", ['127503000400000002,"Siti', "127503000400000002,Siti", "127503000400000002,S,Paya Roba"]
)
def test_a_file_that_was_cut_off_in_its_last_row_is_refused(cut: str) -> None:
    """Without its last cells a paid bill would be told as unpaid."""
    ((line, what),) = faults((HEAD + GOOD + cut).encode())
    assert (line, what) in {(3, "csv"), (3, "few")}


def test_a_table_of_cp1252_of_nul_and_of_other_line_ends() -> None:
    assert faults((HEAD + GOOD).encode().replace(b"Siti", b"Sit\xe9")) == [(1, "text")]
    assert faults((HEAD + GOOD.replace("Siti", "Si\0ti")).encode()) == [(2, "control")]
    for end in ("\r", "\r\n"):
        for mark in (";", "\t"):
            data = b"\xef\xbb\xbf" + (HEAD + GOOD).replace(",", mark).replace("\n", end).encode()
            assert len(read(data)[0].rows) == 1


def test_three_hundred_columns_are_read_and_only_ours_are_kept() -> None:
    more = ",".join(f"c{n}" for n in range(300))
    brought, _ = read((HEAD.strip() + f",{more}\n" + GOOD.strip() + "," * 300 + "\n").encode())
    assert brought.faults == ()
    ((_, row),) = brought.rows
    assert set(row) == set(PBB.columns)


def test_a_table_that_is_looked_through_for_each_question_has_an_end() -> None:
    """Of twenty thousand rows each question to it held every letter up for more than a second."""
    budget = CITY.lookups["anggaran"]
    cells = {Form.AREA: "Paya Roba", Form.DATE: "2026-12-31"}
    row = ",".join(cells.get(one.form, "1") for one in budget.columns.values())
    data = ",".join(budget.columns) + "\n" + f"{row}\n" * (MOST_NEAR + 1)

    async def main(clock: VirtualClock) -> importing.Brought:
        return await importing.read(budget, CITY.areas, data.encode(), clock)

    assert [(one.line, one.what) for one in play(main).faults] == [(MOST_NEAR + 2, "rows")]


def test_no_fault_repeats_a_key_or_a_formula_as_it_stands() -> None:
    brought, _ = read((HEAD + GOOD.replace("127503000400000001", "3275010101010001")).encode())
    assert "3275" not in " ".join(str(one) for one in brought.faults)
    assert isinstance(brought.faults[0], RowFault)


@pytest.mark.parametrize("unseen", list("\u200b\u200e\u200f\u202a\u202e\u2069\ufeff\u00ad"))
def test_what_nobody_sees_in_a_cell_changes_nothing(unseen: str) -> None:
    """Marks that come along with a number copied from a chat: a paid bill would be told as unpaid, a name backwards."""
    (paid,) = read((HEAD + GOOD.strip() + "2027-08-14\n").encode())[0].rows
    spoilt = GOOD.replace("Siti Aminah", f"Si{unseen}ti Aminah").replace(",1000,", f",{unseen}1000,").strip()
    (odd,) = read((HEAD + f"{unseen}{spoilt}2027-08-14{unseen}\n").encode())[0].rows
    assert odd == paid


@pytest.mark.parametrize("coded", ["utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_file_in_another_code_is_refused_with_the_cure(coded: str) -> None:
    (fault,) = read((HEAD + GOOD.replace("Siti", "Sit\u00e9")).encode(coded))[0].faults[:1]
    assert (fault.line, fault.what) in {(1, "text"), (1, "missing")}
    assert coded == "utf-16-le" or "UTF-8" in str(fault)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ('="12.75.030.004.000-0000.1"', "127503000400000001"),  # as a spreadsheet keeps figures from being a number
        ("1,27503E+17", None),
        (
            "1.27503E+17",
            None,
        ),  # what a spreadsheet leaves of it
        ("127503000400000000000", None),
    ],
)
def test_a_key_that_a_spreadsheet_has_spoilt_is_refused_and_never_somebody_elses(
    written: str, read_as: str | None
) -> None:
    cell = '"' + written.replace('"', '""') + '"'
    brought, _ = read((HEAD + GOOD.replace("127503000400000001", cell)).encode())
    assert [key for key, _ in brought.rows] == ([read_as] if read_as else [])
    assert [one.what for one in brought.faults] == ([] if read_as else ["key"])


def test_a_line_break_in_a_cell_is_a_blank_and_a_formula_is_words() -> None:
    """Nothing here reckons: the page escapes it, an SMS says it; a cell for other programs gets its quote there."""
    cells = GOOD.replace("Siti Aminah", '"Siti\r\nAminah"').replace("2027,", '"=HYPERLINK(""x"")",')
    ((_, row),) = read((HEAD + cells).encode())[0].rows
    assert (row["name"], row["year"]) == ("Siti Aminah", '=HYPERLINK("x")')

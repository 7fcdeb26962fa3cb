"""Tables to take away. In CSV no cell is a formula; in PDF every character has a picture or a mark."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dispatch.console.shown import shown
from gateway.page import Sheet

FORMULA = "=+-@\t\r"  # how a cell begins that a spreadsheet would carry out (OWASP CSV injection)
PARTERS = ",;\t\n|"  # what may part cells where a spreadsheet is told, or guesses, another sign than the comma
QUOTES = "'\"`´‘’“”«»‹›"
_PHONE = re.compile(r"\+[0-9]{3,15}")
_CODE = re.compile(r"0[0-9]+|[0-9]{12,}")
_PART = re.compile(f"([{re.escape(PARTERS)}])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A sheet whose every cell is text."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def written(sheet: Sheet, zone: str, say: Callable[[date], str]) -> Written:
    """``say`` writes days and instants; the heads of their columns name the zone: "Waktu (WIB)"."""
    timed = {place for row in sheet.rows for place, one in enumerate(row) if isinstance(one, date)}
    heads = [f"{head} ({zone})" if place in timed else head for place, head in enumerate(sheet.columns)]
    rows = [[say(one) if isinstance(one, date) else one for one in row] for row in sheet.rows]
    return Written(title=sheet.title, columns=heads, rows=rows, notes=sheet.notes)


def sheet_csv(sheet: Written) -> bytes:
    """UTF-8 with its mark, so that a spreadsheet reads the letters; RFC 4180, every cell within quotes."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([cell(one) for one in sheet.columns])
    writer.writerows([cell(one) for one in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def cell(text: str) -> str:
    """One cell: what would be a formula, or lose its noughts, is text.

    A telephone number is written as ``tel:+62…`` (RFC 3966): readable, and neither a formula nor a sum. Before what
    would begin a formula stands an apostrophe, also within the cell where a separator would make a cell of its rest."""
    safe = shown(text)
    if _PHONE.fullmatch(safe):
        return f"tel:{safe}"
    if _CODE.fullmatch(safe):  # a NIK, a number with a nought in front: no quantity
        return f"'{safe}"
    return "".join(part if place % 2 else _stung(part) for place, part in enumerate(_PART.split(safe)))


def _stung(part: str) -> str:
    return f"'{part}" if unicodedata.normalize("NFKC", _bare(part)[:1]).startswith(tuple(FORMULA)) else part


def _bare(part: str) -> str:
    """Without what some programs pass over at a cell's beginning: blanks, quotes, invisible signs."""
    for place, char in enumerate(part):
        if char in FORMULA:
            return part[place:]
        if not (char in QUOTES or char == "\ufe0f" or unicodedata.category(char)[0] in "ZC"):
            return part[place:]
    return ""


def sheet_pdf(sheet: Written) -> bytes:
    """A4 pages with the title, the table and its notes. Takes its time: call it in a thread."""
    from dispatch.console.paper import Paper  # the library of PDF is heavy, and seldom needed

    paper = Paper(wide=len(sheet.columns) > 5)
    paper.set_title(paper.said(sheet.title))
    paper.add_page()
    paper.paragraph(sheet.title, 14, bold=True)
    paper.ln(3)
    left = paper.sheet(sheet.columns, sheet.rows)
    notes = [*sheet.notes, *([f"+ {left} … CSV"] if left else [])]
    for one in notes:
        paper.ln(2)
        paper.paragraph(one, 8)
    return bytes(paper.output())

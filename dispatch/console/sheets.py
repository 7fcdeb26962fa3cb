"""Tables to take away. In CSV no cell is a formula; in PDF every character has a picture or a mark."""

from __future__ import annotations

import csv
import io

from fpdf import FPDF

from dispatch.console.shown import shown
from gateway.page import Sheet

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would carry out (OWASP CSV injection)


def sheet_csv(sheet: Sheet) -> bytes:
    """UTF-8 with its mark, so that a spreadsheet reads the letters; RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(one) for one in sheet.columns])
    writer.writerows([cell(one) for one in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def cell(text: str) -> str:
    """One cell: what would be a formula is text."""
    safe = shown(text)
    return f"'{safe}" if safe.lstrip(" \n\u00a0").startswith(FORMULA) or safe.startswith(FORMULA) else safe


def sheet_pdf(sheet: Sheet) -> bytes:
    """A4 pages with the title, the table and its notes."""
    pdf = FPDF(orientation="L" if len(sheet.columns) > 5 else "P")
    pdf.add_page()
    pdf.set_font("helvetica", size=14)
    pdf.cell(text=_latin(sheet.title), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("helvetica", size=8)
    with pdf.table() as table:
        for row in (sheet.columns, *sheet.rows):
            table.row([_latin(one) for one in row])
    for one in sheet.notes:
        pdf.cell(text=_latin(one), new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _latin(text: str) -> str:
    return shown(text).encode("latin-1", "replace").decode("latin-1")

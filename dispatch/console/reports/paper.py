"""A whole report as PDF: a page with what it is about, then each table with its picture as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dispatch.console.paper import FOLDERS, Paper
from dispatch.console.reports.drawing import WIDE, Box, Mark, Picture, Rule, Shape, Words
from dispatch.console.reports.report import Part, Report

PICTURE_MM = 178.0  # how wide a picture stands on the page
PT_PER_UNIT = 12 * PICTURE_MM / WIDE / 25.4 * 72 / 12  # letters of 12 units, as on the page
GREYS = {"bar": 70, "more": 235, "0": 245, "1": 205, "2": 165, "3": 95, "4": 20}
WIDE_FROM = 9  # columns: more stand across
INKS = {"ink": 0, "soft": 90, "light": 255}
TOGETHER_MM, ROW_MM, ROWS = 45.0, 6.0, 8  # a title, a head and a foot; rows that stay with them


def report_pdf(report: Report, folders: Sequence[Path] = FOLDERS) -> bytes:
    """A4, numbered. Takes its time: call it in a thread."""
    say = report.say
    foot = f"{report.city} · {report.title} · {report.days} · {say.word('reports.page_of', n='{n}')}"
    paper = Paper(foot=foot, folders=folders)
    paper.set_title(paper.said(f"{report.title}, {report.city}, {report.days}"))
    paper.set_lang(say.language)
    paper.add_page()
    marks = [paper.add_link() for _ in report.parts]
    _title(paper, report, marks)
    for part, mark in zip(report.parts, marks, strict=True):
        _part(paper, report, part, mark)
    return bytes(paper.output())


def _title(paper: Paper, report: Report, marks: Sequence[int]) -> None:
    say = report.say
    paper.ln(28)
    paper.paragraph(report.title, 24, bold=True)
    paper.ln(4)
    paper.paragraph(report.city, 16)
    paper.paragraph(report.days, 16)
    paper.ln(4)
    paper.paragraph(report.made, 9)
    if report.warning:
        paper.ln(4)
        paper.paragraph(report.warning, 10, bold=True)
    paper.ln(10)
    paper.paragraph(say.word("reports.contents"), 12, bold=True)
    paper.ln(2)
    for place, (part, mark) in enumerate(zip(report.parts, marks, strict=True), 1):
        paper.letters(10)
        paper.cell(w=0, h=6, text=paper.said(f"{place}. {part.table.title}"), link=mark, new_x="LMARGIN", new_y="NEXT")


def _part(paper: Paper, report: Report, part: Part, mark: int) -> None:
    table = part.table
    wide = len(table.columns) > WIDE_FROM
    if wide or paper.page == 1 or paper.w > paper.h or paper.get_y() > paper.h - _together(part):
        paper.add_page(orientation="landscape" if wide else "portrait")
    paper.ln(4)
    paper.set_link(mark, y=paper.get_y(), page=paper.page)
    paper.start_section(paper.said(table.title))
    paper.paragraph(table.title, 14, bold=True)
    paper.ln(2)
    if not table.rows:
        paper.paragraph(table.empty, 10)
        return
    if part.picture is not None:
        _drawn(paper, part.picture)
    left = paper.sheet(table.columns, table.rows, table.figures)
    for note in [*table.notes, *([report.say.word("reports.cut", n=str(left))] if left else [])]:
        paper.ln(1)
        paper.paragraph(note, 8)


def _together(part: Part) -> float:
    """Millimetres that a part wants of a page: else it begins on the next one."""
    drawn = part.picture.height * PICTURE_MM / WIDE if part.picture else 0.0
    return TOGETHER_MM + drawn + min(len(part.table.rows), ROWS) * ROW_MM


def _drawn(paper: Paper, picture: Picture) -> None:
    scale = PICTURE_MM / picture.width
    if paper.get_y() + picture.height * scale > paper.h - paper.b_margin:
        paper.add_page(same=True)
    x, y = paper.l_margin, paper.get_y()
    for shape in picture.shapes:
        _shape(paper, shape, x, y, scale)
    paper.set_fill_color(255)
    paper.set_text_color(0)
    paper.set_draw_color(0)
    paper.set_line_width(0.2)
    paper.set_dash_pattern()
    paper.set_xy(paper.l_margin, y + picture.height * scale + 3)


def _shape(paper: Paper, shape: Shape, x: float, y: float, scale: float) -> None:
    at_x, at_y = x + shape.x * scale, y + shape.y * scale
    if isinstance(shape, Box):
        paper.set_fill_color(GREYS[shape.tone])
        paper.set_draw_color(60)
        paper.set_line_width(0.1)
        style = "DF" if shape.tone in ("more", "0") else "F"
        paper.rect(at_x, at_y, max(shape.width * scale, 0.1), shape.height * scale, style=style)
    elif isinstance(shape, Rule):
        paper.set_draw_color(0)
        paper.set_line_width(0.2 if shape.tone == "axis" else 0.5)
        paper.set_dash_pattern(*((1.5, 1) if shape.tone == "goal" else ()))
        paper.line(at_x, at_y, x + shape.to_x * scale, y + shape.to_y * scale)
    elif isinstance(shape, Words):
        _words(paper, shape, at_x, at_y)
    else:
        _mark(paper, shape, at_x, at_y, scale)


def _words(paper: Paper, shape: Words, x: float, y: float) -> None:
    text = paper.said(shape.text)
    paper.letters(12 * PT_PER_UNIT)
    paper.set_text_color(INKS[shape.tone])
    back = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
    paper.text(x - paper.get_string_width(text) * back, y, text)


def _mark(paper: Paper, mark: Mark, x: float, y: float, scale: float) -> None:
    paper.set_draw_color(0)
    paper.set_dash_pattern()
    paper.set_line_width(0.4)
    paper.set_fill_color(255 if mark.kind == "p90" else 0)
    if mark.kind == "p50":
        paper.circle(x, y, 5 * scale, style="F")
    elif mark.kind == "p90":
        paper.rect(x - 4.5 * scale, y - 4.5 * scale, 9 * scale, 9 * scale, style="DF")
    elif mark.kind == "p99":
        paper.rect(x - 2 * scale, y - 8 * scale, 4 * scale, 16 * scale, style="F")
    else:
        corners = [(x - 4 * scale, y - 7 * scale), (x + 7 * scale, y), (x - 4 * scale, y + 7 * scale)]
        paper.polygon(corners, style="F")

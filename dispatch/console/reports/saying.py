"""Cells in words: figures as the reader's language writes them, durations as people say them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from dispatch.console.dates import moment_said
from dispatch.console.numbers import POINTS, number_said
from dispatch.console.words import FIRST, Words
from gateway.figures import FEW, FEWEST, Cell, Column, Form, Label, Said, Section

DASH = "–"
UNIT_S: Mapping[Form, float] = {Form.SECONDS: 1.0, Form.MINUTES: 60.0, Form.HOURS: 3600.0, Form.DAYS: 86400.0}
TURNS_MIN, TURNS_H, TURNS_D = 120, 7200, 172800  # seconds from which on minutes, hours, days are said


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A section in words. ``figures``: which columns are figures (to the right); ``plain``: the same rows for other
    programs, no dots between thousands, units in the heads."""

    section: Section
    title: str
    columns: Sequence[str]
    figures: Sequence[bool]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    empty: str
    plain_columns: Sequence[str] = ()
    plain: Sequence[Sequence[str | date]] = field(default=(), repr=False)


def _few(section: Section) -> Sequence[Said]:
    """What must be said where percentiles are left out."""
    left_out = any(cell == FEW for row in section.rows for cell in row)
    return (Said("reports.note_few", {"n": str(FEWEST)}),) if left_out else ()


class Sayer:
    """Says sections in one language."""

    def __init__(self, words: Words, language: str, zone: tzinfo) -> None:
        self._words, self.language, self._zone = words, language, zone

    def word(self, key: str, **fields: str) -> str:
        """The words of ``key``. Raises KeyError."""
        return self._words.say(self.language, key, fields)

    def table(self, section: Section) -> Table:
        """The whole section in words."""
        columns = section.columns
        heads = [self._head(one) for one in columns]
        return Table(
            section=section,
            title=self.word(section.title),
            columns=heads,
            figures=[one.form is not Form.WORDS for one in columns],
            rows=[[self.cell(cell, one.form) for cell, one in zip(row, columns, strict=True)] for row in section.rows],
            notes=[self._said(one) for one in (*section.notes, *_few(section))],
            empty=self._said(section.empty) if section.empty else self.word("reports.nothing"),
            plain_columns=[self._plain_head(head, one.form) for head, one in zip(heads, columns, strict=True)],
            plain=[
                [self._plain(cell, one.form) for cell, one in zip(row, columns, strict=True)] for row in section.rows
            ],
        )

    def cell(self, cell: Cell, form: Form = Form.WORDS) -> str:
        """One cell for people."""
        if cell is None:
            return DASH
        if isinstance(cell, str):
            return cell or DASH
        if isinstance(cell, datetime):
            return moment_said(cell, self._zone, self.word("reports.months"))
        if isinstance(cell, Said):
            return self._said(cell)
        if isinstance(cell, Label):
            return self._label(cell)
        if form is Form.SHARE:
            return f"{self._number(cell * 100, 1)} %"
        if form in UNIT_S:
            return self.duration(cell * UNIT_S[form])
        return self._number(cell, 0 if isinstance(cell, int) or form is Form.MONEY else 1)

    def duration(self, seconds: float) -> str:
        """As exact as it is short: 0,24 dtk · 48 dtk · 3 mnt 12 dtk · 2 j 5 mnt · 3 hr 4 j."""
        if seconds < TURNS_MIN:
            places = 2 if seconds < 1 else 1 if seconds < 10 else 0
            return self.word("reports.in_seconds", s=self._number(seconds, places))
        whole = round(seconds)
        if whole < TURNS_H:
            return self.word("reports.in_minutes", m=str(whole // 60), s=str(whole % 60))
        if whole < TURNS_D:
            return self.word("reports.in_hours", h=str(whole // 3600), m=str(whole % 3600 // 60))
        return self.word("reports.in_days", d=str(whole // 86400), h=str(whole % 86400 // 3600))

    def day(self, day: date) -> str:
        """31 Oktober 2026."""
        return f"{day.day} {self.month(day)}"

    def month(self, day: date) -> str:
        """Oktober 2026."""
        return f"{self.word(f'reports.month_{day.month}')} {day.year}"

    def _said(self, said: Said) -> str:
        return self.word(said.key, **said.fields)

    def _label(self, label: Label) -> str:
        return label.by.get(self.language) or next(iter(label.by.values()), DASH)

    def _head(self, column: Column) -> str:
        return column.words or self.word(column.title)

    def _plain_head(self, head: str, form: Form) -> str:
        unit = self.word(f"reports.unit_{form.value}") if form in UNIT_S or form in (Form.SHARE, Form.MONEY) else ""
        return f"{head} ({unit})" if unit else head

    def _plain(self, cell: Cell, form: Form) -> str | date:
        if cell is None or cell == FEW:
            return ""
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, int) and form is not Form.SHARE:
            return str(cell)
        if isinstance(cell, float | int):
            exact = f"{cell * 100 if form is Form.SHARE else cell:.3f}".rstrip("0").rstrip(".")
            return exact.replace(".", POINTS.get(self.language, POINTS[FIRST])[0])
        return self.cell(cell, form)

    def _number(self, number: float, places: int) -> str:
        return number_said(number, self.language, places)

"""PDF pages: A4, numbered, in a font that has the letters of most of the world; what has no picture is a box.

Any text may stand in a cell: of strangers, in any script, of any length. None of it makes the page fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

from dispatch.console.shown import shown
from dispatch.console.wrapping import Width, wrapped

FOLDERS = (Path(__file__).parent / "static" / "vendor" / "dejavu", Path("/usr/share/fonts/truetype/dejavu"))
"""Where DejaVu Sans is looked for (Bitstream Vera licence): among the pages' own files, else Debian's."""
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
FONT = "dejavu"  # as the pages call it
BOX, DROPPED = "\u25a1", {0x200D: None, 0xFE0F: None}  # joiners of emoji say nothing where there is no emoji
PLAIN = str.maketrans({"→": "->", "–": "-", "…": "...", "⟦": "[", "⟧": "]", "≤": "<=", "’": "'", "“": '"', "”": '"'})
CELL_PT, LINE_MM, PAD_MM = 8.0, 3.6, 1.4  # letters of a table, a line of it, above and below a row together
MOST_ROWS, MOST_HEAD = 5000, 8  # rows of a table; lines of its head
SIDES_MM, WORD_MM, LINE_AT_MOST_MM = 2.6, 45.0, 90.0  # of a cell: both sides; its longest word, its longest line
MEASURED, MOST_LETTERS = 5, 80  # texts of a column that are measured, and how much of each
HEAD_FILL, STRIPE = (225, 228, 220), (244, 245, 240)


def add_font(pdf: FPDF, folders: Sequence[Path]) -> bool:
    """Let ``pdf`` write in FONT, plain and bold, from the first of these folders that has both. False: none has."""
    found = next((folder for folder in folders if all((folder / name).is_file() for name in FILES.values())), None)
    if found is not None:
        for style, name in FILES.items():
            pdf.add_font(FONT, style=style, fname=found / name)
    return found is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """Columns of a table: millimetres, and which of them stand to the right."""

    widths: Sequence[float]
    figures: Sequence[bool]


class Paper(FPDF):
    """``foot``: stands at the foot of each page, with the page's number where ``{n}`` is. ``folders``: of the font."""

    def __init__(self, *, foot: str = "{n}", wide: bool = False, folders: Sequence[Path] = FOLDERS) -> None:
        super().__init__(orientation="landscape" if wide else "portrait", format="A4")
        self._foot = foot
        found = add_font(self, folders)
        self.family = FONT if found else "helvetica"
        self._known = frozenset(self.fonts[FONT].cmap) if found else frozenset()  # type: ignore[union-attr]
        self._broad: dict[str, dict[str, float]] = {"": {}, "B": {}}
        self.set_margin(15)
        self.set_auto_page_break(auto=True, margin=18)
        self.letters(CELL_PT)

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-13)
        self.letters(CELL_PT)
        self.set_text_color(90)
        said = self.said(self._foot.replace("{n}", str(self.page_no())))
        if (broad := self.get_string_width(said)) > self.epw:  # a long title: smaller letters, and all of it
            self.letters(CELL_PT * self.epw / broad * 0.99)
        self.cell(w=0, text=said, align="C")
        self.set_text_color(0)

    def letters(self, size: float, *, bold: bool = False) -> None:
        """Write on in this size (points)."""
        self.set_font(self.family, style="B" if bold else "", size=size)

    def said(self, text: str) -> str:
        """``text`` in letters that the font has; every other one is a box (or a question mark, without the font)."""
        safe = shown(text).translate(DROPPED).replace("\t", " ")
        if not self._known:
            return safe.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")
        return "".join(char if char == "\n" or ord(char) in self._known else BOX for char in safe)

    def paragraph(self, text: str, size: float = 10, *, bold: bool = False) -> None:
        """A paragraph over the whole width."""
        self.letters(size, bold=bold)
        self.multi_cell(w=0, h=size * 0.48, text=self.said(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def sheet(self, columns: Sequence[str], rows: Sequence[Sequence[str]], figures: Sequence[bool] = ()) -> int:
        """A table whose head stands on every page; returns how many rows were too many. ``figures``: the columns that
        stand to the right. Drawn by hand: the library's own tables take milliseconds a cell."""
        if not columns:
            return 0
        heads, cells = (
            [self.said(one) for one in columns],
            [[self.said(one) for one in row] for row in rows[:MOST_ROWS]],
        )
        grid = _Grid(widths=self._widths(heads, cells), figures=figures)
        head = self._lines(heads, grid, "B")[:MOST_HEAD]
        if self._left() < len(head) + 2:
            self.add_page(same=True)
        self._band(grid, head, HEAD_FILL, "B")
        for nth, row in enumerate(cells):
            lines = self._lines(row, grid, "")
            while lines:
                if self._left() < min(len(lines), 3):
                    self.add_page(same=True)
                    self._band(grid, head, HEAD_FILL, "B")
                fits = max(1, self._left())
                self._band(grid, lines[:fits], STRIPE if nth % 2 else None, "")
                lines = lines[fits:]
        return max(0, len(rows) - MOST_ROWS)

    def _left(self) -> int:
        """Lines of a table that the page still holds."""
        return int((self.h - self.b_margin - self.get_y() - PAD_MM) / LINE_MM)

    def _lines(self, cells: Sequence[str], grid: _Grid, style: str) -> list[list[str]]:
        """A row as lines, each with a piece of every cell."""
        wide = self._letter_widths(style)
        columns = [wrapped(cell, max(mm - SIDES_MM, 1.0), wide) for cell, mm in zip(cells, grid.widths, strict=True)]
        return [[one[at] if at < len(one) else "" for one in columns] for at in range(max(map(len, columns)))]

    def _band(self, grid: _Grid, lines: Sequence[Sequence[str]], fill: tuple[int, int, int] | None, style: str) -> None:
        """Lines of one row on their ground, with a rule under them."""
        top, high = self.get_y(), len(lines) * LINE_MM + PAD_MM
        if fill:
            self.set_fill_color(*fill)
            self.rect(self.l_margin, top, self.epw, high, style="F")
        self.letters(CELL_PT, bold=style == "B")
        wide = self._letter_widths(style)
        for at, line in enumerate(lines):
            x, y = self.l_margin, top + at * LINE_MM + LINE_MM * 0.78
            for place, (piece, mm) in enumerate(zip(line, grid.widths, strict=True)):
                right = place < len(grid.figures) and grid.figures[place]
                in_mm = mm - SIDES_MM / 2 - sum(map(wide, piece)) if right else SIDES_MM / 2
                if piece:
                    self.text(x + in_mm, y, piece)
                x += mm
        self.set_draw_color(150)
        self.set_line_width(0.15)
        self.line(self.l_margin, top + high, self.l_margin + self.epw, top + high)
        self.set_xy(self.l_margin, top + high)

    def _letter_widths(self, style: str) -> Width:
        """How broad letters of a table are, in millimetres."""
        known = self._broad[style]

        def width(letter: str) -> float:
            if letter not in known:
                self.letters(CELL_PT, bold=style == "B")
                known[letter] = self.get_string_width(letter)
            return known[letter]

        return width

    def _widths(self, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[float]:
        """Millimetres of each column: its longest word at least, where the page has room for that; the rest is shared
        by what the longest lines want."""
        least, wanted = [], []
        for place, head in enumerate(heads):
            lines = {line for row in cells for line in row[place].split("\n")}
            words = {word for line in lines for word in line.split()}
            broad, word = self._broadest(lines, ""), self._broadest(words, "")
            head_mm = self._broadest(head.split(), "B")
            least.append(min(max(word, head_mm), WORD_MM) + SIDES_MM)
            wanted.append(min(max(broad, head_mm), LINE_AT_MOST_MM) + SIDES_MM)
        if sum(least) >= self.epw:
            return [one * self.epw / sum(least) for one in least]
        more = [max(0.0, want - one) for want, one in zip(wanted, least, strict=True)]
        share = (self.epw - sum(least)) / (sum(more) or 1.0)
        if sum(more) and share <= 1:
            return [one + extra * share for one, extra in zip(least, more, strict=True)]
        full = [one + extra for one, extra in zip(least, more, strict=True)]
        return [one * self.epw / sum(full) for one in full]

    def _broadest(self, texts: Iterable[str], style: str) -> float:
        """Of the longest few: those with the most letters are the broadest, nearly always."""
        longest, wide = sorted(texts, key=len)[-MEASURED:], self._letter_widths(style)
        return max((sum(map(wide, one[:MOST_LETTERS])) for one in longest), default=0.0)

"""PDF pages: A4, numbered, in a font that has the letters of most of the world; what has no picture is a box.

Any text may stand in a cell: of strangers, in any script, of any length. None of it makes the page fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from dispatch.console.shown import shown

FOLDERS = (Path(__file__).parent / "static" / "vendor" / "dejavu", Path("/usr/share/fonts/truetype/dejavu"))
"""Where DejaVu Sans is looked for (Bitstream Vera licence): among the pages' own files, else Debian's."""
FILES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
BOX, DROPPED = "\u25a1", {0x200D: None, 0xFE0F: None}  # joiners of emoji say nothing where there is no emoji
PLAIN = str.maketrans({"→": "->", "–": "-", "…": "...", "⟦": "[", "⟧": "]", "≤": "<=", "’": "'", "“": '"', "”": '"'})
CELL_PT, LINE_MM = 8.0, 4.2
MOST_LINES = 24  # of one cell on one page: a longer one goes on in a row below
MOST_ROWS = 5000
SIDES_MM, WORD_MM, LINE_AT_MOST_MM = 2.6, 45.0, 90.0  # of a cell: both sides; its longest word, its longest line
MEASURED, MOST_LETTERS = 5, 80  # texts of a column that are measured, and how much of each
HEAD_FILL, STRIPE = (225, 228, 220), (244, 245, 240)


class Paper(FPDF):
    """``foot``: stands at the foot of each page, with the page's number where ``{n}`` is. ``folders``: of the font."""

    def __init__(self, *, foot: str = "{n}", wide: bool = False, folders: Sequence[Path] = FOLDERS) -> None:
        super().__init__(orientation="landscape" if wide else "portrait", format="A4")
        self._foot = foot
        found = next((folder for folder in folders if all((folder / name).is_file() for name in FILES.values())), None)
        self.family = "dejavu" if found else "helvetica"
        if found:
            for style, name in FILES.items():
                self.add_font("dejavu", style=style, fname=found / name)
        self._known = frozenset(self.fonts["dejavu"].cmap) if found else frozenset()  # type: ignore[union-attr]
        self.set_margin(15)
        self.set_auto_page_break(auto=True, margin=18)
        self.letters(CELL_PT)

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_y(-13)
        self.letters(CELL_PT)
        self.set_text_color(90)
        self.cell(w=0, text=self.said(self._foot.replace("{n}", str(self.page_no()))), align="C")
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
        stand to the right."""
        if not columns:
            return 0
        heads, cells = (
            [self.said(one) for one in columns],
            [[self.said(one) for one in row] for row in rows[:MOST_ROWS]],
        )
        widths = self._widths(heads, cells)
        limits = [max(1, int((width - SIDES_MM) / (CELL_PT * 0.23))) for width in widths]
        self.letters(CELL_PT)
        self.set_draw_color(150)
        aligns = ["RIGHT" if place < len(figures) and figures[place] else "LEFT" for place in range(len(columns))]
        with self.table(
            col_widths=tuple(widths),
            text_align=aligns,
            line_height=LINE_MM,
            padding=(0.6, 1, 0.6, 1),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="BOLD", fill_color=HEAD_FILL),
            cell_fill_color=STRIPE,
            cell_fill_mode="ROWS",
        ) as table:
            table.row([_first(head, limit) for head, limit in zip(heads, limits, strict=True)])
            for row in cells:
                for piece in _pieces(row, limits):
                    table.row(piece)
        return max(0, len(rows) - MOST_ROWS)

    def _widths(self, heads: Sequence[str], cells: Sequence[Sequence[str]]) -> list[float]:
        """Millimetres of each column: its longest word at least, where the page has room for that; the rest is shared
        by what the longest lines want."""
        least, wanted = [], []
        for place, head in enumerate(heads):
            lines = {line for row in cells for line in row[place].split("\n")}
            words = {word for line in lines for word in line.split()}
            self.letters(CELL_PT)
            broad, word = self._broadest(lines), self._broadest(words)
            self.letters(CELL_PT, bold=True)
            head_mm = self._broadest(head.split())
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

    def _broadest(self, texts: Iterable[str]) -> float:
        """Of the longest few: those with the most letters are the broadest, nearly always."""
        longest = sorted(texts, key=len)[-MEASURED:]
        return max((self.get_string_width(one[:MOST_LETTERS]) for one in longest), default=0.0)


def _first(text: str, limit: int) -> str:
    return next(iter(_split(text, limit)), "")


def _pieces(row: Sequence[str], limits: Sequence[int]) -> list[list[str]]:
    """The row as rows that each fit on a page."""
    columns = [_split(cell, limit) for cell, limit in zip(row, limits, strict=True)]
    most = max((len(one) for one in columns), default=1)
    return [[one[nth] if nth < len(one) else "" for one in columns] for nth in range(max(1, most))]


def _split(text: str, limit: int) -> list[str]:
    """``text`` in pieces of at most ``MOST_LINES`` lines of ``limit`` letters, as if every letter were broad."""
    lines = [line[at : at + limit * 12] for line in text.split("\n") for at in range(0, max(1, len(line)), limit * 12)]
    pieces: list[list[str]] = [[]]
    used = 0
    for line in lines:
        needs = -(-len(line) // limit) * 2 or 1
        if used and used + needs > MOST_LINES:
            pieces.append([])
            used = 0
        pieces[-1].append(line)
        used += needs
    return ["\n".join(piece) for piece in pieces]

"""A sheet that is cut or hung up: letters of a known height, measured before they are drawn. Nothing is cut off and
nothing runs over its box: what does not fit is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import atan2, cos, degrees, sin
from pathlib import Path

from fpdf import FPDF

from dispatch.console.leaflets.facts import NoLeaflet
from dispatch.console.paper import FOLDERS, FONT, add_font

MM = 25.4 / 72  # millimetres a point
LINE = 1.2  # height of a line, in letters' heights
BASE = 0.93  # where its letters stand
MEASURED = 100.0  # points at which texts are measured: each is as broad as it has points


class Misfit(NoLeaflet):
    """A text does not fit where it stands, in the smallest letters that may be used there."""


@dataclass(frozen=True, slots=True)
class Box:
    """A field of a page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def inner(self, pad: float) -> Box:
        return Box(self.x + pad, self.y + pad, self.width - 2 * pad, self.height - 2 * pad)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of text that stands on a page: where, and its letters' height in points."""

    page: int
    box: Box
    text: str
    pt: float


class Pen(FPDF):
    """``lines``: every line that was drawn, for who would look over it."""

    def __init__(self, at: datetime, folders: Sequence[Path] = FOLDERS) -> None:
        super().__init__(format="A4")
        if not add_font(self, folders):
            raise NoLeaflet("the font DejaVu Sans is not there: apt-get install fonts-dejavu-core")
        self._known = frozenset(self.fonts[FONT].cmap)  # type: ignore[union-attr]
        self.set_margin(0)
        self.set_auto_page_break(auto=False)
        self.set_creation_date(at)
        self.lines: list[Drawn] = []
        self._broad: dict[tuple[str, bool], float] = {}

    def ink(self, text: str, pt: float, *, bold: bool = False) -> float:
        """How broad ``text`` is."""
        if (text, bold) not in self._broad:
            self.set_font(FONT, style="B" if bold else "", size=MEASURED)
            self._broad[text, bold] = float(self.get_string_width(text))
        return self._broad[text, bold] * pt / MEASURED

    def close(self) -> None:
        """Let the font's files go; nothing can be written any more."""
        for font in self.fonts.values():
            font.close()  # type: ignore[union-attr]

    def broken(self, text: str, pt: float, width: float, *, bold: bool = False) -> list[str]:
        """``text`` in lines of that width. Raises Misfit where one word is broader."""
        lines: list[str] = []
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.ink(longer, pt, bold=bold) <= width:
                lines[-1] = longer
            elif self.ink(word, pt, bold=bold) <= width:
                lines.append(word)
            else:
                raise Misfit(f"{word!r} is too long: {width:.0f} mm hold it in no letters of {pt:.1f} points")
        return lines

    def put(self, text: str, box: Box, pt: float, *, bold: bool = False, align: str = "L", grey: int = 0) -> None:
        """One line, at the top of its box. Raises Misfit: it is too broad, the page has no such place, or the font has
        no such letter."""
        if missing := sorted({char for char in text if ord(char) not in self._known}):
            raise NoLeaflet(f"the font has no letter {missing[0]!r}, in {text!r}")
        broad, high = self.ink(text, pt, bold=bold), pt * MM * LINE
        if broad > box.width + 0.01 or box.x < 0 or box.y < 0 or box.x + box.width > self.w or box.y + high > self.h:
            raise Misfit(f"{text!r} runs over its box")
        x = box.x + {"L": 0.0, "C": 0.5, "R": 1.0}[align] * (box.width - broad)
        self.set_text_color(grey)
        self.set_font(FONT, style="B" if bold else "", size=pt)
        self.text(x, box.y + pt * MM * BASE, text)
        self.lines.append(Drawn(self.page, Box(x, box.y, broad, high), text, pt))

    def fill(self, box: Box, grey: int) -> None:
        """A filled field."""
        self.set_fill_color(grey)
        self.rect(box.x, box.y, box.width, box.height, style="F")

    def shape(self, corners: Sequence[tuple[float, float]], grey: int, radius: float = 0.0) -> None:
        """A filled field with these corners; with a ``radius`` a disc around the first."""
        self.set_fill_color(grey)
        if radius:
            self.circle(*corners[0], radius, style="F")
        else:
            self.polygon(corners, style="F")

    def edge(self, box: Box, mm: float = 0.4, grey: int = 0) -> None:
        """The edge of a field."""
        self.set_draw_color(grey)
        self.set_line_width(mm)
        self.rect(box.x, box.y, box.width, box.height)

    def stroke(self, x: float, y: float, to_x: float, to_y: float, mm: float = 0.2, grey: int = 0) -> None:
        """A straight line."""
        self.set_draw_color(grey)
        self.set_line_width(mm)
        self.line(x, y, to_x, to_y)

    def across(self, text: str, box: Box) -> None:
        """``text`` over the whole box from corner to corner, pale, so that what is under it can be read."""
        slant, middle_x, middle_y = atan2(box.height, box.width), box.x + box.width / 2, box.y + box.height / 2
        broad = self.ink(text, 100, bold=True)  # at 100 points
        high = 100 * MM
        pt = 100 * min(
            box.width / (broad * cos(slant) + high * sin(slant)), box.height / (broad * sin(slant) + high * cos(slant))
        )
        broad = self.ink(text, pt, bold=True)
        with (
            self.local_context(fill_opacity=0.22),
            self.rotation(degrees(slant), middle_x, middle_y),
        ):
            self.set_text_color(200, 0, 0)
            self.set_font(FONT, style="B", size=pt)
            self.text(middle_x - broad / 2, middle_y + pt * MM * 0.36, text)

"""What a leaflet is made of, from top to bottom. Each block knows how high it is in letters of a given scale, and draws
itself; ``Fitted`` finds the largest scale at which all of them have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import segno

from dispatch.console.leaflets.pen import LINE, MM, Box, Misfit, Pen

SCALES = tuple(one / 50 for one in range(60, 19, -1))  # of 1.2 to 0.4; no letter is smaller than its block's least
QUIET = 4  # modules that stay white around a QR code (ISO/IEC 18004, 7.3.7)


class Block(Protocol):
    """A piece of the page over its whole width."""

    def height(self, pen: Pen, width: float, scale: float) -> float:
        """Millimetres. Raises Misfit."""

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        """Draw it with its upper left corner there."""


@dataclass(frozen=True, slots=True)
class Letters:
    """How a text is written: points, and the fewest that it may have."""

    pt: float
    least: float
    bold: bool = False
    align: str = "L"
    grey: int = 0

    def at(self, scale: float) -> float:
        return max(self.least, self.pt * scale)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    letters: Letters

    def height(self, pen: Pen, width: float, scale: float) -> float:
        pt = self.letters.at(scale)
        return len(pen.broken(self.text, pt, width, bold=self.letters.bold)) * pt * MM * LINE

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        pt, how = self.letters.at(scale), self.letters
        for one in pen.broken(self.text, pt, width, bold=how.bold):
            pen.put(one, Box(x, y, width, pt * MM * LINE), pt, bold=how.bold, align=how.align, grey=how.grey)
            y += pt * MM * LINE


@dataclass(frozen=True, slots=True)
class Framed:
    """Blocks in a field of their own: black with white letters, grey, or with an edge."""

    blocks: Sequence[Block]
    pad: float
    fill: int | None = None

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return 2 * self.pad + sum(one.height(pen, width - 2 * self.pad, scale) for one in self.blocks)

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        box = Box(x, y, width, self.height(pen, width, scale))
        if self.fill is None:
            pen.edge(box)
        else:
            pen.fill(box, self.fill)
        _stacked(pen, self.blocks, box.inner(self.pad), scale)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of two: what to type in heavy letters, and what it means. ``share``: of the width, at most, for the
    first."""

    rows: Sequence[tuple[str, str]]
    letters: Letters
    share: float = 0.45
    gap: float = 3.0
    between: float = 0.25  # of a line, between two rows

    def _heavy(self, pen: Pen, width: float, scale: float) -> float:
        pt = self.letters.at(scale)
        return min(max(pen.ink(one, pt, bold=True) for one, _ in self.rows), width * self.share)

    def _row(self, pen: Pen, row: tuple[str, str], width: float, scale: float) -> tuple[list[str], list[str]]:
        pt, first = self.letters.at(scale), self._heavy(pen, width, scale)
        return pen.broken(row[0], pt, first + 0.01, bold=True), pen.broken(row[1], pt, width - first - self.gap)

    def height(self, pen: Pen, width: float, scale: float) -> float:
        lines = [max(map(len, self._row(pen, row, width, scale))) for row in self.rows]
        return (sum(lines) + self.between * (len(lines) - 1)) * self.letters.at(scale) * MM * LINE

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        pt, first = self.letters.at(scale), self._heavy(pen, width, scale)
        high = pt * MM * LINE
        for row in self.rows:
            heavy, plain = self._row(pen, row, width, scale)
            for at, text in enumerate(heavy):
                pen.put(text, Box(x, y + at * high, first, high), pt, bold=True, grey=self.letters.grey)
            for at, text in enumerate(plain):
                box = Box(x + first + self.gap, y + at * high, width - first - self.gap, high)
                pen.put(text, box, pt, grey=self.letters.grey)
            y += (max(len(heavy), len(plain)) + self.between) * high


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks beside each other; ``shares`` of the width (without them: as much for each)."""

    blocks: Sequence[Block]
    gap: float = 4.0
    shares: Sequence[float] = ()

    def _widths(self, width: float) -> list[float]:
        room = width - self.gap * (len(self.blocks) - 1)
        return [room * one for one in self.shares or [1 / len(self.blocks)] * len(self.blocks)]

    def height(self, pen: Pen, width: float, scale: float) -> float:
        both = zip(self.blocks, self._widths(width), strict=True)
        return max(one.height(pen, wide, scale) for one, wide in both)

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        for one, wide in zip(self.blocks, self._widths(width), strict=True):
            one.draw(pen, x, y, wide, scale)
            x += wide + self.gap


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks one under the other."""

    blocks: Sequence[Block]

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return sum(one.height(pen, width, scale) for one in self.blocks)

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        for one in self.blocks:
            one.draw(pen, x, y, width, scale)
            y += one.height(pen, width, scale)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code, as large as its column is wide but no larger than ``side``."""

    content: str
    side: float

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return min(self.side, width)

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        matrix = modules(self.content)
        side = min(self.side, width)
        one = side / (len(matrix) + 2 * QUIET)
        left, top = x + (width - side) / 2 + QUIET * one, y + QUIET * one
        pen.fill(Box(x + (width - side) / 2, y, side, side), 255)
        for row, cells in enumerate(matrix):
            at = 0
            while at < len(cells):
                run = next((end for end in range(at, len(cells)) if cells[end] != cells[at]), len(cells))
                if cells[at]:  # a run at a time: between single squares some viewers show white hairs
                    pen.fill(Box(left + at * one, top + row * one, (run - at) * one, one * 1.01), 0)
                at = run


def modules(content: str) -> Sequence[Sequence[int]]:
    """Dark is 1. Level M bears 15 % of dirt (ISO/IEC 18004)."""
    return [list(row) for row in segno.make(content, error="m", micro=False, boost_error=False).matrix]


@dataclass(frozen=True, slots=True)
class Lines:
    """A table to be filled by hand: its head, and as many empty rows as there is room for. ``shares`` of the width."""

    head: Sequence[str]
    shares: Sequence[float]
    letters: Letters
    row: float = 9.0
    rows: int = 10

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return self._head(pen, width, scale) + self.rows * self.row

    def _head(self, pen: Pen, width: float, scale: float) -> float:
        cells = zip(self.head, self.shares, strict=True)
        return max(Text(one, self.letters).height(pen, width * share - 2, scale) for one, share in cells) + 2

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        high, left = self._head(pen, width, scale), x
        pen.fill(Box(x, y, width, high), 225)
        for one, share in zip(self.head, self.shares, strict=True):
            Text(one, self.letters).draw(pen, left + 1, y + 1, width * share - 2, scale)
            left += width * share
        down = y + high + self.rows * self.row
        for at in range(self.rows + 1):
            pen.stroke(x, y + high + at * self.row, x + width, y + high + at * self.row)
        for at in range(len(self.shares) + 1):
            across = x + width * sum(self.shares[:at])
            pen.stroke(across, y, across, down)
        for at in range(self.rows):
            Text(str(at + 1), self.letters).draw(pen, x + 1, y + high + (at + 0.3) * self.row, 8, scale)


@dataclass(frozen=True, slots=True)
class Blank:
    """A name, and a rule on which one writes by hand."""

    name: str
    letters: Letters

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return 2 * self.letters.at(scale) * MM * LINE

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        pt = self.letters.at(scale)
        high, broad = pt * MM * LINE, pen.ink(self.name, pt) + 1.5
        pen.put(self.name, Box(x, y + high * 0.8, width, high), pt)
        if broad < width:
            pen.stroke(x + broad, y + high * 1.8, x + width, y + high * 1.8)


@dataclass(frozen=True, slots=True)
class Gap:
    """Room, in millimetres at a scale of 1."""

    mm: float

    def height(self, pen: Pen, width: float, scale: float) -> float:
        return self.mm * scale

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        return


def fitted(pen: Pen, blocks: Sequence[Block], box: Box, gap: float) -> float:
    """Draw them in the box, in the largest letters that it holds, ``gap`` millimetres or more between them. Returns the
    scale. Raises Misfit."""
    gaps = max(1, len(blocks) - 1)

    def spare(scale: float) -> float:
        return box.height - gap * gaps - sum(one.height(pen, box.width, scale) for one in blocks)

    low, high, why = 0, len(SCALES), Misfit("does not fit")
    while low < high:  # the larger the letters, the less is spare
        middle = (low + high) // 2
        try:
            if (left := spare(SCALES[middle])) >= 0:
                high = middle
                continue
            why = Misfit(f"the texts take {box.height - left:.0f} mm of {box.height:.0f} in the smallest letters")
        except Misfit as fault:
            why = fault
        low = middle + 1
    if low == len(SCALES):
        raise why
    _stacked(pen, blocks, box, SCALES[low], gap + spare(SCALES[low]) / gaps)
    return SCALES[low]


def _stacked(pen: Pen, blocks: Sequence[Block], box: Box, scale: float, spare: float = 0.0) -> None:
    y = box.y
    for one in blocks:
        one.draw(pen, box.x, y, box.width, scale)
        y += one.height(pen, box.width, scale) + spare

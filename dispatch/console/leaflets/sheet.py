"""Sheets of A4: one leaflet whole, or many that are cut apart, with marks where the knife goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dispatch.console.leaflets.blocks import Block, fitted
from dispatch.console.leaflets.pen import Box, Misfit, Pen

A4 = (210.0, 297.0)
MARGIN = 11.0  # what nearly every printer reaches
GAP, CUT_GAP = 1.6, 0.8  # millimetres between blocks, at the least
MARK, OFF = 5.0, 1.5  # millimetres of a mark, and how far from the corner it begins
PAD = 2.8  # within a leaflet that is cut: a knife is never exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Of one leaflet, and how many stand beside and below each other. Both sides lie over each other when the sheet is
    turned over its long edge, since the margins are equal."""

    width: float
    height: float
    across: int
    down: int

    def boxes(self) -> Iterator[Box]:
        left, top = self.corner()
        for row in range(self.down):
            for column in range(self.across):
                yield Box(left + column * self.width, top + row * self.height, self.width, self.height)

    def corner(self) -> tuple[float, float]:
        return (A4[0] - self.across * self.width) / 2, (A4[1] - self.down * self.height) / 2


def whole_sheet(pen: Pen, choices: Sequence[Sequence[Block]], mark: str) -> None:
    """One leaflet on a sheet of its own: the first of ``choices`` that has room. Raises Misfit: none has."""
    pen.add_page()
    box = Box(0, 0, *A4).inner(MARGIN)
    for nth, blocks in enumerate(choices, 1):
        try:
            fitted(pen, blocks, box, GAP)
            break
        except Misfit:
            if nth == len(choices):
                raise
    if mark:
        pen.across(mark, box)


def cut_sheet(pen: Pen, size: Size, sides: Sequence[Sequence[Block]], mark: str) -> None:
    """The same leaflet as often as the sheet holds it; each side on a page."""
    for blocks in sides:
        pen.add_page()
        for box in size.boxes():
            fitted(pen, blocks, box.inner(PAD), CUT_GAP)
            if mark:
                pen.across(mark, box)
        _cuts(pen, size)


def _cuts(pen: Pen, size: Size) -> None:
    """Marks outside of the leaflets, at every edge."""
    left, top = size.corner()
    right, bottom = left + size.across * size.width, top + size.down * size.height
    for column in range(size.across + 1):
        x = left + column * size.width
        pen.stroke(x, top - OFF - MARK, x, top - OFF)
        pen.stroke(x, bottom + OFF, x, bottom + OFF + MARK)
    for row in range(size.down + 1):
        y = top + row * size.height
        pen.stroke(left - OFF - MARK, y, left - OFF, y)
        pen.stroke(right + OFF, y, right + OFF + MARK, y)

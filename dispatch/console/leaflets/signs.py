"""A drawing for each kind of emergency, for who reads little: a flame, a masked head, an ambulance, a house in water.

Drawn here, of fields and discs on a square of 24 by 24, black on white."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from dispatch.console.leaflets.blocks import Block
from dispatch.console.leaflets.pen import Pen

SQUARE, EDGE = 24.0, 1.0  # of a drawing; white around it
BLACK, WHITE = 0, 255
LEAST_MM = 7.0  # seen from two steps away
BESIDE_MM = 2.5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A field with these corners, or a disc: ``corners`` is its middle, ``radius`` is not 0."""

    corners: Sequence[Point]
    grey: int = BLACK
    radius: float = 0.0


def _box(x: float, y: float, to_x: float, to_y: float, grey: int = BLACK) -> Shape:
    return Shape([(x, y), (to_x, y), (to_x, to_y), (x, to_y)], grey)


def _disc(x: float, y: float, radius: float, grey: int = BLACK) -> Shape:
    return Shape([(x, y)], grey, radius)


def _wheels(y: float, *across: float) -> list[Shape]:
    return [one for x in across for one in (_disc(x, y, 2.9, WHITE), _disc(x, y, 2.3), _disc(x, y, 0.8, WHITE))]


def _star(x: float, y: float, far: float, near: float, rays: int) -> Shape:
    turns = ((pi * at / rays, far if at % 2 == 0 else near) for at in range(2 * rays))
    return Shape([(x + size * sin(turn), y - size * cos(turn)) for turn, size in turns])


def _wave(y: float, thick: float = 1.9) -> Shape:
    above = [(x / 2, y + 1.1 * cos(x / 12 * 2 * pi)) for x in range(49)]
    return Shape([*above, *((x, down + thick) for x, down in reversed(above))])


def _finger(x: float, top: float) -> list[Shape]:
    return [_disc(x, top + 1.2, 1.2), _box(x - 1.2, top + 1.2, x + 1.2, 13)]


FLAME = (
    *((12.6, 0.5), (13.4, 3.6), (15.6, 6.8), (18.2, 10), (20, 13.4), (20.2, 16.6), (19, 19.8), (16.2, 22.4)),
    *((12.2, 23.4), (8, 22.6), (5.2, 20.2), (3.9, 16.8)),
)
HEART = ((12.6, 12), (13.8, 14.2), (15.6, 16.4), (16, 18.6), (14.8, 20.6), (12.2, 21.4), (9.6, 20.6))

SIGNS: Mapping[str, Sequence[Shape]] = {
    "robbery": [
        Shape([(2.5, 23.5), (3.5, 18), (7, 14.8), (17, 14.8), (20.5, 18), (21.5, 23.5)]),
        _disc(12, 8, 7.4, WHITE),
        _disc(12, 7.5, 6.2),
        Shape([(5.6, 5.4), (18.4, 5.4), (18.4, 9), (5.6, 9)], WHITE),
        _disc(9.6, 7.2, 1.2),
        _disc(14.4, 7.2, 1.2),
        _box(3, 17.6, 21, 18.9, WHITE),
        _box(2.4, 20.6, 21.6, 21.9, WHITE),
    ],
    "fire": [
        Shape([*FLAME, (4.3, 13.4), (5.8, 10.2), (6.9, 12), (8.3, 13), (8.1, 9.6), (8.9, 6.2), (10.8, 3.2)]),
        Shape([*HEART, (8.5, 18.6), (9, 16.8), (10.2, 17.8), (11.3, 16.2), (11.6, 14)], WHITE),
    ],
    "medical": [
        _box(6, 3.4, 9.6, 6),
        _box(0.8, 6, 15.2, 18.6),
        Shape([(15.2, 9), (19.4, 9), (23.2, 13.4), (23.2, 18.6), (15.2, 18.6)]),
        Shape([(16.4, 10.4), (18.8, 10.4), (21.2, 13.4), (16.4, 13.4)], WHITE),
        _box(6.7, 7.4, 9.1, 15, WHITE),
        _box(4.1, 10, 11.7, 12.4, WHITE),
        *_wheels(18.8, 5.6, 18.2),
    ],
    "accident": [
        _star(18.5, 7.5, 5.4, 2.4, 8),
        Shape([(0.4, 14), (3, 13.2), (6, 9), (12, 9), (15, 13.2), (19, 14.4), (19, 19), (0.4, 19)]),
        Shape([(5.2, 13), (7, 10.3), (8.6, 10.3), (8.6, 13)], WHITE),
        Shape([(9.8, 13), (9.8, 10.3), (11.4, 10.3), (13.2, 13)], WHITE),
        *_wheels(19.2, 5, 14.4),
    ],
    "flood": [
        Shape([(12, 0.8), (21.6, 9), (2.4, 9)]),
        _box(5, 9, 19, 15.4),
        _box(10.4, 10.8, 13.6, 15.4, WHITE),
        _wave(14.6, 4),
        Shape(_wave(15.8, 1.2).corners, WHITE),
        _wave(17.6),
        _wave(20.8),
    ],
    "violence": [
        *(one for x, top in ((7.2, 5), (10.4, 2.2), (13.6, 1.4), (16.8, 3.6)) for one in _finger(x, top)),
        Shape([(6, 12), (18, 12), (18, 18), (15.6, 23.4), (8.4, 23.4), (6, 19.6)]),
        Shape([(6.6, 20.6), (1.6, 13.4), (2.2, 12), (3.8, 11.6), (7, 15)]),
    ],
    "sos": [
        Shape([(12, 1), (23.6, 22.6), (0.4, 22.6)]),
        Shape([(10.6, 8.6), (13.4, 8.6), (12.8, 16.2), (11.2, 16.2)], WHITE),
        _disc(12, 19.2, 1.4, WHITE),
    ],
}
"""By kind of ``codes.toml``; a kind of which nothing is drawn has its words alone."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A block with the drawing of a kind before it, ``mm`` high."""

    kind: str
    block: Block
    mm: float

    def _side(self, scale: float) -> float:
        return max(LEAST_MM, self.mm * scale)

    def height(self, pen: Pen, width: float, scale: float) -> float:
        side = self._side(scale)
        return max(side, self.block.height(pen, width - side - BESIDE_MM, scale))

    def draw(self, pen: Pen, x: float, y: float, width: float, scale: float) -> None:
        side, high = self._side(scale), self.height(pen, width, scale)
        rest, unit, top = width - side - BESIDE_MM, side / (SQUARE + 2 * EDGE), y + (high - side) / 2
        for one in SIGNS.get(self.kind, ()):
            corners = [(x + (a + EDGE) * unit, top + (b + EDGE) * unit) for a, b in one.corners]
            pen.shape(corners, one.grey, one.radius * unit)
        self.block.draw(pen, x + side + BESIDE_MM, y + (high - self.block.height(pen, rest, scale)) / 2, rest, scale)

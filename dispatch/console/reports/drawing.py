"""Pictures of tables, laid out once: as shapes that the page draws as SVG and the PDF as vectors. Pure.

Nothing depends on colour: what is dark says it in a number, too, and marks differ in their form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dispatch.console.reports.saying import Sayer, Table
from gateway.figures import Cell, Chart, Drawing

WIDE = 640.0  # units of a picture's width
LABEL, STEP_LABEL, ROW, GAP = 190.0, 310.0, 24.0, 8.0
MOST_ROWS = 20
LETTER = 6.8  # units of a letter's width, about
TONES = 5  # of a grid: nothing, and four greys
FURTHEST = 3.0  # goals: what took longer stands at the edge, with an arrow


@dataclass(frozen=True, slots=True)
class Box:
    """A filled field. ``tone``: bar, more (stacked upon it), or 0 to 4."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line. ``tone``: axis, span, goal."""

    x: float
    y: float
    to_x: float
    to_y: float
    tone: str


@dataclass(frozen=True, slots=True)
class Mark:
    """p50 a disc, p90 a square, p99 a bar upright, beyond an arrow to the right; ``x``, ``y``: its middle."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class Words:
    """Text whose baseline is at ``y``. ``anchor``: start, middle, end. ``tone``: ink, soft, light (on a dark field)."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    tone: str = "ink"


Shape = Box | Rule | Mark | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """``told``: what it shows, in a line, for those who do not see it (the table beside it has every figure)."""

    width: float
    height: float
    shapes: Sequence[Shape] = field(repr=False)
    told: str


def picture_of(table: Table, say: Sayer) -> Picture | None:
    """The table's picture; None where it has none, or nothing to draw."""
    chart = table.section.chart
    if chart is None or not table.rows:
        return None
    return _DRAWN[chart.drawing](table, chart, say)


def _bars(table: Table, chart: Chart, say: Sayer) -> Picture | None:
    rows = list(zip(table.section.rows, table.rows, strict=True))
    most = max((sum(_figures(row, chart.values)) for row, _ in rows), default=0.0)
    if most <= 0:
        return None
    shapes: list[Shape] = []
    room = WIDE - LABEL - 70
    for place, (row, said) in enumerate(rows[:MOST_ROWS]):
        y, x = place * ROW, LABEL
        shapes.append(Words(LABEL - GAP, y + 16, _short(said[chart.label], LABEL), "end"))
        for nth, value in enumerate(_figures(row, chart.values)):
            shapes.append(Box(x, y + 4, room * value / most, ROW - GAP, "more" if nth else "bar"))
            x += room * value / most
        shapes.append(Words(x + 6, y + 16, " + ".join(said[one] for one in chart.values)))
    shapes.append(Rule(LABEL, 0, LABEL, min(len(rows), MOST_ROWS) * ROW, "axis"))
    height = min(len(rows), MOST_ROWS) * ROW
    if len(rows) > MOST_ROWS:
        height += ROW
        shapes.append(
            Words(LABEL, height - 8, say.word("reports.more_rows", n=str(len(rows) - MOST_ROWS)), "start", "soft")
        )
    return Picture(width=WIDE, height=height, shapes=shapes, told=say.word("reports.told_bars", title=table.title))


def _grid(table: Table, chart: Chart, say: Sayer) -> Picture | None:
    rows = list(zip(table.section.rows, table.rows, strict=True))
    most = max((value for row, _ in rows for value in _figures(row, chart.values)), default=0.0)
    if most <= 0:
        return None
    label, top = 90.0, 20.0
    side = (WIDE - label) / len(chart.values)
    shapes: list[Shape] = [
        Words(label + (nth + 0.5) * side, 14, table.columns[column], "middle", "soft")
        for nth, column in enumerate(chart.values)
    ]
    for place, (row, said) in enumerate(rows):
        y = top + place * ROW
        shapes.append(Words(label - GAP, y + 16, _short(said[chart.label], label), "end"))
        for nth, value in enumerate(_figures(row, chart.values)):
            tone = -(-int(value * (TONES - 1)) // int(most)) if value else 0
            shapes.append(Box(label + nth * side, y, side - 1, ROW - 1, str(min(tone, TONES - 1))))
            if value:
                words = said[chart.values[nth]]
                ink = "light" if tone > TONES // 2 else "ink"
                shapes.append(Words(label + (nth + 0.5) * side - 0.5, y + 16, words, "middle", ink))
    height = top + len(rows) * ROW
    return Picture(width=WIDE, height=height, shapes=shapes, told=say.word("reports.told_grid", title=table.title))


def _spread(table: Table, chart: Chart, say: Sayer) -> Picture | None:
    shapes: list[Shape] = []
    room, y = WIDE - STEP_LABEL - 90, 28.0
    scale = room / FURTHEST
    for row, said in zip(table.section.rows, table.rows, strict=True):
        values = _figures(row, chart.values)
        goal = row[chart.goal] if chart.goal is not None else None
        if (
            not isinstance(goal, int | float)
            or goal <= 0
            or not all(isinstance(row[one], float) for one in chart.values)
        ):
            continue
        shapes.append(Words(STEP_LABEL - GAP, y + 16, _short(said[chart.label], STEP_LABEL), "end"))
        at = [STEP_LABEL + min(value / goal, FURTHEST) * scale for value in values]
        shapes.append(Rule(at[0], y + 12, at[-1], y + 12, "span"))
        for x, value, kind in zip(at, values, ("p50", "p90", "p99"), strict=True):
            shapes.append(Mark(x, y + 12, kind if value / goal <= FURTHEST else "beyond"))
        shapes.append(Words(STEP_LABEL + room + 10, y + 16, said[chart.values[-1]], "start", "soft"))
        y += ROW
    if not shapes:
        return None
    x = STEP_LABEL + scale
    legend = [(12.0, "p50"), (62.0, "p90"), (112.0, "p99")]
    shapes += [Mark(place, 8, kind) for place, kind in legend]
    shapes += [Words(place + 8, 12, kind, "start", "soft") for place, kind in legend]
    shapes += [Rule(x, 2, x, y, "goal"), Words(x + 6, 12, say.word("reports.goal"), "start", "soft")]
    shapes += [Rule(STEP_LABEL, 28, STEP_LABEL, y, "axis"), Words(WIDE, 12, "p99", "end", "soft")]
    return Picture(width=WIDE, height=y, shapes=shapes, told=say.word("reports.told_spread", title=table.title))


def _figures(row: Sequence[Cell], columns: Sequence[int]) -> list[float]:
    cells = [row[one] for one in columns]
    return [float(cell) if isinstance(cell, int | float) else 0.0 for cell in cells]


def _short(text: str, room: float) -> str:
    most = int(room / LETTER)
    return text if len(text) <= most else f"{text[: most - 1]}…"


_DRAWN: Mapping[Drawing, Callable[[Table, Chart, Sayer], Picture | None]] = {
    Drawing.BARS: _bars,
    Drawing.GRID: _grid,
    Drawing.SPREAD: _spread,
}

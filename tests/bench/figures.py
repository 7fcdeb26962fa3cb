"""Figures, their goals and ratios: the readable table and ``bench.json`` are two views of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing. ``values``: one a run, in ``unit``; the figure is their median, or ``pooled`` where it is
    given: taken from all runs together. ``n``: how many single
    measurements are behind it, where that is more than the runs. ``against``: the name of the figure that it is
    compared with. ``note``: what a reader must know to read it."""

    name: str
    unit: str
    values: tuple[float, ...]
    pooled: float | None = None
    n: int = 0
    against: str = ""
    note: str = ""

    @property
    def value(self) -> float:
        return statistics.median(self.values) if self.pooled is None else self.pooled

    @property
    def spread(self) -> float:
        """Largest less smallest run."""
        return max(self.values) - min(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure should be. ``floor``: at least ``limit``; else at most. ``over``: the limit counts in multiples of
    that figure. Reached or not, it never fails the bench: it is said."""

    figure: str
    limit: float
    floor: bool = False
    over: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A goal beside what was measured; ``met`` None: a figure is missing (a peer's package, a subject not run)."""

    goal: Goal
    value: float | None
    met: bool | None


@dataclass(slots=True)
class Board:
    """All figures of one run, in the order in which they were taken, what was skipped, and what did not work."""

    figures: dict[str, Figure] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def add(self, *figures: Figure) -> None:
        for figure in figures:
            self.figures[figure.name] = figure

    def skip(self, why: str) -> None:
        if why not in self.skipped:
            self.skipped.append(why)

    def ratio(self, figure: Figure) -> float | None:
        """The figure's value over the one that it is compared with."""
        other = self.figures.get(figure.against)
        return figure.value / other.value if other is not None and other.value else None

    def judge(self, goal: Goal) -> Verdict:
        figure = self.figures.get(goal.figure)
        other = self.figures.get(goal.over) if goal.over else None
        if figure is None or (goal.over and (other is None or not other.value)):
            return Verdict(goal=goal, value=None, met=None)
        value = figure.value / other.value if other is not None else figure.value
        met = value >= goal.limit if goal.floor else value <= goal.limit
        return Verdict(goal=goal, value=value, met=met)

    def rows(self) -> list[dict[str, Any]]:
        """``bench.json``."""
        return [self._row(figure) for figure in self.figures.values()]

    def _row(self, figure: Figure) -> dict[str, Any]:
        ratio = self.ratio(figure)
        return {
            "name": figure.name,
            "unit": figure.unit,
            "value": _short(figure.value),
            "spread": _short(figure.spread),
            "n": figure.n or len(figure.values),
            "ratio_to": figure.against if ratio is not None else None,
            "ratio": _short(ratio) if ratio is not None else None,
            "note": figure.note,
        }


def percentile(values: Sequence[float], of_100: float) -> float:
    """The value below which ``of_100`` percent lie, by nearest rank: of 50 values p99 is the largest."""
    ordered = sorted(values)
    rank = -(-len(ordered) * of_100 // 100)  # rounded up
    return ordered[max(0, int(rank) - 1)]


def table(board: Board, goals: Iterable[Goal], say: Callable[[str], None]) -> None:
    """The readable form: figures, then goals, then what was skipped."""
    lines = [("figure", "value", "unit", "spread", "n", "ratio")]
    for row in board.rows():
        ratio = f"{row['ratio']:g} x {row['ratio_to']}" if row["ratio"] is not None else ""
        lines.append((row["name"], f"{row['value']:,g}", row["unit"], f"{row['spread']:,g}", str(row["n"]), ratio))
    _columns(lines, say)
    say("")
    verdicts = [("goal", "wanted", "measured", "")]
    verdicts += [_verdict(board.judge(goal)) for goal in goals]
    _columns(verdicts, say)
    for why in board.skipped:
        say(f"skipped: {why}")
    for why in board.failed:
        say(f"FAILED: {why}")
    for figure in board.figures.values():
        if figure.note:
            say(f"note on {figure.name}: {figure.note}")


def _verdict(verdict: Verdict) -> tuple[str, str, str, str]:
    goal = verdict.goal
    wanted = f"{'≥' if goal.floor else '≤'} {goal.limit:g}" + (f" x {goal.over}" if goal.over else "")
    measured = "not measured" if verdict.value is None else f"{_short(verdict.value):,g}"
    met = {True: "met", False: "NOT MET", None: ""}[verdict.met]
    return goal.figure, wanted, measured, met


def _columns(rows: Sequence[tuple[str, ...]], say: Callable[[str], None]) -> None:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.rjust(width) if at in (1, 3, 4) and _numeric(cell) else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())


def _numeric(cell: str) -> bool:
    return cell[:1].isdigit() or cell in ("value", "spread", "n")


def _short(value: float) -> float:
    """Four figures: more is noise."""
    return float(f"{value:.4g}")

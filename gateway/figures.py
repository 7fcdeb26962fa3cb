"""What a room knows in figures: tables for the city's reports, as values. The front door hands each room's to the
reports, which alone know pages, pictures and files; who counts need not know who draws.

A room's ``figures.py`` has one ``Sheaf``. Its words are said by the reports in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.page import DESK, Role
from gateway.store.schema import Tx

if TYPE_CHECKING:
    from config.city import City

READERS = DESK | {Role.VIEWER}
"""Those who see figures without persons in them."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words by their key (``NAME.key`` of the sheaf's or the reports' words), with ``{field}`` filled."""

    key: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """A name of the city's pack by language ({"id": "Kebakaran", "en": "Fire"}); the first stands for one lacking."""

    by: Mapping[str, str]


Cell = str | int | float | datetime | Said | Label | None
"""One cell: words as they are, a figure, an instant, or nothing to say (None: a dash, never a nought)."""


class Form(StrEnum):
    """How a column's figures are written."""

    WORDS = "words"
    COUNT = "count"
    SHARE = "share"  # 0 to 1, written in per cent
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    MONEY = "money"  # in the unit that the row names


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``title``: a key of words, or ``words`` as they are (an hour of the day)."""

    title: str = ""
    words: str = ""
    form: Form = Form.WORDS


class Drawing(StrEnum):
    """Pictures that the reports know."""

    BARS = "bars"  # a bar a row: column ``label``, its length ``values[0]``, further ones stacked upon it
    GRID = "grid"  # a row a row, a field a column of ``values``, the darker the more
    SPREAD = "spread"  # p50, p90, p99 (``values``) of each row on one line, and its goal (``goal``)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The picture of a section: which of its columns are drawn, by their number from 0."""

    drawing: Drawing
    values: Sequence[int]
    label: int = 0
    goal: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table. ``key``: its name in addresses and of its file (``a-z0-9-``), the same whatever the span. ``title``:
    a key of words. ``notes``: what a reader must know to read it right. ``empty``: said where there are no rows.
    ``roles``: who may see it; a table with persons in it is for the supervisor alone."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    chart: Chart | None = None
    notes: Sequence[Said] = ()
    empty: Said | None = None
    roles: frozenset[Role] = READERS


Figures = Callable[[Tx, "City", datetime, datetime], Sequence[Section]]
"""Reads what was from ``since`` (with it) until ``until`` (without it), aware instants at the city's borders of days.
Runs in a reader's transaction: short statements, counted in SQL where the rows are many. An empty span gives its
sections with no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheaf:
    """A room's figures with the folder of their words (``NAME.LANGUAGE.toml``)."""

    figures: Figures
    words: Path


FEWEST = 10
"""Of fewer cases no percentile is said: the ninetieth of nine is the slowest one."""
FEW = Said("reports.few")
"""Stands for a percentile of fewer cases. The reports say once, under the table, what it means."""


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that ``share`` (0 to 1) of all do not exceed (nearest rank: always a case that was, never one
    between two). Of sorted values; raises ValueError where there are none."""
    if not sorted_values:
        raise ValueError("no percentile of nothing")
    rank = ceil(round(share * len(sorted_values), 9))  # 0.07 * 100 is 7.000000000000001
    return sorted_values[min(max(rank, 1), len(sorted_values)) - 1]

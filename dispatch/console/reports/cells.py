"""Cells that many tables have: a share, percentiles, the name of what the city's pack knows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dispatch.console.reports.store.spans import Spread
from gateway.figures import FEW, FEWEST, Cell, Column, Form, Label, Said

if TYPE_CHECKING:
    from config.city import City

SPREAD = (
    Column(title="reports.cases", form=Form.COUNT),
    Column(title="reports.p50", form=Form.SECONDS),
    Column(title="reports.p90", form=Form.SECONDS),
    Column(title="reports.p99", form=Form.SECONDS),
)
"""The columns of ``spread_cells``."""


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole``; None of nothing."""
    return part / whole if whole else None


def spread_cells(found: Spread | None) -> tuple[Cell, Cell, Cell, Cell]:
    """How many, and the percentiles; of few cases none: ``Sayer.table`` says so under the table."""
    if found is None:
        return 0, None, None, None
    if found.count < FEWEST:
        return found.count, FEW, FEW, FEW
    return found.count, found.p50, found.p90, found.p99


def kind_cell(city: City, kind: str) -> Cell:
    """The name of a kind of emergency."""
    labels: Mapping[str, str] = next((code.labels for code in city.codes if code.kind == kind), {})
    return Label(labels) if labels else kind


def area_cell(city: City, code: str) -> Cell:
    """The name of a kelurahan."""
    return city.areas[code].name if code in city.areas else Said("reports.place_unknown")


def station_cell(city: City, station: str) -> Cell:
    """The name of a station; the command centre's telephones have none."""
    return city.stations[station].name if station in city.stations else Said("reports.command_centre")

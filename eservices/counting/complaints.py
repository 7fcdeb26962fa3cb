"""Complaints against their deadlines: by office, kind and kelurahan. Pure but for the reading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from eservices.counting.store import Case
from eservices.counting.words import column, few_or, label_of, share
from gateway.figures import Cell, Chart, Drawing, Form, Said, Section

if TYPE_CHECKING:
    from config.city import City

HOUR_S, DAY_S = 3600.0, 86400.0
COLUMNS = (
    column("count", Form.COUNT),
    column("answered", Form.COUNT),
    column("open", Form.COUNT),
    column("late", Form.COUNT),
    column("in_time", Form.SHARE),
    column("first_p50", Form.HOURS),
    column("first_p90", Form.HOURS),
    column("done_p50", Form.DAYS),
    column("done_p90", Form.DAYS),
    column("reopened", Form.COUNT),
)


def complaint_sections(city: City, cases: Sequence[Case], now: datetime) -> Sequence[Section]:
    """``now``: what is not answered and was due before is late."""
    offices = {key: one.labels for key, one in city.offices.offices.items()}
    kinds = {key: one.labels for key, one in city.offices.categories.items()}

    def area(code: str) -> Cell:
        return city.areas[code].name if code in city.areas else Said("desk_figures.no_place")

    whole = _rows(cases, now, lambda one: "", lambda key: Said("desk_figures.all"))
    return (
        _section(
            "complaints-offices",
            "by_office",
            "office",
            _rows(cases, now, lambda one: one.office, label_of(offices)) + whole,
        ),
        _section("complaints-kinds", "by_kind", "kind", _rows(cases, now, lambda one: one.category, label_of(kinds))),
        _section("complaints-kelurahan", "by_area", "kelurahan", _rows(cases, now, lambda one: one.kelurahan, area)),
    )


def _section(key: str, title: str, first: str, rows: Sequence[Sequence[Cell]]) -> Section:
    return Section(
        key=key,
        title=f"desk_figures.{title}",
        columns=(column(first), *COLUMNS),
        rows=rows,
        chart=Chart(drawing=Drawing.BARS, values=(1,)),
        notes=(Said("desk_figures.note_in_time"),),
        empty=Said("desk_figures.no_complaint"),
    )


def _rows(
    cases: Sequence[Case], now: datetime, part: Callable[[Case], str], said: Callable[[str], Cell]
) -> list[Sequence[Cell]]:
    """A row a part, the most first."""
    parts: dict[str, list[Case]] = {}
    for one in cases:
        parts.setdefault(part(one), []).append(one)
    order = sorted(parts.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return [(said(key), *_cells(those, now)) for key, those in order]


def _cells(those: Sequence[Case], now: datetime) -> Sequence[Cell]:
    answered = [one for one in those if one.answered_at is not None]
    kept = sum(one.answered_at <= one.due_at for one in those if one.answered_at is not None)
    open_late = sum(one.answered_at is None and one.due_at < now for one in those)
    late = len(answered) - kept + open_late
    first = [(one.first_at - one.opened_at).total_seconds() / HOUR_S for one in those if one.first_at is not None]
    done = [(one.answered_at - one.opened_at).total_seconds() / DAY_S for one in those if one.answered_at is not None]
    counts = (len(those), len(answered), len(those) - len(answered), late, share(kept, kept + late))
    return (*counts, *few_or(first, 0.5, 0.9), *few_or(done, 0.5, 0.9), sum(one.reopened for one in those))

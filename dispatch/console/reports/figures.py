"""Emergencies in figures: how fast the city was, how many alarms there were and what they turned out to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from config.city_places import WHOLE
from dispatch import drill_report as goals
from dispatch.console.reports.cells import SPREAD, area_cell, kind_cell, share, spread_cells
from dispatch.console.reports.figures_letters import letter_sections
from dispatch.console.reports.figures_officers import officer_sections
from dispatch.console.reports.figures_outages import outage_sections
from dispatch.console.reports.store import alarms
from dispatch.console.reports.store.alarms import MOST_MARKS, Tally
from dispatch.console.reports.store.clocks import Step, Those, in_span, step_spread, unaccepted
from dispatch.console.reports.store.spans import by_hour, slot_width
from gateway.figures import Cell, Chart, Column, Drawing, Form, Label, Said, Section, Sheaf
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

READ_S, COMMAND_S, SIREN_S, REPLY_S = 1.0, 0.25, 5.0, 30.0
"""Goals of a program at rest, in seconds (the clocks of the emergency): kept and read; first command; siren; answer."""
DRILLED = (Step.FIRST_RING, Step.NEXT_RING, Step.FIVE, Step.ACCEPTED)
"""The steps that a drill has, too."""
COUNTED = tuple(Column(title=f"reports.{one}", form=Form.COUNT) for one in ("incidents", "confirmed", "accepted"))
FALSE = (Column(title="reports.false", form=Form.COUNT), Column(title="reports.false_share", form=Form.SHARE))


def _clocks(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    real, drills = in_span(since, until), in_span(since, until, drill=True)
    whole = alarms.tallies(tx, real)
    return _overview(tx, city, real, whole), _response(tx, city, real), _response(tx, city, drills, drill=True)


def _alarms(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    real = in_span(since, until)
    return (
        _false(tx, real, alarms.tallies(tx, real)),
        _by_finding(tx, city, real),
        _by_kind(tx, city, real),
        _by_area(tx, city, real),
        _by_hour(tx, city, real, since, until),
    )


def step_goals(city: City) -> dict[Step, float]:
    """The goal of each step in seconds; some depend on how many modems may call."""
    one_line = sum(modem.use != "letters" for modem in city.modems) < 2
    return {
        Step.READ: READ_S,
        Step.COMMAND: COMMAND_S,
        Step.SIREN: SIREN_S,
        Step.FIRST_RING: goals.FIRST_ONE_LINE_S if one_line else goals.FIRST_S,
        Step.NEXT_RING: goals.NEXT_ONE_LINE_S if one_line else goals.NEXT_S,
        Step.FIVE: goals.FIVE_S,
        Step.ACCEPTED: city.clocks.nobody_s,
        Step.REPLY: REPLY_S,
        Step.CALL_BACK: city.clocks.callback_s,
    }


def _overview(tx: Tx, city: City, real: Those, whole: Sequence[Tally]) -> Section:
    confirmed, nobody = unaccepted(tx, real)
    samples = alarms.of_samples(tx, real, city.sample_prefix)
    one = whole[0] if whole else None
    rows: list[tuple[str, int]] = []
    if one is not None:
        rows = [
            ("incidents", one.count),
            ("confirmed", confirmed),
            ("accepted", one.accepted),
            ("nobody", nobody),
            ("false", one.false),
            ("taken_back", one.taken_back),
            ("missed", one.missed),
        ]
    notes = [Said("reports.note_samples", {"n": str(samples), "all": str(one.count)})] if one and samples else []
    return Section(
        key="overview",
        title="reports.overview",
        columns=(Column(title="reports.what"), Column(title="reports.number", form=Form.COUNT)),
        rows=[(Said(f"reports.{name}"), count) for name, count in rows],
        notes=notes,
        empty=Said("reports.no_incident"),
    )


def _response(tx: Tx, city: City, those: Those, *, drill: bool = False) -> Section:
    rows = []
    for step, goal in step_goals(city).items():
        if drill and step not in DRILLED:
            continue
        found = step_spread(tx, step, those, goal)
        within = (found.within, share(found.within, found.count)) if found else (None, None)
        rows.append((Said(f"reports.step_{step.value}"), *spread_cells(found), goal, *within))
    columns = (
        Column(title="reports.step"),
        *SPREAD,
        Column(title="reports.goal", form=Form.SECONDS),
        Column(title="reports.within", form=Form.COUNT),
        Column(title="reports.within_share", form=Form.SHARE),
    )
    return Section(
        key="response-drills" if drill else "response",
        title="reports.response_drills" if drill else "reports.response",
        columns=columns,
        rows=rows if any(row[1] for row in rows) else (),
        chart=Chart(drawing=Drawing.SPREAD, values=(2, 3, 4), goal=5),
        notes=(Said("reports.note_drills"),) if drill else (Said("reports.note_response"), Said("reports.note_rank")),
        empty=Said("reports.no_drill" if drill else "reports.no_incident"),
    )


def _false(tx: Tx, real: Those, whole: Sequence[Tally]) -> Section:
    """What people called false, what its caller took back, and how many numbers have how many marks."""
    rows: list[Sequence[Cell]] = []
    for one in whole:
        parts = {"false": one.false, "taken_back": one.taken_back, "missed": one.missed}
        rows = [(Said(f"reports.{name}"), count, share(count, one.count)) for name, count in parts.items()]
        held = alarms.marks(tx, real)
        callers = sum(held.values())
        for marks in range(1, MOST_MARKS + 1) if held else ():
            name = "marks_more" if marks == MOST_MARKS else "marks"
            row = Said(f"reports.{name}", {"n": str(marks)}), held.get(marks, 0), share(held.get(marks, 0), callers)
            rows.append(row)
    return Section(
        key="false-alarms",
        title="reports.false_alarms",
        columns=(
            Column(title="reports.what"),
            Column(title="reports.number", form=Form.COUNT),
            Column(title="reports.share", form=Form.SHARE),
        ),
        rows=rows,
        notes=(Said("reports.note_false"), Said("reports.note_marks")),
        empty=Said("reports.no_incident"),
    )


def _by_kind(tx: Tx, city: City, real: Those) -> Section:
    found = alarms.tallies(tx, real, alarms.KIND)
    missed = Column(title="reports.missed", form=Form.COUNT)
    return Section(
        key="kinds",
        title="reports.by_kind",
        columns=(Column(title="reports.kind"), *COUNTED, *FALSE, missed),
        rows=[(kind_cell(city, one.part), *_counted(one), one.missed) for one in found],
        chart=Chart(drawing=Drawing.BARS, values=(1,)),
        empty=Said("reports.no_incident"),
    )


def _by_finding(tx: Tx, city: City, real: Those) -> Section:
    """What people wrote down when they closed it."""
    found = [one for one in alarms.tallies(tx, real, alarms.FINDING) if one.part]
    whole = sum(one.count for one in found)
    rows: list[Sequence[Cell]] = []
    for one in found:
        labels = city.findings.get(one.part)
        rows.append((Label(labels) if labels else one.part, one.count, share(one.count, whole)))
    number, part = Column(title="reports.number", form=Form.COUNT), Column(title="reports.share", form=Form.SHARE)
    return Section(
        key="findings",
        title="reports.by_finding",
        columns=(Column(title="reports.finding"), number, part),
        rows=rows,
        chart=Chart(drawing=Drawing.BARS, values=(1,)),
        notes=(Said("reports.note_findings"),),
        empty=Said("reports.no_finding"),
    )


def _by_area(tx: Tx, city: City, real: Those) -> Section:
    rows: list[Sequence[Cell]] = []
    above = () if WHOLE in city.districts else (Column(title="reports.kecamatan"),)
    for one in alarms.tallies(tx, real, alarms.KELURAHAN):
        district = city.areas[one.part].kecamatan if one.part in city.areas else None
        rows.append((area_cell(city, one.part), *([district] if above else []), *_counted(one)))
    return Section(
        key="kelurahan",
        title="reports.by_area",
        columns=(Column(title="reports.kelurahan"), *above, *COUNTED, *FALSE),
        rows=rows,
        chart=Chart(drawing=Drawing.BARS, values=(1 + len(above),)),
        empty=Said("reports.no_incident"),
    )


def _by_hour(tx: Tx, city: City, real: Those, since: datetime, until: datetime) -> Section:
    width = slot_width(city, since, until)
    found = by_hour(city, alarms.by_slot(tx, real, width), width)
    hours = tuple(Column(words=f"{hour}", form=Form.COUNT) for hour in range(24))
    rows: list[Sequence[Cell]] = []
    for day in range(7) if found else ():
        counts = [found.get((day, hour), 0) for hour in range(24)]
        rows.append((Said(f"reports.weekday_{day}"), *counts, sum(counts)))
    return Section(
        key="hours",
        title="reports.by_hour",
        columns=(Column(title="reports.weekday"), *hours, Column(title="reports.sum", form=Form.COUNT)),
        rows=rows,
        chart=Chart(drawing=Drawing.GRID, values=tuple(range(1, 25))),
        notes=(Said("reports.note_hours", {"zone": str(city.timezone)}),),
        empty=Said("reports.no_incident"),
    )


def _counted(one: Tally) -> tuple[Cell, ...]:
    return one.count, one.confirmed, one.accepted, one.false, share(one.false, one.count)


WORDS = Path(__file__).parent / "words"
_ALL = (_clocks, _alarms, officer_sections, letter_sections, outage_sections)
SHEAVES = tuple(Sheaf(figures=one, words=WORDS) for one in _ALL)
"""This room's, each read by itself."""

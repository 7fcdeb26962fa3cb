"""Stations and officers in figures, the tests of whether they hear the city, and the drills."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch import store as verbs
from dispatch.console.reports.cells import SPREAD, area_cell, kind_cell, share, spread_cells, station_cell
from dispatch.console.reports.store import officers
from dispatch.console.reports.store.clocks import Those, in_span
from dispatch.console.reports.store.officers import Called, Tested
from dispatch.drill_report import ACCEPTED_S, goals
from dispatch.wording import name_of
from gateway.figures import Cell, Chart, Column, Drawing, Form, Said, Section
from gateway.page import Role
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

ABOVE = frozenset({Role.SUPERVISOR})
MOST_DRILLS = 200  # in one table
CALLS = (
    Column(title="reports.calls", form=Form.COUNT),
    Column(title="reports.rang", form=Form.COUNT),
    Column(title="reports.answered", form=Form.COUNT),
    Column(title="reports.answered_share", form=Form.SHARE),
)
TESTS = (
    Column(title="reports.tests", form=Form.COUNT),
    Column(title="reports.heard", form=Form.COUNT),
    Column(title="reports.heard_share", form=Form.SHARE),
    Column(title="reports.no_key", form=Form.COUNT),
    Column(title="reports.unreached", form=Form.COUNT),
)


def officer_sections(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    """Who is rung and who comes; who hears the city; the drills."""
    real = in_span(since, until)
    return (
        _by_station(tx, city, real),
        _by_officer(tx, city, real),
        _tests(tx, city, since, until),
        _tests_by_officer(tx, city, since, until),
        _drills(tx, city, since, until),
        _attended(tx, city, since, until),
    )


def _by_station(tx: Tx, city: City, real: Those) -> Section:
    took = officers.decided(tx, real, officers.STATION, ACCEPTED_S)
    found = officers.called(tx, real, officers.STATION)
    accepted = Column(title="reports.accepted", form=Form.COUNT)
    return Section(
        key="stations",
        title="reports.by_station",
        columns=(Column(title="reports.station"), *SPREAD, accepted, *CALLS),
        rows=[
            (station_cell(city, one.part), *spread_cells(took.get(one.part)), one.accepted, *_calls(one))
            for one in found
        ],
        chart=Chart(drawing=Drawing.BARS, values=(6,)),
        notes=(Said("reports.note_decided"),),
        empty=Said("reports.no_call"),
        roles=ABOVE,
    )


def _by_officer(tx: Tx, city: City, real: Those) -> Section:
    took = officers.decided(tx, real, officers.OFFICER, ACCEPTED_S)
    accepted = Column(title="reports.accepted", form=Form.COUNT)
    rows: list[Sequence[Cell]] = []
    for one in officers.called(tx, real, officers.OFFICER):
        station = city.station_of(one.part)
        home = station_cell(city, station.id if station else "")
        spread = spread_cells(took.get(one.part))
        rows.append((name_of(city, one.part), home, *spread, one.accepted, *_calls(one)))
    return Section(
        key="officers",
        title="reports.by_officer",
        columns=(Column(title="reports.officer"), Column(title="reports.station"), *SPREAD, accepted, *CALLS),
        rows=rows,
        notes=(Said("reports.note_decided"), Said("reports.note_persons")),
        empty=Said("reports.no_call"),
        roles=ABOVE,
    )


def _tests(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    found = officers.tested(tx, since, until, officers.TESTED_STATION)
    return Section(
        key="tests",
        title="reports.comm_tests",
        columns=(Column(title="reports.station"), *TESTS),
        rows=[(station_cell(city, one.part), *_tested(one)) for one in found],
        notes=(Said("reports.note_tests"),),
        empty=Said("reports.no_test"),
    )


def _tests_by_officer(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    found = officers.tested(tx, since, until, officers.TESTED_NUMBER)
    return Section(
        key="tests-officers",
        title="reports.comm_tests_officers",
        columns=(Column(title="reports.officer"), *TESTS),
        rows=[(name_of(city, one.part), *_tested(one)) for one in found],
        notes=(Said("reports.note_persons"),),
        empty=Said("reports.no_test"),
        roles=ABOVE,
    )


def _drills(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    seconds = tuple(
        Column(title=f"reports.drill_{one}", form=Form.SECONDS) for one in ("first", "next", "five", "accepted")
    )
    drills = officers.drills_of(tx, since, until, MOST_DRILLS)
    head = (Column(title="reports.day"), Column(title="reports.kind"), Column(title="reports.kelurahan"))
    return Section(
        key="drills",
        title="reports.drills",
        columns=(*head, *seconds, Column(title="reports.drill_kept")),
        rows=[_drill(tx, city, one) for one in drills],
        empty=Said("reports.no_drill"),
    )


def _attended(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    """Which stations took part: called in a drill, and somebody there took the call up or accepted."""
    found = officers.attended(tx, in_span(since, until, drill=True))
    names = "drills_called", "drills_answered", "drills_accepted"
    counts = tuple(Column(title=f"reports.{one}", form=Form.COUNT) for one in names)
    return Section(
        key="drills-attended",
        title="reports.drills_attended",
        columns=(Column(title="reports.station"), *counts, Column(title="reports.answered_share", form=Form.SHARE)),
        rows=[
            (station_cell(city, one.part), one.made, one.answered, one.accepted, share(one.answered, one.made))
            for one in found
        ],
        notes=(Said("reports.note_attended"),),
        empty=Said("reports.no_drill"),
    )


def _drill(tx: Tx, city: City, number: int) -> Sequence[Cell]:
    case = verbs.load_case(tx, number)
    here = case.incident
    shown: Sequence[dict[str, Any]] = goals(city, case, verbs.followed_ledger(tx, number))
    tried = [one for one in shown if one["kept"] is not None]
    kept = f"{sum(one['kept'] for one in tried)}/{len(tried)}"
    place = area_cell(city, here.place.kelurahan or "")
    return here.opened_at, kind_cell(city, here.kind), place, *(one["took_s"] for one in shown), kept


def _calls(one: Called) -> tuple[Cell, ...]:
    return one.made, one.rang, one.answered, share(one.answered, one.made)


def _tested(one: Tested) -> tuple[Cell, ...]:
    return one.count, one.heard, share(one.heard, one.count), one.answered, one.unreached

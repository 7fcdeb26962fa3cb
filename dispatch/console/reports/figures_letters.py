"""Letters and their cost in figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch.console.reports.cells import SPREAD, share, spread_cells
from dispatch.console.reports.store import letters
from gateway.figures import Cell, Column, Form, Said, Section
from gateway.messages import Lane
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

HANDED_S = 30.0  # an emergency's letter is with the network within
LANES = tuple(lane.value for lane in Lane)
CAME = ("letters", "missed", "unread", "unreadable", "doubtful")
WENT = ("letters", "handed", "delivered", "lost", "late", "unknown", "withdrawn", "waiting")


def letter_sections(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    """What came, what went, how long it waited, what it cost."""
    return _came(tx, since, until), _went(tx, since, until), _waited(tx, since, until), _costs(tx, city, since, until)


def _came(tx: Tx, since: datetime, until: datetime) -> Section:
    return Section(
        key="letters-in",
        title="reports.letters_in",
        columns=(Column(title="reports.channel"), *_counts(CAME)),
        rows=[
            (one.channel, one.count, one.missed, one.unread, one.failed, one.doubtful)
            for one in letters.came(tx, since, until)
        ],
        empty=Said("reports.no_letter"),
    )


def _went(tx: Tx, since: datetime, until: datetime) -> Section:
    rows: list[Sequence[Cell]] = []
    for one in letters.went(tx, since, until):
        ends = one.handed, one.delivered, one.lost, one.late, one.unknown, one.cancelled, one.waiting
        rows.append((_channel(one.channel), _lane(one.lane), one.count, *ends, share(one.lost + one.late, one.count)))
    lost = Column(title="reports.lost_share", form=Form.SHARE)
    return Section(
        key="letters-out",
        title="reports.letters_out",
        columns=(Column(title="reports.channel"), Column(title="reports.lane"), *_counts(WENT), lost),
        rows=rows,
        notes=(Said("reports.note_letters"),),
        empty=Said("reports.no_letter"),
    )


def _waited(tx: Tx, since: datetime, until: datetime) -> Section:
    found = letters.waited(tx, since, until, HANDED_S)
    rows = [
        (_lane(lane), *spread_cells(found[lane]), found[lane].within, share(found[lane].within, found[lane].count))
        for lane in LANES
        if lane in found
    ]
    within = Column(title="reports.within_30", form=Form.COUNT), Column(title="reports.within_share", form=Form.SHARE)
    return Section(
        key="letters-waited",
        title="reports.letters_waited",
        columns=(Column(title="reports.lane"), *SPREAD, *within),
        rows=rows,
        empty=Said("reports.no_letter"),
    )


def _costs(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    """By the city's days, as the ledger of costs is kept."""
    first = since.astimezone(city.timezone).date()
    last = (until - timedelta(microseconds=1)).astimezone(city.timezone).date()
    found = letters.costs(tx, first.isoformat(), last.isoformat())
    rows: list[Sequence[Cell]] = [(one.channel, _lane(one.lane), one.parts, one.cost) for one in found]
    if len(rows) > 1:
        rows.append((Said("reports.sum"), None, sum(one.parts for one in found), sum(one.cost for one in found)))
    parts, cost = Column(title="reports.messages", form=Form.COUNT), Column(title="reports.cost", form=Form.MONEY)
    return Section(
        key="costs",
        title="reports.costs",
        columns=(Column(title="reports.channel"), Column(title="reports.lane"), parts, cost),
        rows=rows,
        notes=(Said("reports.note_costs"),),
        empty=Said("reports.no_cost"),
    )


def _counts(names: Sequence[str]) -> tuple[Column, ...]:
    return tuple(Column(title=f"reports.{one}", form=Form.COUNT) for one in names)


def _channel(name: str) -> Cell:
    return name or Said("reports.no_channel")


def _lane(name: str) -> Cell:
    return Said(f"reports.lane_{name}") if name in LANES else name

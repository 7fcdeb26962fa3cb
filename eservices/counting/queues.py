"""Queues at the doctors': how long people waited, how true the hour on their ticket was, who did not come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.clinic.queue import State
from eservices.counting.store import Visited
from eservices.counting.words import column, few_or, label_of, share
from gateway.figures import Cell, Chart, Drawing, Form, Said, Section

if TYPE_CHECKING:
    from config.city import City

MINUTE_S = 60.0
NEAR_MIN = 15.0  # minutes: an hour told that was so true or truer is a good one
CAME = (State.CALLED, State.SERVED)
COLUMNS = (
    column("clinic"),
    column("service"),
    column("doctor"),
    column("places", Form.COUNT),
    column("served", Form.COUNT),
    column("walk_ins", Form.COUNT),
    column("no_show", Form.SHARE),
    column("cancelled", Form.COUNT),
    column("wait_p50", Form.MINUTES),
    column("wait_p90", Form.MINUTES),
    column("error_p50", Form.MINUTES),
    column("error_p90", Form.MINUTES),
    column("near", Form.SHARE),
)


def queue_section(city: City, visits: Sequence[Visited]) -> Section:
    """A row a doctor, by clinic."""
    services = label_of({key: one.labels for key, one in city.clinics.services.items()})
    parts: dict[tuple[str, str, str], list[Visited]] = {}
    for one in visits:
        parts.setdefault((one.clinic, one.service, one.doctor), []).append(one)
    rows: list[Sequence[Cell]] = []
    for (clinic, service, doctor), those in sorted(parts.items()):
        house = city.clinics.clinics.get(clinic)
        rows.append((house.name if house is not None else clinic, services(service), doctor, *_cells(those)))
    if len(rows) > 1:
        rows.append((Said("desk_figures.all"), None, None, *_cells(visits)))
    return Section(
        key="queues",
        title="desk_figures.queues",
        columns=COLUMNS,
        rows=rows,
        chart=Chart(drawing=Drawing.BARS, values=(4,), label=2),
        notes=(Said("desk_figures.note_wait"), Said("desk_figures.note_error", {"minutes": f"{NEAR_MIN:.0f}"})),
        empty=Said("desk_figures.no_visit"),
    )


def _cells(those: Sequence[Visited]) -> Sequence[Cell]:
    came = [one for one in those if one.state in CAME]
    lost = sum(one.state is State.NO_SHOW for one in those)
    by_us = [one for one in came if one.called_at is not None and not one.on_paper]  # paper says no hour
    waits = [minutes for one in by_us if (minutes := waited(one)) is not None]
    errors = [abs(minutes) for one in by_us if (minutes := off(one)) is not None]
    near = share(sum(minutes <= NEAR_MIN for minutes in errors), len(errors))
    return (
        len(those),
        len(came),
        sum(one.walk_in for one in those),
        share(lost, lost + len(came)),
        sum(one.state is State.CANCELLED for one in those),
        *few_or(waits, 0.5, 0.9),
        *few_or(errors, 0.5, 0.9),
        near,
    )


def waited(one: Visited) -> float | None:
    """Minutes in the hall: from when they stood at the counter, or from the hour on their ticket (else from the
    beginning of the hours), until they were called. Nobody waits for less than nothing."""
    if one.called_at is None:
        return None
    came = one.booked_at if one.walk_in else one.told_for or one.begins
    return max(0.0, (one.called_at - came).total_seconds() / MINUTE_S)


def off(one: Visited) -> float | None:
    """Minutes by which they were called later (negative: earlier) than their ticket said first; None: it said
    nothing."""
    if one.called_at is None or one.told_for is None:
        return None
    return (one.called_at - one.told_for).total_seconds() / MINUTE_S

"""When ways, sirens and the program itself were ill, and what share of the time each was there. No person is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from dispatch.console.reports.cells import share
from gateway.figures import Cell, Column, Form, Said, Section
from gateway.store import Tx
from gateway.store import outages as kept

if TYPE_CHECKING:
    from config.city import City

MOST = 300  # rows of the list, the latest; the sums count all
PROGRAM, OFF, FAILED = "program", "off", "failed"
LEAST_OFF_S = 1.0  # a shorter pause between two runs is none

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One part in the span, in seconds. ``there``: the share of the watched time in which it had not failed; None:
    nobody watched."""

    times: int
    failed_s: float
    degraded_s: float
    there: float | None


def outage_sections(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    """The illnesses one by one, and summed up by part."""
    runs = kept.runs(tx, since, until)
    found = sorted([*kept.ills(tx, since, until), *off_times(runs, since, until)], key=lambda one: one.began_at)
    return _list(found), _parts(found, watched(runs, since, until))


def watched(runs: Sequence[kept.Run], since: datetime, until: datetime) -> list[Span]:
    """When anybody looked: what several processes watched together counts once."""
    return merged((max(one.began_at, since), min(one.last_at, until)) for one in runs)


def off_times(runs: Sequence[kept.Run], since: datetime, until: datetime) -> list[kept.Ill]:
    """When the program was off: between two runs. Before the first and after the last nothing is claimed."""
    whole = merged((one.began_at, one.last_at) for one in runs)
    pauses = [(earlier[1], later[0]) for earlier, later in pairwise(whole)]
    return [
        kept.Ill(kind=PROGRAM, name="", status=OFF, began_at=since_off, ended_at=until_off)
        for since_off, until_off in pauses
        if (until_off - since_off).total_seconds() >= LEAST_OFF_S and since_off < until and until_off > since
    ]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time, each instant once, in order. Pure."""
    found: list[Span] = []
    for begins, ends in sorted(one for one in spans if one[0] < one[1]):
        if found and begins <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends)
        else:
            found.append((begins, ends))
    return found


def within(spans: Sequence[Span], frames: Sequence[Span]) -> float:
    """Seconds of ``spans`` that lie in ``frames``; both merged. Pure."""
    both = ((max(a, c), min(b, d)) for a, b in spans for c, d in frames)
    return sum((ends - begins).total_seconds() for begins, ends in both if begins < ends)


def sum_of(ills: Sequence[kept.Ill], frames: Sequence[Span]) -> Sum:
    """Of one part. ``frames``: when it was watched; of the program: from its first beat until its last. Pure."""
    end = frames[-1][1] if frames else None
    spans = {
        failed: merged(
            (one.began_at, one.ended_at or end) for one in ills if end and (one.status != "degraded") is failed
        )
        for failed in (True, False)
    }
    whole, failed_s = sum((b - a).total_seconds() for a, b in frames), within(spans[True], frames)
    there = share(whole - failed_s, whole) if whole else None  # type: ignore[arg-type]
    return Sum(times=len(ills), failed_s=failed_s, degraded_s=within(spans[False], frames), there=there)


def _list(found: Sequence[kept.Ill]) -> Section:
    rows: list[Sequence[Cell]] = []
    for one in found[-MOST:]:
        ends: Cell = one.ended_at or Said("reports.outage_still")
        lasted = (one.ended_at - one.began_at).total_seconds() if one.ended_at else None
        state = Said(f"reports.outage_{one.status}_unseen" if one.off else f"reports.outage_{one.status}")
        rows.append((_part(one.kind, one.name), state, one.began_at, ends, lasted))
    more = len(found) - len(rows)
    return Section(
        key="outages",
        title="reports.outages",
        columns=(
            Column(title="reports.outage_part"),
            Column(title="reports.outage_state"),
            Column(title="reports.outage_from"),
            Column(title="reports.outage_until"),
            Column(title="reports.outage_lasted", form=Form.SECONDS),
        ),
        rows=rows,
        notes=(Said("reports.note_outages"), *([Said("reports.note_outages_cut", {"n": str(more)})] if more else [])),
        empty=Said("reports.no_outage"),
    )


def _parts(found: Sequence[kept.Ill], frames: Sequence[Span]) -> Section:
    by_part: dict[tuple[str, str], list[kept.Ill]] = {}
    for one in found:
        by_part.setdefault((one.kind, one.name), []).append(one)
    rows: list[Sequence[Cell]] = []
    for (kind, name), ills in sorted(by_part.items()):
        whole = [(frames[0][0], frames[-1][1])] if kind == PROGRAM and frames else frames
        whole_of = sum_of(ills, whole)
        rows.append((_part(kind, name), whole_of.times, whole_of.failed_s, whole_of.degraded_s, whole_of.there))
    return Section(
        key="outages-parts",
        title="reports.outages_parts",
        columns=(
            Column(title="reports.outage_part"),
            Column(title="reports.outage_times", form=Form.COUNT),
            Column(title="reports.outage_failed_for", form=Form.SECONDS),
            Column(title="reports.outage_degraded_for", form=Form.SECONDS),
            Column(title="reports.outage_there", form=Form.SHARE),
        ),
        rows=rows,
        notes=(Said("reports.note_outages_there"),),
        empty=Said("reports.no_outage" if frames else "reports.no_watch"),
    )


def _part(kind: str, name: str) -> Cell:
    return Said(f"reports.part_{kind}", {"name": name})

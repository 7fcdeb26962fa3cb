"""Durations, percentiles and hours, worked out by the engine of the store. Nothing here knows what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, Float, Integer, Select, String, case, func, literal, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

HOUR_S, QUARTER_S = 3600, 900  # no clock of today's world is off UTC by less than quarters of an hour
RANKS = (50, 90, 99)


class seconds_between(FunctionElement[float]):
    """Seconds, to the millisecond, from the first instant to the second."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _sqlite_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    return f"round((julianday({until}) - julianday({since})) * 86400.0, 3)"


@compiles(seconds_between, "postgresql")
def _postgres_seconds(element: Any, compiler: Any, **kw: Any) -> str:
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(round(extract(epoch FROM {until} - {since}), 3) AS double precision)"


class slot_of(FunctionElement[int]):
    """Which slot of ``width`` seconds since 1970 an instant is in."""

    type = Integer()
    inherit_cache = True


@compiles(slot_of, "sqlite")
def _sqlite_slot(element: Any, compiler: Any, **kw: Any) -> str:
    at, width = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST(strftime('%s', {at}) AS INTEGER) / {width})"


@compiles(slot_of, "postgresql")
def _postgres_slot(element: Any, compiler: Any, **kw: Any) -> str:
    at, width = (compiler.process(one, **kw) for one in element.clauses)
    return f"CAST(floor(extract(epoch FROM {at}) / {width}) AS integer)"


class in_json(FunctionElement[str]):
    """The text under a name in a column that holds a JSON object as text."""

    type = String()
    inherit_cache = True


@compiles(in_json, "sqlite")
def _sqlite_json(element: Any, compiler: Any, **kw: Any) -> str:
    column, name = (compiler.process(one, **kw) for one in element.clauses)
    return f"json_extract({column}, '$.' || {name})"


@compiles(in_json, "postgresql")
def _postgres_json(element: Any, compiler: Any, **kw: Any) -> str:
    column, name = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST({column} AS json) ->> {name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long ``count`` cases took, in seconds: nearest-rank percentiles, each a case that was. ``within``: how many
    took no longer than the goal."""

    count: int
    within: int
    p50: float
    p90: float
    p99: float


def once(rows: Select[Any]) -> CTE:
    """Those rows, worked out once: else an engine puts the look-ups of a row wherever its value is named, and does each
    four times and more."""
    return rows.cte().prefix_with("MATERIALIZED")


def spreads(tx: Tx, took: Select[Any], goal_s: float) -> dict[str, Spread]:
    """By part. ``took``: a select of ``took`` (seconds) and ``part`` (any text). A part without cases is not there."""
    cases = once(took)
    place = func.row_number().over(partition_by=cases.c.part, order_by=cases.c.took).label("place")
    ranked = select(cases.c.part, cases.c.took, place).subquery()
    within = func.sum(case((cases.c.took <= goal_s, 1), else_=0)).label("within")
    sizes = select(cases.c.part, func.count().label("whole"), within).group_by(cases.c.part).subquery()
    ranks = [(sizes.c.whole * rank + 99) // 100 for rank in RANKS]
    at_rank = [
        func.max(case((ranked.c.place == at, ranked.c.took))).label(f"p{rank}")
        for rank, at in zip(RANKS, ranks, strict=True)
    ]
    asked = (
        select(sizes.c.part, sizes.c.whole, sizes.c.within, *at_rank)
        .join(ranked, (ranked.c.part == sizes.c.part) & ranked.c.place.in_(ranks))
        .group_by(sizes.c.part, sizes.c.whole, sizes.c.within)
    )
    return {
        row.part: Spread(count=row.whole, within=row.within, p50=row.p50, p90=row.p90, p99=row.p99)
        for row in tx.execute(asked)
    }


def spread(tx: Tx, took: Select[Any], goal_s: float) -> Spread | None:
    """Of all together; None: there was no case. ``took``: a select of ``took`` alone."""
    return spreads(tx, took.add_columns(literal("").label("part")), goal_s).get("")


def slot_width(city: City, since: datetime, until: datetime) -> int:
    """Seconds of the slots in which instants may be counted, so that each lies within one hour of the city's clock."""
    offsets = [at.astimezone(city.timezone).utcoffset() or timedelta() for at in (since, until)]
    return HOUR_S if all(one.total_seconds() % HOUR_S == 0 for one in offsets) else QUARTER_S


def by_hour(city: City, slots: Mapping[int, int], width: int) -> dict[tuple[int, int], int]:
    """Counts of slots as counts of (weekday from Monday 0, hour) on the city's clock."""
    found: dict[tuple[int, int], int] = {}
    for slot, count in slots.items():
        local = datetime.fromtimestamp(slot * width, city.timezone)
        place = local.weekday(), local.hour
        found[place] = found.get(place, 0) + count
    return found

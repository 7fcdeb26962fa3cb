"""What the ways out cost: messages, air and money, by channel, day and lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Float, Integer, String, Table, bindparam, func, select, text

from gateway.messages import Lane
from gateway.store.schema import Tx, metadata

SPENDING = Table(
    "spending",
    metadata,
    Column("day", String, primary_key=True),  # of the city's wall clock: 2026-11-21
    Column("channel", String, primary_key=True),
    Column("lane", String, primary_key=True),
    Column("parts", Integer, nullable=False),  # messages handed over, and those that perhaps were
    Column("air_s", Float, nullable=False),
    Column("cost", Float, nullable=False),  # Rupiah
)

# One statement, so that two processes on one store lose nothing of each other's.
_SPEND = text(
    "INSERT INTO spending (day, channel, lane, parts, air_s, cost) VALUES (:day, :channel, :lane, 1, :air_s, :cost) "
    "ON CONFLICT (day, channel, lane) DO UPDATE SET parts = spending.parts + 1, "
    "air_s = spending.air_s + excluded.air_s, cost = spending.cost + excluded.cost"
)
_SPENT = select(func.sum(SPENDING.c.cost)).where(
    SPENDING.c.day == bindparam("on"),
    SPENDING.c.channel == bindparam("by"),
    SPENDING.c.lane != text(f"'{Lane.EMERGENCY.value}'"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """A line of the ledger. ``cost`` in Rupiah, as the settings' and the providers' prices say it."""

    day: str
    channel: str
    lane: str
    parts: int
    air_s: float
    cost: float


def spend(tx: Tx, day: str, channel: str, lane: str, air_s: float, cost: float) -> None:
    """One message more."""
    tx.execute(_SPEND, {"day": day, "channel": channel, "lane": lane, "air_s": air_s, "cost": cost})


def spent_on(tx: Tx, day: str, channel: str) -> float:
    """Rupiah of that day and channel for what was no emergency."""
    return float(tx.execute(_SPENT, {"on": day, "by": channel}).scalar() or 0.0)


def ledger(tx: Tx, since: str) -> Sequence[Spent]:
    """Every line from that day on, oldest first."""
    order = SPENDING.c.day, SPENDING.c.channel, SPENDING.c.lane
    rows = tx.execute(select(SPENDING).where(SPENDING.c.day >= since).order_by(*order))
    return [Spent(**row._mapping) for row in rows]

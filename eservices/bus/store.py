"""Where each bus was: its newest fix, and a short trail behind it. Verbs over a ``Tx`` that their caller began."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Float, Index, Integer, Row, String, Table, delete, func, insert, select, update

from eservices.bus.route import Fix
from gateway.store import Tx, UtcDateTime, metadata

TRAIL = 40  # fixes of a bus, its newest not counted
TRAIL_FOR = timedelta(minutes=40)
APART = timedelta(seconds=10)  # between two of them

BUS_FIX = Table(
    "bus_fix",
    metadata,
    Column("vehicle", String, primary_key=True),  # the number on the bus
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("bearing", Float),
)
BUS_TRAIL = Table(
    "bus_trail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("vehicle", String, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("bearing", Float),
    Index("ix_bus_trail_vehicle_at", "vehicle", "at", unique=True),
)


def keep(tx: Tx, fixes: Mapping[str, Sequence[Fix]]) -> int:
    """Fixes of each bus, oldest first. What is not newer than what is there moves no bus. Says how many did."""
    return sum(_keep(tx, vehicle, track) for vehicle, track in fixes.items())


def _keep(tx: Tx, vehicle: str, track: Sequence[Fix]) -> bool:
    known = tx.execute(select(BUS_FIX).where(BUS_FIX.c.vehicle == vehicle)).first()
    newer = [fix for fix in track if known is None or fix.at > known.at]
    if not newer:
        return False
    if known is None:
        tx.execute(insert(BUS_FIX).values(vehicle=vehicle, **_row(newer[-1])))
    else:
        tx.execute(update(BUS_FIX).where(BUS_FIX.c.vehicle == vehicle).values(**_row(newer[-1])))
    _trail(tx, vehicle, [*([_fix(known)] if known is not None else []), *newer[:-1]])
    return True


def _trail(tx: Tx, vehicle: str, track: Sequence[Fix]) -> None:
    """What is behind the newest, some seconds apart, and no more of it than helps."""
    mine = BUS_TRAIL.c.vehicle == vehicle
    last = tx.execute(select(func.max(BUS_TRAIL.c.at)).where(mine)).scalar_one_or_none()
    for fix in track:
        if last is None or fix.at >= last + APART:
            tx.execute(insert(BUS_TRAIL).values(vehicle=vehicle, **_row(fix)))
            last = fix.at
    if last is None:
        return
    tx.execute(delete(BUS_TRAIL).where(mine, BUS_TRAIL.c.at < last - TRAIL_FOR))
    first = select(BUS_TRAIL.c.at).where(mine).order_by(BUS_TRAIL.c.at.desc()).offset(TRAIL - 1).limit(1)
    if (since := tx.execute(first).scalar_one_or_none()) is not None:
        tx.execute(delete(BUS_TRAIL).where(mine, BUS_TRAIL.c.at < since))


def newest(tx: Tx) -> dict[str, Fix]:
    """Every bus's newest fix, by its number."""
    return {row.vehicle: _fix(row) for row in tx.execute(select(BUS_FIX))}


def tracks(tx: Tx, vehicles: Collection[str]) -> dict[str, list[Fix]]:
    """What is known of each of those buses, oldest first, its newest last; of one that was never heard of nothing."""
    found: dict[str, list[Fix]] = {}
    behind = select(BUS_TRAIL).where(BUS_TRAIL.c.vehicle.in_(vehicles)).order_by(BUS_TRAIL.c.at)
    for row in tx.execute(behind):
        found.setdefault(row.vehicle, []).append(_fix(row))
    for row in tx.execute(select(BUS_FIX).where(BUS_FIX.c.vehicle.in_(vehicles))):
        found.setdefault(row.vehicle, []).append(_fix(row))
    return found


def _row(fix: Fix) -> dict[str, Any]:
    return {"at": fix.at, "lat": fix.lat, "lon": fix.lon, "accuracy_m": fix.accuracy_m, "bearing": fix.bearing}


def _fix(row: Row[Any]) -> Fix:
    return Fix(at=row.at, lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m, bearing=row.bearing)

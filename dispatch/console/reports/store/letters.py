"""Letters in and out, and what they cost: by channel and lane."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from dispatch.console.reports.store.spans import Spread, seconds_between, spreads
from gateway.store import Tx
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND, OUTBOUND_PART
from gateway.store.spending import SPENDING

HANDED = ("sent", "delivered", "read")
LOST = ("failed", "refused", "dead")
I, O = INBOUND.c, OUTBOUND.c  # noqa: E741


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Letters that came by one channel. ``missed``: missed calls; ``unread``: left for a person who has not looked;
    ``failed``: no desk could read them; ``doubtful``: perhaps not from whom they say."""

    channel: str
    count: int
    missed: int
    unread: int
    failed: int
    doubtful: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """Letters out by channel and lane. ``handed``: the network took them; ``delivered``: it said that they arrived;
    ``lost``: given up, refused or reported as failed; ``late``: never sent, their time was over."""

    channel: str
    lane: str
    count: int
    handed: int
    delivered: int
    lost: int
    late: int
    unknown: int
    cancelled: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Messages and Rupiah of one channel and lane."""

    channel: str
    lane: str
    parts: int
    cost: float


def came(tx: Tx, since: datetime, until: datetime) -> list[Came]:
    """By channel."""
    asked = select(
        I.channel,
        func.count().label("count"),
        _sum(I.kind == "missed_call").label("missed"),
        _sum(I.state == "unread").label("unread"),
        _sum(I.state == "failed").label("failed"),
        _sum(I.doubt != "").label("doubtful"),
    ).where(I.received_at >= since, I.received_at < until)
    return [Came(**row._mapping) for row in tx.execute(asked.group_by(I.channel).order_by(I.channel))]


def went(tx: Tx, since: datetime, until: datetime) -> list[Went]:
    """By channel (empty: none had it yet) and lane, the urgent lane first."""
    channel = func.coalesce(O.channel, O.wanted, "")
    asked = select(
        channel.label("channel"),
        O.lane,
        func.count().label("count"),
        _sum(O.state.in_(HANDED)).label("handed"),
        _sum(O.state.in_(HANDED[1:])).label("delivered"),
        _sum(O.state.in_(LOST)).label("lost"),
        _sum(O.state == "expired").label("late"),
        _sum(O.state == "unknown").label("unknown"),
        _sum(O.state == "cancelled").label("cancelled"),
        _sum(O.state.in_(("queued", "doing"))).label("waiting"),
    ).where(O.created_at >= since, O.created_at < until)
    grouped = asked.group_by(channel, O.lane, O.urgency).order_by(O.urgency, channel)
    return [Went(**row._mapping) for row in tx.execute(grouped)]


def waited(tx: Tx, since: datetime, until: datetime, goal_s: float) -> dict[str, Spread]:
    """By lane: from writing a letter down until its first part was handed over."""
    pairs = select(O.lane.label("part"), seconds_between(O.created_at, OUTBOUND_PART.c.sent_at).label("took")).join(
        OUTBOUND_PART, and_(OUTBOUND_PART.c.outbound_id == O.id, OUTBOUND_PART.c.part == 0)
    )
    sent = OUTBOUND_PART.c.sent_at.is_not(None)
    return spreads(tx, pairs.where(O.created_at >= since, O.created_at < until, sent), goal_s)


def costs(tx: Tx, first: str, last: str) -> list[Cost]:
    """From that day until that day (with it), as the city counts days."""
    s = SPENDING.c
    asked = select(s.channel, s.lane, func.sum(s.parts).label("parts"), func.sum(s.cost).label("cost"))
    grouped = asked.where(s.day >= first, s.day <= last).group_by(s.channel, s.lane).order_by(s.channel, s.lane)
    return [Cost(**row._mapping) for row in tx.execute(grouped)]


def _sum(condition: ColumnElement[Any]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))

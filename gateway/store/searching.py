"""Letters found again: by what they say, with whom, when and how they ended; and what still waits to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import null as nothing

from gateway.store.ended import BADLY, UNKNOWN_TO_ALL
from gateway.store.inbound import INBOUND
from gateway.store.listing import ENDED_BADLY, ENDED_UNSEEN, INBOUND_STATES, Listed
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, UtcDateTime

ESCAPE = "\\"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is empty or None says nothing. ``text``: part of the letter's words, whatever their
    capitals; ``digits``: part of the other's number (E.164); ``number``: the whole of it; ``state``: one of a letter,
    or ``ended-badly``, ``unseen``; ``direction``: in, out; the span is [since, until)."""

    text: str = ""
    digits: str = ""
    number: str = ""
    state: str = ""
    direction: str = ""
    channel: str = ""
    lane: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What of a lane waits to leave. ``oldest``: when its oldest letter was written."""

    lane: str
    letters: int
    oldest: datetime


def search(tx: Tx, wanted: Wanted, *, at_most: int, skip: int = 0) -> tuple[list[Listed], int]:
    """The newest first, and how many there are in all."""
    both = _both(wanted)
    if both is None:
        return [], 0
    number = int(tx.execute(select(func.count()).select_from(both)).scalar_one())
    found = (
        select(both).order_by(both.c.at.desc(), both.c.direction.desc(), both.c.id.desc()).limit(at_most).offset(skip)
    )
    return [_listed(row) for row in tx.execute(found)], number


def waiting(tx: Tx) -> list[Waits]:
    """What waits to leave, or is leaving, most urgent lane first."""
    waits = select(OUTBOUND.c.lane, func.count().label("letters"), func.min(OUTBOUND.c.created_at).label("oldest"))
    waits = waits.where(OUTBOUND.c.state.in_(("queued", "doing"))).group_by(OUTBOUND.c.lane, OUTBOUND.c.urgency)
    return [Waits(**row._mapping) for row in tx.execute(waits.order_by(OUTBOUND.c.urgency))]


def channels(tx: Tx) -> list[str]:
    """The name of each channel by which a letter ever came or went."""
    names = union_all(select(INBOUND.c.channel).distinct(), select(OUTBOUND.c.channel).distinct()).subquery()
    return sorted({row.channel for row in tx.execute(select(names.c.channel).distinct()) if row.channel})


def knows(tx: Tx, number: str) -> bool:
    """Whether a letter of that number was ever kept."""
    return tx.execute(select(INBOUND.c.id).where(INBOUND.c.sender == number).limit(1)).first() is not None


def _both(wanted: Wanted) -> Subquery | None:
    sides: list[Select[Any]] = []
    if wanted.direction != "out" and not wanted.lane and wanted.state in ("", *INBOUND_STATES):
        sides.append(_came(wanted))
    if wanted.direction != "in" and wanted.state not in ("new", "unread"):
        sides.append(_went(wanted))
    return union_all(*sides).subquery() if sides else None


def _came(wanted: Wanted) -> Select[Any]:
    table = INBOUND.c
    states = ("new", "unread") if wanted.state == "unread" else (wanted.state,)
    asked = _asked(wanted, table.text, table.sender, table.channel, table.received_at, table.hides)
    if wanted.state:
        asked.append(table.state.in_(states))
    lane = select(
        literal("in").label("direction"),
        table.id,
        table.channel,
        table.sender.label("other"),
        table.text,
        cast(nothing(), String).label("lane"),
        table.state,
        literal(1, Integer).label("parts"),
        table.received_at.label("at"),
        cast(nothing(), UtcDateTime).label("expires_at"),
        table.fault,
        table.doubt,
        table.hides,
    )
    return lane.where(and_(*asked)) if asked else lane


def _went(wanted: Wanted) -> Select[Any]:
    table = OUTBOUND.c
    channel = func.coalesce(table.channel, table.wanted)
    asked = _asked(wanted, table.text, table.recipient, channel, table.created_at, table.hides)
    if wanted.lane:
        asked.append(table.lane == wanted.lane)
    if wanted.state == ENDED_UNSEEN:
        asked.append(UNKNOWN_TO_ALL)
    elif wanted.state:
        asked.append(table.state.in_(BADLY if wanted.state == ENDED_BADLY else (wanted.state,)))
    lane = select(
        literal("out").label("direction"),
        table.id,
        channel.label("channel"),
        table.recipient.label("other"),
        table.text,
        table.lane,
        table.state,
        table.parts,
        table.created_at.label("at"),
        table.expires_at,
        table.fault,
        literal("").label("doubt"),
        table.hides,
    )
    return lane.where(and_(*asked)) if asked else lane


def _asked(wanted: Wanted, text: Any, other: Any, channel: Any, at: Any, hides: Any) -> list[ColumnElement[bool]]:
    """What hides is not found by its words or its number: else a search would find what no page shows."""
    asked: list[ColumnElement[bool]] = []
    if wanted.text or wanted.digits or wanted.number:
        asked.append(hides.is_not(true()))
    held = [text.ilike(_within(wanted.text), escape=ESCAPE)] if wanted.text else []
    held += [other.like(_within(wanted.digits), escape=ESCAPE)] if wanted.digits else []
    if held:
        asked.append(or_(*held))
    exact: Sequence[tuple[Any, Any]] = ((other, wanted.number), (channel, wanted.channel))
    asked += [column == value for column, value in exact if value]
    if wanted.since is not None:
        asked.append(at >= wanted.since)
    if wanted.until is not None:
        asked.append(at < wanted.until)
    return asked


def _within(part: str) -> str:
    """A LIKE pattern for that part and nothing that it happens to mean there."""
    for sign in (ESCAPE, "%", "_"):
        part = part.replace(sign, ESCAPE + sign)
    return f"%{part}%"


def _listed(row: Any) -> Listed:
    return Listed(
        id=f"{row.direction}-{row.id}",
        direction=row.direction,
        channel=row.channel,
        other=row.other,
        text=row.text,
        lane=row.lane,
        state=row.state,
        parts=row.parts,
        at=row.at,
        expires_at=row.expires_at,
        fault=row.fault,
        doubt=row.doubt or "",
        hides=bool(row.hides),
    )

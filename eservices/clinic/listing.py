"""Bookings and sessions as rows of JSON and as lines for a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from eservices.clinic import calling
from eservices.clinic.asked import estimate, now_serving, remaining
from eservices.clinic.booking import Booking, Session, closed, free, session_of
from eservices.clinic.queue import State
from eservices.clinic.store import rows
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


def booking_row(tx: Tx, city: City, one: Booking, now: datetime) -> dict[str, Any]:
    """A booking. ``number``: of the queue; ``ahead`` and ``estimate`` while it waits."""
    session = session_of(city, one)
    waits = one.state is State.WAITING
    return {
        "id": one.id,
        "clinic": one.clinic,
        "service": one.service,
        "doctor": one.doctor,
        "day": one.day.isoformat(),
        "begins": _instant(one.begins, city),
        "number": one.queue,
        "name": one.name,
        "phone": one.number or None,
        "state": one.state.value,
        "priority": one.priority,
        "walk_in": one.walk_in,
        "referral": one.referral or None,
        "misses": one.misses,
        "block": one.block,
        "ahead": remaining(tx, session, one) if waits else None,
        "estimate": _instant(estimate(tx, session, one, now), city) if waits else None,
        "booked_at": _instant(one.booked_at, city),
        "offered_until": _instant(one.offered_until, city),
        "called_at": _instant(one.called_at, city),
        "ended_at": _instant(one.ended_at, city),
    }


def booking_line(row: dict[str, Any]) -> str:
    """The same for a person."""
    number = row["number"] if row["number"] is not None else "-"
    marks = "*" if row["priority"] else ""
    at = row["estimate"][11:16] if row["estimate"] else ""
    place = f"{row['day']} {row['clinic']} {row['service']:<10}"
    return f"{place} {number:>4}{marks:<1} {row['name'] or '(kertas)':<28} {row['state']:<9} {at}"


def session_row(tx: Tx, session: Session) -> dict[str, Any]:
    """A session. ``free``: places that can be booked now; ``now``: the number called last; ``calls``: made so
    far; ``late``: minutes by which the doctor said to come late."""
    here = rows.kept(tx, session)
    return {
        "clinic": session.clinic,
        "service": session.service,
        "room": session.room or None,
        "doctor": session.doctor,
        "day": session.day.isoformat(),
        "begins": session.begins.isoformat(),
        "until": session.until.isoformat(),
        "quota": session.quota,
        "free": free(tx, session),
        "waiting": calling.waiting(tx, session),
        "listed": rows.count(tx, here.id, State.LISTED) if here is not None else 0,
        "now": now_serving(tx, session),
        "calls": here.calls if here is not None else 0,
        "late": here.late if here is not None else None,
        "closed": closed(tx, session),
    }


def session_line(row: dict[str, Any]) -> str:
    """The same for a person."""
    state = f"closed: {row['closed']}" if row["closed"] is not None else f"{row['free']} of {row['quota']} free"
    hours = f"{row['begins'][11:16]}-{row['until'][11:16]}"
    where = f"{row['day']} {hours} {row['clinic']} {row['service']:<10} {row['doctor']:<24}"
    return f"{where} {state}, {row['waiting']} waiting, now {row['now'] or '-'}"


def _instant(at: datetime | None, city: City) -> str | None:
    return at.astimezone(city.timezone).isoformat() if at is not None else None

"""What somebody who waits asks: which number is served now, how many before me, when. The clinic's page and the hall's
screen ask the same, of everybody at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from eservices.clinic import calling
from eservices.clinic.booking import Booking
from eservices.clinic.estimate import expected, pace_of, rounded
from eservices.clinic.queue import State, in_order
from eservices.clinic.schedule import Session
from eservices.clinic.store import rows
from gateway.store import Tx
from gateway.store.schema import now as now_of

if TYPE_CHECKING:
    from eservices.clinic.store.paces import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Somebody who waits, with what would be answered. ``ahead``: how many are called before; ``at``: when, by the
    city's clock, to five minutes."""

    booking: Booking
    ahead: int
    at: datetime


def now_serving(tx: Tx, session: Session) -> int | None:
    """The number that was called last; None: nobody yet."""
    one = last_called(_everybody(tx, session))
    return one.queue if one is not None else None


def remaining(tx: Tx, session: Session, one: Booking) -> int | None:
    """How many are called before that one, as things stand; None: they do not wait (called, seen, listed …)."""
    return calling.ahead(tx, session, one)


def estimate(tx: Tx, session: Session, one: Booking, now: datetime | None = None) -> datetime:
    """When it will be their turn, by the city's clock, to five minutes; of somebody who does not wait: when they were
    called, else when the session begins. ``now``: of the store's clock if it is not given."""
    before = calling.ahead(tx, session, one)
    if before is None:
        return rounded((one.called_at or session.begins).astimezone(session.begins.tzinfo))
    last = last_called(_everybody(tx, session))
    return _turn(session, _pace(tx, session), last, before, now or now_of(tx))


def tell_hour(tx: Tx, session: Session, one: Booking, now: datetime) -> datetime:
    """``estimate``, for a ticket: the first that is told is kept, and shows later how true it was."""
    at, known = estimate(tx, session, one, now), rows.booking(tx, one.id)
    if known is not None and known.told_for is None and known.state is State.WAITING:
        rows.change(tx, one.id, told_for=at)
    return at


def in_line(tx: Tx, session: Session, now: datetime) -> list[Waits]:
    """Everybody who waits, in the order in which they are called if everybody comes and nobody joins."""
    here = rows.kept(tx, session)
    if here is None:
        return []
    everybody = rows.bookings_in(tx, here.id)
    by_id, last, pace = {one.id: one for one in everybody}, last_called(everybody), _pace(tx, session)
    order = in_order(calling.line(tx, session, here))
    return [
        Waits(booking=by_id[one.id], ahead=place, at=_turn(session, pace, last, place, now))
        for place, one in enumerate(order)
    ]


def last_called(everybody: list[Booking]) -> Booking | None:
    """Who of a session was called last; None: nobody was."""
    called = [one for one in everybody if one.called_at is not None]
    return max(called, key=lambda one: (one.called_at, one.id)) if called else None


def _turn(session: Session, pace: Pace, last: Booking | None, before: int, now: datetime) -> datetime:
    at = expected(
        session,
        pace,
        before,
        now.astimezone(session.begins.tzinfo),
        last_call=last.called_at if last is not None else None,
        seen=last is not None and last.state is State.CALLED,
    )
    return rounded(at.astimezone(session.begins.tzinfo))


def _pace(tx: Tx, session: Session) -> Pace:
    """What was learned of the doctor; what was said of this day wins."""
    here, learned = rows.kept(tx, session), pace_of(tx, session)
    return learned if here is None or here.late is None else replace(learned, late=float(here.late))


def _everybody(tx: Tx, session: Session) -> list[Booking]:
    here = rows.kept(tx, session)
    return rows.bookings_in(tx, here.id) if here is not None else []

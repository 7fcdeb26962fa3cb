"""What somebody who waits asks: which number is served now, how many before me, when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from eservices.clinic import calling
from eservices.clinic.booking import Booking
from eservices.clinic.estimate import expected, pace_of, rounded
from eservices.clinic.queue import State
from eservices.clinic.schedule import Session
from eservices.clinic.store import rows
from eservices.clinic.store.paces import Pace
from gateway.store import Tx
from gateway.store.schema import now as now_of


def now_serving(tx: Tx, session: Session) -> int | None:
    """The number that was called last; None: nobody yet."""
    one = _last_called(tx, session)
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
    last = _last_called(tx, session)
    at = expected(
        session,
        _pace(tx, session),
        before,
        (now or now_of(tx)).astimezone(session.begins.tzinfo),
        last_call=last.called_at if last is not None else None,
        seen=last is not None and last.state is State.CALLED,
    )
    return rounded(at.astimezone(session.begins.tzinfo))


def _pace(tx: Tx, session: Session) -> Pace:
    """What was learned of the doctor; what was said of this day wins."""
    here, learned = rows.kept(tx, session), pace_of(tx, session)
    return learned if here is None or here.late is None else replace(learned, late=float(here.late))


def _last_called(tx: Tx, session: Session) -> Booking | None:
    here = rows.kept(tx, session)
    called = [one for one in (rows.bookings_in(tx, here.id) if here is not None else []) if one.called_at is not None]
    return max(called, key=lambda one: (one.called_at, one.id)) if called else None

"""The queue of a session as it is kept: the next one is called, who is not there is called again, walk-ins join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eservices.clinic.estimate import learn_gap, learn_start
from eservices.clinic.queue import OVER, Line, State, Ticket, called, following, in_order, missed
from eservices.clinic.schedule import Session
from eservices.clinic.store import rows
from eservices.clinic.store.rows import Booking, Kept
from gateway.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Somebody was called and not there. ``again_after``: called again after so many others; None: the place is
    lost."""

    booking: Booking
    again_after: int | None


class Overtaken(Exception):
    """Somebody else called meanwhile: who asks has not seen it."""


def line(tx: Tx, session: Session, here: Kept) -> Line:
    """Everybody who waits, as the rules see them."""
    waiting = tuple(_ticket(one) for one in rows.bookings_in(tx, here.id, (State.WAITING,)))
    return Line(waiting=waiting, rules=session.rules, calls=here.calls, ordinary=here.ordinary)


def call_next(tx: Tx, session: Session, at: datetime, *, seen: int | None = None) -> Booking | None:
    """Call the next one; whoever was being seen has been. None: nobody waits (then nothing changes). ``seen``: so many
    calls had been made when who asks looked (``calls``); raises Overtaken if there are more: a double click, or a
    second seat, calls nobody past."""
    here = rows.kept(tx, session)
    if here is None:
        return None
    not_overtaken(here.calls, seen)
    queue = line(tx, session, here)
    chosen = following(queue)
    if chosen is None:
        return None
    after = called(queue, chosen)
    for one in rows.bookings_in(tx, here.id, (State.CALLED,)):
        rows.change(tx, one.id, state=State.SERVED.value, ended_at=at)
    _learn(tx, session, here, at)
    rows.change(tx, chosen.id, state=State.CALLED.value, called_at=at)
    rows.change_session(tx, here.id, calls=after.calls, ordinary=after.ordinary)
    return rows.booking(tx, chosen.id)


def is_of_day(session: Session, at: datetime) -> bool:
    """Whether that instant is on the session's day, or on the day into which its hours run: else nobody of it stands in
    the hall, and who asks for a call has another queue before him than he thinks."""
    return session.day <= at.astimezone(session.begins.tzinfo).date() <= session.until.date()


def calls(tx: Tx, session: Session) -> int:
    """How many calls were made in that session."""
    here = rows.kept(tx, session)
    return here.calls if here is not None else 0


def not_overtaken(calls: int, seen: int | None) -> None:
    """Raises Overtaken where who asks saw another number of calls."""
    if seen is not None and seen != calls:
        raise Overtaken(f"{calls} calls, not {seen}")


def call_again(tx: Tx, session: Session, one: Booking, at: datetime) -> bool:
    """The number that is called is called out once more: the hall's screen says so. False: it is not called now."""
    now = rows.booking(tx, one.id)
    if now is None or now.state is not State.CALLED:
        return False
    rows.change_session(tx, now.session_id, again_at=at)
    return True


def is_back(tx: Tx, session: Session, one: Booking) -> Booking | None:
    """Who was away stands at the counter: is called next; who had lost the place waits again, called after
    ``again_after`` others, and is not called a third time. None: they were not away."""
    now, here = rows.booking(tx, one.id), rows.kept(tx, session)
    if now is None or here is None:
        return None
    if now.state is State.WAITING and now.misses:
        rows.change(tx, one.id, back_at=here.calls)
    elif now.state is State.NO_SHOW:
        later = here.calls + session.rules.again_after
        rows.change(tx, one.id, state=State.WAITING.value, ended_at=None, back_at=later)
    else:
        return None
    return rows.booking(tx, one.id)


def waiting(tx: Tx, session: Session) -> int:
    """How many wait to be called."""
    here = rows.kept(tx, session)
    return rows.count(tx, here.id, State.WAITING) if here is not None else 0


def numbered(tx: Tx, session: Session, number: int) -> Booking | None:
    """Who has that number of the queue."""
    here = rows.kept(tx, session)
    found = rows.bookings_in(tx, here.id) if here is not None else []
    return next((one for one in found if one.queue == number and one.state is not State.CANCELLED), None)


def being_seen(tx: Tx, session: Session) -> Booking | None:
    """Who was called last and is neither through nor away."""
    here = rows.kept(tx, session)
    return next(iter(rows.bookings_in(tx, here.id, (State.CALLED,))), None) if here is not None else None


def is_away(tx: Tx, session: Session, one: Booking, at: datetime, *, seen: int | None = None) -> Missed | None:
    """They were called and are not there (or left, though the next call took them for seen). None: they were not
    called, or it is noted already. ``seen``: as of ``call_next``; raises Overtaken."""
    now, here = rows.booking(tx, one.id), rows.kept(tx, session)
    if now is None or here is None or now.state not in (State.CALLED, State.SERVED):
        return None
    not_overtaken(here.calls, seen)
    later = missed(_ticket(now), session.rules, here.calls)
    if later is None:
        rows.change(tx, one.id, state=State.NO_SHOW.value, ended_at=at, misses=now.misses + 1)
    else:
        rows.change(tx, one.id, state=State.WAITING.value, ended_at=None, misses=later.misses, back_at=later.back_at)
    again = session.rules.again_after if later is not None else None
    found = rows.booking(tx, one.id)
    assert found is not None
    return Missed(booking=found, again_after=again)


def is_through(tx: Tx, one: Booking, at: datetime) -> bool:
    """They were seen. False: they were cancelled, lost, or through already."""
    now = rows.booking(tx, one.id)
    if now is None or now.state in OVER or now.queue is None:
        return False
    rows.change(tx, one.id, state=State.SERVED.value, ended_at=at)
    return True


def ahead(tx: Tx, session: Session, one: Booking) -> int | None:
    """How many would be called before that one if everybody came and nobody joined; None: they do not wait."""
    here = rows.kept(tx, session)
    if here is None or one.state is not State.WAITING:
        return None
    order = in_order(line(tx, session, here))
    return next((place for place, ticket in enumerate(order) if ticket.id == one.id), None)


def _learn(tx: Tx, session: Session, here: Kept, at: datetime) -> None:
    """What this call says of the doctor's pace."""
    calls = [one.called_at for one in rows.bookings_in(tx, here.id) if one.called_at is not None]
    if calls:
        learn_gap(tx, session, max(calls), at)
    elif here.calls == 0:
        learn_start(tx, session, at)


def _ticket(one: Booking) -> Ticket:
    assert one.queue is not None
    return Ticket(id=one.id, queue=one.queue, priority=one.priority, misses=one.misses, back_at=one.back_at)

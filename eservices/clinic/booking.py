"""Places at the doctor's: given, given back, exchanged, offered on. Verbs over a ``Tx``; what residents type and read
is not here.

A place is a row's number from 1 to the quota, and unique: the last one is never given twice. A queue's number is handed
out in order and never again: a place that was freed comes with a new number, at the end, so that no two people ever
hold the same paper. Whoever is on the waiting list goes before who asks later: while somebody is listed, a freed place
is not free.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from eservices.clinic.queue import State
from eservices.clinic.schedule import Session, sessions_from, sessions_on
from eservices.clinic.store import rows
from eservices.clinic.store.closing import closed as closed_by_staff
from eservices.clinic.store.rows import Booking, Kept, booking, bookings_of, next_lapse
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

__all__ = [
    "Booked",
    "Booking",
    "Closed",
    "Full",
    "Outcome",
    "Session",
    "State",
    "Twice",
    "Wish",
    "accept",
    "book",
    "booking",
    "bookings_of",
    "cancel",
    "closed",
    "free",
    "lapse_offers",
    "move",
    "next_lapse",
    "offer_next",
    "session_of",
    "sessions_from",
    "sessions_on",
    "wait",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants to be seen. ``number``: the phone (E.164; empty: none). ``person``: which of those who share the phone,
    as a key (empty: its owner; for another the squashed name). ``priority``: old, pregnant or disabled. ``referral``:
    its number, where the clinic asks for one. ``nik_hash``: the keyed hash, never the NIK."""

    number: str
    person: str
    name: str
    priority: bool = False
    referral: str = ""
    nik_hash: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """It is theirs: the booking as it stands now (of ``wait`` and ``offer_next``: listed, offered)."""

    booking: Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Full:
    """No place is left, or none that is not for walk-ins or for who waits already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """This person has one at this clinic on this day already."""

    existing: Booking


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """The staff closed it; why."""

    reason: str


Outcome = Booked | Full | Twice | Closed


def closed(tx: Tx, session: Session) -> str | None:
    """Why the staff closed that session; None: they did not. (The pack's own closures have no session.)"""
    return closed_by_staff(tx, session.clinic, session.service, session.day)


def free(tx: Tx, session: Session) -> int:
    """How many places can be booked now; 0 where it is closed."""
    if closed(tx, session) is not None:
        return 0
    found = rows.kept(tx, session)
    return len(free_places(tx, found, session, walk_in=False))


def book(
    tx: Tx, city: City, session: Session, wish: Wish, at: datetime, turn: str = "", *, walk_in: bool = False
) -> Outcome:
    """Give that person a place and the next number. Who was on the waiting list of that clinic and day is taken off it.
    ``walk_in``: stands at the counter, and may have the places kept for such. ``turn`` names the letter or the command
    for the reader of the row. Raises IntegrityError, and nothing is kept, if another process was faster: the caller's
    transaction is tried again by the store, or fails whole."""
    if (reason := closed(tx, session)) is not None:
        return Closed(reason=reason)
    existing = rows.same_person(tx, session, wish.number, wish.person, wish.nik_hash)
    if existing is not None and existing.state not in (State.LISTED, State.OFFERED):
        return Twice(existing=existing)
    here = rows.keep(tx, session)
    mine = existing.place if existing is not None and existing.session_id == here.id else None
    places = [mine] if mine else free_places(tx, here, session, walk_in=walk_in)
    if not places:
        return Full()
    values = {"state": State.WAITING.value, "place": places[0], "offered_until": None, "why": turn, "walk_in": walk_in}
    if existing is not None:
        return Booked(booking=_settle(tx, existing.id, here, values))
    number = _insert(tx, here, wish, at, {**values, "queue": next_number(tx, here)})
    return Booked(booking=_known(tx, number))


def cancel(tx: Tx, one: Booking, at: datetime, why: str) -> bool:
    """Give it back: the place is free (offer it on with ``offer_next``), the number is never used again. False: it was
    cancelled, or they were seen, already."""
    now = _known(tx, one.id)
    if now.state in (State.CANCELLED, State.SERVED):
        return False
    rows.change(tx, one.id, state=State.CANCELLED.value, place=None, live=None, ended_at=at, why=why)
    return True


def move(tx: Tx, city: City, one: Booking, session: Session, at: datetime) -> Outcome:
    """Exchange the place for one of another session, with its next number; where that is not possible (Full, Closed,
    Twice) the old one stays. The booking's id stays; its old number is never used again."""
    now = _known(tx, one.id)
    if now.state in (State.CALLED, State.SERVED, State.CANCELLED):
        return Twice(existing=now)
    if (reason := closed(tx, session)) is not None:
        return Closed(reason=reason)
    here = rows.keep(tx, session)
    if here.id == now.session_id and now.state is State.WAITING:
        return Twice(existing=now)
    other = rows.same_person(tx, session, now.number, now.person, None)
    if other is not None and other.id != now.id:
        return Twice(existing=other)
    places = free_places(tx, here, session, walk_in=False)
    if not places:
        return Full()
    values = {"state": State.WAITING.value, "place": places[0], "offered_until": None, "misses": 0, "back_at": 0}
    return Booked(booking=_settle(tx, now.id, here, {**values, "called_at": None, "ended_at": None, "why": "moved"}))


def wait(tx: Tx, session: Session, wish: Wish, at: datetime) -> Outcome:
    """Put that person on the waiting list of a session. ``Booked``: listed now, or already (state ``listed``)."""
    if (reason := closed(tx, session)) is not None:
        return Closed(reason=reason)
    existing = rows.same_person(tx, session, wish.number, wish.person, wish.nik_hash)
    here = rows.keep(tx, session)
    if existing is not None:
        same = existing.state is State.LISTED and existing.session_id == here.id
        return Booked(booking=existing) if same else Twice(existing=existing)
    number = _insert(tx, here, wish, at, {"state": State.LISTED.value, "place": None, "queue": None, "walk_in": False})
    return Booked(booking=_known(tx, number))


def listed_before(tx: Tx, one: Booking) -> int:
    """How many are on the waiting list before that one."""
    return sum(other.id < one.id for other in rows.bookings_in(tx, one.session_id, (State.LISTED,)))


def offer_next(tx: Tx, session: Session, at: datetime, until: datetime) -> Booking | None:
    """Keep a freed place for the first on the waiting list until that instant; None: no place, or nobody waits. Call it
    again while it gives somebody. They ``accept``, or ``cancel``, or ``lapse_offers`` ends it."""
    here = rows.kept(tx, session)
    if here is None or closed(tx, session) is not None:
        return None
    taken = rows.places_taken(tx, here.id)
    place = next((one for one in range(1, session.quota - session.for_walk_ins + 1) if one not in taken), None)
    first = next(iter(rows.bookings_in(tx, here.id, (State.LISTED,))), None)
    if place is None or first is None:
        return None
    rows.change(tx, first.id, state=State.OFFERED.value, place=place, offered_until=until)
    return _known(tx, first.id)


def accept(tx: Tx, one: Booking, at: datetime) -> Outcome:
    """They take the place that is kept for them, with a new number at the end of the queue. ``Full``: the offer is
    over."""
    now, here = _known(tx, one.id), rows.session_by_id(tx, one.session_id)
    if now.state is not State.OFFERED or here is None or (now.offered_until is not None and now.offered_until < at):
        return Full()
    if (reason := closed_by_staff(tx, here.clinic, here.service, here.day)) is not None:
        return Closed(reason=reason)
    return Booked(booking=_settle(tx, now.id, here, {"state": State.WAITING.value, "offered_until": None}))


def lapse_offers(tx: Tx, at: datetime) -> list[Booking]:
    """End every offer whose time is over, and say which: their places are free for ``offer_next``. (``next_lapse`` says
    when the next one's is.)"""
    over = rows.lapsed_offers(tx, at)
    for one in over:
        cancel(tx, one, at, "offer lapsed")
    return over


def session_of(city: City, one: Booking | Kept) -> Session:
    """The session of a booking, by the pack as it is now; as it was kept where the pack has it no more."""
    found = sessions_on(city, one.day, clinic=one.clinic, service=one.service)
    same = next((session for session in found if (session.room, session.begins) == (one.room, one.begins)), None)
    return same or _former(city, one)


def _former(city: City, one: Booking | Kept) -> Session:
    house = city.clinics.clinics.get(one.clinic)
    return Session(
        clinic=one.clinic,
        service=one.service,
        room=one.room,
        doctor=one.doctor,
        begins=one.begins.astimezone(city.timezone),
        until=one.until.astimezone(city.timezone),
        quota=one.quota if isinstance(one, Kept) else 0,
        minutes=one.minutes if isinstance(one, Kept) else 10.0,
        **({"rules": house.rules} if house is not None else {}),
    )


def free_places(tx: Tx, here: Kept | None, session: Session, *, walk_in: bool) -> list[int]:
    """The places that may be given now, the first to give first. Who is listed goes before who asks later."""
    bookable = range(1, session.quota - session.for_walk_ins + 1)
    taken = rows.places_taken(tx, here.id) if here is not None else set()
    left = [place for place in bookable if place not in taken]
    spoken_for = rows.count(tx, here.id, State.LISTED) if here is not None and left else 0
    left = left[spoken_for:]
    if not walk_in:
        return left
    return [place for place in range(bookable.stop, session.quota + 1) if place not in taken] + left


def next_number(tx: Tx, here: Kept) -> int:
    """The number after the highest that was ever handed out in that session."""
    now = rows.session_by_id(tx, here.id)
    assert now is not None
    rows.change_session(tx, here.id, last_number=now.last_number + 1)
    return now.last_number + 1


def _settle(tx: Tx, booking_id: int, here: Kept, values: dict[str, object]) -> Booking:
    """Put a booking that there is into a session, with a new number."""
    place = {"session_id": here.id, "clinic": here.clinic, "day": here.day.isoformat(), "block": None, "told_for": None}
    rows.change(tx, booking_id, **{**place, "queue": next_number(tx, here), **values})
    return _known(tx, booking_id)


def _insert(tx: Tx, here: Kept, wish: Wish, at: datetime, values: dict[str, object]) -> int:
    row: dict[str, object] = {
        "session_id": here.id,
        "clinic": here.clinic,
        "day": here.day.isoformat(),
        "phone": wish.number or None,
        "person": wish.person,
        "name": wish.name,
        "nik_hash": wish.nik_hash or None,
        "referral": wish.referral,
        "priority": wish.priority,
        "booked_at": at,
    }
    return rows.add(tx, {**row, **values})


def _known(tx: Tx, booking_id: int) -> Booking:
    found = booking(tx, booking_id)
    if found is None:
        raise LookupError(f"there is no booking {booking_id}")
    return found


def still_ahead(one: Booking, today: date) -> bool:
    """Whether it may still be cancelled or moved by who made it."""
    return one.day >= today and one.state in (State.LISTED, State.OFFERED, State.WAITING)

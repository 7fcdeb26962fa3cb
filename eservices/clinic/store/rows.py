"""What the tables hold, as values, and the short verbs over them. They decide nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from eservices.clinic.queue import State
from eservices.clinic.schedule import Session
from eservices.clinic.store.tables import BOOKING, SESSION
from gateway.store import Tx
from gateway.store.schema import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One person's matter at one session. ``number``: the phone (E.164; empty: none), ``person``: which of those who
    share it; ``queue``: the number that is called; ``place``: which of the quota's. All instants are aware."""

    id: int
    session_id: int
    clinic: str
    service: str
    room: str
    doctor: str
    day: date
    begins: datetime
    until: datetime
    number: str
    person: str
    name: str
    state: State
    place: int | None
    queue: int | None
    priority: bool
    walk_in: bool
    referral: str
    misses: int
    back_at: int
    block: int | None
    booked_at: datetime
    offered_until: datetime | None
    called_at: datetime | None
    ended_at: datetime | None
    told_for: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session that somebody was booked into, as it is kept."""

    id: int
    clinic: str
    service: str
    room: str
    day: date
    begins: datetime
    until: datetime
    doctor: str
    quota: int
    minutes: float
    last_number: int
    calls: int
    ordinary: int
    late: int | None
    again_at: datetime | None


_OF_SESSION = ("service", "room", "doctor", "begins", "until")
_BOOKING = select(BOOKING, *(SESSION.c[name] for name in _OF_SESSION)).join(SESSION)
_BY_NUMBER = (BOOKING.c.queue.nulls_last(), BOOKING.c.id)
_BY_ID = _BOOKING.where(BOOKING.c.id == bindparam("of_id"))
_BY_SESSION = _BOOKING.where(BOOKING.c.session_id == bindparam("of_session")).order_by(
    BOOKING.c.queue.nulls_last(), BOOKING.c.id
)
_BY_PHONE = (
    _BOOKING.where(
        BOOKING.c.phone == bindparam("whose"), BOOKING.c.day >= bindparam("since"), BOOKING.c.live.is_not(None)
    )
).order_by(SESSION.c.begins, BOOKING.c.id)
_PERSON = _BOOKING.where(
    BOOKING.c.phone == bindparam("whose"),
    BOOKING.c.person == bindparam("who"),
    BOOKING.c.clinic == bindparam("where_"),
    BOOKING.c.day == bindparam("when_"),
    BOOKING.c.live.is_not(None),
)
_NIK = _BOOKING.where(
    BOOKING.c.nik_hash == bindparam("hashed"),
    BOOKING.c.clinic == bindparam("where_"),
    BOOKING.c.day == bindparam("when_"),
    BOOKING.c.live.is_not(None),
)
_LAPSED = _BOOKING.where(BOOKING.c.state == State.OFFERED.value, BOOKING.c.offered_until <= bindparam("at_"))
_SESSION = select(SESSION).where(
    SESSION.c.clinic == bindparam("in_clinic"),
    SESSION.c.service == bindparam("in_service"),
    SESSION.c.room == bindparam("in_room"),
    SESSION.c.begins == bindparam("at_begin"),
)
_PLACES = select(BOOKING.c.place).where(BOOKING.c.session_id == bindparam("of_session"), BOOKING.c.place.is_not(None))
_COUNT = select(func.count()).where(
    BOOKING.c.session_id == bindparam("of_session"), BOOKING.c.state == bindparam("in_state")
)


def kept(tx: Tx, session: Session) -> Kept | None:
    """The session as it is kept; None: nobody was booked into it yet."""
    row = tx.execute(_SESSION, _named(session)).first()
    return _kept(row) if row is not None else None


def keep(tx: Tx, session: Session) -> Kept:
    """The session, kept from now on. What the pack says now of its doctor, end and quota holds."""
    found = kept(tx, session)
    said = {name: getattr(session, name) for name in ("doctor", "until", "quota", "minutes")}
    if found is None:
        row = {"clinic": session.clinic, "service": session.service, "room": session.room, "begins": session.begins}
        row |= {"day": session.day.isoformat(), "last_number": 0, "calls": 0, "ordinary": 0, **said}
        tx.execute(insert(SESSION), row)
    elif any(getattr(found, name) != value for name, value in said.items()):
        change_session(tx, found.id, **said)
    else:
        return found
    again = kept(tx, session)
    assert again is not None
    return again


def session_by_id(tx: Tx, session_id: int) -> Kept | None:
    """The kept session with that id."""
    row = tx.execute(select(SESSION).where(SESSION.c.id == session_id)).first()
    return _kept(row) if row is not None else None


def sessions_kept(tx: Tx, day: date, clinic: str = "") -> list[Kept]:
    """The sessions of a day that somebody was booked into, by their beginning."""
    found = select(SESSION).where(SESSION.c.day == day.isoformat()).order_by(SESSION.c.begins, SESSION.c.id)
    found = found.where(SESSION.c.clinic == clinic) if clinic else found
    return [_kept(row) for row in tx.execute(found)]


def change_session(tx: Tx, session_id: int, **values: object) -> None:
    """Write these columns of a session."""
    tx.execute(update(SESSION).where(SESSION.c.id == session_id).values(values))


def add(tx: Tx, row: dict[str, object]) -> int:
    """A new row of a booking; its id."""
    usual = {"state": State.WAITING.value, "live": 1, "misses": 0, "back_at": 0, "why": "", "referral": ""}
    return new_id(tx.execute(insert(BOOKING), {**usual, **row}))


def change(tx: Tx, booking_id: int, **values: object) -> None:
    """Write these columns of a booking."""
    tx.execute(update(BOOKING).where(BOOKING.c.id == booking_id).values(values))


def booking(tx: Tx, booking_id: int) -> Booking | None:
    """The booking with that id."""
    row = tx.execute(_BY_ID, {"of_id": booking_id}).first()
    return _booking(row) if row is not None else None


def bookings_of(tx: Tx, number: str, from_date: date) -> list[Booking]:
    """What a phone has that is not cancelled, from that day on, the earliest session first."""
    return [_booking(row) for row in tx.execute(_BY_PHONE, {"whose": number, "since": from_date.isoformat()})]


def bookings_in(tx: Tx, session_id: int, states: Collection[State] = ()) -> list[Booking]:
    """The bookings of a session by number (those without one by age), only in these states."""
    found = [_booking(row) for row in tx.execute(_BY_SESSION, {"of_session": session_id})]
    return [one for one in found if not states or one.state in states]


def same_person(tx: Tx, session: Session, number: str, person: str, nik_hash: str | None) -> Booking | None:
    """What this person has already at this clinic on this day."""
    at = {"where_": session.clinic, "when_": session.day.isoformat()}
    row = tx.execute(_PERSON, {"whose": number, "who": person, **at}).first() if number else None
    if row is None and nik_hash:
        row = tx.execute(_NIK, {"hashed": nik_hash, **at}).first()
    return _booking(row) if row is not None else None


def places_taken(tx: Tx, session_id: int) -> set[int]:
    """The places of a session's quota that are not free."""
    return {place for (place,) in tx.execute(_PLACES, {"of_session": session_id})}


def count(tx: Tx, session_id: int, state: State) -> int:
    """How many of a session's bookings are in that state."""
    return int(tx.execute(_COUNT, {"of_session": session_id, "in_state": state.value}).scalar_one())


def lapsed_offers(tx: Tx, at: datetime) -> list[Booking]:
    """Offers whose time is over."""
    return [_booking(row) for row in tx.execute(_LAPSED, {"at_": at})]


def next_lapse(tx: Tx) -> datetime | None:
    """When the next offer's time is over."""
    found = select(func.min(BOOKING.c.offered_until)).where(BOOKING.c.state == State.OFFERED.value)
    at: datetime | None = tx.execute(found).scalar()
    return at


def listed(tx: Tx, *, first: date, last: date, clinic: str = "", service: str = "") -> list[Booking]:
    """Every booking of these days, both among them, for lists."""
    found = _BOOKING.where(BOOKING.c.day >= first.isoformat(), BOOKING.c.day <= last.isoformat())
    found = found.where(BOOKING.c.clinic == clinic) if clinic else found
    found = found.where(SESSION.c.service == service) if service else found
    return [_booking(row) for row in tx.execute(found.order_by(SESSION.c.begins, *_BY_NUMBER))]


def _named(session: Session) -> dict[str, object]:
    names = {"in_clinic": session.clinic, "in_service": session.service, "in_room": session.room}
    return {**names, "at_begin": session.begins}


def _kept(row: Row[Any]) -> Kept:
    values = {name: getattr(row, name) for name in Kept.__slots__ if name != "day"}
    return Kept(day=date.fromisoformat(row.day), **values)


_PLAIN: Sequence[str] = tuple(name for name in Booking.__slots__ if name not in ("day", "state", "number"))


def _booking(row: Row[Any]) -> Booking:
    values = {name: getattr(row, name) for name in _PLAIN}
    day, state = date.fromisoformat(row.day), State(row.state)
    return Booking(day=day, state=state, number=row.phone or "", **values)

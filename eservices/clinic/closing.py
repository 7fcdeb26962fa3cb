"""A day on which nobody is seen after all: who waits is moved to the next session with room, and told; who cannot be
moved is told, keeps what is there, and chooses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from eservices.clinic.asked import estimate
from eservices.clinic.booking import Booked, Booking, cancel, move, session_of, sessions_from
from eservices.clinic.queue import State
from eservices.clinic.showing import Letters
from eservices.clinic.store import rows
from eservices.clinic.store.also import everybody
from eservices.clinic.store.closing import close
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

LEFT = (State.WAITING, State.LISTED, State.OFFERED)  # who was called stands at the counter, and is told there


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """``moved``: as they stand now, on another day. ``sorry``: could not be moved."""

    moved: tuple[Booking, ...]
    sorry: tuple[Booking, ...]


def left_on(tx: Tx, clinic: str, service: str, day: date) -> list[Booking]:
    """Who would not be seen if it closed (``service`` empty: the whole clinic)."""
    found = rows.listed(tx, first=day, last=day, clinic=clinic, service=service)
    return [one for one in found if one.state in LEFT]


def close_day(
    tx: Tx, city: City, clinic: str, service: str, day: date, *, reason: str, by: str, at: datetime
) -> Shut | None:
    """Close it, and tell everybody. None: it was closed already."""
    if not close(tx, clinic, service, day, reason=reason, by=by, at=at):
        return None
    letters, moved, sorry = Letters(city), list[Booking](), list[Booking]()
    for one in left_on(tx, clinic, service, day):
        if one.state in (State.LISTED, State.OFFERED):
            cancel(tx, one, at, reason)  # there will be no place
            later = None
        else:
            later = _moved(tx, city, one, at)
        (sorry if later is None else moved).append(later or one)
        _tell(tx, city, letters, one, later, reason, at)
    return Shut(moved=tuple(moved), sorry=tuple(sorry))


def _moved(tx: Tx, city: City, one: Booking, at: datetime) -> Booking | None:
    """The booking in the next session of that service there that has room, on a later day; None: none has."""
    for session in sessions_from(city, one.day + timedelta(days=1), clinic=one.clinic, service=one.service):
        outcome = move(tx, city, one, session, at)
        if isinstance(outcome, Booked):
            return outcome.booking
    return None


def _tell(tx: Tx, city: City, letters: Letters, one: Booking, later: Booking | None, reason: str, at: datetime) -> None:
    ends = datetime.combine(one.day + timedelta(days=1), time(), city.timezone)
    for phone in everybody(tx, one):
        language = letters.language(tx, phone) or city.languages[0]
        if later is None:
            letters.tell(
                tx, phone, "queue_told_shut", one, f"clinic/shut/{one.id}/{one.day.isoformat()}", ends, reason=reason
            )
            continue
        more = {
            "number": str(later.queue),
            "other_day": letters.words.day(language, later.day),
            "time": letters.words.hour(estimate(tx, session_of(city, later), later, at)),
        }
        key = f"clinic/moved/{one.id}/{one.day.isoformat()}"
        letters.tell(tx, phone, "clinic_moved", one, key, max(ends, later.begins), reason=reason, **more)

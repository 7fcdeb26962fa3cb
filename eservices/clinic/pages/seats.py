"""Which clinic, day and session a visit is about, and whether this person works there. Raises NotThere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from config.city import City
from config.city_clinics import Clinic
from eservices.clinic.board import key_of, sessions_of_day
from eservices.clinic.schedule import AHEAD_DAYS, Session, today
from gateway.page import Floor, NotThere, Role, User, Visit
from gateway.store import Tx

COUNTER = frozenset({Role.CLINIC, Role.SUPERVISOR})
"""Who keeps the queues. A doctor's name is health enough: nobody else sees who waits for whom."""
BACK_DAYS = 31  # days gone by that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A clinic's day, as it was asked for."""

    clinic: Clinic
    day: date
    today: date

    @property
    def path(self) -> str:
        return f"/clinic/{self.clinic.id}/{self.day.isoformat()}"

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)


def seat_of(floor: Floor, visit: Visit) -> Seat:
    """Raises NotThere: no such clinic or day, or not his."""
    here = today(floor.city, visit.now)
    day = _day(visit.at.get("day", ""), here)
    clinic = floor.city.clinics.clinics.get(visit.at["clinic"])
    if clinic is None or not is_his(visit.user, clinic.id) or not -BACK_DAYS <= (day - here).days <= 2 * AHEAD_DAYS:
        raise NotThere
    return Seat(clinic=clinic, day=day, today=here)


def is_his(user: User, clinic: str) -> bool:
    """Whether that clinic's queue is his to keep: who works for one keeps that one alone."""
    return user.may(frozenset({Role.SUPERVISOR})) or user.clinic in ("", clinic)


def session_in(tx: Tx, city: City, seat: Seat, key: str) -> Session:
    """The session of that name. Raises NotThere."""
    for one in sessions_of_day(tx, city, seat.clinic.id, seat.day):
        if key_of(one) == key:
            return one
    raise NotThere


def _day(written: str, here: date) -> date:
    try:
        return date.fromisoformat(written) if written else here
    except ValueError:
        raise NotThere from None

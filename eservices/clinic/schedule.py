"""When doctors are seen, from the pack: schedules, without its closures and the city's holidays. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from config.city_clinics import Clinic, Rules, Schedule

if TYPE_CHECKING:
    from config.city import City

AHEAD_DAYS = 14  # how far ahead a session is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One doctor's hours on one day. ``clinic`` and ``service`` are ids of the pack; ``begins`` and ``until`` are
    aware, by the city's clock; ``minutes``: what the schedule reckons with for one person."""

    clinic: str
    service: str
    room: str
    doctor: str
    begins: datetime
    until: datetime
    quota: int
    minutes: float
    rules: Rules = field(default_factory=Rules)

    @property
    def day(self) -> date:
        return self.begins.date()

    @property
    def for_walk_ins(self) -> int:
        """Places that are not given away before the day: the highest ones."""
        return self.quota * self.rules.walk_in_percent // 100


def sessions_on(city: City, day: date, *, clinic: str = "", service: str = "") -> tuple[Session, ...]:
    """The sessions of a day as the pack has them, by their beginning, then in the order of the pack. Empty ``clinic``
    or ``service``: of all. What the staff closed is not known here (``booking.closed``)."""
    found = [
        _session(city, house, one, day)
        for house in city.clinics.clinics.values()
        if clinic in ("", house.id) and not (_holiday(city, day) and not house.holidays)
        for one in house.schedules
        if service in ("", one.service) and day.weekday() in one.days and not _closure(house, one, day)
    ]
    return tuple(sorted(found, key=lambda session: session.begins))


def sessions_from(
    city: City, day: date, *, days: int = AHEAD_DAYS, clinic: str = "", service: str = ""
) -> tuple[Session, ...]:
    """The sessions of ``days`` days beginning with that one, in order."""
    return tuple(
        session
        for step in range(days)
        for session in sessions_on(city, day + timedelta(days=step), clinic=clinic, service=service)
    )


def why_closed(city: City, clinic: str, service: str, day: date) -> str:
    """What the pack says why there is nobody that day: its closure, the holiday; empty: nothing says so."""
    house = city.clinics.clinics[clinic]
    for one in house.closures:
        if one.service in ("", service) and one.first <= day <= one.last:
            return one.reason
    return "" if house.holidays else _holiday(city, day)


def today(city: City, at: datetime) -> date:
    """The city's date at that instant."""
    return at.astimezone(city.timezone).date()


def _holiday(city: City, day: date) -> str:
    """The name of the day's holiday; empty: it is none. A day is no holiday for being a Sunday: schedules say that."""
    holiday = city.calendar.holidays.get(day)
    return holiday.name if holiday else ""


def _closure(house: Clinic, schedule: Schedule, day: date) -> bool:
    return any(one.service in ("", schedule.service) and one.first <= day <= one.last for one in house.closures)


def _session(city: City, house: Clinic, schedule: Schedule, day: date) -> Session:
    begins = datetime.combine(day, schedule.begins, city.timezone)
    until = datetime.combine(day, schedule.until, city.timezone)
    return Session(
        clinic=house.id,
        service=schedule.service,
        room=schedule.room,
        doctor=schedule.doctor,
        begins=begins,
        until=until if until > begins else until + timedelta(days=1),
        quota=schedule.quota,
        minutes=schedule.minutes,
        rules=house.rules,
    )

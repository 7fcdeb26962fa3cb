"""The tiny town's clinics, and people who want to be seen there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from config.city import City, load_city
from eservices.clinic.booking import Booked, Booking, Outcome, Session, Wish, book, sessions_on
from gateway.store import Tx

TINY = Path(__file__).parents[2] / "fixtures" / "tinytown"
TUESDAY, WEDNESDAY, THURSDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)
MONDAY_NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # in Makassar


@cache
def tiny() -> City:
    return load_city(TINY)


def dentist(city: City, day: date = TUESDAY) -> Session:
    """Five places, of which one is for walk-ins; every third call for priority; called again after two others."""
    return sessions_on(city, day, clinic="hulu", service="gigi")[0]


def doctor(city: City, day: date = TUESDAY) -> Session:
    """Ten places, of which two are for walk-ins."""
    return sessions_on(city, day, clinic="hulu", service="umum")[0]


def polyclinic(city: City, day: date = TUESDAY) -> Session:
    """Twenty places, none for walk-ins; priority first; nobody is called again."""
    return sessions_on(city, day, clinic="rs", service="umum")[0]


def wish(n: int, *, priority: bool = False, person: str = "") -> Wish:
    return Wish(number=f"+62855000{n:05}", person=person, name=f"Orang {n}", priority=priority)


def booked(outcome: Outcome) -> Booking:
    assert isinstance(outcome, Booked), outcome
    return outcome.booking


def fill(
    tx: Tx, city: City, session: Session, people: range, *, priority: frozenset[int] = frozenset()
) -> list[Booking]:
    """Book so many people, in order."""
    return [booked(book(tx, city, session, wish(n, priority=n in priority), MONDAY_NOON)) for n in people]


def wants(one: Wish) -> Callable[[Tx], Outcome]:
    """The job in which that person asks for a place at the doctor's of Tuesday."""
    city = tiny()
    return lambda tx: book(tx, city, doctor(city), one, MONDAY_NOON)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)

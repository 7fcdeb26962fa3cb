"""What is said of an appointment unasked: the evening before, when three remain, when the hours change or the clinic is
closed. Each once: the key of its letter says what it is about, and a known key is never written again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from eservices.clinic import calling
from eservices.clinic.asked import estimate, now_serving
from eservices.clinic.booking import Booking, Session, booking, closed, session_of, sessions_on
from eservices.clinic.daytime import is_day, next_day
from eservices.clinic.queue import State, in_order
from eservices.clinic.schedule import AHEAD_DAYS, today, why_closed
from eservices.clinic.showing import Letters
from eservices.clinic.store.also import everybody
from eservices.clinic.store.rows import listed, sessions_kept
from eservices.clinic.store.told import written
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

EVE = time(19, 0)  # local: people are at home, and the night has not begun
FRESH = timedelta(hours=3)  # who booked so lately has the ticket in mind
SOON = 3  # people before somebody who is told to be ready
WORTH = timedelta(minutes=30)  # a letter that says "be ready" is worth that long
LOOK = timedelta(minutes=5)  # between two looks for what is not as it was: all bookings ahead are read
ALIVE = (State.WAITING, State.LISTED, State.OFFERED)


class Reminders:
    """The chore. ``_looked_at``: when it last looked for what is not as it was; only to do so less often."""

    name = "clinic reminders"

    def __init__(self, city: City) -> None:
        self._city, self._letters = city, Letters(city)
        self._looked_at: datetime | None = None

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        zone = self._city.timezone
        if not is_day(now, zone):
            return next_day(now, zone)
        self._soon(tx, now)
        self._eves(tx, now)
        if self._looked_at is None or now - self._looked_at >= LOOK:
            self._looked_at = now
            self._changes(tx, now)
        return self._next_eve(now)

    # -- the evening before

    def _next_eve(self, now: datetime) -> datetime:
        day = today(self._city, now)
        tonight = datetime.combine(day, EVE, self._city.timezone)
        return tonight if tonight > now else tonight + timedelta(days=1)

    def _eves(self, tx: Tx, now: datetime) -> None:
        """From seven in the evening; what could not be said then, in the morning. Not to who has just booked."""
        day = today(self._city, now)
        found = listed(tx, first=day, last=day + timedelta(days=1))
        due = [one for one in found if one.state is State.WAITING and self._is_eve(one, now)]
        keys = {one.id: f"clinic/eve/{one.id}/{one.day.isoformat()}" for one in due}
        told = written(tx, [f"{keys[one.id]}/{one.number}" for one in due])
        for session, ones in self._by_session(due):
            if closed(tx, session) is not None or not self._there(ones[0]):
                continue
            for one in ones:
                if f"{keys[one.id]}/{one.number}" not in told:
                    at = self._letters.words.hour(estimate(tx, session, one, now))
                    for phone in everybody(tx, one):
                        self._letters.remind(tx, phone, "queue_eve", one, keys[one.id], one.begins, now, time=at)

    def _is_eve(self, one: Booking, now: datetime) -> bool:
        eve = datetime.combine(one.day - timedelta(days=1), EVE, self._city.timezone)
        return eve <= now < one.begins - WORTH and one.booked_at <= eve - FRESH

    # -- in the queue

    def _soon(self, tx: Tx, now: datetime) -> None:
        """Who has three or fewer before them, once the doctor has begun."""
        for here in sessions_kept(tx, today(self._city, now)):
            session = session_of(self._city, here)
            if now_serving(tx, session) is None or closed(tx, session) is not None:
                continue
            order = in_order(calling.line(tx, session, here))
            for before, ticket in enumerate(islice(order, SOON + 1)):
                one = booking(tx, ticket.id)
                key = f"clinic/soon/{ticket.id}/{ticket.queue}"
                if one is None or ticket.misses or written(tx, [f"{key}/{one.number}"]):
                    continue
                at = self._letters.words.hour(estimate(tx, session, one, now))
                for phone in everybody(tx, one):
                    more = {"ahead": str(before), "time": at}
                    text = "queue_soon" if before else "queue_next"
                    self._letters.remind(tx, phone, text, one, key, now + WORTH, now, **more)

    def _by_session(self, ones: list[Booking]) -> Iterator[tuple[Session, list[Booking]]]:
        for number in dict.fromkeys(one.session_id for one in ones):
            mine = [one for one in ones if one.session_id == number]
            yield session_of(self._city, mine[0]), mine

    # -- when it is not as it was

    def _changes(self, tx: Tx, now: datetime) -> None:
        day = today(self._city, now)
        ahead = [one for one in listed(tx, first=day, last=day + timedelta(days=AHEAD_DAYS)) if one.state in ALIVE]
        for session, ones in self._by_session(ahead):
            reason = self._shut(tx, session, ones[0])
            for one in ones if reason else ():
                self._told(tx, one, "queue_told_shut", f"shut/{one.id}/{one.day.isoformat()}", now, reason=reason)
            moved = None if reason else self._moved(ones[0])
            for one in ones if moved is not None else ():
                assert moved is not None
                key = f"hours/{one.id}/{moved:%Y%m%d%H%M}"
                self._told(tx, one, "queue_told_hours", key, now, time=self._letters.words.hour(moved))

    def _told(self, tx: Tx, one: Booking, text: str, key: str, now: datetime, **more: str) -> None:
        ends = datetime.combine(one.day + timedelta(days=1), time(), self._city.timezone)
        for phone in everybody(tx, one):
            self._letters.remind(tx, phone, text, one, f"clinic/{key}", ends, now, **more)

    def _shut(self, tx: Tx, session: Session, one: Booking) -> str:
        """Why nobody is seen there that day; empty: somebody is."""
        usual = self._city.text(self._city.languages[0], "queue_closed_word")
        if (reason := closed(tx, session)) is not None:
            return reason or usual
        if self._there(one):
            return ""
        known = one.clinic in self._city.clinics.clinics
        return (why_closed(self._city, one.clinic, one.service, one.day) if known else "") or usual

    def _there(self, one: Booking) -> list[Session]:
        there = sessions_on(self._city, one.day, clinic=one.clinic, service=one.service)
        return [session for session in there if session.room == one.room]

    def _moved(self, one: Booking) -> datetime | None:
        """From when somebody is seen there now, where the pack's hours moved after the booking."""
        begins = [session.begins for session in self._there(one)]
        return None if not begins or one.begins in begins else min(begins)

"""A place that was given back is offered to who waits, one after the other; meanwhile it is kept for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.clinic import booking
from eservices.clinic.booking import Booking, session_of
from eservices.clinic.daytime import is_day, later, next_day
from eservices.clinic.queue import State
from eservices.clinic.schedule import AHEAD_DAYS, today
from eservices.clinic.showing import Letters
from eservices.clinic.store.also import everybody
from eservices.clinic.store.rows import listed
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

STANDS = timedelta(minutes=30)  # of daytime in which an offer may be answered
LEAST_BEFORE = timedelta(hours=1)  # a place of a session that begins sooner could not be reached any more
AT_MOST = 20  # offers of one run; more is another run


class Offers:
    """The chore. What it offers and that it was offered is one transaction: never twice, and never forgotten."""

    name = "clinic offers"

    def __init__(self, city: City) -> None:
        self._city, self._letters = city, Letters(city)

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        for one in booking.lapse_offers(tx, now):
            self._tell(tx, one, "queue_offer_over", "over", max(now + STANDS, one.begins))
        waiting = self._waiting(tx, now)
        if waiting and not is_day(now, self._city.timezone):
            return next_day(now, self._city.timezone)
        offered = sum(self._offered(tx, one, now) for one in waiting[:AT_MOST])
        return now if offered == AT_MOST else booking.next_lapse(tx)

    def _waiting(self, tx: Tx, now: datetime) -> list[Booking]:
        """The first of each waiting list that may still be helped."""
        day = today(self._city, now)
        rows = listed(tx, first=day, last=day + timedelta(days=2 * AHEAD_DAYS))
        first = {one.session_id: one for one in reversed(rows) if one.state is State.LISTED}
        return [one for one in first.values() if one.begins - now >= LEAST_BEFORE]

    def _offered(self, tx: Tx, first: Booking, now: datetime) -> bool:
        """Offer every free place of that session; whether there was one."""
        session, given = session_of(self._city, first), False
        until = min(later(now, STANDS, self._city.timezone), session.begins)
        for _ in range(AT_MOST):
            one = booking.offer_next(tx, session, now, until)
            if one is None:
                break
            given = True
            self._tell(tx, one, "queue_offer", f"{until:%Y%m%d%H%M}", until)
        return given

    def _tell(self, tx: Tx, one: Booking, text: str, mark: str, ends: datetime) -> None:
        until = self._letters.words.hour(one.offered_until) if one.offered_until is not None else "-"
        for phone in everybody(tx, one):
            self._letters.tell(tx, phone, text, one, f"clinic/offer/{one.id}/{mark}", ends, time=until)

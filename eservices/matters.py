"""What of a person is open here, for his page at the desk: no more than whoever looks may open on our own pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eservices.clinic.board import key_at
from eservices.clinic.pages.seats import COUNTER, is_his
from eservices.clinic.queue import State
from eservices.clinic.schedule import today
from eservices.clinic.store.also import bookings_for
from eservices.clinic.store.rows import Booking
from eservices.complaints import store
from eservices.complaints.pages.view import READERS
from eservices.complaints.ticket import Ticket
from gateway.page import DESK, Matter, Matters, Visit
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

OVER = frozenset({State.SERVED, State.NO_SHOW, State.CANCELLED})


def matters_of(city: City) -> Matters:
    """Complaints to those who read them, without their words; bookings to those who keep that clinic's queue."""

    def matters(tx: Tx, number: str, visit: Visit) -> list[Matter]:
        return [*_tickets(tx, city, number, visit), *_bookings(tx, city, number, visit)]

    return matters


def _tickets(tx: Tx, city: City, number: str, visit: Visit) -> Iterator[Matter]:
    if not visit.user.may(READERS):
        return
    for one in store.tickets_of(tx, number):
        mine = store.follower(tx, one.number, number)
        hidden = mine is None or mine.secret  # who hides is shown by a PIN on the ticket's own page, and nowhere else
        his = visit.user.may(DESK) or visit.user.office in ("", one.office)
        if one.state.open and not hidden and his:
            yield Matter(
                title="tickets.title",
                path=f"/tickets/{one.number}",
                said=f"{one.number} · {_category(city, one, visit.language)}",
                state=f"tickets.state_{one.state.value}",
                at=one.opened_at,
            )


def _bookings(tx: Tx, city: City, number: str, visit: Visit) -> Iterator[Matter]:
    if not visit.user.may(COUNTER):
        return
    for one in bookings_for(tx, number, today(city, visit.now)):
        if one.state not in OVER and is_his(visit.user, one.clinic):
            yield Matter(
                title="queue.title",
                path=_path(city, one),
                said=_booked(city, one, visit.language),
                state=f"queue.state_{one.state.value}",
                at=one.begins,
            )


def _path(city: City, one: Booking) -> str:
    queue = key_at(one.service, one.room, one.begins.astimezone(city.timezone))
    return f"/clinic/{one.clinic}/{one.day}/{queue}/person/{one.id}"


def _booked(city: City, one: Booking, language: str) -> str:
    clinic = city.clinics.clinics.get(one.clinic)
    service = city.clinics.services.get(one.service)
    labels = service.labels if service is not None else {}
    parts = [clinic.name if clinic else one.clinic, city.said(language, labels, one.service)]
    return " · ".join(parts)


def _category(city: City, one: Ticket, language: str) -> str:
    known = city.offices.categories.get(one.category)
    labels = known.labels if known is not None else {}
    return city.said(language, labels, one.category)

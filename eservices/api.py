"""What the city's other systems may ask of its services: tickets and queues, the objects of ``--json``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from eservices.clinic.booking import sessions_on
from eservices.clinic.listing import booking_row, session_row
from eservices.clinic.store import rows
from eservices.complaints import store
from eservices.complaints.offices.listing import ticket_row
from eservices.complaints.pages.view import may_see, seen
from eservices.complaints.ticket import State, Ticket
from gateway.api import Asked, Does, Operation, Parameter, listed, missing, wrong
from gateway.page import DESK, Floor, Role, Told, Visit
from gateway.store import Tx

OFFICES = frozenset({Role.OFFICE, Role.SUPERVISOR, Role.DISPATCHER})
CLINICS = frozenset({Role.CLINIC, Role.SUPERVISOR})
MOST_ROWS = 200
TICKET: Mapping[str, Any] = {
    "type": "object",
    "properties": {"number": {"type": "integer"}, "state": {"type": "string"}, "office": {"type": ["string", "null"]}},
}
ROW: Mapping[str, Any] = {"type": "object"}
LIMIT = Parameter(name="limit", about=f"at most so many, 1 to {MOST_ROWS}", whole=True, least=1, most=MOST_ROWS)
DAY = Parameter(name="day", about="a day, 2026-11-22; default: today", pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}")


NUMBER = Parameter(
    name="id", about="a ticket's number", where="path", whole=True, least=1, most=2**31 - 1, required=True
)
STATE = Parameter(name="state", about="only in this state", choices=tuple(one.value for one in State))
OFFICE = Parameter(name="office", about="only of this office, by its id")


def operations(floor: Floor) -> Sequence[Operation]:
    """Every operation of this room. Who works for one office or one clinic reaches its rows alone, as on the pages; a
    token has no desk of its own."""
    does = _Does(floor)
    return (
        _look("tickets-list", "/tickets", "complaints, the newest first", does.tickets, (LIMIT, STATE, OFFICE)),
        _look("tickets-show", "/tickets/{id}", "one with its history; who hides stays hidden", does.ticket, (NUMBER,)),
        _look("clinic-sessions", "/clinic/sessions", "the doctors' hours, and each queue", does.sessions, (DAY,)),
        _look("clinic-bookings", "/clinic/bookings", "the bookings of a day", does.bookings, (DAY,)),
    )


def _look(name: str, path: str, about: str, does: Does, parameters: Sequence[Parameter]) -> Operation:
    of_clinic = path.startswith("/clinic")
    one: Mapping[str, Any] = ROW if of_clinic else TICKET
    return Operation(
        name=name,
        method="GET",
        path=path,
        about=about,
        roles=CLINICS if of_clinic else OFFICES,
        does=does,
        answer=one if NUMBER in parameters else listed(one),
        parameters=parameters,
    )


class _Does:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store, self._city = floor, floor.store, floor.city

    async def tickets(self, visit: Visit, asked: Asked) -> Told:
        state, limit = State(asked["state"]) if asked["state"] else None, asked["limit"] or MOST_ROWS
        office = _own_office(visit) or asked["office"]
        if asked["office"] and office != asked["office"]:
            return Told(value=[])

        def look(tx: Tx) -> list[dict[str, Any]]:
            found = store.list_tickets(tx, state=state, office=office, at_most=limit)
            return [self._row(tx, visit, one) for one in found if may_see(visit.user, one)]

        rows = await self._store.read(look)
        return Told(value=rows, looked=[person for one in rows for person in _persons(one)])

    async def ticket(self, visit: Visit, asked: Asked) -> Told:
        def look(tx: Tx) -> dict[str, Any] | None:
            found = store.ticket(tx, asked["id"])
            return self._row(tx, visit, found) if may_see(visit.user, found) else None

        try:
            row = await self._store.read(look)
        except store.NoSuchTicket:
            row = None
        if row is None:  # of another's ticket no more is said than that
            return missing(f"ticket {asked['id']}")
        return Told(value=row, looked=_persons(row))

    def _row(self, tx: Tx, visit: Visit, ticket: Ticket) -> dict[str, Any]:
        """As the pages show it: an office reads the words without their writers, and no sound of them."""
        row = ticket_row(tx, self._city, ticket)
        if visit.user.may(DESK):
            return row
        one = seen(tx, self._city, ticket, visit.user)
        return row | {"text": one.text, "place": None, "followers": [], "recordings": [], "history": []}

    async def sessions(self, visit: Visit, asked: Asked) -> Told:
        day = self._day(asked)
        if day is None:
            return wrong("there is no such day", "api.wrong", 400)
        found = sessions_on(self._city, day, clinic=_own_clinic(visit))
        return Told(value=await self._store.read(lambda tx: [session_row(tx, one) for one in found]))

    async def bookings(self, visit: Visit, asked: Asked) -> Told:
        day = self._day(asked)
        if day is None:
            return wrong("there is no such day", "api.wrong", 400)
        now = self._floor.clock.now()

        def look(tx: Tx) -> list[dict[str, Any]]:
            booked = rows.listed(tx, first=day, last=day, clinic=_own_clinic(visit), service="")
            return [booking_row(tx, self._city, one, now) for one in booked]

        found = await self._store.read(look)
        return Told(value=found, looked=[one["phone"] or "" for one in found])

    def _day(self, asked: Asked) -> date | None:
        if not asked["day"]:
            return self._floor.clock.now().astimezone(self._city.timezone).date()
        try:
            day = date.fromisoformat(asked["day"])
        except ValueError:
            return None
        return day if 2000 <= day.year < 9000 else None


def _own_office(visit: Visit) -> str:
    """The one office whose tickets he sees; empty: all."""
    return visit.user.office if not visit.user.may(OFFICES - {Role.OFFICE}) else ""


def _own_clinic(visit: Visit) -> str:
    """The one clinic whose queue he sees; empty: all."""
    return visit.user.clinic if not visit.user.may(CLINICS - {Role.CLINIC}) else ""


def _persons(ticket: Mapping[str, Any]) -> list[str]:
    return [one["number"] for one in ticket["followers"] if not one["secret"]]

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
from eservices.complaints.ticket import State
from gateway.api import Asked, Operation, Parameter, listed, missing, wrong
from gateway.page import Floor, Role, Told, Visit
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


def operations(floor: Floor) -> Sequence[Operation]:
    """Every operation of this room. A token of an office or a clinic reaches all of them: it has no desk of its own."""
    does = _Does(floor)
    number = Parameter(
        name="id", about="a ticket's number", where="path", whole=True, least=1, most=2**31 - 1, required=True
    )
    state = Parameter(name="state", about="only in this state", choices=tuple(one.value for one in State))
    return (
        Operation(
            name="tickets-list",
            method="GET",
            path="/tickets",
            about="complaints, the newest first",
            roles=OFFICES,
            does=does.tickets,
            answer=listed(TICKET),
            parameters=(LIMIT, state, Parameter(name="office", about="only of this office, by its id")),
        ),
        Operation(
            name="tickets-show",
            method="GET",
            path="/tickets/{id}",
            about="one complaint with its history; who asked to stay hidden stays so",
            roles=OFFICES,
            does=does.ticket,
            answer=TICKET,
            parameters=(number,),
        ),
        Operation(
            name="clinic-sessions",
            method="GET",
            path="/clinic/sessions",
            about="the doctors' hours of a day, and how far each queue is",
            roles=CLINICS,
            does=does.sessions,
            answer=listed(ROW),
            parameters=(DAY,),
        ),
        Operation(
            name="clinic-bookings",
            method="GET",
            path="/clinic/bookings",
            about="the bookings of a day",
            roles=CLINICS,
            does=does.bookings,
            answer=listed(ROW),
            parameters=(DAY,),
        ),
    )


class _Does:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store, self._city = floor, floor.store, floor.city

    async def tickets(self, visit: Visit, asked: Asked) -> Told:
        state, limit = State(asked["state"]) if asked["state"] else None, asked["limit"] or MOST_ROWS

        def look(tx: Tx) -> list[dict[str, Any]]:
            found = store.list_tickets(tx, state=state, office=asked["office"], at_most=limit)
            return [ticket_row(tx, self._city, one) for one in found]

        seen = await self._store.read(look)
        return Told(value=seen, looked=[person for one in seen for person in _persons(one)])

    async def ticket(self, visit: Visit, asked: Asked) -> Told:
        def look(tx: Tx) -> dict[str, Any]:
            return ticket_row(tx, self._city, store.ticket(tx, asked["id"]))

        try:
            found = await self._store.read(look)
        except store.NoSuchTicket:
            return missing(f"ticket {asked['id']}")
        return Told(value=found, looked=_persons(found))

    async def sessions(self, visit: Visit, asked: Asked) -> Told:
        day = self._day(asked)
        if day is None:
            return wrong("there is no such day", "api.wrong", 400)
        found = sessions_on(self._city, day)
        return Told(value=await self._store.read(lambda tx: [session_row(tx, one) for one in found]))

    async def bookings(self, visit: Visit, asked: Asked) -> Told:
        day = self._day(asked)
        if day is None:
            return wrong("there is no such day", "api.wrong", 400)
        now = self._floor.clock.now()

        def look(tx: Tx) -> list[dict[str, Any]]:
            booked = rows.listed(tx, first=day, last=day, clinic="", service="")
            return [booking_row(tx, self._city, one, now) for one in booked]

        seen = await self._store.read(look)
        return Told(value=seen, looked=[one["phone"] or "" for one in seen])

    def _day(self, asked: Asked) -> date | None:
        if not asked["day"]:
            return self._floor.clock.now().astimezone(self._city.timezone).date()
        try:
            day = date.fromisoformat(asked["day"])
        except ValueError:
            return None
        return day if 2000 <= day.year < 9000 else None


def _persons(ticket: Mapping[str, Any]) -> list[str]:
    return [one["number"] for one in ticket["followers"] if not one["secret"]]

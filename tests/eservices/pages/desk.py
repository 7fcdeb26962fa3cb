"""Tickets of the tiny town, and who reads them."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from eservices.complaints import store as verbs
from eservices.complaints.ticket import Ticket
from gateway.page import Floor, Role
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from tests.eservices.complaints.office_room import GINA
from tests.fixtures.site import user_with

UMAR = user_with(Role.OFFICE, login="umar", name="Umar Contoh", office="pu")
WATI = user_with(Role.OFFICE, login="wati", name="Wati Contoh", office="umum")
SARI = user_with(Role.DISPATCHER)


async def report(floor: Floor, text: str = "lubang besar dekat pasar", *, by: str = GINA, **more: Any) -> int:
    """A ticket, as the residents' side opens it."""
    now, category = floor.clock.now(), floor.city.offices.categories[more.pop("category", "road")]
    ticket = Ticket(
        category=category.id,
        office=category.office,
        text=text,
        channel="sms",
        opened_at=more.pop("opened_at", now),
        due_at=more.pop("due_at", floor.city.calendar.working_days_after(now, category.days)),
        street=more.pop("street", "Bambu"),
        place=more.pop("place", "Jl. Bambu"),
        **more,
    )

    def work(tx: Tx) -> int:
        number = verbs.add(tx, ticket)
        one = verbs.Follower(number=by, since=now, first=True, secret=ticket.secret, text=text)
        verbs.follow(tx, number, one)
        verbs.note(tx, number, now, "opened", "resident")
        return number

    return await floor.store.write(work)


async def joins(floor: Floor, number: int, by: str, text: str, *, secret: bool = False) -> None:
    """Another says the same."""
    now = floor.clock.now()

    def work(tx: Tx) -> None:
        verbs.follow(tx, number, verbs.Follower(number=by, since=now, secret=secret, text=text))
        verbs.note(tx, number, now, "joined", "resident", "" if secret else text)

    await floor.store.write(work)


async def ticket(floor: Floor, number: int) -> Ticket:
    return await floor.store.read(lambda tx: verbs.ticket(tx, number))


async def letters(floor: Floor, to: str = "") -> list[str]:
    """What was written to that phone, in order."""

    def work(tx: Tx) -> list[str]:
        rows = tx.execute(select(OUTBOUND.c.recipient, OUTBOUND.c.text).order_by(OUTBOUND.c.id))
        return [row.text for row in rows if to in ("", row.recipient)]

    return await floor.store.read(work)


def seen_in(page: str) -> str:
    """How much of the history the page's forms carry."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, page
    return found[1]


def digits(page: str) -> str:
    """The page without what stands between the digits of a number."""
    return re.sub(r"[\s.()-]", "", page)

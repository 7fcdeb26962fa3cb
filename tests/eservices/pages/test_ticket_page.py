"""The desk of complaints: each office its own, who hides stays hidden, and every act is the SMS's."""

from __future__ import annotations

import re

from eservices.complaints import store as verbs
from eservices.complaints.ticket import State, Ticket
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.eservices.complaints.office_room import GINA
from tests.eservices.pages.conftest import Enter
from tests.fixtures.site import user_with

HTML = {"Accept": "text/html"}
UMAR = user_with(Role.OFFICE, login="umar", name="Umar Contoh", office="pu")
WATI = user_with(Role.OFFICE, login="wati", name="Wati Contoh", office="umum")
SARI = user_with(Role.DISPATCHER)


async def report(floor: Floor, text: str = "lubang besar dekat pasar", *, by: str = GINA, **more: object) -> int:
    """A ticket, as the residents' side opens it."""
    now, category = floor.clock.now(), floor.city.offices.categories[str(more.pop("category", "road"))]
    secret = bool(more.get("secret"))
    ticket = Ticket(
        category=category.id,
        office=category.office,
        text=text,
        channel="sms",
        opened_at=now,
        due_at=floor.city.calendar.working_days_after(now, category.days),
        street="Bambu",
        place="Jl. Bambu",
        **more,  # type: ignore[arg-type]
    )

    def work(tx: Tx) -> int:
        number = verbs.add(tx, ticket)
        one = verbs.Follower(number=by, since=now, first=True, secret=secret, text=text)
        verbs.follow(tx, number, one)
        verbs.note(tx, number, now, "opened", "resident")
        return number

    return await floor.store.write(work)


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, page
    return found[1]


async def test_an_office_sees_its_own_tickets_and_answers_them(floor: Floor, enter: Enter) -> None:
    number = await report(floor)
    office, other = await enter(UMAR), await enter(WATI)
    assert (await other.get(f"/tickets/{number}")).status == 404
    assert f"/tickets/{number}" not in await (await other.get("/tickets", headers=HTML)).text()
    assert f"/tickets/{number}" in await (await office.get("/tickets", headers=HTML)).text()
    page = await (await office.get(f"/tickets/{number}", headers=HTML)).text()
    assert "lubang besar" in page
    assert GINA[3:] not in page.replace("-", "").replace(" ", ""), "an office learns nobody's number"
    form = {"seen": seen_in(page), "said": "sudah ditambal"}
    assert (await office.post(f"/tickets/{number}/answer", data=form)).status == 200
    after = await floor.store.read(lambda tx: verbs.ticket(tx, number))
    assert (after.state, after.answer) == (State.ANSWERED, "sudah ditambal")
    assert (await office.post(f"/tickets/{number}/answer", data=form)).status == 409, "it changed meanwhile"

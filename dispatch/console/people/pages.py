"""The registry.

GET  /people                      ?q= (a number, a name, a street), kelurahan, state, page
GET  /people/waiting              what waits for a person's word, with the acts
GET  /people/new                  a form for somebody at the counter      POST: registers him
GET  /people/import               a form for a list                       POST: reads it, writes nothing
POST /people/import/write         writes what was read
GET  /people/NUMBER               one person, registered or not
GET  /people/NUMBER/notes         what who comes must know; each look is kept
POST /people/NUMBER/ACT           confirm, refuse, correct, wishes, note
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.city import City
from dispatch.console.numbers import number_typed
from dispatch.console.people.acting import ACTS, Acting
from dispatch.console.people.bringing import MOST_BYTES, Bringing
from dispatch.console.people.choosing import areas_of
from dispatch.console.people.person import PersonPage
from gateway.number import normal
from gateway.packs import displaced
from gateway.page import DESK, Answer, Floor, Matters, Moved, NotThere, Page, Shown, Visit, Wing
from gateway.registry import find
from gateway.seeking import people, sought
from gateway.store import Tx
from gateway.store.households import household_phones, members_of
from gateway.store.seeking import STATES
from gateway.store.vouching import Waiting, waiting

HERE = Path(__file__).parent
NUMBER = "{number:[+]?[0-9]{3,16}}"
A_PAGE = 25
MOST_WAITING = 200  # lines of the page of what waits; the longest-waiting first


def people_wing(floor: Floor, matters: Sequence[Matters] = ()) -> Wing:
    """The pages of the registry. ``matters``: what other rooms have of a person."""
    people_page = PersonPage(floor, matters)
    here, acting, bringing = _People(floor, people_page), Acting(floor, people_page), Bringing(floor)
    one, new, brought = f"/people/{NUMBER}", "/people/new", "/people/import"
    post: dict[str, Any] = {"roles": DESK, "method": "POST"}
    return Wing(
        room="people",
        pages=(
            Page(path="/people", handle=here.page, roles=DESK, title="people.title", nav=40),
            Page(path="/people/waiting", handle=here.waiting, roles=DESK, title="people.waiting"),
            Page(path=new, handle=bringing.form, roles=DESK, title="people.new"),
            Page(path=new, handle=bringing.register, title="people.new", **post),
            Page(path=brought, handle=bringing.upload, roles=DESK, title="people.import"),
            Page(path=brought, handle=bringing.read, title="people.import", most_body=MOST_BYTES, **post),
            Page(path=f"{brought}/write", handle=bringing.write, danger=True, title="people.import", **post),
            Page(path=one, handle=here.one, roles=DESK, title="people.one"),
            Page(path=f"{one}/notes", handle=here.notes, roles=DESK, title="people.notes"),
            *(Page(path=f"{one}/{name}", handle=acting.act(name), title="people.one", **post) for name in ACTS),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _People:
    def __init__(self, floor: Floor, person: PersonPage) -> None:
        self._floor, self._city, self._person = floor, floor.city, person

    async def page(self, visit: Visit) -> Shown:
        query, at = visit.query, number_typed(visit.query.get("page", ""), 6) or 1
        typed = query.get("q", "").strip()[:200]
        area = query.get("kelurahan", "") if query.get("kelurahan", "") in self._city.areas else ""
        state = query.get("state", "") if query.get("state", "") in STATES else ""
        wanted = sought(self._city, typed, area, state)
        found = await people(self._floor.store, wanted, A_PAGE, (at - 1) * A_PAGE)
        number = normal(typed)
        data = {
            "q": typed,
            "area": area,
            "state": state,
            "found": found,
            "at": at,
            "last": max(1, math.ceil(found.number / A_PAGE)),
            "areas": areas_of(self._city),
            "states": STATES,
            "names": {code: one.name for code, one in self._city.areas.items()},
            "stranger": number if number and not found.number else "",
        }
        return Shown(template="people/list.html", data=data, looked=[one.phone for one in found.lines])

    async def waiting(self, visit: Visit) -> Shown:
        def look(tx: Tx) -> Any:
            return waiting(tx, MOST_WAITING), displaced(tx, self._city, MOST_WAITING)

        lines, moved = await self._floor.store.read(look)
        may = [(one, [self._city.areas[code].name for code in codes]) for one, codes in moved]
        data = {"rows": [_waits(self._city, one) for one in lines], "most": MOST_WAITING, "displaced": may}
        looked = [one.resident.phone for one in lines] + [one.phone for one, _ in moved]
        return Shown(template="people/waiting.html", data=data, looked=looked)

    async def one(self, visit: Visit) -> Answer:
        number = normal(visit.at["number"])
        if number is None:
            raise NotThere
        if number != visit.at["number"]:
            return Moved(to=f"/people/{number}")
        return await self._person.shown(visit, number)

    async def notes(self, visit: Visit) -> Shown:
        """What a household must have done for it when somebody comes. A page of its own, so that only who asks for it
        reads it, and the audit says so."""
        number = normal(visit.at["number"]) or ""

        def look(tx: Tx) -> Any:
            line = find(tx, number)
            if line is None:
                raise NotThere
            phones = household_phones(tx, number, line.household)
            others = [one for phone in phones[1:] if (one := find(tx, phone)) is not None]
            return line, others, members_of(tx, phones)

        line, others, members = await self._floor.store.read(look)
        data = {"line": line, "others": others, "members": members}
        return Shown(template="people/notes.html", data=data, looked=[number, *(one.phone for one in others)])


def _waits(city: City, one: Waiting) -> dict[str, Any]:
    said = one.wish or one.resident
    area = city.areas.get(said.kelurahan)
    old = city.areas.get(one.resident.kelurahan)
    return {
        "phone": one.resident.phone,
        "since": one.since,
        "name": said.name,
        "address": said.address,
        "area": area.name if area else said.kelurahan,
        "change": one.wish is not None,
        "before": f"{one.resident.name}, {one.resident.address}, {old.name if old else ''}" if one.wish else "",
    }

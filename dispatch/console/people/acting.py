"""What the desk does to one line of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dispatch.console.people.person import PersonPage
from gateway.audit import Deed, note
from gateway.number import normal
from gateway.page import Answer, Declined, Floor, Handle, Moved, NotThere, Visit
from gateway.registering import WISHES, NotRegistered, correct, remark, wish
from gateway.store import Tx
from gateway.store.vouching import confirm_resident, refuse_resident

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is wanted for a number, by whom."""

    city: City
    number: str
    form: Mapping[str, str]
    who: str
    at: datetime


def _confirm(tx: Tx, order: Order) -> None:
    if confirm_resident(tx, order.number, order.who, order.at) is None:
        raise Declined("people.nothing_waits")


def _refuse(tx: Tx, order: Order) -> None:
    if not refuse_resident(tx, order.number, order.who, order.at):
        raise Declined("people.nothing_waits")


def _correct(tx: Tx, order: Order) -> None:
    correct(tx, order.city, order.number, order.form, order.who, order.at)


def _wishes(tx: Tx, order: Order) -> None:
    said = {name: bool(order.form.get(name)) for name in WISHES if name != "cannot_walk"}  # with the notes
    wish(tx, order.city, order.number, said, order.form.get("language", ""))


def _remark(tx: Tx, order: Order) -> None:
    remark(tx, order.number, order.form.get("notes", ""))
    wish(tx, order.city, order.number, {"cannot_walk": bool(order.form.get("cannot_walk"))})


ACTS: Mapping[str, Callable[[Tx, Order], None]] = {
    "confirm": _confirm,
    "refuse": _refuse,
    "correct": _correct,
    "wishes": _wishes,
    "note": _remark,
}


class Acting:
    """See ``pages.py``."""

    def __init__(self, floor: Floor, person: PersonPage) -> None:
        self._floor, self._person = floor, person

    def act(self, name: str) -> Handle:
        """The page of that act."""

        async def handle(visit: Visit) -> Answer:
            return await self._act(visit, name)

        return handle

    async def _act(self, visit: Visit, name: str) -> Answer:
        number, by = normal(visit.at["number"]), visit.user
        if number is None:
            raise NotThere
        order = Order(city=self._floor.city, number=number, form=visit.form, who=by.name or by.login, at=visit.now)

        def work(tx: Tx) -> None:
            ACTS[name](tx, order)
            note(tx, Deed(by=by.login, how="page", what=f"resident.{name}", object="resident", about=[number]))

        try:
            await self._floor.store.write(work)
        except NotRegistered as why:
            if why.faults.get("phone") == "nobody":
                raise NotThere from why
            return await self._person.shown(visit, number, dict(why.faults), name)
        self._floor.wake()
        there = visit.form.get("back", "")
        return Moved(to="/people/waiting" if there == "waiting" else f"/people/{number}", said=f"people.did.{name}")

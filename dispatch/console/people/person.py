"""One person's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch.console.people.asking import Known, known
from dispatch.console.people.choosing import areas_of
from gateway.page import Floor, Matter, Matters, Shown, Visit
from gateway.store import Tx
from gateway.store.keplings import NOBODY

if TYPE_CHECKING:
    from config.city import City


class PersonPage:
    """``matters``: what other rooms have of a person."""

    def __init__(self, floor: Floor, matters: Sequence[Matters]) -> None:
        self._floor, self._matters = floor, tuple(matters)

    async def shown(
        self, visit: Visit, number: str, faults: dict[str, str] | None = None, open_form: str = ""
    ) -> Shown:
        """One person's page; ``faults``: of the form that was sent, by field."""
        city = self._floor.city

        def look(tx: Tx) -> tuple[Known, list[Matter]]:
            open_now = [one for matters in self._matters for one in matters(tx, number, visit)]
            return known(tx, city, number, visit.now), open_now

        one, open_now = await self._floor.store.read(look)
        data = {**_data(city, visit, one, number), "matters": open_now, "open_form": open_form}
        data |= {"faults": faults or {}, "typed": visit.form if faults else {}}
        return Shown(template="people/one.html", data=data, status=409 if faults else 200, looked=[number])


def _data(city: City, visit: Visit, one: Known, number: str) -> dict[str, Any]:
    return {
        "one": one,
        "area": city.areas.get(one.line.kelurahan) if one.line else None,
        "wish_area": city.areas.get(one.wish.kelurahan) if one.wish else None,
        "origin": _origin(one),
        "kepling": _kepling(city, one),
        "officer": city.officer(number),
        "days": round(city.clocks.good_standing_days),
        "languages": city.languages,
        "areas": areas_of(city),
        "labels": {code.kind: city.label(code.kind, visit.language) for code in city.codes},
    }


def _origin(one: Known) -> tuple[str, str, datetime | None]:
    """By whom the line came: what, by whom, when. A list of before this was kept, or he himself, has no such word."""
    for at, who, what in one.vouches:
        if what in ("registered", "imported"):
            return what, who, at
    if one.invited is not None and one.invited.state == "taken":
        return "invited", one.invited.asked_by, one.invited.asked_at
    if one.line is None:
        return "", "", None
    himself = one.vouches or one.asked is not None or not one.line.confirmed
    return ("himself" if himself else "list"), "", None


def _kepling(city: City, one: Known) -> str:
    """Who was asked to vouch."""
    if one.asked is None or one.asked.kepling == NOBODY:
        return ""
    found = city.keplings.with_number(one.asked.kepling)
    return found.name if found is not None else one.asked.kepling

"""GET  /standing            what stands after each look-up: reminders, followed news, late rows, dispositions
POST /standing/ID/give    asks staff about a row
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.lookup_keys import key_of
from eservices.lookup.saying import dated
from eservices.lookup.standing.duties import giving
from eservices.lookup.standing.letters import named
from eservices.lookup.standing.overview import Overview, of_person, overview, stands
from eservices.lookup.standing.rows import row_of
from gateway.number import masked
from gateway.page import DESK, Answer, Declined, Floor, Matter, Matters, Moved, NotThere, Page, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
LONGEST = 40  # characters of a key that is typed
NAV = 76


def standing_wing(floor: Floor) -> Wing:
    """The page, and what of a person stands there."""
    here = _Standing(floor)
    nav = NAV if stands(floor.city) else 0  # a city where nothing can stand is not offered the page
    return Wing(
        room="standing",
        pages=(
            Page(path="/standing", handle=here.page, roles=DESK, title="standing.title", nav=nav),
            Page(
                path="/standing/{lookup:[a-z][a-z0-9_]{0,23}}/give",
                handle=here.give,
                roles=DESK,
                method="POST",
                title="standing.title",
            ),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
        matters=_matters_of(floor),
    )


class _Standing:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def page(self, visit: Visit) -> Shown:
        def work(tx: Tx) -> list[dict[str, Any]]:
            return [self._drawn(tx, overview(tx, one), visit) for one in stands(self._floor.city)]

        every = await self._floor.store.read(work)
        return Shown(template="standing/standing.html", data={"every": every, "masked": masked, "dated": dated})

    def _drawn(self, tx: Tx, one: Overview, visit: Visit) -> dict[str, Any]:
        """``written``: keys as people write them, of the rows that are listed."""
        keys = {row.key for row in one.reminders} | {row.key for row in one.warned}
        keys |= {row.key for row in (*one.duties, *one.answered)}
        written = {key: named(one.lookup, key, row_of(tx, one.lookup, key)) for key in sorted(keys)}
        return {"one": one, "name": self._floor.city.said(visit.language, one.lookup.labels), "written": written}

    async def give(self, visit: Visit) -> Answer:
        lookup = self._floor.city.lookups.get(visit.at["lookup"])
        if lookup is None or lookup.duty is None:
            raise NotThere
        key, by = key_of(lookup.key, visit.form.get("key", "")[:LONGEST]) or "", visit.user.login
        why = await self._floor.store.write(lambda tx: giving.by_hand(tx, lookup, key, by, "page"))
        if why:
            raise Declined(f"standing.{why}")
        self._floor.wake()
        return Moved(to="/standing", said="standing.did_give")


def _matters_of(floor: Floor) -> Matters:
    """What a person asked for, to those who may see the page."""

    def matters(tx: Tx, number: str, visit: Visit) -> list[Matter]:
        return list(_of(tx, floor, number, visit)) if visit.user.may(DESK) else []

    return matters


def _of(tx: Tx, floor: Floor, number: str, visit: Visit) -> Iterator[Matter]:
    for what, name, key, at in of_person(tx, number):
        lookup = floor.city.lookups.get(name)
        if lookup is not None:
            written = named(lookup, key, row_of(tx, lookup, key)) if what == "reminder" else key
            said = f"{floor.city.said(visit.language, lookup.labels)} · {written}"
            yield Matter(title="standing.title", path="/standing", said=said, state=f"standing.state_{what}", at=at)

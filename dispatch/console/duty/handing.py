"""The pages of the hand-over between two shifts of the command centre."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch import handing_over, store
from dispatch.console.numbers import number_typed
from dispatch.handing_over import NotHandedOver
from dispatch.store.hand_overs import HandOver
from gateway.audit import Deed, note
from gateway.page import Answer, Declined, Floor, Moved, NotThere, Shown, Visit
from gateway.store import Tx

LATEST = 20  # hand-overs on a page


class Handing:
    """See ``pages.py``."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def page(self, visit: Visit) -> Shown:
        return await self._page(visit, "", "")

    async def write(self, visit: Visit) -> Answer:
        by, words = visit.user, visit.form.get("words", "")

        def work(tx: Tx) -> int:
            number = handing_over.written(tx, self._city, words, by.name or by.login, visit.now)
            note(tx, Deed(by=by.login, how="page", what="shift.written", object=f"hand-over/{number}"))
            return number

        try:
            number = await self._floor.store.write(work)
        except NotHandedOver as why:
            return await self._page(visit, words, str(why))
        return Moved(to=f"/roster/hand-over/{number}", said="roster.handed")

    async def one(self, visit: Visit) -> Shown:
        found = await self._floor.store.read(lambda tx: store.hand_over(tx, int(visit.at["id"])))
        if found is None:
            raise NotThere
        return Shown(template="duty/handed.html", data={"one": found, "seen": _seen(json.loads(found.seen))})

    async def take(self, visit: Visit) -> Moved:
        by, number = visit.user, int(visit.at["id"])

        def work(tx: Tx) -> None:
            handing_over.taken(tx, number, by.name or by.login, visit.form.get("remark", ""), visit.now)
            note(tx, Deed(by=by.login, how="page", what="shift.taken", object=f"hand-over/{number}"))

        try:
            await self._floor.store.write(work)
        except NotHandedOver as why:
            raise Declined(f"roster.not_handed.{why}") from why
        return Moved(to=f"/roster/hand-over/{number}", said="roster.taken")

    async def _page(self, visit: Visit, words: str, fault: str) -> Shown:
        before = visit.query.get("before", "")
        older = number_typed(before) or 0

        def look(tx: Tx) -> tuple[dict[str, Any], list[HandOver]]:
            return handing_over.seen(tx, self._city, visit.now), store.hand_overs(tx, LATEST + 1, older)

        seen, found = await self._floor.store.read(look)
        data = {
            "seen": _seen(seen),
            "words": words,
            "fault": fault,
            "waits": next((one for one in found if one.taken_at is None), None) if not before else None,
            "latest": found[:LATEST],
            "older": found[LATEST - 1].id if len(found) > LATEST else 0,
            "most": handing_over.LONGEST,
        }
        return Shown(template="duty/handing.html", data=data, status=409 if fault else 200)


EARLIER: Mapping[str, Any] = {"questions": [], "taken_back": [], "unreached": [], "unread": {"count": 0, "lines": []}}
"""What hand-overs did not collect when they were first written down."""


def _seen(seen: Mapping[str, Any]) -> dict[str, Any]:
    """What the program collected, its times as instants."""
    seen = {**EARLIER, "dead": {"count": seen.get("letters_count", 0), "lines": []}, **seen}
    return {
        **seen,
        **{name: [_timed(one, "at") for one in seen[name]] for name in ("questions", "taken_back")},
        **{
            name: {**seen[name], "lines": [_timed(one, "at") for one in seen[name]["lines"]]}
            for name in ("unread", "dead")
        },
        "unreached": [_timed(one, "tried_at", "answered_at") for one in seen["unreached"]],
        "at": datetime.fromisoformat(seen["at"]),
        "incidents": [_timed(one, "opened_at") for one in seen["incidents"]],
        "sirens": [_timed(one, "since") for one in seen["sirens"]],
        "empty": [_timed(one, "begins", "ends") for one in seen["empty"]],
    }


def _timed(one: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**one, **{name: datetime.fromisoformat(one[name]) if one[name] else None for name in names}}

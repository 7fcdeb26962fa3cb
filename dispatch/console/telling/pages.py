"""News to many, and emergency warnings.

GET  /broadcasts             the form, and what was sent
POST /broadcasts/preview     people, messages, money, air, and the button that sends
POST /broadcasts             sends it
GET  /broadcasts/ID          how far it is, live; the button that stops it
POST /broadcasts/ID/stop
GET  /warnings               the form, and what was proposed
POST /warnings               proposes one
GET  /warnings/ID            who proposed it, who agreed, how far it is
POST /warnings/ID/agree      the second person
POST /warnings/ID/stop       no more of it; of a proposal: taken back
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.console.numbers import number_typed
from gateway.broadcast.areas import EVERYBODY, NoArea, area_of
from gateway.broadcast.areas import said as area_said
from gateway.broadcast.asking import NotSendable, Text, Wish, send, texts_of
from gateway.broadcast.consent import NotAgreed, Proposal, agree, end, propose
from gateway.broadcast.estimate import estimate
from gateway.broadcast.showing import estimate_json, listed, shown
from gateway.broadcast.store.keeping import find
from gateway.broadcast.values import Broadcast, What
from gateway.page import DESK, WATCH, Answer, Declined, Floor, Moved, NotThere, Page, Role, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
DECIDES = frozenset({Role.SUPERVISOR})
LATEST = 50
AGAIN_S = 4  # seconds until a page on which something is under way looks again
MOVES = ("sending", "proposed")
DAYS = (1, 2, 3, 5, 7)
NONE_MINE = "none"  # no telephone of the command centre is the proposer's


def telling_wing(floor: Floor) -> Wing:
    """The pages of broadcasts and warnings."""
    news, warns = _Broadcasts(floor), _Warnings(floor)
    one, other = "/broadcasts/{id:[0-9]{1,9}}", "/warnings/{id:[0-9]{1,9}}"
    return Wing(
        room="telling",
        pages=(
            Page(path="/warnings", handle=warns.page, roles=WATCH, title="warnings.title", nav=35),
            Page(
                path="/warnings", handle=warns.propose, roles=DESK, method="POST", title="warnings.title", danger=True
            ),
            Page(path=other, handle=warns.one, roles=WATCH, title="warnings.one"),
            Page(path=f"{other}/agree", handle=warns.agree, roles=DESK, method="POST", danger=True),
            Page(path=f"{other}/stop", handle=warns.stop, roles=DESK, method="POST"),
            Page(path="/broadcasts", handle=news.page, roles=WATCH, title="broadcasts.title", nav=83),
            Page(path="/broadcasts", handle=news.send, roles=DECIDES, method="POST", danger=True),
            Page(
                path="/broadcasts/preview",
                handle=news.preview,
                roles=DECIDES,
                method="POST",
                title="broadcasts.preview_title",
            ),
            Page(path=one, handle=news.one, roles=WATCH, title="broadcasts.one"),
            Page(path=f"{one}/stop", handle=news.stop, roles=DESK, method="POST"),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Telling:
    """What both share. ``room``: begins the path; ``stopped``, ``over``: words."""

    what: What
    room: str
    stopped: str
    over: str

    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def _list(self, visit: Visit) -> list[dict[str, Any]]:
        city, now, what = self._city, visit.now, self.what
        found = await self._floor.store.read(lambda tx: listed(tx, city, what, LATEST, now))
        return [_known(one) for one in found]

    async def one(self, visit: Visit) -> Answer:
        city, now, number = self._city, visit.now, int(visit.at["id"])
        row = await self._floor.store.read(lambda tx: shown(tx, city, self.what, number, now))
        if row is None:
            raise NotThere
        one = _known(row)
        mine = {one["asked_by"], one["asked_name"]} & {visit.user.login, visit.user.name}
        data = {
            "one": one,
            "near": visit.user.may(DESK),
            "mine": bool(mine),
            "kinds": {kind.id: self._city.said(visit.language, kind.names) for kind in city.telling.warnings},
            "again_s": AGAIN_S if one["state"] in MOVES else 0,
        }
        return Shown(template=f"telling/{self.what.value}.html", data=data)

    async def stop(self, visit: Visit) -> Moved:
        by, now = visit.user, visit.now

        def work(tx: Tx) -> None:
            if end(tx, self._found(tx, visit), by.login, "page", now) is None:
                raise Declined(self.over)

        await self._floor.store.write(work)
        self._floor.wake()
        return Moved(to=f"/{self.room}/{visit.at['id']}", said=self.stopped)

    def _found(self, tx: Tx, visit: Visit) -> Broadcast:
        one = find(tx, int(visit.at["id"]))
        if one is None or one.what is not self.what:
            raise NotThere
        return one

    def _areas(self) -> list[tuple[str, str]]:
        city = self._city
        areas = sorted(city.areas.values(), key=lambda area: (area.kecamatan, area.name))
        districts = [(code, name) for code, name in city.districts.items() if code not in city.areas]
        return [(EVERYBODY, city.title), *districts, *((one.code, f"{one.name} ({one.kecamatan})") for one in areas)]

    def _area(self, visit: Visit) -> str:
        """The area that was chosen, with its part. Raises NoArea."""
        part = visit.form.get("part", "").strip()
        area = visit.form.get("area", EVERYBODY)
        return area_of(self._city, f"{area}/{part}" if part else area)


class _Broadcasts(_Telling):
    what, room = What.BROADCAST, "broadcasts"
    stopped, over = "broadcasts.stopped", "broadcasts.over"

    async def page(self, visit: Visit) -> Answer:
        return await self._page(visit, "")

    async def preview(self, visit: Visit) -> Answer:
        if "change" in visit.form:
            return await self._page(visit, "")
        try:
            area, texts = self._area(visit), self._texts(visit)
        except (NoArea, NotSendable) as why:
            return await self._page(visit, why.why, **getattr(why, "fields", {}))
        city, settings, now = self._city, self._floor.settings, visit.now
        found = await self._floor.store.read(lambda tx: estimate(tx, city, settings, area, texts, self.what, now))
        row = _known(estimate_json(found))
        place, _, part = area.partition("/")
        data = {
            "found": row,
            "texts": texts,
            "area_said": area_said(city, area, city.title),
            "late": found.ends_at is not None and found.ends_at > now + timedelta(days=self._days(visit)),
            "typed": {
                **{f"text_{one.language}": one.said for one in texts},
                "area": place,
                "part": part,
                "days": self._days(visit),
                "letters": found.counted.letters,
            },
        }
        return Shown(template="telling/preview.html", data=data)

    async def send(self, visit: Visit) -> Answer:
        by, now = visit.user, visit.now
        try:
            wish = Wish(
                area=self._area(visit),
                texts=self._texts(visit),
                seen=number_typed(visit.form.get("letters", "")) or 0,
                by=by.login,
                how="page",
                days=self._days(visit),
            )
            one = await self._floor.store.write(lambda tx: send(tx, self._city, wish, now))
        except (NoArea, NotSendable) as why:
            return await self._page(visit, why.why, **getattr(why, "fields", {}))
        self._floor.wake()
        return Moved(to=f"/broadcasts/{one.id}", said="broadcasts.begun")

    async def _page(self, visit: Visit, fault: str, **fields: str) -> Answer:
        data = {
            "sent": await self._list(visit),
            "decides": visit.user.may(DECIDES),
            "areas": self._areas(),
            "languages": self._city.languages,
            "days": [(str(day), str(day)) for day in DAYS],
            "typed": visit.form,
            "fault": fault,
            "fields": fields,
        }
        return Shown(template="telling/broadcasts.html", data=data, status=409 if fault else 200)

    def _texts(self, visit: Visit) -> tuple[Text, ...]:
        return texts_of(self._city, {one: visit.form.get(f"text_{one}", "") for one in self._city.languages})

    def _days(self, visit: Visit) -> int:
        said = visit.form.get("days", "")
        return int(said) if said in [str(day) for day in DAYS] else DAYS[2]


class _Warnings(_Telling):
    what, room = What.WARNING, "warnings"
    stopped, over = "warnings.stopped", "warnings.over"

    async def page(self, visit: Visit) -> Answer:
        return await self._page(visit, "")

    async def propose(self, visit: Visit) -> Answer:
        form, now = visit.form, visit.now
        over = form.get("over", "")
        mine = form.get("mine", "")
        if mine not in {NONE_MINE, *(post.number for post in self._city.operators)}:
            return await self._page(visit, "mine")
        try:
            wish = Proposal(
                template=form.get("kind", ""),
                area=self._area(visit),
                said=form,
                by=visit.user.login,
                how="page",
                name=visit.user.name,
                number="" if mine == NONE_MINE else mine,
                over=number_typed(over),
            )
            one = await self._floor.store.write(lambda tx: propose(tx, self._city, wish, now))
        except (NoArea, NotSendable, NotAgreed) as why:
            return await self._page(visit, why.why, **getattr(why, "fields", {}))
        self._floor.wake()
        return Moved(to=f"/warnings/{one.id}", said="warnings.proposed")

    async def agree(self, visit: Visit) -> Moved:
        by, now = visit.user, visit.now

        def work(tx: Tx) -> str:
            try:
                agree(tx, self._found(tx, visit), by.login, "page", now, names=(by.name,) if by.name else ())
            except NotAgreed as why:
                return why.why  # kept: what was refused stands in the audit
            return ""

        if why := await self._floor.store.write(work):
            raise Declined(f"warnings.why.{why}")
        self._floor.wake()
        return Moved(to=f"/warnings/{visit.at['id']}", said="warnings.agreed")

    async def _page(self, visit: Visit, fault: str, **fields: str) -> Answer:
        kinds, over = self._city.telling.warnings, visit.query.get("over") or visit.form.get("over", "")
        data = {
            "warnings": await self._list(visit),
            "near": visit.user.may(DESK),
            "areas": self._areas(),
            "kinds": [(one.id, self._city.said(visit.language, one.names)) for one in kinds],
            "texts": [
                (self._city.said(visit.language, one.names), self._city.said(visit.language, one.texts))
                for one in kinds
            ],
            "posts": [(post.number, post.name) for post in self._city.operators],
            "typed": visit.form,
            "over": over if over.isdecimal() else "",
            "fault": fault,
            "fields": fields,
        }
        return Shown(template="telling/warnings.html", data=data, status=409 if fault else 200)


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``--json`` with its times as instants."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value
        for name, value in row.items()
    }

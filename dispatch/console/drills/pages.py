"""Whether officers hear the city, and how fast the whole ladder is.

GET  /officers             each with his last test, those not heard of late first; the schedule; ?as=csv|pdf
POST /officers/test        calls one (number), one station's (station), or all
GET  /drills               how it is now, the form, the history; ?as=csv|pdf
POST /drills               starts one
GET  /drills/ID            its calls as they come, the goals by number; ?as=csv|pdf
POST /drills/ID/stop       ends it
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from dispatch import drilling, store
from dispatch.asking_drills import MOST_MINUTES, Asked, NotADrill, begin, drill_of, drills_json, shown_drill
from dispatch.asking_tests import NotAsked, ask, officers, test_json, whom
from dispatch.comm_test import TestState
from dispatch.console.drills.tables import WORDS, drill_end, drill_sheet, drills_sheet, officers_sheet
from dispatch.console.numbers import number_typed
from dispatch.drilling import DrillRefused
from dispatch.duty import as_changed
from gateway.audit import Deed, note
from gateway.page import DESK, WATCH, Answer, Declined, Floor, Moved, NotThere, Page, Role, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
DECIDES = frozenset({Role.SUPERVISOR})
LATEST = 50  # tests, and drills, on a page
AGAIN_S = 4  # seconds until a page on which something is under way looks again
SHEETS = ("csv", "pdf")


def drills_wing(floor: Floor) -> Wing:
    """The pages of communication tests and drills."""
    tests, drills = _Officers(floor), _Drills(floor)
    number = "{id:[0-9]{1,9}}"
    return Wing(
        room="drills",
        pages=(
            Page(path="/officers", handle=tests.page, roles=WATCH, title="officers.title", nav=58),
            Page(path="/officers/test", handle=tests.test, roles=DESK, method="POST", danger=True),
            Page(path="/drills", handle=drills.page, roles=WATCH, title="drills.title", nav=59),
            Page(path="/drills", handle=drills.start, roles=DECIDES, method="POST", title="drills.title", danger=True),
            Page(path=f"/drills/{number}", handle=drills.one, roles=WATCH, title="drills.one"),
            Page(path=f"/drills/{number}/stop", handle=drills.stop, roles=DECIDES, method="POST", danger=True),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Officers:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def page(self, visit: Visit) -> Answer:
        city, now, near = self._city, visit.now, visit.user.may(DESK)

        def look(tx: Tx) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
            return officers(tx, city, now), [test_json(one) for one in store.comm_tests(tx, LATEST)]

        people, tests = await self._floor.store.read(look)
        people = sorted((_known(one) for one in people), key=lambda one: (not one["overdue"], one["name"]))
        people = people if near else [{**one, **_unnamed(visit, "officers.somebody")} for one in people]
        if visit.query.get("as") in SHEETS:
            return officers_sheet(visit, city, people)
        under_way = {TestState.WAITING.value, TestState.DOING.value}
        data = {
            "people": people,
            "overdue": sum(one["overdue"] for one in people),
            "tests": [_known(one) for one in tests] if near else [],
            "stations": [(one.id, one.name) for one in city.stations.values()],
            "names": {one.id: one.name for one in city.stations.values()},
            "voice": city.voice,
            "test_at": f"{city.voice.test_at // 60:02}.{city.voice.test_at % 60:02}",
            "near": near,
            "again_s": AGAIN_S if any(one["outcome"] in under_way for one in tests) else 0,
        }
        return Shown(template="drills/officers.html", data=data)

    async def test(self, visit: Visit) -> Moved:
        city, now, by, form = self._city, visit.now, visit.user, visit.form

        def work(tx: Tx) -> list[str]:
            wanted = whom(as_changed(tx, city, now), now, form.get("number", ""), form.get("station", ""))
            about = [one["number"] for one in wanted]
            note(tx, Deed(by=by.login, how="page", what="officers.test", object="officers", about=about))
            return ask(tx, wanted, by.name or by.login, now)

        try:
            new = await self._floor.store.write(work)
        except NotAsked as why:
            raise Declined("officers.nobody") from why
        self._floor.wake()
        return Moved(to="/officers#tests", said="officers.asked" if new else "officers.asked_before")


class _Drills:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def page(self, visit: Visit) -> Answer:
        return await self._page(visit, "")

    async def start(self, visit: Visit) -> Answer:
        form, by, now = visit.form, visit.user, visit.now
        minutes = form.get("minutes", "").strip()
        wish = Asked(
            kind=form.get("kind", ""),
            area=form.get("area", ""),
            by=by.name or by.login,
            street=form.get("street", ""),
            minutes=number_typed(minutes, 4) or 0,
            sirens=bool(form.get("sirens")),
        )

        def work(tx: Tx) -> dict[str, Any]:
            one = begin(tx, self._city, wish, now)
            note(tx, Deed(by=by.login, how="page", what="drill.start", object=f"incident/{one['id']}"))
            return one

        try:
            one = await self._floor.store.write(work)
        except NotADrill as why:
            return await self._page(visit, why.why)
        except DrillRefused as why:
            return await self._page(visit, why.key, number=str(why.incident))
        self._floor.wake()
        return Moved(to=f"/drills/{one['id']}", said="drills.started")

    async def one(self, visit: Visit) -> Answer:
        near = visit.user.may(DESK)

        def look(tx: Tx) -> dict[str, Any]:
            drill = drill_of(tx, int(visit.at["id"]))
            if drill is None:
                raise NotThere
            return shown_drill(tx, self._city, drill)

        one = _drill(visit, await self._floor.store.read(look))
        tiers = [_known(row) for row in one["tiers"]]
        one["tiers"] = tiers if near else [{**row, **_unnamed(visit, "drills.somebody")} for row in tiers]
        if visit.query.get("as") in SHEETS:
            return drill_sheet(visit, self._city, one)
        data = {
            **self._words(visit),
            "one": one,
            "end": drill_end(one["ended"] or ""),
            "again_s": AGAIN_S * one["running"],
        }
        return Shown(template="drills/one.html", data=data)

    async def stop(self, visit: Visit) -> Moved:
        number, by, now = int(visit.at["id"]), visit.user, visit.now

        def work(tx: Tx) -> None:
            if drill_of(tx, number) is None:
                raise NotThere
            if not drilling.end(tx, self._city, number, f"stopped by {by.name or by.login}", now):
                raise Declined("drills.over")
            note(tx, Deed(by=by.login, how="page", what="drill.stop", object=f"incident/{number}"))

        await self._floor.store.write(work)
        self._floor.wake()
        return Moved(to=f"/drills/{number}", said="drills.stopped")

    async def _page(self, visit: Visit, fault: str, **fields: str) -> Answer:
        city, now = self._city, visit.now

        def look(tx: Tx) -> tuple[list[dict[str, Any]], int | None, int | None]:
            running, real = store.drill_running(tx), store.real_emergency(tx)
            return drills_json(tx, city, LATEST), running.incident if running else None, real

        found, running, real = await self._floor.store.read(look)
        drills = [_drill(visit, one) for one in found]
        if visit.query.get("as") in SHEETS:
            return drills_sheet(visit, city, drills)
        areas = sorted(city.areas.values(), key=lambda area: (area.kecamatan, area.name))
        data = {
            **self._words(visit),
            "drills": drills,
            "running": running,
            "real": real,
            "decides": visit.user.may(DECIDES),
            "kinds": [(code.kind, city.label(code.kind, self._language(visit))) for code in city.codes],
            "areas": [(one.code, f"{one.name} ({one.kecamatan})" if one.kecamatan else one.name) for one in areas],
            "minutes": visit.form.get("minutes", str(city.voice.drill_minutes)),
            "typed": visit.form,
            "most": MOST_MINUTES,
            "fault": fault,
            "fields": fields,
            "today": now,
        }
        return Shown(template="drills/drills.html", data=data, status=409 if fault else 200)

    def _words(self, visit: Visit) -> dict[str, Any]:
        city, lang = self._city, self._language(visit)
        return {
            "labels": {code.kind: city.label(code.kind, lang) for code in city.codes},
            "names": {one.id: one.name for one in city.stations.values()},
            "near": visit.user.may(DESK),
            "decides": visit.user.may(DECIDES),
        }

    def _language(self, visit: Visit) -> str:
        return visit.language if visit.language in self._city.languages else self._city.languages[0]


def _known(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``--json`` with its times as instants."""
    found = {name: _instant(name, value) for name, value in row.items()}
    if "last_test" in found and found["last_test"] is not None:
        found["last_test"] = _known(found["last_test"])
    return found


def _drill(visit: Visit, row: Mapping[str, Any]) -> dict[str, Any]:
    """To who only watches, that somebody accepted it."""
    found = _known(row)
    if found["accepted_by"] and not visit.user.may(DESK):
        found["accepted_by"] = WORDS.say(visit.language, "drills.somebody")
    return found


def _unnamed(visit: Visit, somebody: str) -> dict[str, str]:
    """Instead of an officer's name and number, for who only watches."""
    return {"name": WORDS.say(visit.language, somebody), "number": ""}


def _instant(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name.endswith("_at") and isinstance(value, str) else value

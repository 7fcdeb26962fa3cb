"""Every incident of any age: searched for, read whole, printed; without script too.

GET  /incidents            ?q= (a number), kind, state, kelurahan, since, until, drill, page; ?as=csv|pdf
GET  /incidents/ID         one, complete; ?as=csv|pdf: the same whole (``whole.py``)
GET  /console/incidents/ID/sending   to whom it can be sent now, for the board's dialog
POST /incidents/ID/ACT     an act of ``dispatch.acts``, from a form
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.acts import ACTS
from dispatch.case import Case
from dispatch.console.house import ConsoleHouse, NoSuchIncident, Refusal
from dispatch.console.incidents.asking import STATES, wanted_of
from dispatch.console.incidents.said import Telling
from dispatch.console.incidents.sending import sending_json
from dispatch.console.incidents.whole import whole_sheet
from dispatch.console.numbers import number_typed
from dispatch.console.pages import ends_help, seen_of
from dispatch.console.picture import labels_of, place_json
from dispatch.console.states import STATE_LABELS
from dispatch.finding import MARKS
from dispatch.incident import State
from dispatch.store import NoSuchIncident as NoCase
from dispatch.store.archive import archived
from dispatch.wording import name_of
from gateway.number import local
from gateway.page import DESK, WATCH, Answer, Floor, Moved, NotThere, Page, Sheet, Shown, Told, Visit, Wing

HERE = Path(__file__).parent
INCIDENT_WORDS = HERE / "words"
NUMBER = "{number:[0-9]{1,18}}"
A_PAGE = 25
MOST_ROWS = 5000  # of a sheet
DRAWN = ("kelurahan", "lat", "lon", "radius_m", "candidates")  # what a map must know of a place


def incidents_wing(floor: Floor, house: ConsoleHouse, telling: Telling) -> Wing:
    """The archive."""
    here = _Incidents(floor, house, telling)
    acting = "|".join(ACTS)
    return Wing(
        room="incidents",
        pages=(
            Page(path="/incidents", handle=here.page, roles=WATCH, title="incidents.title", nav=20),
            Page(path=f"/incidents/{NUMBER}", handle=here.one, roles=DESK, title="incidents.title"),
            Page(path=f"/console/incidents/{NUMBER}/sending", handle=here.sending, roles=DESK),
            Page(
                path=f"/incidents/{NUMBER}/{{act:{acting}}}",
                handle=here.act,
                roles=DESK,
                method="POST",
                danger=ends_help,
            ),
        ),
        templates=HERE / "templates",
        words=INCIDENT_WORDS,
    )


class _Incidents:
    def __init__(self, floor: Floor, house: ConsoleHouse, telling: Telling) -> None:
        self._floor, self._house, self._telling = floor, house, telling
        self._city = floor.city

    async def page(self, visit: Visit) -> Answer:
        near, whole = visit.user.may(DESK), visit.query.get("as") in ("csv", "pdf")
        wanted = wanted_of(visit.query, self._city, near=near)
        at = number_typed(visit.query.get("page", ""), 6) or 1
        cases: list[Case] = []
        total = 0
        if wanted is not None:
            first, count = (0, MOST_ROWS) if whole else ((at - 1) * A_PAGE, A_PAGE)
            cases, total = await self._floor.store.read(lambda tx: archived(tx, wanted, first=first, count=count))
        rows = [self._row(visit, case, near=near) for case in cases]
        if whole:
            return _sheet(visit, rows, self._say(visit))
        last = max(1, math.ceil(total / A_PAGE))
        data = {"rows": rows, "total": total, "near": near, "at": min(at, last), "last": last, "query": visit.query}
        return Shown(template="incidents/list.html", data={**data, **self._choices(visit)}, looked=_callers(rows))

    async def one(self, visit: Visit) -> Answer:
        whole = await self._whole(visit)
        if visit.query.get("as") in ("csv", "pdf"):
            return whole_sheet(self._telling, self._city, visit, whole)
        return await self._shown(visit, whole)

    async def sending(self, visit: Visit) -> Told:
        return Told(value=await self._sending(visit))

    async def act(self, visit: Visit) -> Answer:
        number = int(visit.at["number"])
        try:
            await self._house.act(number, visit.at["act"], visit.user, visit.form, seen_of(visit))
        except NoSuchIncident as fault:
            raise NotThere from fault
        except Refusal as refusal:
            return await self._shown(visit, await self._whole(visit), refusal)
        return Moved(to=f"/incidents/{number}", said="incidents.done")

    async def _whole(self, visit: Visit) -> Mapping[str, Any]:
        try:
            return await self._house.incident(int(visit.at["number"]))
        except NoSuchIncident as fault:
            raise NotThere from fault

    async def _sending(self, visit: Visit) -> Mapping[str, Any]:
        number, now, telling = int(visit.at["number"]), visit.now, self._telling
        try:
            return await self._floor.store.read(
                lambda tx: sending_json(tx, self._city, number, now, telling, visit.language)
            )
        except NoCase as fault:
            raise NotThere from fault

    async def _shown(self, visit: Visit, whole: Mapping[str, Any], refusal: Refusal | None = None) -> Shown:
        data: dict[str, Any] = {"one": whole, "lines": [self._line(visit, one) for one in whole["timeline"]]}
        data |= {"kind": self._kind(visit, whole), "findings": self._findings(visit), "marks": MARKS}
        data |= {"sending": await self._sending(visit), "drawn": {name: whole["place"].get(name) for name in DRAWN}}
        data |= {"why": self._telling.why(visit.language, whole["alarm"])}
        data |= {"moment": datetime.fromisoformat, "refused": "", "undone": [], "again": {}, "act": ""}
        data["because"] = self._telling.because(visit.language, (whole["reading"] or {}).get("because", ()))
        data["ladder"] = sorted(whole["effects"], key=_begun)
        data["outcome_of"] = lambda kind, outcome: self._telling.outcome(visit.language, kind, outcome)
        data["kind_of"] = lambda one: self._kind(visit, one)
        if refusal is not None:
            data["refused"] = self._telling.reason(visit.language, refusal.key, refusal.fields) or str(refusal)
            data["undone"] = [self._line(visit, one) for one in refusal.undone]
            data["again"] = {key: value for key, value in visit.form.items() if key not in ("csrf", "seen", "pin")}
            data["act"] = visit.at["act"] if refusal.undone else ""
        persons = [whole.get("caller") or ""]
        return Shown(template="incidents/one.html", data=data, status=409 if refusal else 200, looked=persons)

    def _line(self, visit: Visit, line: Mapping[str, Any]) -> dict[str, Any]:
        said, typed = self._telling.line(visit.language, line)
        return {"at": datetime.fromisoformat(line["at"]), "kind": line["kind"], "said": said, "typed": typed}

    def _row(self, visit: Visit, case: Case, *, near: bool) -> dict[str, Any]:
        here, place = case.incident, place_json(self._city, case.incident.place)
        names = (*(("street", "lane", "landmark") if near else ()), "kelurahan_name", "kecamatan")
        where = ", ".join(place[name] for name in names if place[name]) or place["outside_name"]
        taken = here.accepted_at - (here.confirmed_at or here.opened_at) if here.accepted_at else None
        return {
            "id": here.id,
            "code": here.code,
            "state": here.state.value,
            "state_label": self._label(visit, STATE_LABELS[here.state]),
            "kind": self._label(visit, labels_of(self._city, here.kind)) or here.kind,
            "drill": here.drill,
            "opened_at": here.opened_at,
            "where": where or "",
            "caller": here.caller if near else "",
            "by": name_of(self._city, here.accepted_by) if here.accepted_by and near else "",
            "took": _span(taken, self._say(visit)) if taken is not None else "",
            "finding": self._label(visit, self._city.findings.get(case.finding or "", {})),
            "zone": self._city.timezone,
        }

    def _choices(self, visit: Visit) -> dict[str, Any]:
        say, areas = self._say(visit), self._city.areas.values()
        kinds = [(one.kind, self._label(visit, one.labels)) for one in self._city.codes]
        named = [(one.value, self._label(visit, STATE_LABELS[one])) for one in State]
        states = [(STATES[0], say("open")), *named]
        return {
            "kinds": [("", say("any")), *kinds],
            "states": [("", say("any")), *states],
            "areas": [("", say("any")), *sorted(((one.code, one.name) for one in areas), key=lambda pair: pair[1])],
            "drills": [("", say("any")), ("no", say("real_only")), ("only", say("drills_only"))],
        }

    def _findings(self, visit: Visit) -> list[tuple[str, str]]:
        return [(word, self._label(visit, labels)) for word, labels in self._city.findings.items()]

    def _kind(self, visit: Visit, one: Mapping[str, Any]) -> str:
        return self._label(visit, one["kind_label"]) or str(one["kind"])

    def _label(self, visit: Visit, labels: Mapping[str, str]) -> str:
        return self._city.said(visit.language, labels, "")

    def _say(self, visit: Visit) -> Any:
        return lambda key, **fields: self._telling.say(visit.language, key, fields)


def _begun(effect: Mapping[str, Any]) -> str:
    return str(effect["started_at"] or effect["attempted_at"] or effect["intended_at"])


def _sheet(visit: Visit, rows: Sequence[Mapping[str, Any]], say: Any) -> Sheet:
    near = visit.user.may(DESK)
    keys = ["code", "opened", "kind", "state", "place", *(["reporter"] if near else []), "by", "took", "finding"]
    table = []
    for one in rows:
        kind = f"{one['kind']} ({say('drill')})" if one["drill"] else one["kind"]
        told = [one["code"], one["opened_at"], kind, one["state_label"], one["where"]]
        table.append((*told, *([local(one["caller"])] if near else []), one["by"], one["took"], one["finding"]))
    columns = [say(key) for key in keys]
    return Sheet(name="incidents", title=say("title"), columns=columns, rows=table, looked=_callers(rows))


def _callers(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(one["caller"]) for one in rows if one["caller"]]


def _span(taken: timedelta, say: Any) -> str:
    """``11 dtk``, ``4 mnt 5 dtk``, ``1 jam 4 mnt``."""
    minutes, seconds = divmod(max(0, int(taken.total_seconds())), 60)
    if minutes < 60:
        return str(say("took_m", m=minutes, s=seconds) if minutes else say("took_s", s=seconds))
    return str(say("took_h", h=minutes // 60, m=minutes % 60))

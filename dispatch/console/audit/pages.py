"""The audit and the protection of data.

GET  /settings/audit              who looked and acted: by person, by login, by act, by time; ?as=csv|pdf
POST /settings/audit/verify       reads the whole chain now
GET  /settings/retention          what is kept how long and why, what is due now, what the last runs did
POST /settings/retention/run      does now what would be done at night
GET  /settings/breach             after a breach: who was looked at, by whom, whom to notify; ?as=csv|pdf, ?as=json
GET  /people/NUMBER/export        what is exported, and to whom it is given; POST hands it out
GET  /people/NUMBER/erase         what erasing does; POST does it

Admins see that something was done, not with whom: numbers are the supervisor's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dispatch.console.audit.naming import act_said, detail_said, thing_said
from dispatch.console.audit.said import pages_of, span, wanted_of
from dispatch.console.words import LANGUAGES, Words
from gateway.audit import Deed, note
from gateway.audit_commands import line_json, verified, written_elsewhere
from gateway.breach import Breach, breach, letter
from gateway.erasing import erase_person, finish
from gateway.number import normal
from gateway.page import (
    Answer,
    Declined,
    Floor,
    Handed,
    Moved,
    NotThere,
    Page,
    Role,
    Sheet,
    Shown,
    Told,
    Visit,
    Wing,
)
from gateway.retaining import Retention, counted
from gateway.retention_commands import term_json
from gateway.store import Tx
from gateway.store.audit import head
from gateway.store.audit_reading import cuts, found, lines_count
from gateway.store.exporting import person_of
from gateway.store.people import find
from gateway.store.retaining import last_runs, runs
from gateway.store.retention_terms import TERMS

HERE = Path(__file__).parent
OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMIN})
SUPERVISOR = frozenset({Role.SUPERVISOR})
NUMBER = "{number:[+%0-9A-Fa-f]{4,24}}"
WORDS = Words([HERE / "words"])
PAGE = 50  # lines on one page
SHEET = 5000  # lines of one sheet
Json = Mapping[str, Any]


def audit_wing(floor: Floor) -> Wing:
    """The pages of this subject."""
    here, person = _Audit(floor), _Person(floor)
    return Wing(
        room="audit",
        pages=(
            Page(path="/settings/audit", handle=here.lines, roles=OVERSEERS, title="audit.title"),
            Page(
                path="/settings/audit/verify", handle=here.verify, roles=OVERSEERS, method="POST", title="audit.title"
            ),
            Page(path="/settings/retention", handle=here.retention, roles=OVERSEERS, title="audit.retention"),
            Page(path="/settings/retention/run", handle=here.run, roles=OVERSEERS, method="POST", danger=True),
            Page(path="/settings/breach", handle=here.breach, roles=SUPERVISOR, title="audit.breach"),
            Page(path=f"/people/{NUMBER}/export", handle=person.asked, roles=SUPERVISOR, title="audit.export"),
            Page(path=f"/people/{NUMBER}/export", handle=person.export, roles=SUPERVISOR, method="POST", danger=True),
            Page(path=f"/people/{NUMBER}/erase", handle=person.sure, roles=SUPERVISOR, title="audit.erase"),
            Page(path=f"/people/{NUMBER}/erase", handle=person.erase, roles=SUPERVISOR, method="POST", danger=True),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Audit:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store = floor, floor.store
        self._zone: tzinfo = floor.city.timezone

    async def lines(self, visit: Visit) -> Answer:
        return await self._lines(visit, None)

    async def _lines(self, visit: Visit, verdict: Json | None) -> Answer:
        near, sheet = visit.user.may(SUPERVISOR), visit.query.get("as") in ("csv", "pdf")
        wanted = wanted_of(visit.query, self._zone)
        wanted = wanted if near else replace(wanted, about="")
        most = SHEET if sheet else PAGE + 1

        def look(tx: Tx) -> tuple[list[Json], Json]:
            rows: list[Json] = [_row(line_json(tx, line, self._zone), near) for line in found(tx, wanted, most)]
            end = head(tx)
            return rows, {"seq": end.seq, "hash": end.hash, "lines": lines_count(tx), "cuts": len(cuts(tx))}

        rows, end = await self._store.read(look)
        looked = sorted({one for row in rows[: SHEET if sheet else PAGE] for one in row["about"]})
        if sheet:
            return _sheet(rows, looked)
        data = {
            "rows": rows[:PAGE],
            "next": pages_of(visit.query, rows, PAGE),
            "head": end,
            "near": near,
            "asked": visit.query,
            "verdict": verdict,
            **_said(visit.language),
        }
        return Shown(template="audit/audit.html", data=data, looked=looked)

    async def verify(self, visit: Visit) -> Answer:
        verdict = await verified(self._store, written_elsewhere(self._floor.settings.data_dir))
        by, said = visit.user.login, "whole" if verdict.whole else f"faults={len(verdict.faults)}"
        deed = Deed(by=by, how="page", what="audit.verify", object="audit", detail=said)
        await self._store.write(lambda tx: note(tx, deed))
        faults = [
            {"line": one.line, "until": one.until, "kind": one.kind.value, "says": one.says} for one in verdict.faults
        ]
        told = {"whole": verdict.whole, "lines": verdict.lines, "anchors": verdict.anchors, "faults": faults}
        return await self._lines(visit, told)

    async def retention(self, visit: Visit) -> Answer:
        now, days = visit.now, self._floor.settings.retention
        last, past = await self._store.read(lambda tx: (last_runs(tx), runs(tx, 20)))
        rows = [
            term_json(one, last.get(one.term.kind), self._zone) for one in await counted(self._store, TERMS, days, now)
        ]
        language = visit.language if visit.language in ("id", "en") else "id"
        shown = [
            {
                **row,
                "what": row["what"][language],
                "why": row["why"][language],
                "last_at": datetime.fromisoformat(row["last_at"]) if row["last_at"] else None,
            }
            for row in rows
        ]
        names = {row["kind"]: row["what"] for row in shown}
        data = {"rows": shown, "past": past, "names": names, "due": sum(row["due"] for row in rows)}
        return Shown(template="audit/retention.html", data=data)

    async def run(self, visit: Visit) -> Answer:
        floor = self._floor
        keeping = Retention(self._store, TERMS, floor.settings.retention, floor.clock, zone=self._zone)
        await keeping.all(visit.user.login, "page")
        return Moved(to="/settings/retention", said="audit.ran")

    async def breach(self, visit: Visit) -> Answer:
        since, until = span(visit.query, visit.now, self._zone)
        if since >= until:
            raise Declined("audit.no_span")
        login = visit.query.get("by", "").strip()
        if "since" not in visit.query:
            return Shown(template="audit/breach.html", data={"one": None, "since": since, "until": until, "by": login})
        one = await self._store.read(lambda tx: breach(tx, since, until, login))
        text = letter(one, self._floor.city.title, self._zone, visit.now)
        if visit.query.get("as") == "json":
            return Told(value={**one.as_json(self._zone), "letter": text}, looked=one.persons)
        if visit.query.get("as") == "md":
            return Handed(body=text.encode(), content_type="text/markdown", filename="pemberitahuan.md")
        if visit.query.get("as") in ("csv", "pdf"):
            return _breach_sheet(one, text)
        data = {"one": one.as_json(self._zone), "letter": text, "since": since, "until": until, "by": login}
        return Shown(template="audit/breach.html", data={**data, "link": _link(visit)}, looked=one.persons)


class _Person:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store = floor, floor.store
        self._zone: tzinfo = floor.city.timezone

    async def asked(self, visit: Visit) -> Answer:
        return await self._shown(visit, "audit/export.html")

    async def sure(self, visit: Visit) -> Answer:
        return await self._shown(visit, "audit/erase.html")

    async def _shown(self, visit: Visit, template: str) -> Answer:
        number = _number(visit)
        line = await self._store.read(lambda tx: find(tx, number))
        data = {"number": number, "name": line.name if line else "", "known": line is not None}
        return Shown(template=template, data=data, looked=[number])

    async def export(self, visit: Visit) -> Answer:
        number, at = _number(visit), visit.now
        kept = await self._store.read(lambda tx: person_of(tx, number, self._zone, at))
        deed = Deed(by=visit.user.login, how="page", what="person.export", object="person", about=[number])
        await self._store.write(lambda tx: note(tx, deed))
        body = json.dumps(kept, ensure_ascii=False, indent=2, default=str).encode()
        return Handed(body=body, content_type="application/json", filename=f"data-{number.removeprefix('+')}.json")

    async def erase(self, visit: Visit) -> Answer:
        number = _number(visit)
        await self._store.write(lambda tx: erase_person(tx, number, visit.user.login, "page"))
        await finish(self._store, self._floor.clock)
        return Moved(to="/settings/audit", said="audit.erased")


def _said(language: str) -> Json:
    """What the lines' acts, things and details are called."""
    known = WORDS.keys(LANGUAGES[0])

    def piece(part: str) -> str:
        return WORDS.say(language, f"audit.piece.{part}") if f"audit.piece.{part}" in known else part

    def detail(said: str) -> str:
        return detail_said(said, lambda key, fields: WORDS.say(language, f"audit.detail.{key}", fields))

    return {"act": lambda what: act_said(what, piece), "thing": lambda one: thing_said(one, piece), "detail": detail}


def _number(visit: Visit) -> str:
    number = normal(visit.at["number"].replace("%2B", "+").replace("%2b", "+"))
    if number is None:
        raise NotThere
    return number


def _row(row: Json, near: bool) -> Json:
    at = datetime.fromisoformat(row["at"])
    if near:
        return {**row, "at": at, "count": len(row["about"]) + row["erased"]}
    by = "~" if row["by"].startswith("+") else row["by"]
    return {**row, "at": at, "count": len(row["about"]) + row["erased"], "about": [], "by": by}


def _sheet(rows: Sequence[Json], looked: Sequence[str]) -> Sheet:
    cells = [
        [
            str(row["seq"]),
            row["at"],
            row["by"],
            row["how"],
            row["what"],
            row["object"],
            " ".join(row["about"]) or str(row["count"] or ""),
            row["detail"],
        ]
        for row in rows
    ]
    columns = ("No.", "Waktu", "Oleh", "Cara", "Tindakan", "Apa", "Tentang", "Keterangan")
    return Sheet(name="jejak-audit", title="Jejak audit", columns=columns, rows=cells, looked=looked)


def _breach_sheet(one: Breach, text: str) -> Sheet:
    rows = [[str(place), number] for place, number in enumerate(one.persons, start=1)] or [["-", "tidak ada"]]
    said = [line.removeprefix("## ").removeprefix("- ") for line in text.splitlines()[2:] if line]
    title = "Pemberitahuan kegagalan pelindungan data pribadi"
    columns = ("No.", "Warga yang diberi tahu")
    return Sheet(name="pemberitahuan", title=title, columns=columns, rows=rows, notes=said, looked=one.persons)


def _link(visit: Visit) -> str:
    kept = {name: visit.query[name] for name in ("since", "until", "by") if visit.query.get(name)}
    return "/settings/breach?" + "&".join(f"{name}={quote(said)}" for name, said in kept.items())

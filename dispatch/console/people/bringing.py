"""New lines of the registry: one person at the counter, or a list, which is judged before anything of it is written."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dispatch.console.people.choosing import areas_of
from gateway.audit import Deed, note
from gateway.importing import PeopleList, compared, read_list, write_list
from gateway.nik import nik_key
from gateway.number import normal
from gateway.page import Answer, Declined, Floor, Moved, Shown, Visit
from gateway.registering import WISHES, NotRegistered, register
from gateway.registry import COLUMNS, LONGEST, NEEDED, RegistryFault
from gateway.store import Tx

MOST_BYTES = 8 * 1024 * 1024  # of a list: a hundred thousand residents
HELD_FOR = timedelta(minutes=30)  # that a list waits in memory for the word to write it
MOST_HELD = 4  # lists
MOST_FAULTS = 200  # faulty rows that are shown
KEY_OCTETS = 16
FORM = ("phone", "name", "kelurahan", "address", "lingkungan", "language", "notes", "nik")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A list that was read. It is of one person, who alone may have it written."""

    key: str
    login: str
    people: PeopleList
    counts: Mapping[str, int]
    at: datetime


class Bringing:
    """Lists wait in memory, a few and not for long; after a restart they are uploaded again."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city
        self._held: dict[str, _Held] = {}

    async def form(self, visit: Visit) -> Shown:
        return self._form(visit, {"phone": visit.query.get("phone", "")}, {})

    async def register(self, visit: Visit) -> Answer:
        form, by, city = visit.form, visit.user, self._city
        filled = {name: form.get(name, "") for name in FORM}
        filled |= {name: "yes" if form.get(name) else "no" for name in WISHES}
        key = nik_key(self._floor.settings.data_dir) if filled["nik"] else b""

        def work(tx: Tx) -> str:
            line = register(tx, city, filled, by.name or by.login, visit.now, key=key)
            note(tx, Deed(by=by.login, how="page", what="resident.register", object="resident", about=[line.phone]))
            return line.phone

        try:
            number = await self._floor.store.write(work)
        except NotRegistered as why:
            return self._form(visit, form, why.faults)
        self._floor.wake()
        return Moved(to=f"/people/{number}", said="people.did.register")

    async def upload(self, visit: Visit) -> Shown:
        return self._upload("")

    async def read(self, visit: Visit) -> Shown:
        """What the list would do, and each row that would be left out."""
        data = visit.files.get("file", b"")
        if not data.strip():
            return self._upload("empty")
        try:
            people = await asyncio.to_thread(read_list, data, self._city, self._floor.settings, visit.now)
        except RegistryFault:
            return self._upload("header")
        counts = await compared(self._floor.store, people)
        held = self._hold(visit, people, counts)
        shown = {
            "held": held,
            "counts": counts,
            "good": len(people.good),
            "bad": [
                (row.line, flaw.column, flaw.said(visit.language))
                for row in people.bad[:MOST_FAULTS]
                for flaw in row.flaws
            ],
            "shown_bad": min(len(people.bad), MOST_FAULTS),
            "many_bad": len(people.bad),
            "unknown": sorted(people.columns - set(COLUMNS) - {""}),
            "sample": people.good[:5],
            "names": {code: area.name for code, area in self._city.areas.items()},
        }
        return Shown(template="people/judged.html", data=shown, looked=[one.phone for one in people.good[:5]])

    async def write(self, visit: Visit) -> Moved:
        held = self._held.get(visit.form.get("key", ""))
        if held is None or held.login != visit.user.login or visit.now - held.at > HELD_FOR:
            raise Declined("people.import_gone")
        del self._held[held.key]
        by, many = visit.user, len(held.people.good)
        deed = Deed(by=by.login, how="page", what="residents.import", object="residents", detail=f"{many} rows")
        await self._floor.store.write(lambda tx: note(tx, deed))
        await write_list(self._floor.store, held.people, by.name or by.login, visit.now)
        self._floor.wake()
        return Moved(to="/people", said="people.did.import")

    def _hold(self, visit: Visit, people: PeopleList, counts: Mapping[str, int]) -> _Held:
        fresh = [one for one in self._held.values() if visit.now - one.at <= HELD_FOR]
        key = secrets.token_urlsafe(KEY_OCTETS)
        held = _Held(key=key, login=visit.user.login, people=people, counts=counts, at=visit.now)
        self._held = {one.key: one for one in [*fresh, held][-MOST_HELD:]}
        return held

    def _upload(self, fault: str) -> Shown:
        data = {"fault": fault, "columns": COLUMNS, "needed": NEEDED, "most_mb": MOST_BYTES // 1024 // 1024}
        return Shown(template="people/import.html", data=data, status=409 if fault else 200)

    def _form(self, visit: Visit, typed: Mapping[str, str], faults: Mapping[str, str]) -> Shown:
        data: dict[str, Any] = {
            "typed": typed,
            "faults": faults,
            "areas": areas_of(self._city),
            "languages": self._city.languages,
            "longest": LONGEST,
            "known": normal(typed.get("phone", "")) if faults.get("phone") == "known" else "",
        }
        return Shown(template="people/new.html", data=data, status=409 if faults else 200)

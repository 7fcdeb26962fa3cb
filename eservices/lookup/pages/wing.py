"""GET  /lookups                 every look-up: its words, its rows, how old they are
GET  /lookups/ID              one: its versions, its columns, what becomes of an import, a form for a file
POST /lookups/ID              reads a file and says what it would change; writes nothing
POST /lookups/ID/write        writes what was read, while the page shows how far it is
POST /lookups/ID/back         tells the former table again
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.lookup import Lookup
from eservices.lookup import store
from eservices.lookup.pages.bringing import MOST_BYTES, MOST_SHOWN, Bringing
from eservices.lookup.rows import shareable
from gateway.audit import Deed, note
from gateway.page import DESK, Answer, Declined, Floor, Moved, NotThere, Page, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
ONE = "/lookups/{lookup:[a-z][a-z0-9_]{0,23}}"
NAV = 75
AGAIN_S = 2  # seconds after which a page that shows an import looks again


def lookup_wing(floor: Floor) -> Wing:
    """The staff's page of tables, and the loop that writes what was brought there."""
    bringing = Bringing(floor)
    here = _Lookups(floor, bringing)
    nav = NAV if floor.city.lookups else 0  # a city without any is not offered a list of them
    post: dict[str, Any] = {"roles": DESK, "method": "POST", "title": "lookups.one"}
    return Wing(
        room="lookups",
        pages=(
            Page(path="/lookups", handle=here.every, roles=DESK, title="lookups.title", nav=nav),
            Page(path=ONE, handle=here.one, roles=DESK, title="lookups.one"),
            Page(path=ONE, handle=here.read, most_body=MOST_BYTES, **post),
            Page(path=f"{ONE}/write", handle=here.write, danger=True, **post),
            Page(path=f"{ONE}/back", handle=here.back, danger=True, **post),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
        runs=bringing.run,
    )


class _Lookups:
    def __init__(self, floor: Floor, bringing: Bringing) -> None:
        self._floor, self._bringing = floor, bringing

    def _lookup(self, visit: Visit) -> Lookup:
        found = self._floor.city.lookups.get(visit.at["lookup"])
        if found is None:
            raise NotThere
        return found

    def _table(self, visit: Visit) -> Lookup:
        found = self._lookup(visit)
        if found.source.url is not None:
            raise Declined("lookups.no_table")
        return found

    async def every(self, visit: Visit) -> Shown:
        def work(tx: Tx) -> list[dict[str, Any]]:
            return [{"lookup": one, "version": store.current(tx, one.id)} for one in self._floor.city.lookups.values()]

        rows = await self._floor.store.read(work)
        return Shown(template="lookups/every.html", data={"rows": rows})

    async def one(self, visit: Visit) -> Shown:
        return await self._shown(visit)

    async def _shown(self, visit: Visit, fault: str = "") -> Shown:
        lookup = self._lookup(visit)

        def work(tx: Tx) -> dict[str, Any]:
            version = store.current(tx, lookup.id)
            rows = [row for _, row in store.rows_after(tx, version.id, at_most=MOST_SHOWN)] if version else []
            return {
                "versions": store.versions(tx, lookup.id),
                "rows": [shareable(lookup, row) for row in (rows if version else lookup.rows[:MOST_SHOWN])],
            }

        data = await self._floor.store.read(work)
        job = self._bringing.job(lookup.id)
        busy = job is not None and not job.over
        data |= {"lookup": lookup, "job": job, "again_s": AGAIN_S if busy else 0, "fault": fault}
        data |= {
            "most_mb": MOST_BYTES // 1024 // 1024,
            "former": next((one.id for one in data["versions"] if one.state == "former"), 0),
        }
        return Shown(template="lookups/one.html", data=data, status=409 if fault else 200)

    async def read(self, visit: Visit) -> Shown:
        lookup, data = self._table(visit), visit.files.get("file", b"")
        if not data.strip():
            return await self._shown(visit, "empty")
        return Shown(template="lookups/judged.html", data=await self._bringing.judged(visit, lookup, data))

    async def write(self, visit: Visit) -> Answer:
        lookup = self._table(visit)
        rows = await self._bringing.take(visit, lookup)
        await self._floor.store.write(lambda tx: _note(tx, visit, "lookup.import", lookup, rows))
        return Moved(to=f"/lookups/{lookup.id}", said="lookups.did.import")

    async def back(self, visit: Visit) -> Answer:
        lookup, to = self._table(visit), visit.form.get("to", "")

        def work(tx: Tx) -> None:
            version = store.back(tx, lookup.id, int(to) if to.isascii() and to.isdecimal() and len(to) < 10 else 0)
            _note(tx, visit, "lookup.back", lookup, version.rows)

        try:
            await self._floor.store.write(work)
        except store.NoFormer:
            raise Declined("lookups.no_former") from None
        return Moved(to=f"/lookups/{lookup.id}", said="lookups.did.back")


def _note(tx: Tx, visit: Visit, what: str, lookup: Lookup, rows: int) -> None:
    thing = f"lookup/{lookup.id}"
    note(tx, Deed(by=visit.user.login, how="page", what=what, object=thing, detail=f"{rows} rows"))

"""The pages of letters: ``/letters``, one letter, the thread with one number, and ``/costs``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.console.post.advice import KINDS, became, may_retry
from dispatch.console.post.costs import cost_sheet, days_of, spent_days
from dispatch.console.post.doubting import doubts_of
from dispatch.console.post.lists import PAGE, TABS, page_of, wanted_of
from dispatch.store import in_secret
from dispatch.wording import name_of
from gateway.audit import Deed, note
from gateway.handwritten import MOST, Unwritable, write_to
from gateway.letter_words import Fate
from gateway.nik import masked_text
from gateway.number import normal
from gateway.page import DESK, WATCH, Declined, Floor, Moved, NotThere, Page, Sheet, Shown, Visit, Wing
from gateway.registry import Resident, find
from gateway.store import Tx
from gateway.store.hiding import masked
from gateway.store.listing import Listed, done, fate, letter, retry
from gateway.store.people import find_all
from gateway.store.searching import Wanted, channels, search, waiting
from gateway.store.spending import ledger

HERE = Path(__file__).parent
LETTER = "{letter:(?:in|out)-[0-9]{1,9}}"
NUMBER = r"{number:\+?[0-9]{3,15}}"
THREAD = 100  # letters of one number on its page; older ones are found by the list
SHEET = 5000  # rows in a table that is taken away


def post_wing(floor: Floor) -> Wing:
    """Letters and what they cost."""
    post = _Post(floor)
    return Wing(
        room="post",
        templates=HERE / "templates",
        words=HERE / "words",
        pages=(
            Page(path="/letters", handle=post.index, roles=DESK, title="post.title", nav=80),
            Page(path="/letters/sheet", handle=post.sheet, roles=DESK),
            Page(path=f"/letters/{LETTER}", handle=post.one, roles=DESK, title="post.one"),
            Page(path=f"/letters/{LETTER}/reveal", handle=post.reveal, roles=DESK, method="POST", danger=True),
            Page(path=f"/letters/{LETTER}/retry", handle=post.retry, roles=DESK, method="POST"),
            Page(path=f"/letters/{LETTER}/seen", handle=post.seen, roles=DESK, method="POST"),
            Page(path=f"/letters/with/{NUMBER}", handle=post.thread, roles=DESK, title="post.thread"),
            Page(path=f"/letters/with/{NUMBER}/write", handle=post.write, roles=DESK, method="POST"),
            Page(path="/costs", handle=post.costs, roles=WATCH, title="post.costs.title", nav=82),
            Page(path="/costs/sheet", handle=post.cost_sheet, roles=WATCH),
        ),
    )


class _Post:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store, self._city = floor, floor.store, floor.city

    async def index(self, visit: Visit) -> Shown:
        wanted, at = wanted_of(visit.query, self._city.timezone), page_of(visit.query)

        def look(tx: Tx) -> dict[str, Any]:
            found, number = search(tx, wanted, at_most=PAGE, skip=PAGE * (at - 1))
            found = [masked(one) for one in found]
            return {
                "letters": [self._row(one) for one in found],
                "names": self._names(tx, found),
                "number": number,
                "waits": waiting(tx),
                "channel_pairs": [(one, one) for one in channels(tx)],
            }

        seen = await self._store.read(look)
        data = {**seen, "at": at, "last": max(1, -(-seen["number"] // PAGE)), "tabs_": list(TABS)}
        here = visit.query.get("list", "all")
        return Shown(
            template="post/letters.html",
            data={**data, "here": here if here in TABS else "all", "kinds": KINDS},
            looked=[one["other"] for one in seen["letters"]],
        )

    async def sheet(self, visit: Visit) -> Sheet:
        wanted = wanted_of(visit.query, self._city.timezone)
        found, number = await self._store.read(lambda tx: search(tx, wanted, at_most=SHEET))
        found = [masked(one) for one in found]
        rows: list[tuple[str | datetime, ...]] = [
            (
                one.id,
                one.at,
                "(rahasia)" if one.hides else one.other,
                one.channel or "",
                one.lane or "",
                one.state,
                masked_text(one.text),
            )
            for one in found
        ]
        columns = ("id", "waktu", "nomor", "saluran", "jalur", "keadaan", "isi")
        notes = [f"{len(rows)} / {number}"] if number > len(rows) else []
        looked = [one.other for one in found]
        return Sheet(name="surat", title="Surat", columns=columns, rows=rows, notes=notes, looked=looked)

    async def one(self, visit: Visit) -> Shown:
        return await self._shown(visit, reveal=False)

    async def reveal(self, visit: Visit) -> Shown:
        """Who hides, and what he wrote, this once: it is written down before it is shown."""
        name = visit.at["letter"]

        def work(tx: Tx) -> None:
            if (found := letter(tx, name)) is None or not found.hides:
                raise NotThere
            deed = Deed(by=visit.user.login, how="page", what="letter.reveal", object=f"letter/{name}")
            note(tx, replace(deed, about=[found.other]))

        await self._store.write(work)
        return await self._shown(visit, reveal=True)

    async def _shown(self, visit: Visit, *, reveal: bool) -> Shown:
        name = visit.at["letter"]

        def look(tx: Tx) -> tuple[Listed | None, Fate | None, Resident | None]:
            if (found := letter(tx, name)) is None:
                return None, None, None
            found = found if reveal else masked(found)
            return found, fate(tx, name), find(tx, found.other)

        one, went, resident = await self._store.read(look)
        if one is None:
            raise NotThere
        data = {
            "one": self._row(one),
            "name": resident.name if resident else self._named(one.other),
            "became": became(went, visit.now) if went else None,
            "fate": went,
            "may_retry": may_retry(one.state, one.direction, one.fault),
            "kinds": KINDS,
            "reveal": reveal,
        }
        return Shown(template="post/letter.html", data=data, looked=[one.other])

    async def retry(self, visit: Visit) -> Moved:
        return await self._act(visit, "letter.retry", retry, "post.refused.retry", "post.said.retried")

    async def seen(self, visit: Visit) -> Moved:
        return await self._act(visit, "letter.seen", done, "post.refused.seen", "post.said.seen")

    async def _act(self, visit: Visit, what: str, verb: Any, refused: str, said: str) -> Moved:
        name = visit.at["letter"]

        def work(tx: Tx) -> bool | None:
            found = letter(tx, name)
            if found is None or not verb(tx, name):
                return None if found is None else False
            about = [masked(found).other]  # who hides is not found by what was done with his letter
            note(tx, Deed(by=visit.user.login, how="page", what=what, object=f"letter/{name}", about=about))
            return True

        did = await self._store.write(work)
        if did is None:
            raise NotThere
        self._floor.wake()
        if not did:
            raise Declined(refused)
        return Moved(to=f"/letters/{name}", said=said)

    async def thread(self, visit: Visit) -> Shown:
        number = _number(visit)

        def look(tx: Tx) -> tuple[list[Listed], int, Resident | None]:
            return *search(tx, Wanted(number=number), at_most=THREAD), find(tx, number)

        found, many, resident = await self._store.read(look)
        data = {
            "number": number,
            "letters": [self._row(one) for one in reversed(found)],
            "many": many,
            "resident": resident,
            "name": resident.name if resident else self._named(number),
            "kinds": KINDS,
            "most": MOST,
        }
        return Shown(template="post/thread.html", data=data, looked=[number])

    async def write(self, visit: Visit) -> Moved:
        number = _number(visit)

        def work(tx: Tx) -> None:
            written = write_to(tx, self._city, number, visit.form.get("text", ""), in_secret)
            thing = f"letter/{written.id}"
            note(tx, Deed(by=visit.user.login, how="page", what="letter.write", object=thing, about=[number]))

        try:
            await self._store.write(work)
        except Unwritable as why:
            raise Declined(f"post.refused.{why}") from why
        self._floor.wake()
        return Moved(to=f"/letters/with/{number}", said="post.said.written")

    async def costs(self, visit: Visit) -> Shown:
        days = days_of(visit.query)
        since = (visit.now.astimezone(self._city.timezone).date() - timedelta(days=days - 1)).isoformat()
        found, waits = await self._store.read(lambda tx: (ledger(tx, since), waiting(tx)))
        ceilings = self._floor.settings.spending.of
        credits = [part for part in self._floor.pulse.parts() if part.kind == "credit"]
        data = {"days": days, "spent": spent_days(found, ceilings), "waits": waits, "credits": credits}
        return Shown(template="post/costs.html", data=data)

    async def cost_sheet(self, visit: Visit) -> Sheet:
        since = (
            visit.now.astimezone(self._city.timezone).date() - timedelta(days=days_of(visit.query) - 1)
        ).isoformat()
        return cost_sheet(await self._store.read(lambda tx: ledger(tx, since)))

    def _row(self, one: Listed) -> dict[str, Any]:
        said = {name: getattr(one, name) for name in ("id", "direction", "channel", "other", "lane", "state", "parts")}
        said |= {
            "text": masked_text(one.text),
            "at": one.at,
            "fault": one.fault,
            "doubt": one.doubt,
            "doubts": doubts_of(one.doubt),
        }
        return said | {"hides": one.hides}

    def _names(self, tx: Tx, found: list[Listed]) -> dict[str, str]:
        known = find_all(tx, {one.other for one in found}) if found else {}
        named = {number: resident.name for number, resident in known.items()}
        return {one.other: named.get(one.other) or self._named(one.other) for one in found}

    def _named(self, number: str) -> str:
        known = name_of(self._city, number)
        return known if known != number else ""


def _number(visit: Visit) -> str:
    typed = visit.at["number"]
    return normal(typed) or typed

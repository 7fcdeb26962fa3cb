"""Queues on paper: the list to print or to take away, numbers handed out, sheets that come back."""

from __future__ import annotations

from datetime import datetime

from eservices.clinic import blocks, sheets
from eservices.clinic.pages.seats import seat_of, session_in
from eservices.clinic.queue import State
from eservices.clinic.store.rows import listed
from gateway.audit import Deed, note
from gateway.page import Declined, Floor, Sheet, Shown, Visit
from gateway.store import Tx

MOST_BLOCK = 500
WORDS = {State.SERVED: "selesai", State.NO_SHOW: "tidak hadir", State.CALLED: "dipanggil"}
COLUMNS = ("No", "Nama", "HP", "Didahulukan", "Jam", "Keadaan")


class Paper:
    """What goes out on paper, and what comes back."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def list(self, visit: Visit) -> Shown | Sheet:
        """The list of a clinic's day, a page a doctor: for the door, for the printer; ``?as=csv|pdf`` to take away."""
        seat, floor = seat_of(self._floor, visit), self._floor
        language = floor.city.languages[0]

        def work(tx: Tx) -> tuple[list[sheets.Page], list[str]]:
            on_it = listed(tx, first=seat.day, last=seat.day, clinic=seat.clinic.id)
            found = sheets.pages(tx, floor.city, seat.clinic.id, seat.day, visit.now, language)
            return found, [one.number for one in on_it if one.number]

        found, phones = await floor.store.read(work)
        if visit.query.get("as") not in ("csv", "pdf"):
            data = {"seat": seat, "pages": found, "State": State}
            return Shown(template="eservices/paper.html", data=data, looked=phones)
        rows = [self._row(page, one) for page in found for one in page.lines]
        return Sheet(
            name=f"antrean-{seat.clinic.id}-{seat.day.isoformat()}",
            title=f"{seat.clinic.name}, {seat.day:%d.%m.%Y}",
            columns=("Poli", *COLUMNS),
            rows=rows,
            looked=phones,
        )

    @staticmethod
    def _row(page: sheets.Page, one: sheets.Printed) -> tuple[str | datetime, ...]:
        at = one.at if one.at is not None else ""
        first, state = "ya" if one.first else "", WORDS.get(one.state, "")
        return page.title, str(one.number), one.name, one.end, first, at, state

    async def block(self, visit: Visit) -> Shown:
        """Hand out the next numbers for paper."""
        seat, floor = seat_of(self._floor, visit), self._floor
        typed = visit.form.get("size", "").strip()
        if not typed.isdecimal() or not 1 <= int(typed[:4]) <= MOST_BLOCK:
            raise Declined("queue.no_size", most=str(MOST_BLOCK))

        def work(tx: Tx) -> list[int]:
            session = session_in(tx, floor.city, seat, visit.at["session"])
            made = blocks.reserve(tx, session, int(typed), visit.now)
            if not made:
                raise Declined("queue.full")
            self._note(tx, visit, "clinic.block", seat.path, f"{len(made)} numbers")
            return [one.queue or 0 for one in made]

        numbers = await floor.store.write(work)
        floor.wake()
        data = {"seat": seat, "key": visit.at["session"], "numbers": numbers}
        return Shown(template="eservices/block.html", data=data)

    async def merge(self, visit: Visit) -> Shown:
        """A sheet that comes back: a file, or what was typed off it."""
        seat, floor = seat_of(self._floor, visit), self._floor
        content = visit.files.get("file") or visit.form.get("lines", "").encode()
        if not content.strip():
            raise Declined("queue.no_sheet")
        try:
            lines = sheets.read_sheet(content)
        except sheets.SheetFault as fault:
            data = {"seat": seat, "key": visit.at["session"], "merged": (), "faults": fault.said(visit.language)}
            return Shown(template="eservices/merged.html", data=data, status=409)

        def work(tx: Tx) -> list[blocks.Merged]:
            session = session_in(tx, floor.city, seat, visit.at["session"])
            merged = blocks.merge(tx, session, lines, visit.now)
            self._note(tx, visit, "clinic.merge", seat.path, f"{len(merged)} lines")
            return merged

        merged = await floor.store.write(work)
        floor.wake()
        data = {"seat": seat, "key": visit.at["session"], "merged": merged, "faults": ()}
        return Shown(template="eservices/merged.html", data=data, looked=[one.phone for one in lines if one.phone])

    @staticmethod
    def _note(tx: Tx, visit: Visit, what: str, path: str, detail: str) -> None:
        thing = f"{path[1:]}/{visit.at['session']}"
        note(tx, Deed(by=visit.user.login, how="page", what=what, object=thing, detail=detail))

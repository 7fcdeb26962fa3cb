"""Sheets of paper: the list that is printed for a clinic's door, and the CSV in which a block of numbers comes back."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from eservices.clinic.asked import estimate
from eservices.clinic.blocks import UNUSED, Line
from eservices.clinic.booking import Booking, Session, session_of
from eservices.clinic.queue import State
from eservices.clinic.showing import Words
from eservices.clinic.store import rows
from gateway.asking import tidy
from gateway.flaws import ENGLISH, Flaw, placed
from gateway.number import normal
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

COLUMNS = 80  # A4 in a printer's own letters
COLUMNS_OF_CSV = ("number", "name", "phone", "state")
LONGEST_NAME = 100  # characters
LONGEST_NUMBER, MOST_NUMBER = 9, 1000  # digits of a number as typed; no queue is so long
BLANK = "_" * 34
ON_PAPER = (State.RESERVED, State.WAITING, State.CALLED, State.SERVED, State.NO_SHOW)
STATES: dict[str, State | None] = {
    **{one.value: one for one in (State.WAITING, State.CALLED, State.SERVED, State.NO_SHOW, State.CANCELLED)},
    **dict.fromkeys(("", "menunggu", "tunggu"), State.WAITING),
    **dict.fromkeys(("selesai", "sudah", "dilayani"), State.SERVED),
    **dict.fromkeys(("tidak hadir", "lewat", "no show", "absen"), State.NO_SHOW),
    **dict.fromkeys(("batal",), State.CANCELLED),
    **dict.fromkeys((UNUSED, "kosong", "tidak dipakai", "-"), None),
}
"""What a state is written as; ``unused``: the number was not given to anybody."""


class SheetFault(Exception):
    """The file cannot be read. ``faults``: each with its line (0: of the whole file)."""

    def __init__(self, faults: Sequence[tuple[int, Flaw]]) -> None:
        super().__init__(
            "\n".join(placed(line, flaw, ENGLISH) if line else flaw.said(ENGLISH) for line, flaw in faults)
        )
        self.faults = tuple(faults)

    def said(self, language: str) -> list[str]:
        """Each in that language."""
        return [placed(line, flaw, language) if line else flaw.said(language) for line, flaw in self.faults]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One line of a list. ``at``: when they may expect to be called. No phone and nothing of their health is on it but
    that they go first; ``end`` of the phone tells two of one name apart."""

    number: int
    name: str
    end: str
    first: bool
    at: datetime | None
    state: State


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The list of one session."""

    title: str
    doctor: str
    lines: tuple[Printed, ...]


def pages(tx: Tx, city: City, clinic: str, day: date, now: datetime, language: str) -> list[Page]:
    """The lists of a clinic's day, a page a session that anybody is in, by number."""
    words, found = Words(city), []
    for here in rows.sessions_kept(tx, day, clinic):
        session = session_of(city, here)
        begins = words.hour(session.begins)
        head = f"{words.clinic(clinic)} - {words.service(language, here.service)} {words.day(language, day)} {begins}"
        people = rows.bookings_in(tx, here.id, ON_PAPER)
        lines = tuple(_printed(tx, session, one, now) for one in people if one.queue is not None)
        if lines:
            found.append(Page(title=head, doctor=session.doctor, lines=lines))
    return found


def _printed(tx: Tx, session: Session, one: Booking, now: datetime) -> Printed:
    at = estimate(tx, session, one, now) if one.state is State.WAITING else None
    end = one.number[-3:] if one.number else ""
    return Printed(number=one.queue or 0, name=one.name, end=end, first=one.priority, at=at, state=one.state)


def as_text(page: Page) -> str:
    """A page for a printer that knows only letters: 80 columns, a line of air between two people."""
    rule, out = "=" * COLUMNS, [page.title[:COLUMNS], page.doctor[:COLUMNS]]
    out += [rule, f"{'NO':>5}   {'NAMA':<36} {'HP':<5} {'*':<3} {'JAM':<7} {'KEADAAN'}", rule]
    for one in page.lines:
        at = f"{one.at:%H.%M}" if one.at is not None else ""
        name = one.name[:36] or BLANK
        done = {State.SERVED: "[selesai]", State.NO_SHOW: "[tidak hadir]", State.CALLED: "[dipanggil]"}
        mark = done.get(one.state, "[ ] hadir [ ] tdk")
        out += [f"{one.number:>5}   {name:<36} {one.end:<5} {'*' if one.first else '':<3} {at:<7} {mark}", ""]
    out += ["* didahulukan. Nomor tanpa nama: diisi dengan tangan."]
    return "\n".join(line.rstrip() for line in out)


_PAGE = """<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>{title}</title><style>
@page {{ size: A4; margin: 15mm }}
body {{ font-family: sans-serif; font-size: 14pt }}
section {{ break-after: page }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ border-bottom: 1px solid #999; padding: 2mm; text-align: left }}
td.no {{ font-size: 30pt; font-weight: bold; text-align: right; width: 22mm }}
td.box {{ width: 35mm }}
</style></head><body>
{sections}</body></html>
"""


def as_html(found: Sequence[Page]) -> str:
    """The pages as one file for a browser's printer, with large numbers."""
    return _PAGE.format(title=html.escape(found[0].title if found else "-"), sections="".join(map(_section, found)))


def _section(page: Page) -> str:
    head = f"<h1>{html.escape(page.title)}</h1><p>{html.escape(page.doctor)}</p>"
    return f"<section>{head}<table>{''.join(map(_row, page.lines))}</table></section>\n"


def _row(one: Printed) -> str:
    at = f"{one.at:%H.%M}" if one.at is not None else ""
    cells = (html.escape(one.name), html.escape(one.end), "*" if one.first else "", at)
    plain = "".join(f"<td>{cell}</td>" for cell in cells)
    boxes = "&#9744; hadir<br>&#9744; tidak hadir"
    return f'<tr><td class="no">{one.number}</td>{plain}<td class="box">{boxes}</td></tr>\n'


def read_sheet(content: bytes) -> list[Line]:
    """The lines of a CSV (UTF-8; commas or semicolons; ``number,name,phone,state``). Raises SheetFault."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SheetFault([(0, Flaw("", "text"))]) from None
    first = text.partition("\n")[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    columns = [(column or "").strip().lower() for column in reader.fieldnames or ()]
    headed = not columns[:1] or not columns[0].isdecimal()
    if not headed:  # as ``clinic block`` prints it
        reader = csv.DictReader(io.StringIO(text, newline=""), COLUMNS_OF_CSV, delimiter=mark)
        columns = [*COLUMNS_OF_CSV]
    reader.fieldnames = columns
    if not {"number", "name"} <= set(columns):
        raise SheetFault([(1, Flaw("", "columns", {"known": ", ".join(COLUMNS_OF_CSV)}))])
    return _lines(reader, 2 if headed else 1)


def _lines(reader: Iterable[dict[str | None, object]], first: int) -> list[Line]:
    found, faults = list[Line](), list[tuple[int, Flaw]]()
    for at, row in enumerate(reader, first):
        cells = {key: str(value or "").strip() for key, value in row.items() if key}
        if not any(cells.values()):
            continue
        number, phone = cells.get("number", ""), cells.get("phone", "")
        state = cells.get("state", "").lower()
        wrong = [(at, flaw) for flaw in _flaws(number, state, phone)]
        faults += wrong
        if not wrong:
            name = tidy(cells.get("name", ""))[:LONGEST_NAME]
            found.append(Line(number=int(number), name=name, phone=normal(phone) or "", state=STATES[state]))
    if faults:
        raise SheetFault(faults)
    return found


def _flaws(number: str, state: str, phone: str) -> Iterator[Flaw]:
    if not number.isdecimal() or len(number) > LONGEST_NUMBER or not 0 < int(number) < MOST_NUMBER:
        yield Flaw("number", "queue", {"typed": number})
    if state not in STATES:
        yield Flaw("state", "state", {"typed": state, "known": ", ".join(sorted(one for one in STATES if one))})
    if phone and normal(phone) is None:
        yield Flaw("phone", "person", {"typed": phone})

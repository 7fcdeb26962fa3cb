"""The list of tickets: by office and deadline, with what was asked in the address, so that a link is a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from eservices.complaints.offices.listing import HIDDEN
from eservices.complaints.pages.deadline import Deadline, deadline
from eservices.complaints.pages.store import Asked, Count, count, counts, find, in_states
from eservices.complaints.pages.view import seen
from eservices.complaints.saying import Saying
from eservices.complaints.store import followers
from eservices.complaints.ticket import State, Ticket
from gateway.number import normal
from gateway.page import DESK, Floor, Sheet, Shown, User, Visit
from gateway.store import Tx

A_PAGE, MOST_TAKEN = 30, 2000  # tickets on a page; in a file
LONGEST = 200  # characters of what is looked for
EXCERPT = 140  # characters of a complaint in the list
TICKET_DIGITS = 7
OWED = "owed"  # in the place of a state: those for which an office owes something
ALL = "all"
CHOICES: Mapping[str, Sequence[State]] = {
    OWED: (State.OPEN, State.WORKING),
    ALL: (),
    **{one.value: (one,) for one in State},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One ticket of the list."""

    ticket: Ticket
    excerpt: str
    withheld: bool
    hidden: bool
    many: int
    due: Deadline


class Listing:
    """``/tickets``."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._saying = floor, Saying(floor.city)

    async def page(self, visit: Visit) -> Shown | Sheet:
        """A page of the list; ``?as=csv|pdf`` the whole of it."""
        floor, asked = self._floor, self._asked(visit)
        taken = visit.query.get("as") in ("csv", "pdf")
        at = _whole(visit.query.get("page", ""), 1)
        skip, most = (0, MOST_TAKEN) if taken else ((at - 1) * A_PAGE, A_PAGE)

        def work(tx: Tx) -> tuple[list[Line], int, list[Count], Mapping[State, int]]:
            found = find(tx, asked, visit.now, skip=skip, most=most)
            lines = [self._line(tx, one, visit) for one in found]
            mine = asked.office if not visit.user.may(DESK) else ""
            work_of = counts(tx, visit.now, self._day_ends(visit.now), mine)
            return lines, count(tx, asked, visit.now), work_of, in_states(tx, mine)

        lines, many, work_of, states = await floor.store.read(work)
        looked = [asked.phone] if asked.phone else []
        if taken:
            return self._sheet(visit, lines, looked)
        city, language = floor.city, visit.language
        data = {
            "lines": lines,
            "many": many,
            "at": at,
            "last": max(1, -(-many // A_PAGE)),
            "counts": work_of,
            "states": states,
            "asked": asked,
            "state": visit.query.get("state", OWED),
            "choices": list(CHOICES),
            "desk": visit.user.may(DESK),
            "offices": [(one, self._saying.office_of(language, one)) for one in city.offices.offices],
            "categories": [
                (key, floor.city.said(visit.language, one.labels)) for key, one in floor.city.offices.categories.items()
            ],
            "areas": sorted(((code, one.name) for code, one in city.areas.items()), key=lambda pair: pair[1]),
            **self.words(visit),
        }
        return Shown(template="eservices/tickets.html", data=data, looked=looked)

    def words(self, visit: Visit) -> dict[str, object]:
        """How tickets are spoken of."""
        language = visit.language
        return {
            "category": lambda one: self._saying.category(language, one),
            "office": lambda one: self._saying.office_of(language, one),
            "kelurahan": self._area,
        }

    def _area(self, code: str | None) -> str:
        found = self._floor.city.areas.get(code or "")
        return found.name if found is not None else ""

    def _asked(self, visit: Visit) -> Asked:
        query, user = visit.query, visit.user
        states = CHOICES.get(query.get("state", OWED), CHOICES[OWED])
        asked = Asked(
            states=states,
            office=query.get("office", ""),
            category=query.get("category", ""),
            kelurahan=query.get("kelurahan", ""),
            late=query.get("due") == "late",
            parked=query.get("due") == "parked",
        )
        asked = _with_words(asked, query.get("q", "").strip()[:LONGEST], user)
        if not user.may(DESK):
            asked = replace(asked, by_office=True, office=user.office or asked.office)
        return asked

    def _day_ends(self, now: datetime) -> datetime:
        here = now.astimezone(self._floor.city.timezone)
        return datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)

    def _line(self, tx: Tx, ticket: Ticket, visit: Visit) -> Line:
        one = seen(tx, self._floor.city, ticket, visit.user)
        text = " ".join(one.text.split())
        return Line(
            ticket=ticket,
            excerpt=text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…",
            withheld=ticket.abusive,
            hidden=one.hidden,
            many=len(followers(tx, ticket.number)),
            due=deadline(self._floor.city.calendar, ticket, visit.now),
        )

    def _sheet(self, visit: Visit, lines: Sequence[Line], looked: Sequence[str]) -> Sheet:
        zone = self._floor.city.timezone
        rows = [
            (
                str(line.ticket.number),
                self._floor.city.text(self._floor.city.languages[0], f"ticket_state_{line.ticket.state.value}"),
                line.ticket.due_at,
                self._saying.office_of(visit.language, line.ticket.office),
                self._saying.category(visit.language, line.ticket),
                self._area(line.ticket.kelurahan),
                line.ticket.place,
                line.excerpt if not line.withheld else HIDDEN,
                str(line.many),
                line.ticket.opened_at,
                str(line.ticket.rating or ""),
            )
            for line in lines
        ]
        columns = (
            *("Nomor", "Keadaan", "Tenggat", "Dinas", "Jenis", self._floor.city.levels.of("id").fill("{Level_area}")),
            *("Tempat", "Isi", "Pelapor", "Masuk", "Nilai"),
        )
        here = f"{visit.now.astimezone(zone):%Y-%m-%d}"
        return Sheet(name=f"laporan-{here}", title="e-Masyarakat", columns=columns, rows=rows, looked=looked)


def _with_words(asked: Asked, words: str, user: User) -> Asked:
    """A number of a ticket, a telephone's (for a dispatcher), or words of the text and the place."""
    if words.isdecimal() and len(words) <= TICKET_DIGITS:
        return replace(asked, ticket=int(words), states=())
    phone = normal(words) if user.may(DESK) and any(char.isdigit() for char in words) else None
    if phone:
        return replace(asked, phone=phone, states=())
    return replace(asked, words=words)


def _whole(typed: str, least: int) -> int:
    return max(least, int(typed)) if typed.isdecimal() and len(typed) <= TICKET_DIGITS else least

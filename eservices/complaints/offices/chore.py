"""What is sent to offices by the clock: the ticket itself, reminders, the next official, the Inspektorat's list; and
the one question to those who reported, before an answered ticket closes.

What is sent and that it was sent are one transaction: a kill between two rounds repeats nothing and forgets nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.city_offices import Official
from config.texts import WIDTHS
from eservices.complaints import store
from eservices.complaints.offices import deeds
from eservices.complaints.offices import store as office_store
from eservices.complaints.offices.deadlines import Round, What, due, following, may_send, plan
from eservices.complaints.offices.masking import matter
from eservices.complaints.offices.store import Task
from eservices.complaints.saying import filled
from eservices.complaints.telling import tell_followers
from eservices.complaints.ticket import Ticket
from gateway.messages import Lane, Outbound
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City

MOST = 50  # tickets in one transaction: letters wait no longer than that takes
CODES_KEPT = timedelta(days=90)  # a spent code is not given to the same official again within it
TEXTS = {What.HALF: "office_remind", What.BEFORE: "office_remind", What.DUE: "office_due", What.LATE: "office_late"}

NewCode = Callable[[], str]


def four_digits() -> str:
    """A code nobody can foresee, short enough to be typed; three guesses out of nine thousand."""
    return str(1000 + secrets.randbelow(9000))


class OfficeChore:
    """Reads its own table; whoever moves a ticket need not tell it."""

    name = "offices"

    def __init__(self, city: City, *, new_code: NewCode = four_digits) -> None:
        self._city, self._new_code = city, new_code

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """Look at what is new or moved, then do what is due. Returns when to look again."""
        if not self._city.offices.offices:
            return None
        for number in office_store.changed(tx, MOST):
            self._see(tx, store.ticket(tx, number))
        late: list[Ticket] = []
        for task in office_store.due(tx, now, MOST):
            self._do(tx, task, now, late)
        self._list(tx, late, now)
        return office_store.soonest(tx)

    def _see(self, tx: Tx, ticket: Ticket) -> Task:
        """The clock's own copy of a ticket, as it is now. Another office, or BELUM, begins a new round."""
        task, at = office_store.task(tx, ticket.number), ticket.moved_at or ticket.opened_at
        if task is None or (task.office, task.reopened) != (ticket.office, ticket.reopened):
            return deeds.new_round(tx, ticket, at + self._question(ticket))
        if (task.state, task.due_at) == (ticket.state.value, ticket.due_at):
            return task
        task = replace(task, state=ticket.state.value, due_at=ticket.due_at, next_at=at)
        office_store.keep_task(tx, task)
        return task

    def _question(self, ticket: Ticket) -> timedelta:
        """How long the office is not told yet: its sender is being asked where it is."""
        category = self._city.offices.categories.get(ticket.category)
        asked = category is not None and category.place_needed and not ticket.placed and not ticket.reopened
        return timedelta(seconds=self._city.clocks.choice_s if asked else 0)

    def _do(self, tx: Tx, task: Task, now: datetime, late: list[Ticket]) -> None:
        """Everything that is due for one ticket; ``late`` gets it where it belongs on the Inspektorat's list."""
        again: datetime | None = None
        for _ in What:
            ticket = store.ticket(tx, task.ticket)
            if ticket.state.value not in office_store.OWED:
                office_store.spend_codes(tx, ticket.number)
                break
            task = self._see(tx, ticket)
            here = self._round(tx, task, ticket)
            notices = plan(self._city.calendar, self._city.offices, here)
            one, again = due(notices, here, now), following(notices, now)
            if one is None:
                break
            at = may_send(self._city.calendar, one.what, now)
            if at > now:
                again = min(at, again or at)
                break
            self._send(tx, task, ticket, one.what, now, late)
        office_store.keep_task(tx, replace(task, next_at=again))

    def _round(self, tx: Tx, task: Task, ticket: Ticket) -> Round:
        here = self._city.offices.offices.get(ticket.office)
        return Round(
            state=ticket.state,
            since=task.since,
            due_at=ticket.due_at,
            sent=office_store.sent(tx, ticket.number, task.round),
            answered_at=ticket.answered_at,
            parked=task.parked or here is None,
            outside=here is not None and not here.officials,
        )

    # -- what is sent

    def _send(self, tx: Tx, task: Task, ticket: Ticket, what: What, now: datetime, late: list[Ticket]) -> None:
        number = ""
        if what is What.LIST:
            late.append(ticket)
            number = self._inspectorate().number
        elif what is What.ASK:
            self._ask(tx, ticket, now)
        elif what is What.CLOSE:
            deeds.lapse(tx, self._city, ticket, now)
        elif not self._officials(ticket):
            deeds.forward(tx, self._city, ticket, self._city.offices.offices[ticket.office], now, told=True)
        else:
            number = self._write(tx, task, ticket, what, now)
        office_store.note_sent(tx, ticket.number, task.round, what, number, now)

    def _write(self, tx: Tx, task: Task, ticket: Ticket, what: What, now: datetime) -> str:
        """One SMS to the official whose turn it is; returns the number."""
        city, officials = self._city, self._officials(ticket)
        turn = ticket.reopened + (what is What.LATE)  # after BELUM, and after the deadline, it is the next one's
        who = officials[min(turn, len(officials) - 1)]
        key = TEXTS.get(what, "office_again" if ticket.reopened else "office_new")
        fields: dict[str, object] = {"ticket": ticket.number, "matter": matter(tx, city, ticket)}
        if key in ("office_remind", "office_late"):
            fields["until"] = f"{ticket.due_at.astimezone(city.timezone):%d/%m/%Y}"
        fields["code"] = self._code(tx, ticket, who, now)
        stays = what in (What.NEW, What.LATE)  # a reminder of tomorrow is worth nothing the day after
        ends = city.calendar.working_days_after(now, 1 if stays else 0)
        self._put(tx, who, filled(city, city.languages[0], key, fields), f"{ticket.number}/{task.round}/{what}", ends)
        store.note(tx, ticket.number, now, f"office_{what}", deeds.SYSTEM, who.name)
        return who.number

    def _code(self, tx: Tx, ticket: Ticket, who: Official, now: datetime) -> str:
        known = office_store.code_for(tx, ticket.number, who.number)
        if known is not None:
            return known
        given = office_store.codes_given(tx, who.number, now - CODES_KEPT)
        code = self._new_code()
        while code in given:
            code = self._new_code()
        office_store.give_code(tx, ticket.number, who.number, code, now)
        return code

    def _ask(self, tx: Tx, ticket: Ticket, now: datetime) -> None:
        city = self._city
        closes = city.calendar.working_days_after(now, city.offices.close_days).astimezone(city.timezone)
        fields = {"office": ticket.office, "until": f"{closes:%d/%m/%Y}"}
        tell_followers(tx, city, ticket, "office_ask", now, **fields)
        store.note(tx, ticket.number, now, "asked")

    def _list(self, tx: Tx, late: Sequence[Ticket], now: datetime) -> None:
        """The Inspektorat's morning list: as many tickets as an SMS has room for, then the next SMS."""
        city, left = self._city, list(late)
        while left:
            lines: list[str] = []
            while left and len(", ".join([*lines, _line(city, left[0])])) <= WIDTHS["list"]:
                ticket = left.pop(0)
                lines.append(_line(city, ticket))
                store.note(tx, ticket.number, now, "office_list", deeds.SYSTEM, self._inspectorate().name)
            text = city.text(city.languages[0], "office_list", count=len(lines), list=", ".join(lines))
            ends = city.calendar.working_days_after(now, 0)
            self._put(tx, self._inspectorate(), text, f"list/{now.isoformat()}/{lines[0].split()[0]}", ends)

    def _put(self, tx: Tx, who: Official, text: str, key: str, ends: datetime) -> None:
        put(tx, Outbound(to=who.number, text=text, lane=Lane.SERVICE, key=f"office/{key}", expires_at=ends))

    def _officials(self, ticket: Ticket) -> Sequence[Official]:
        here = self._city.offices.offices.get(ticket.office)
        return here.officials if here is not None else ()

    def _inspectorate(self) -> Official:
        one = self._city.offices.inspectorate
        assert one is not None  # else nothing of the plan is for it
        return one


def _line(city: City, ticket: Ticket) -> str:
    return f"{ticket.number} {deeds.label(city, ticket.office)}"

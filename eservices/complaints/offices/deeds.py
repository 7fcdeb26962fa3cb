"""What an office does to a ticket: takes it up, answers, refuses, passes it on; and what a person of the city does in
its place. The same verbs for SMS, command line and page; each works in its caller's transaction, with every letter
that follows from it. Nothing is refused silently: a ``Verdict`` says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_offices import Office
from eservices.complaints import store
from eservices.complaints.offices import store as office_store
from eservices.complaints.telling import tell_followers
from eservices.complaints.ticket import Event, State, Ticket, may, moved
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

LEAST_DAYS = 2  # working days that an office to which a ticket is passed has at the least, whatever the deadline was
SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``why``: one line for the person who asked, when it was not done."""

    done: bool
    ticket: Ticket
    why: str = ""


def label(city: City, office: str) -> str:
    """The short name of an office in the city's first language; its id, where the pack has it no more."""
    found = city.offices.offices.get(office)
    return found.labels[city.languages[0]] if found is not None else office


def take_up(tx: Tx, city: City, ticket: Ticket, said: str, by: str, now: datetime) -> Verdict:
    """The office is at work. Twice is no error, and the followers are told once."""
    if ticket.state is State.WORKING:
        store.note(tx, ticket.number, now, "working", by, said)
        return Verdict(done=True, ticket=ticket)
    if not may(ticket, Event.TAKE):
        return _no(ticket)
    after = _kept(tx, moved(ticket, Event.TAKE, now), now, "working", by, said)
    tell_followers(tx, city, after, "office_at_work", now, office=ticket.office)
    return Verdict(done=True, ticket=after)


def answer(tx: Tx, city: City, ticket: Ticket, said: str, by: str, now: datetime) -> Verdict:
    """The office says what it did (``said`` empty: that it is done)."""
    if not may(ticket, Event.ANSWER):
        return _no(ticket)
    said = said or city.text(city.languages[0], "office_answer_done")
    after = _kept(tx, moved(ticket, Event.ANSWER, now, answer=said), now, "answered", by, said)
    office_store.spend_codes(tx, ticket.number)
    fields = {"office": ticket.office, "answer": said.rstrip(".")}
    tell_followers(tx, city, after, "office_answered", now, **fields)
    return Verdict(done=True, ticket=after)


def refuse(tx: Tx, city: City, ticket: Ticket, why: str, by: str, now: datetime) -> Verdict:
    """The office will not do it, and says why: an answer like any other, which BELUM reopens."""
    if not may(ticket, Event.ANSWER):
        return _no(ticket)
    after = _kept(tx, moved(ticket, Event.ANSWER, now, answer=why), now, "refused", by, why)
    office_store.spend_codes(tx, ticket.number)
    fields = {"office": ticket.office, "answer": why.rstrip(".")}
    tell_followers(tx, city, after, "office_declined", now, **fields)
    return Verdict(done=True, ticket=after)


def pass_on(tx: Tx, city: City, ticket: Ticket, to: Office, by: str, now: datetime, why: str = "") -> Verdict:
    """It is another office's matter: a new round begins there, with time to answer."""
    if not may(ticket, Event.HAND_ON):
        return _no(ticket)
    if to.id == ticket.office and not _parked(tx, ticket):
        return Verdict(done=False, ticket=ticket, why=f"ticket {ticket.number} is with {to.id} already")
    due_at = max(ticket.due_at, city.calendar.working_days_after(now, LEAST_DAYS))
    after = replace(moved(ticket, Event.HAND_ON, now), office=to.id, due_at=due_at)
    after = _kept(tx, after, now, "moved", by, f"{ticket.office} > {to.id}" + (f": {why}" if why else ""))
    new_round(tx, after, now)
    if not to.officials:
        return forward(tx, city, after, to, now, told=False)
    tell_followers(tx, city, after, "office_forwarded", now, office=to.id)
    return Verdict(done=True, ticket=after)


def forward(tx: Tx, city: City, ticket: Ticket, to: Office, now: datetime, *, told: bool) -> Verdict:
    """It is in the hands of somebody whom the city cannot make answer: those who reported it call there themselves.
    ``told``: they know already."""
    if not may(ticket, Event.ANSWER):
        return _no(ticket)
    words = f"{to.name}, {to.call}"
    after = _kept(tx, moved(ticket, Event.ANSWER, now, answer=words), now, "forwarded", SYSTEM, words)
    if not told:
        tell_followers(tx, city, after, "office_outside", now, office=to.id, call=to.call)
    return Verdict(done=True, ticket=after)


def park(tx: Tx, ticket: Ticket, by: str, now: datetime, why: str = "") -> Verdict:
    """No office takes it for its own: the office is left in peace, a person passes it on (``tickets move``)."""
    if not ticket.state.open:
        return _no(ticket)
    store.note(tx, ticket.number, now, "not_ours", by, why)
    office_store.spend_codes(tx, ticket.number)
    task = office_store.task(tx, ticket.number)
    if task is not None:
        office_store.keep_task(tx, replace(task, parked=True, next_at=now))
    return Verdict(done=True, ticket=ticket)


def release(tx: Tx, city: City, ticket: Ticket, by: str, now: datetime) -> Verdict:
    """A person has looked at what was withheld: the office may see it, and has its whole time from now on."""
    if not may(ticket, Event.RELEASE):
        return _no(ticket)
    category = city.offices.categories.get(ticket.category)
    due_at = city.calendar.working_days_after(now, category.days) if category is not None else ticket.due_at
    after = replace(moved(ticket, Event.RELEASE, now), due_at=max(due_at, ticket.due_at))
    return Verdict(done=True, ticket=_kept(tx, after, now, "released", by))


def close(tx: Tx, city: City, ticket: Ticket, by: str, now: datetime) -> Verdict:
    """A person of the city ends it. Those who reported it are told, and may say BELUM."""
    event = Event.DROP if ticket.state is State.WITHHELD else Event.AGREE
    if ticket.state is State.CLOSED or not may(ticket, event):
        return _no(ticket)
    after = _kept(tx, moved(ticket, event, now), now, "closed", by)
    office_store.spend_codes(tx, ticket.number)
    if event is Event.AGREE:
        tell_followers(tx, city, after, "office_closed", now)
    return Verdict(done=True, ticket=after)


def lapse(tx: Tx, city: City, ticket: Ticket, now: datetime) -> Verdict:
    """It was answered, its followers were asked, and nobody said otherwise."""
    if not may(ticket, Event.LAPSE):
        return _no(ticket)
    after = _kept(tx, moved(ticket, Event.LAPSE, now), now, "lapsed", SYSTEM)
    tell_followers(tx, city, after, "office_closed", now)
    return Verdict(done=True, ticket=after)


def new_round(tx: Tx, ticket: Ticket, now: datetime) -> office_store.Task:
    """Somebody else is responsible from now on: older codes answer no more, and every notice may be sent anew."""
    before = office_store.task(tx, ticket.number)
    office_store.spend_codes(tx, ticket.number)
    task = office_store.Task(
        ticket=ticket.number,
        round=before.round + 1 if before is not None else 1,
        state=ticket.state.value,
        office=ticket.office,
        reopened=ticket.reopened,
        due_at=ticket.due_at,
        since=now,
        next_at=now,
    )
    office_store.keep_task(tx, task)
    return task


def _kept(tx: Tx, ticket: Ticket, now: datetime, what: str, by: str, text: str = "") -> Ticket:
    store.save(tx, ticket)
    store.note(tx, ticket.number, now, what, by, text)
    return ticket


def _parked(tx: Tx, ticket: Ticket) -> bool:
    task = office_store.task(tx, ticket.number)
    return task is not None and task.parked


def _no(ticket: Ticket) -> Verdict:
    return Verdict(done=False, ticket=ticket, why=f"ticket {ticket.number} is {ticket.state}")

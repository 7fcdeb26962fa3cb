"""Two tickets that are one matter, and one that is two: joined and parted by a person of the city, who tells everybody
whom it concerns. Nothing is refused silently: a ``Verdict`` says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.offices import store as office_store
from eservices.complaints.offices.deeds import Verdict, new_round
from eservices.complaints.store import Follower, note, save
from eservices.complaints.telling import tell_followers
from eservices.complaints.ticket import Event, State, Ticket, may, moved
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

MERGED, SPLIT, JOINED = "merged", "split", "joined"
WITHIN = timedelta(days=60)  # what may be the same is looked for among tickets of so long before


def merge(tx: Tx, city: City, ticket: Ticket, into: Ticket, by: str, now: datetime) -> Verdict:
    """``ticket`` is the matter of ``into``, which speaks for it from now on; those who follow it are told."""
    if not may(ticket, Event.MERGE) or ticket.number == into.number or not into.state.open:
        other = into if not into.state.open else ticket
        return Verdict(done=False, ticket=ticket, why=f"ticket {other.number} is {other.state}")
    after = moved(ticket, Event.MERGE, now, into=into.number)
    save(tx, after)
    tell_followers(tx, city, after, "office_merged", now, into=into.number, office=into.office, due=into.due_at)
    store.move_followers(tx, ticket.number, into.number)
    note(tx, ticket.number, now, MERGED, by, str(into.number))
    note(tx, into.number, now, JOINED, by, str(ticket.number))
    office_store.spend_codes(tx, ticket.number)
    return Verdict(done=True, ticket=after)


def unmerge(tx: Tx, city: City, ticket: Ticket, by: str, now: datetime) -> Verdict:
    """It is a matter of its own after all: open again, with its whole time; those who came with it leave the other."""
    if not may(ticket, Event.SPLIT) or ticket.merged_into is None:
        return Verdict(done=False, ticket=ticket, why=f"ticket {ticket.number} is {ticket.state}")
    into, mine = ticket.merged_into, {one.number: one.text for one in store.followers(tx, ticket.number)}
    for one in store.followers(tx, into):
        if one.number in mine and not one.first and one.text == mine[one.number]:
            store.unfollow(tx, into, one.number)
    after = moved(ticket, Event.SPLIT, now, due_at=_due(city, ticket, now))
    save(tx, after)
    new_round(tx, after, now)  # its office hears of it anew, with a new code
    _tell_parted(tx, city, after, into, by, now)
    return Verdict(done=True, ticket=after)


def split(tx: Tx, city: City, ticket: Ticket, one: Follower, by: str, now: datetime) -> Verdict:
    """What that person reported is another matter: a ticket of their own, in their own words. Who opened the ticket
    stays with it."""
    if one.first or not ticket.state.open:
        return Verdict(done=False, ticket=ticket, why=f"ticket {ticket.number} is {ticket.state}, or theirs")
    for former in store.tickets_of(tx, one.number):
        if former.state is State.MERGED and former.merged_into == ticket.number:
            return unmerge(tx, city, former, by, now)
    fresh = replace(
        ticket,
        state=State.OPEN,
        text=one.text,
        secret=one.secret,
        opened_at=one.since,
        due_at=_due(city, ticket, now),
        read_by=None,
        answer="",
        answered_at=None,
        rating=None,
        reopened=0,
        moved_at=now,
    )
    after = replace(fresh, number=store.add(tx, fresh))
    store.unfollow(tx, ticket.number, one.number)
    store.follow(tx, after.number, replace(one, first=True))
    _tell_parted(tx, city, after, ticket.number, by, now)
    return Verdict(done=True, ticket=after)


def _due(city: City, ticket: Ticket, now: datetime) -> datetime:
    category = city.offices.categories.get(ticket.category)
    fresh = city.calendar.working_days_after(now, category.days) if category is not None else ticket.due_at
    return max(fresh, ticket.due_at)


def _tell_parted(tx: Tx, city: City, after: Ticket, into: int, by: str, now: datetime) -> None:
    note(tx, into, now, SPLIT, by, str(after.number))
    note(tx, after.number, now, SPLIT, by, str(into))
    tell_followers(tx, city, after, "office_split", now, into=into, office=after.office, due=after.due_at)

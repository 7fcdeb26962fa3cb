"""What a resident writes again about a ticket that an office has already: passed on, once a day at the most."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.offices import store as office_store
from eservices.complaints.offices.masking import masked_text, matter, names_of
from eservices.complaints.saying import filled
from eservices.complaints.ticket import Ticket
from gateway.messages import Lane, Outbound
from gateway.store import Tx, put

if TYPE_CHECKING:
    from config.city import City


def pass_words_on(tx: Tx, city: City, ticket: Ticket, text: str, now: datetime) -> bool:
    """Put the words into a letter to the official who has the ticket; whether one was put. Out of hours, and before
    the office knows of the ticket, the words stay in its history alone. Abuse is the caller's to keep back."""
    here = city.offices.offices.get(ticket.office)
    if here is None or not here.officials or not ticket.state.open or not city.calendar.is_open(now):
        return False
    who = here.officials[min(ticket.reopened, len(here.officials) - 1)]
    if office_store.code_for(tx, ticket.number, who.number) is None:
        return False
    followers = store.followers(tx, ticket.number)
    hides = ticket.secret or any(one.secret for one in followers)
    words = masked_text(city, text, names_of(tx, followers)) if hides else text
    fields = {"ticket": ticket.number, "matter": matter(tx, city, ticket, words)}
    told = filled(city, city.languages[0], "office_more", fields)
    key = f"office/{ticket.number}/more/{city.calendar.day_of(now)}"
    ends = city.calendar.working_days_after(now, 1)
    put(tx, Outbound(to=who.number, text=told, lane=Lane.SERVICE, key=key, expires_at=ends))
    return True

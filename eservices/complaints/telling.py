"""What is said of a ticket: to everybody who follows it, and as a line for machines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.calling.telling import tell as told_or_said
from eservices.complaints import store
from eservices.complaints.saying import Saying, filled
from eservices.complaints.ticket import Ticket
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

NEWS_S = 86400.0  # seconds for which news of a ticket is worth sending: a phone that was off for a night still gets it


def tell_followers(
    tx: Tx, city: City, ticket: Ticket, key: str, now: datetime, *, besides: Collection[str] = (), **fields: object
) -> int:
    """Put one letter a follower into the outbox: the city's text ``key`` in that follower's language, with ``number``
    and these fields (``office``: its id, said by its label; ``due``: an instant, said as a day). Nothing goes to
    ``besides`` (numbers: who caused it and has a reply), to machines, or to phones that must be quiet. The same key at
    the same instant is the same letter. Returns how many were put."""
    told, saying = 0, Saying(city)
    for one in store.followers(tx, ticket.number):
        resident = find(tx, one.number)
        if one.number in besides or not subscriber(one.number) or (resident is not None and resident.quiet):
            continue
        language = (resident.language if resident is not None else "") or one.language or city.languages[0]
        text = filled(city, language, key, {"ticket": ticket.number, **_said(saying, language, fields)})
        letter = _letter(one.number, text, f"ticket/{ticket.number}/{key}/{now.isoformat()}", now, hides=one.secret)
        told_or_said(tx, city, letter, language, resident, now)
        told += 1
    return told


def _said(saying: Saying, language: str, fields: Mapping[str, object]) -> dict[str, object]:
    said = dict(fields)
    if "office" in fields:
        said["office"] = saying.office_of(language, str(fields["office"]))
    if isinstance(due := fields.get("due"), datetime):
        said["due"] = saying.day(language, due)
    return said


def tell(tx: Tx, number: str, text: str, key: str, now: datetime) -> None:
    """Put one letter of a ticket, which its reader has just asked for, into the outbox. ``key`` and the number name it:
    the same twice is the same letter."""
    put(tx, replace(_letter(number, text, key, now), asked_at=now))


def _letter(number: str, text: str, key: str, now: datetime, *, hides: bool = False) -> Outbound:
    ends = now + timedelta(seconds=NEWS_S)
    return Outbound(to=number, text=text, lane=Lane.SERVICE, key=f"{key}/{number}", expires_at=ends, hides=hides)


def as_row(ticket: Ticket) -> dict[str, object]:
    """The ticket as JSON shows it: times RFC 3339, places by code. It names no sender."""
    return {
        "number": ticket.number,
        "state": ticket.state.value,
        "category": ticket.category,
        "office": ticket.office,
        "kelurahan": ticket.kelurahan,
        "candidates": list(ticket.candidates),
        "street": ticket.street or None,
        "place": ticket.place or None,
        "text": ticket.text,
        "channel": ticket.channel,
        "opened_at": _stamp(ticket.opened_at),
        "due_at": _stamp(ticket.due_at),
        "read_by": _stamp(ticket.read_by),
        "secret": ticket.secret,
        "abusive": ticket.abusive,
        "answer": ticket.answer or None,
        "answered_at": _stamp(ticket.answered_at),
        "rating": ticket.rating,
        "reopened": ticket.reopened,
        "merged_into": ticket.merged_into,
    }


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None

"""A ticket as the city's people see it in a list. Who hides is hidden there too, until somebody asks by name."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from eservices.complaints import store
from eservices.complaints.offices.masking import masked_text, names_of
from eservices.complaints.recorded import nameless, recordings_of
from eservices.complaints.store import Follower, Past
from eservices.complaints.telling import as_row
from eservices.complaints.ticket import Ticket
from gateway.store import Tx
from ivr.store import Recording

if TYPE_CHECKING:
    from config.city import City

REVEALED = "revealed"  # in the history: who looked at whom
HIDDEN = "hidden"  # in the place of a number
RESIDENT = "resident"  # in the history: a line in a resident's words


def ticket_row(tx: Tx, city: City, ticket: Ticket, *, reveal: bool = False) -> dict[str, Any]:
    """The ticket, who follows it and what became of it; times RFC 3339 by the city's clock."""
    zone, followers = city.timezone, store.followers(tx, ticket.number)
    hidden = (ticket.secret or any(one.secret for one in followers)) and not reveal
    names = names_of(tx, followers) if hidden else []
    past = store.history(tx, ticket.number)
    row = as_row(ticket)
    row |= {key: _moment(getattr(ticket, key), zone) for key in ("opened_at", "due_at", "read_by", "answered_at")}
    row |= {
        "text": nameless(city, masked_text(city, ticket.text, names)) if hidden else ticket.text,
        "place": (nameless(city, ticket.place) if hidden else ticket.place) or None,
        "followers": [_follower(one, zone, reveal) for one in followers],
        "recordings": [] if hidden else [_recording(one, zone) for one in recordings_of(tx, city, ticket)],
        "history": [_past(city, one, zone, names if hidden else None) for one in past],
    }
    return row


def _follower(one: Follower, zone: tzinfo, reveal: bool) -> dict[str, Any]:
    number = one.number if reveal or not one.secret else HIDDEN
    return {"number": number, "since": _moment(one.since, zone), "first": one.first, "secret": one.secret}


def _recording(one: Recording, zone: tzinfo) -> dict[str, Any]:
    return {"id": one.id, "at": _moment(one.at, zone), "seconds": one.seconds}


def _past(city: City, one: Past, zone: tzinfo, names: list[str] | None) -> dict[str, Any]:
    own = names is not None and one.by == RESIDENT
    text = nameless(city, masked_text(city, one.text, names or [])) if own else one.text
    return {"at": _moment(one.at, zone), "what": one.what, "by": one.by, "text": text}


def _moment(at: datetime | None, zone: tzinfo) -> str | None:
    return at.astimezone(zone).isoformat() if at is not None else None


def ticket_line(row: dict[str, Any]) -> str:
    """One line for a terminal."""
    mark = "!" if row["secret"] else " "
    many = f" ({len(row['followers'])} residents)" if len(row["followers"]) > 1 else ""
    head = f"{row['number']:>6}{mark} {row['state']:<9} due {row['due_at'][:16].replace('T', ' ')}"
    return f"{head}  {row['office']:<12} {row['category']}, {row['place'] or '-'}: {row['text']}{many}"


def past_line(row: dict[str, Any]) -> str:
    """One line of the history."""
    return f"{'':<8}{row['at'][:19].replace('T', ' ')}  {row['what']:<14} {row['by']}: {row['text'] or '-'}"

"""What was spoken of a ticket: its words hold the name of each recording, in the place of what was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.ticket import Ticket
from gateway.store import Tx
from ivr.store import Recording, recording_of

if TYPE_CHECKING:
    from config.city import City

PROMPT = "recorded"  # what stands in a text for a recording, with its {number}
MOST = 50  # of one ticket: more is a flood


def recordings_of(tx: Tx, city: City, ticket: Ticket) -> list[Recording]:
    """Those that are still kept, in the order in which they were made: of whoever opened it, and of those who said the
    same or more. A person who was forgotten took theirs along."""
    texts = [ticket.text, *(one.text for one in store.followers(tx, ticket.number))]
    return recordings_in(tx, city, [*texts, *(one.text for one in store.history(tx, ticket.number))])


def recordings_in(tx: Tx, city: City, texts: Sequence[str]) -> list[Recording]:
    """Those that are named in texts and still kept, in the order in which they were made."""
    named = _named(city)
    ids = dict.fromkeys(id.lower() for text in texts for _, id, _ in named.findall(text))
    found = (recording_of(tx, id) for id in list(ids)[:MOST])
    return sorted((one for one in found if one is not None), key=lambda one: (one.at, one.id))


def nameless(city: City, text: str) -> str:
    """The text without the names by which its recordings are given: a voice tells who speaks."""
    return _named(city).sub(r"\1…\3", text)


def _named(city: City) -> re.Pattern[str]:
    before, _, after = city.prompts[city.languages[0]][PROMPT].partition("{number}")
    return re.compile(f"({re.escape(before)})([a-z]+)({re.escape(after)})", re.IGNORECASE)

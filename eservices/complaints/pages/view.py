"""A ticket as a desk may see it: an office what its SMS would say and no more, a dispatcher what the command shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from eservices.complaints import store
from eservices.complaints.abuse import Abuse
from eservices.complaints.offices.listing import RESIDENT
from eservices.complaints.offices.masking import masked_text, names_of, shown_text
from eservices.complaints.pages.store import OFFICE, RESIDENTS, Sent, codes_of, letters_of, merged_into
from eservices.complaints.recorded import nameless, recordings_of
from eservices.complaints.store import Follower, Past
from eservices.complaints.ticket import Ticket
from gateway.page import DESK, Role, User
from gateway.store import Tx
from ivr.store import Recording

if TYPE_CHECKING:
    from config.city import City

READERS = DESK | {Role.OFFICE}
"""Who reads tickets. An office its own."""
MOST_LETTERS = 60
KNOWN = frozenset(
    {
        *("opened", "placed", "added", "said again", "joined", "left", "withdrawn", "agreed", "not yet", "asked"),
        *("working", "answered", "refused", "moved", "forwarded", "not_ours", "released", "closed", "lapsed"),
        *("merged", "split", "revealed"),
        *("office_new", "office_half", "office_before", "office_due", "office_late", "office_list"),
    }
)
"""What a history may hold; the page has words for each."""
CODE_MASK = "••••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One who reported it. ``number``: E.164, empty where this reader may not know it. ``words``: their own, where
    they may be read. ``place``: which of the list, from 1; ``since`` names them together with it."""

    place: int
    number: str
    hides: bool
    first: bool
    since: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One letter's words to so many of them; ``states``: what became of it, with how many."""

    text: str
    at: datetime
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """``text``: as this reader may read it; ``withheld``: its words are kept from him. ``hidden``: somebody of them
    hides. ``past``: how many lines of its history he saw: an act carries it, so that nobody acts on what is not so any
    more."""

    ticket: Ticket
    text: str
    withheld: bool
    hidden: bool
    neighbours: tuple[Neighbour, ...]
    history: tuple[Past, ...]
    recordings: tuple[Recording, ...]
    to_office: tuple[Sent, ...]
    to_residents: tuple[Told, ...]
    merged: tuple[int, ...]
    past: int

    @property
    def numbers(self) -> list[str]:
        """Of those whom this page shows."""
        return [one.number for one in self.neighbours if one.number]


def may_see(user: User, ticket: Ticket) -> bool:
    """Whether the ticket is one of those that he reads."""
    return user.may(DESK) or (ticket.state.shown and user.office in ("", ticket.office))


def seen(tx: Tx, city: City, ticket: Ticket, user: User, *, reveal: bool = False) -> Seen:
    """The ticket for that reader. ``reveal``: with who hides (a dispatcher asked, and it is written down)."""
    desk, followers = user.may(DESK), store.followers(tx, ticket.number)
    hidden = ticket.secret or any(one.secret for one in followers)
    past = store.history(tx, ticket.number)
    reader = _Reader(tx, city, ticket, followers, desk=desk, masks=hidden and not (reveal and desk))
    return Seen(
        ticket=ticket,
        text=reader.text(),
        withheld=ticket.abusive and not desk,
        hidden=hidden,
        neighbours=tuple(reader.neighbours()),
        history=tuple(reader.past(one) for one in past),
        recordings=tuple(reader.recordings()),
        to_office=tuple(reader.to_office()),
        to_residents=tuple(_told(letters_of(tx, ticket.number, RESIDENTS, MOST_LETTERS))),
        merged=tuple(merged_into(tx, ticket.number)),
        past=len(past),
    )


class _Reader:
    def __init__(
        self, tx: Tx, city: City, ticket: Ticket, followers: Sequence[Follower], *, desk: bool, masks: bool
    ) -> None:
        self._tx, self._city, self._ticket, self._followers = tx, city, ticket, followers
        self._desk, self._masks = desk, masks
        self._names = names_of(tx, followers) if masks else []
        self._abuse = Abuse(city)

    def text(self) -> str:
        """The complaint itself."""
        if not self._desk:
            return nameless(self._city, shown_text(self._tx, self._city, self._ticket))
        return self._said(self._ticket.text)

    def _said(self, text: str) -> str:
        """Words of a resident, without a trace of who hides; for an office without abuse."""
        if not self._desk and (self._ticket.abusive or self._abuse.found(text)):
            return ""
        return nameless(self._city, masked_text(self._city, text, self._names)) if self._masks else text

    def past(self, one: Past) -> Past:
        own = one.by == RESIDENT
        return Past(at=one.at, what=one.what, by=one.by, text=self._said(one.text) if own else one.text)

    def neighbours(self) -> list[Neighbour]:
        return [
            Neighbour(
                place=place,
                number=self._number(one),
                hides=one.secret,
                first=one.first,
                since=one.since,
                words="" if one.first or (one.secret and self._masks) else self._said(one.text),
            )
            for place, one in enumerate(self._followers, start=1)
        ]

    def _number(self, one: Follower) -> str:
        """An office learns nobody's number, as by SMS."""
        return one.number if self._desk and not (one.secret and self._masks) else ""

    def recordings(self) -> list[Recording]:
        """A voice tells who speaks, and what the office is kept from."""
        if self._masks or (self._ticket.abusive and not self._desk):
            return []
        return recordings_of(self._tx, self._city, self._ticket)

    def to_office(self) -> list[Sent]:
        codes = codes_of(self._tx, self._ticket.number)
        found = []
        for one in letters_of(self._tx, self._ticket.number, OFFICE, MOST_LETTERS):
            text = one.text
            for code in codes:
                text = text.replace(f" {code} ", f" {CODE_MASK} ")
            found.append(Sent(to=one.to, text=text, at=one.at, state=one.state))
        return found


def _told(letters: Sequence[Sent]) -> list[Told]:
    """Letters of the same words at the same instant, once."""
    together: dict[tuple[str, datetime], dict[str, int]] = {}
    for one in letters:
        states = together.setdefault((one.text, one.at), {})
        states[one.state] = states.get(one.state, 0) + 1
    return [Told(text=text, at=at, states=tuple(states.items())) for (text, at), states in together.items()]

"""A complaint as a frozen value: where it stands and where it may go. Pure.

            ┌────────────── BELUM ──────────────┐
OPEN ─→ WORKING ─→ ANSWERED ─→ CLOSED ──────────┘      MERGED: another ticket speaks for it
  ↑                                                    WITHDRAWN: its sender took it back
WITHHELD (abuse: the office does not see it until a person has looked)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

BEST, WORST = 5, 1  # what a resident may give an answer
FIRST_NUMBER = 1001  # of a ticket: no digit of a menu or of a rating is one, and (for long) no report of an alarm


class State(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"  # the office has it
    WORKING = "working"  # the office says that it is at work
    ANSWERED = "answered"  # the office says what it did
    CLOSED = "closed"  # a resident agreed, or nobody said BELUM in time
    WITHHELD = "withheld"  # kept from the office until a person has looked
    MERGED = "merged"  # ``merged_into`` speaks for it
    WITHDRAWN = "withdrawn"  # taken back by who reported it

    @property
    def open(self) -> bool:
        """Whether the office owes something."""
        return self in (State.OPEN, State.WORKING)

    @property
    def shown(self) -> bool:
        """Whether the office may see it."""
        return self not in (State.WITHHELD, State.WITHDRAWN)


class Event(StrEnum):
    """What happens to a ticket."""

    TAKE = "take"  # the office is at work
    ANSWER = "answer"  # the office says what was done (again)
    AGREE = "agree"  # SUDAH: it is done
    NOT_YET = "not_yet"  # BELUM: it is not
    LAPSE = "lapse"  # nobody said BELUM in time
    MERGE = "merge"  # a person found that it is another's matter
    SPLIT = "split"  # a person found that it is not
    WITHDRAW = "withdraw"  # BATAL LAPOR
    WITHHOLD = "withhold"  # a person keeps it from the office
    RELEASE = "release"  # a person shows it to the office
    DROP = "drop"  # a person ends what was withheld
    HAND_ON = "hand_on"  # it is another office's matter


MOVES: Mapping[tuple[State, Event], State] = {
    (State.OPEN, Event.TAKE): State.WORKING,
    (State.OPEN, Event.ANSWER): State.ANSWERED,
    (State.OPEN, Event.AGREE): State.CLOSED,
    (State.OPEN, Event.MERGE): State.MERGED,
    (State.OPEN, Event.WITHDRAW): State.WITHDRAWN,
    (State.OPEN, Event.WITHHOLD): State.WITHHELD,
    (State.OPEN, Event.HAND_ON): State.OPEN,
    (State.WORKING, Event.ANSWER): State.ANSWERED,
    (State.WORKING, Event.AGREE): State.CLOSED,
    (State.WORKING, Event.MERGE): State.MERGED,
    (State.WORKING, Event.WITHDRAW): State.WITHDRAWN,
    (State.WORKING, Event.HAND_ON): State.OPEN,
    (State.ANSWERED, Event.ANSWER): State.ANSWERED,
    (State.ANSWERED, Event.AGREE): State.CLOSED,
    (State.ANSWERED, Event.NOT_YET): State.OPEN,
    (State.ANSWERED, Event.LAPSE): State.CLOSED,
    (State.CLOSED, Event.AGREE): State.CLOSED,  # rated, or rated anew
    (State.CLOSED, Event.NOT_YET): State.OPEN,
    (State.MERGED, Event.SPLIT): State.OPEN,
    (State.WITHHELD, Event.RELEASE): State.OPEN,
    (State.WITHHELD, Event.DROP): State.CLOSED,
    (State.WITHHELD, Event.WITHDRAW): State.WITHDRAWN,
}
"""Every move a ticket may make. What is not here raises ForbiddenMove."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One complaint. It holds nobody's number: who reported it are its followers (``store.followers``).

    ``number``: what people type (0: not stored yet). ``category``, ``office``: ids of the pack. ``kelurahan``: a code;
    ``candidates``: the kelurahan it may be, when more than one; ``street`` and ``place``: as they were named (``place``
    is what people are shown). ``due_at``: when the office must have answered. ``read_by``: when the office will read
    it, where that is not now. ``secret``: its first sender hides; ``abusive``: words that are kept from the office.
    ``answer``: the office's last. ``reopened``: how often BELUM was said. ``moved_at``: its last move."""

    number: int = 0
    state: State = State.OPEN
    category: str
    office: str
    text: str
    channel: str
    opened_at: datetime
    due_at: datetime
    read_by: datetime | None = None
    kelurahan: str | None = None
    candidates: tuple[str, ...] = ()
    street: str = ""
    place: str = ""
    secret: bool = False
    abusive: bool = False
    answer: str = ""
    answered_at: datetime | None = None
    rating: int | None = None
    reopened: int = 0
    merged_into: int | None = None
    moved_at: datetime | None = None

    @property
    def placed(self) -> bool:
        """Whether somebody could be sent there."""
        return self.kelurahan is not None or bool(self.street)


class ForbiddenMove(Exception):
    """A ticket was asked for a move that MOVES does not know."""

    def __init__(self, ticket: Ticket, event: Event) -> None:
        super().__init__(f"ticket {ticket.number} is {ticket.state}: no {event}")
        self.ticket, self.event = ticket, event


def may(ticket: Ticket, event: Event) -> bool:
    """Whether the move is one of MOVES."""
    return (ticket.state, event) in MOVES


def moved(
    ticket: Ticket,
    event: Event,
    at: datetime,
    *,
    answer: str = "",
    rating: int | None = None,
    due_at: datetime | None = None,
    into: int | None = None,
) -> Ticket:
    """The ticket after that event, with its stamp. ``answer``: the office's words; ``rating``: 1 to 5, with AGREE;
    ``due_at``: the new deadline, with NOT_YET and SPLIT; ``into``: another ticket's number, with MERGE. Raises
    ForbiddenMove; ValueError for a naive instant or for what does not fit the event."""
    if not may(ticket, event):
        raise ForbiddenMove(ticket, event)
    if at.tzinfo is None:
        raise ValueError("the instant of a move must be aware")
    after = replace(ticket, state=MOVES[ticket.state, event], moved_at=at)
    if event is Event.ANSWER:
        return replace(after, answer=answer, answered_at=at)
    if event is Event.NOT_YET:
        return replace(after, reopened=ticket.reopened + 1, rating=None, due_at=due_at or ticket.due_at)
    if event is Event.AGREE and rating is not None:
        if not WORST <= rating <= BEST:
            raise ValueError(f"a rating is {WORST} to {BEST}, not {rating}")
        return replace(after, rating=rating)
    if event is Event.SPLIT:
        return replace(after, merged_into=None, due_at=due_at or ticket.due_at)
    if event is Event.MERGE:
        if into is None or into == ticket.number:
            raise ValueError("a ticket is merged into another")
        return replace(after, merged_into=into)
    return after

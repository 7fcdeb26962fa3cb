"""Who is called next. Pure: the queue goes in, the choice comes out.

waiting → called → served             (cancelled from anywhere before served)
called  → waiting again (missed) → called → no_show

A place on the waiting list comes before all this: listed → offered → waiting. ``reserved``: a number on paper at a
clinic that is cut off; nobody knows yet whose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from config.city_clinics import Rules


class State(StrEnum):
    """Where a booking stands."""

    LISTED = "listed"  # on the waiting list: no place, no number
    OFFERED = "offered"  # a freed place is kept for them until they answer: no number yet
    RESERVED = "reserved"  # a number handed out for paper
    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


HOLDS = frozenset(State) - {State.LISTED, State.CANCELLED}
"""The states in which a place of the quota is taken: a place that was used is not given again."""
OVER = frozenset({State.SERVED, State.NO_SHOW, State.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One who waits. ``misses``: how often they were called and not there; ``back_at``: called again once so many
    calls were made."""

    id: int
    queue: int
    priority: bool = False
    misses: int = 0
    back_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Everybody in state WAITING of one session. ``calls``: made so far; ``ordinary``: since somebody with priority
    was called."""

    waiting: tuple[Ticket, ...]
    rules: Rules
    calls: int = 0
    ordinary: int = 0


def following(line: Line) -> Ticket | None:
    """Who is called next; None: nobody waits.

    One who missed a call and has waited for ``again_after`` others comes first; then, as the rule says, the first by
    number of those with priority or of the others. Priority never calls anybody later than their number would."""
    return next(in_order(line), None)


def in_order(line: Line) -> Iterator[Ticket]:
    """All of them in the order in which they would be called if everybody came and nobody joined."""
    back = sorted((one for one in line.waiting if one.misses), key=lambda one: (one.back_at, one.queue))
    fresh = sorted((one for one in line.waiting if not one.misses), key=lambda one: one.queue)
    early = [one for one in fresh if one.priority and line.rules.priority != "none"]
    others = [one for one in fresh if one not in early]
    calls, ordinary = line.calls, line.ordinary
    while back or early or others:
        if back and (back[0].back_at <= calls or not (early or others)):
            chosen = back.pop(0)
        elif early and _first(early[0], others, line.rules, ordinary):
            chosen, ordinary = early.pop(0), 0
        else:
            chosen, ordinary = others.pop(0), ordinary + 1
        calls += 1
        yield chosen


def _first(early: Ticket, others: Iterable[Ticket], rules: Rules, ordinary: int) -> bool:
    other = next(iter(others), None)
    if other is None or rules.priority == "front" or early.queue < other.queue:
        return True
    return ordinary >= rules.every - 1


def called(line: Line, ticket: Ticket) -> Line:
    """The queue after somebody was called."""
    if ticket.misses:
        ordinary = line.ordinary
    else:
        ordinary = 0 if ticket.priority and line.rules.priority != "none" else line.ordinary + 1
    waiting = tuple(one for one in line.waiting if one.id != ticket.id)
    return replace(line, waiting=waiting, calls=line.calls + 1, ordinary=ordinary)


def missed(ticket: Ticket, rules: Rules, calls: int) -> Ticket | None:
    """The one who was called and not there, as they wait now; None: once too often, the place is lost."""
    if ticket.misses >= rules.again_times:
        return None
    return replace(ticket, misses=ticket.misses + 1, back_at=calls + rules.again_after)

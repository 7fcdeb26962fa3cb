"""Numbers for paper: a clinic that is cut off from the centre takes a block of them, fills them in by hand, and brings
them back without one number meaning two people.

A reserved number holds a place of the quota, so that the centre gives it to nobody meanwhile. What comes back is never
lost: whoever stands on paper under a number that is another's has a new number at the end; where no place is left they
are on the waiting list, or, seen already, noted beyond the quota. Bringing the same sheet twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rapidfuzz.distance import OSA

from eservices.clinic.booking import Session, free_places, next_number
from eservices.clinic.queue import OVER, State
from eservices.clinic.store import rows
from eservices.clinic.store.rows import Booking, Kept
from gateway.store import Tx
from gateway.words import squash

PAPER = "paper "  # begins ``why`` of somebody whose number on paper was another's
LIKE = 2  # slips between two spellings of one name
UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a sheet. ``phone`` is E.164 or empty; ``state`` None: the number was not used."""

    number: int
    name: str
    phone: str
    state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of a line: ``filled``, ``changed``, ``same``, ``released`` or ``conflict`` (``words`` say which).
    ``number``: on paper; ``now``: the number that holds."""

    number: int
    outcome: str
    now: int | None
    words: str = ""


def reserve(tx: Tx, session: Session, size: int, at: datetime) -> list[Booking]:
    """Hand out the next numbers for paper: so many, or as many as there are places."""
    here = rows.keep(tx, session)
    places = free_places(tx, here, session, walk_in=True)[:size]
    made: list[int] = []
    first: int | None = None
    for place in places:
        number = next_number(tx, here)
        first = first or number
        row: dict[str, object] = {"session_id": here.id, "clinic": here.clinic, "day": here.day.isoformat()}
        row |= {"person": "", "name": "", "priority": False, "walk_in": True, "booked_at": at}
        made.append(
            rows.add(tx, {**row, "state": State.RESERVED.value, "place": place, "queue": number, "block": first})
        )
    return [one for number in made if (one := rows.booking(tx, number)) is not None]


def merge(tx: Tx, session: Session, sheet: Iterable[Line], at: datetime) -> list[Merged]:
    """Bring a sheet back."""
    here = rows.keep(tx, session)
    return [_line(tx, session, here, line, at) for line in sheet]


def _line(tx: Tx, session: Session, here: Kept, line: Line, at: datetime) -> Merged:
    one = next((other for other in rows.bookings_in(tx, here.id) if other.queue == line.number), None)
    if line.state is None:
        return _unused(tx, one, line, at)
    if one is not None and one.state is State.RESERVED:
        return _fill(tx, session, here, one, line, at)
    if one is not None and _same(one, line) and one.state is not State.CANCELLED:
        return _advance(tx, one, line, at)
    if one is None:
        words = f"{line.number} was never handed out"
    elif one.state is State.CANCELLED:
        words = f"{line.number} was cancelled at the centre"
    else:
        words = f"{line.number} is {one.name}'s"
    if line.state is State.CANCELLED:  # nobody waits for anything
        outcome = "same" if one is not None and one.state is State.CANCELLED else "conflict"
        return Merged(number=line.number, outcome=outcome, now=None, words=words if outcome == "conflict" else "")
    return _newcomer(tx, session, here, line, at, words)


def _unused(tx: Tx, one: Booking | None, line: Line, at: datetime) -> Merged:
    if one is None or one.state is State.CANCELLED:
        return Merged(number=line.number, outcome="same", now=None)
    if one.state is not State.RESERVED:
        return Merged(number=line.number, outcome="conflict", now=line.number, words=f"{line.number} is {one.name}'s")
    _release(tx, one, at)
    return Merged(number=line.number, outcome="released", now=None)


def _release(tx: Tx, one: Booking, at: datetime) -> None:
    rows.change(tx, one.id, state=State.CANCELLED.value, place=None, live=None, ended_at=at, why=UNUSED)


def _fill(tx: Tx, session: Session, here: Kept, one: Booking, line: Line, at: datetime) -> Merged:
    """A name for a number that was handed out for paper."""
    if not line.name:
        return Merged(number=line.number, outcome="conflict", now=line.number, words="a number without a name")
    other = rows.same_person(tx, session, line.phone, squash(line.name), None) or _owner(tx, session, line)
    if other is not None and other.queue is None:  # from the waiting list: here is their place
        _release(tx, other, at)
    elif other is not None:
        _release(tx, one, at)
        _advance(tx, other, line, at)
        words = f"{line.name} has {other.queue} already: {line.number} is free"
        return Merged(number=line.number, outcome="conflict", now=other.queue, words=words)
    rows.change(tx, one.id, **_person(line), **_stamps(line, at))
    return Merged(number=line.number, outcome="filled", now=line.number)


def _owner(tx: Tx, session: Session, line: Line) -> Booking | None:
    """What the owner of the phone has there that day under that name."""
    one = rows.same_person(tx, session, line.phone, "", None)
    return one if one is not None and _alike(one.name, line.name) else None


def _advance(tx: Tx, one: Booking, line: Line, at: datetime) -> Merged:
    """What happened on paper to somebody whom the centre knows; what is over at the centre stays as it is."""
    further = line.state in OVER or line.state is State.CALLED
    over = one.state in OVER and not (one.state is State.NO_SHOW and line.state is State.SERVED)
    if one.state is line.state or over or not further or one.queue is None:
        return Merged(number=line.number, outcome="same", now=one.queue)
    rows.change(tx, one.id, **_stamps(line, at))
    return Merged(number=line.number, outcome="changed", now=one.queue)


def _newcomer(tx: Tx, session: Session, here: Kept, line: Line, at: datetime, words: str) -> Merged:
    """Somebody who stands on paper under a number that is not theirs."""
    known = next((one for one in rows.bookings_in(tx, here.id) if _was_moved(one, line)), None)
    known = known or rows.same_person(tx, session, line.phone, squash(line.name), None) or _owner(tx, session, line)
    if known is not None:
        return _advance(tx, known, line, at)
    if not line.name:
        return Merged(number=line.number, outcome="conflict", now=None, words=f"{words}, and it has no name")
    places = free_places(tx, here, session, walk_in=True)
    waits = not places and line.state in (State.WAITING, State.CALLED)
    row: dict[str, object] = {"session_id": here.id, "clinic": here.clinic, "day": here.day.isoformat()}
    row |= {"priority": False, "walk_in": True, "booked_at": at, "why": f"{PAPER}{line.number}"}
    row |= {**_person(line), **_stamps(line, at), "place": places[0] if places else None}
    if waits:
        row |= {"state": State.LISTED.value, "queue": None, "called_at": None, "ended_at": None}
    else:
        row["queue"] = next_number(tx, here)
    one = rows.booking(tx, rows.add(tx, row))
    assert one is not None
    now = "is on the waiting list: no place is left" if waits else f"is {one.queue} now"
    return Merged(number=line.number, outcome="conflict", now=one.queue, words=f"{words}; {line.name} {now}")


def _was_moved(one: Booking, line: Line) -> bool:
    return one.why == f"{PAPER}{line.number}" and _alike(one.name, line.name)


def _same(one: Booking, line: Line) -> bool:
    return not line.name or (bool(line.phone) and one.number == line.phone) or _alike(one.name, line.name)


def _alike(one: str, other: str) -> bool:
    return OSA.distance(squash(one), squash(other), score_cutoff=LIKE) <= LIKE


def _person(line: Line) -> dict[str, object]:
    return {"name": line.name, "phone": line.phone or None, "person": squash(line.name)}


def _stamps(line: Line, at: datetime) -> dict[str, object]:
    assert line.state is not None
    called = line.state in (State.CALLED, State.SERVED, State.NO_SHOW)
    ended = at if line.state in OVER else None
    live = None if line.state is State.CANCELLED else 1
    place = {"place": None} if line.state is State.CANCELLED else {}
    return {"state": line.state.value, "called_at": at if called else None, "ended_at": ended, "live": live, **place}

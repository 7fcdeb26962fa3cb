"""A doctor's day as the page of the clinic and the screen of the hall show it: read once, told the same everywhere.

What stands here is what ``ANTRI`` answers and ``kentongan clinic list`` prints: it comes from the same questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from eservices.clinic import calling
from eservices.clinic.asked import Waits, in_line, last_called
from eservices.clinic.booking import Booking, Session, closed, free, session_of
from eservices.clinic.queue import State
from eservices.clinic.schedule import sessions_on, why_closed
from eservices.clinic.store import rows
from eservices.clinic.store.rows import Kept
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

BESIDE = timedelta(hours=2)  # a session is of now from so long before its hours, until so long after them


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One session. ``line``: who waits, in the order of the calls; ``seen_now``: who was called and is with the doctor;
    ``number``: the number called last, even where that person is through (None: nobody was called yet). ``calls``: made
    so far: what a seat hands back when it calls on. ``closed``: why the staff closed it."""

    session: Session
    line: tuple[Waits, ...]
    everybody: tuple[Booking, ...]
    seen_now: Booking | None
    number: int | None
    calls: int
    free: int
    closed: str | None
    late: int | None
    again_at: datetime | None

    @property
    def key(self) -> str:
        """Its name in addresses: no two sessions of a clinic's day have the same."""
        return key_of(self.session)

    def those(self, *states: State) -> tuple[Booking, ...]:
        """Everybody who stands so, by number."""
        return tuple(one for one in self.everybody if one.state in states)

    @property
    def over(self) -> bool:
        """Whether nobody is left to be called, and somebody was."""
        return self.calls > 0 and not self.line and self.seen_now is None

    def mark(self) -> str:
        """Changes when anything that is shown does."""
        people = [(one.id, one.state.value, one.queue, one.misses, one.back_at, one.name) for one in self.everybody]
        times = [f"{one.at:%H%M}" for one in self.line]
        return repr((people, times, self.calls, self.closed, self.late, self.again_at, self.free))


def key_of(session: Session) -> str:
    """``umum.-.0800``: service, room, beginning."""
    return key_at(session.service, session.room, session.begins)


def key_at(service: str, room: str, begins: datetime) -> str:
    """The same of a session that is known by these. ``begins``: by the city's clock."""
    return f"{service}.{room or '-'}.{begins:%H%M}"


def sessions_of_day(tx: Tx, city: City, clinic: str, day: date) -> list[Session]:
    """Those of the pack, and those that somebody was booked into though the pack has them no more."""
    found = list(sessions_on(city, day, clinic=clinic))
    known = {key_of(one) for one in found}
    former = [session_of(city, kept) for kept in rows.sessions_kept(tx, day, clinic)]
    return sorted([*found, *(one for one in former if key_of(one) not in known)], key=lambda one: one.begins)


def board(tx: Tx, session: Session, now: datetime) -> Board:
    """One session as it stands."""
    here: Kept | None = rows.kept(tx, session)
    everybody = rows.bookings_in(tx, here.id) if here is not None else []
    last = last_called(everybody)
    return Board(
        session=session,
        line=tuple(in_line(tx, session, now)),
        everybody=tuple(everybody),
        seen_now=calling.being_seen(tx, session),
        number=last.queue if last is not None else None,
        calls=here.calls if here is not None else 0,
        free=free(tx, session),
        closed=closed(tx, session),
        late=here.late if here is not None else None,
        again_at=here.again_at if here is not None else None,
    )


def boards(tx: Tx, city: City, clinic: str, day: date, now: datetime) -> list[Board]:
    """Every session of a clinic's day, by its beginning."""
    return [board(tx, one, now) for one in sessions_of_day(tx, city, clinic, day)]


def is_of_now(one: Session, now: datetime) -> bool:
    """Whether people may be in the hall for it."""
    return one.begins - BESIDE <= now <= one.until + BESIDE


def why_nobody(city: City, clinic: str, day: date) -> str:
    """What the pack says why a clinic sees nobody on that day: its closure, a holiday; empty: nothing says so."""
    return why_closed(city, clinic, "", day)

"""What a clinic's counter does for somebody, and says to them: the place is given back, or exchanged for another day's;
the doctor comes late. The same verbs for the page and the command line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.clinic import booking
from eservices.clinic.asked import in_line
from eservices.clinic.booking import Booked, Booking, Outcome, Session
from eservices.clinic.showing import Letters
from eservices.clinic.store import rows
from eservices.clinic.store.also import everybody
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

KEPT = timedelta(hours=12)  # a letter about a booking is worth that long
MOST_LATE = 240  # minutes; later than that the day is closed instead


def cancel_for(tx: Tx, city: City, one: Booking, reason: str, at: datetime) -> bool:
    """Give it back for them, and write why to their phones. False: it was over already."""
    if not booking.cancel(tx, one, at, reason):
        return False
    letters = Letters(city)
    for phone in everybody(tx, one):
        letters.tell(tx, phone, "queue_cancelled_clinic", one, f"clinic/counter/{one.id}", at + KEPT, reason=reason)
    return True


def move_for(tx: Tx, city: City, one: Booking, session: Session, at: datetime) -> Outcome:
    """Exchange it for a place of another session, and send the new ticket. Where that is not possible the old one
    stays."""
    outcome = booking.move(tx, city, one, session, at)
    if isinstance(outcome, Booked):
        after, letters = outcome.booking, Letters(city)
        for phone in everybody(tx, after):
            letters.ticket(tx, phone, "queue_moved", after, at, f"counter/{at:%Y%m%d%H%M%S}")
    return outcome


def comes_late(tx: Tx, city: City, session: Session, minutes: int, at: datetime) -> int | None:
    """The doctor begins so many minutes after the hours' beginning (0: not late after all): every estimate follows, and
    who waits is told. How many wait; None: the doctor has begun, nothing is changed."""
    here = rows.keep(tx, session)
    if here.calls or not 0 <= minutes <= MOST_LATE:
        return None
    rows.change_session(tx, here.id, late=minutes)
    line, letters = in_line(tx, session, at), Letters(city)
    begins = letters.words.hour(session.begins + timedelta(minutes=minutes))
    key = f"clinic/late/{{}}/{minutes}/{at:%Y%m%d%H%M}"
    for waits in line:
        for phone in everybody(tx, waits.booking):
            ends = session.until
            letters.remind(
                tx, phone, "queue_told_hours", waits.booking, key.format(waits.booking.id), ends, at, time=begins
            )
    return len(line)

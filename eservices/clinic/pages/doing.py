"""What a seat does to a queue: the verbs of the clinic's telephone and of the command line, each with its line in the
audit, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from eservices.clinic import calling
from eservices.clinic.asked import tell_hour
from eservices.clinic.board import is_of_now
from eservices.clinic.booking import Booked, Booking, Closed, Twice, Wish, book, closed
from eservices.clinic.calling import Overtaken
from eservices.clinic.closing import close_day, left_on
from eservices.clinic.counter import MOST_LATE, cancel_for, comes_late, move_for
from eservices.clinic.pages.looking import booking_in
from eservices.clinic.pages.seats import seat_of, session_in
from eservices.clinic.schedule import Session
from eservices.clinic.showing import Words
from eservices.clinic.store import rows
from eservices.clinic.store.also import everybody
from gateway.asking import tidy
from gateway.audit import Deed, note
from gateway.number import normal
from gateway.page import Declined, Floor, Handle, Moved, Visit
from gateway.store import Tx
from gateway.words import squash

LONGEST_NAME, LONGEST_REASON = 60, 100  # characters
LONGEST_CALLS = 9  # digits of a count


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """``said``: what the next page says, a key of words; ``about``: the phones of whom it was done to."""

    said: str
    about: Sequence[str] = ()


Act = Callable[[Tx, Session, Visit], Done]


class Doing:
    """The acting half of the desk."""

    def __init__(self, floor: Floor) -> None:
        self._floor, self._words = floor, Words(floor.city)

    def acting(self, what: str, act: Act) -> Handle:
        """The handle of an act upon one doctor's queue."""

        async def handle(visit: Visit) -> Moved:
            seat = seat_of(self._floor, visit)

            def work(tx: Tx) -> Done:
                session = session_in(tx, self._floor.city, seat, visit.at["session"])
                done = act(tx, session, visit)
                self._note(tx, visit, what, f"{seat.path[1:]}/{visit.at['session']}", done.about)
                return done

            done = await self._floor.store.write(work)
            self._floor.wake()
            return Moved(to=f"{seat.path}/{visit.at['session']}", said=done.said)

        return handle

    # -- the queue

    def call(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """The next one. A double click, or the other seat, calls nobody past: the calls that were seen are carried.
        Of a queue that is closed, or out of its hours, only who says so calls (``anyway``); of another day nobody."""
        if not calling.is_of_day(session, visit.now):
            raise Declined("queue.other_day", day=self._words.day(visit.language, session.day))
        if visit.form.get("anyway") != "yes":
            if closed(tx, session) is not None:
                raise Declined("queue.asks_closed")
            if not is_of_now(session, visit.now):
                raise Declined("queue.asks_hours")
        try:
            one = calling.call_next(tx, session, visit.now, seen=_seen(visit))
        except Overtaken:
            raise Declined("queue.overtaken") from None
        if one is None:
            raise Declined("queue.nobody")
        return Done(said="queue.did_call", about=[one.number])

    def again(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Call out once more who is called."""
        one = self._named(tx, session, visit)
        if not calling.call_again(tx, session, one, visit.now):
            raise Declined("queue.not_called", number=str(one.queue or "-"))
        return Done(said="queue.did_again", about=[one.number])

    def away(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Who was called is not there."""
        one = self._named(tx, session, visit)
        try:
            missed = calling.is_away(tx, session, one, visit.now, seen=_seen(visit))
        except Overtaken:
            raise Declined("queue.overtaken") from None
        if missed is None:
            raise Declined("queue.not_called", number=str(one.queue or "-"))
        said = "queue.did_lose" if missed.again_after is None else "queue.did_away"
        return Done(said=said, about=[one.number])

    def done(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """They were seen."""
        one = self._named(tx, session, visit)
        if not calling.is_through(tx, one, visit.now):
            raise Declined("queue.not_called", number=str(one.queue or "-"))
        return Done(said="queue.did_done", about=[one.number])

    def back(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Who was away is there."""
        one = self._named(tx, session, visit)
        if calling.is_back(tx, session, one) is None:
            raise Declined("queue.not_away", number=str(one.queue or "-"))
        return Done(said="queue.did_back", about=[one.number])

    def walk_in(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Somebody stands at the counter; who gives no name has a number on paper."""
        typed = visit.form.get("phone", "").strip()
        phone, name = normal(typed) if typed else "", tidy(visit.form.get("name", ""))[:LONGEST_NAME]
        if phone is None:
            raise Declined("queue.no_phone")
        if phone and not name:
            raise Declined("queue.phone_needs_name")
        priority = visit.form.get("priority") == "1"
        wish = Wish(number=phone, person=squash(name) if phone else "", name=name, priority=priority)
        by = f"page {visit.user.login}"
        outcome = book(tx, self._floor.city, session, wish, visit.now, by, walk_in=True)
        if isinstance(outcome, Closed):
            raise Declined("queue.closed_now", reason=outcome.reason)
        if isinstance(outcome, Twice):
            raise Declined("queue.twice", number=str(outcome.existing.queue or "-"))
        if not isinstance(outcome, Booked):
            raise Declined("queue.full")
        tell_hour(tx, session, outcome.booking, visit.now)  # the page shows it, the counter says it
        return Done(said="queue.did_walk_in", about=[phone])

    def late(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """The doctor comes later than the hours say."""
        typed = visit.form.get("minutes", "").strip()
        if not typed.isdecimal() or int(typed) > MOST_LATE:
            raise Declined("queue.no_minutes", most=str(MOST_LATE))
        if comes_late(tx, self._floor.city, session, int(typed), visit.now) is None:
            raise Declined("queue.begun")
        return Done(said="queue.did_late")

    # -- one person

    def cancel(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Give the place back for them, and write to them."""
        one, reason = booking_in(tx, session, visit), tidy(visit.form.get("reason", ""))[:LONGEST_REASON]
        about = everybody(tx, one)
        if not reason:
            raise Declined("queue.needs_reason")
        if not cancel_for(tx, self._floor.city, one, reason, visit.now):
            raise Declined("queue.over", number=str(one.queue or "-"))
        return Done(said="queue.did_cancel", about=about)

    def move(self, tx: Tx, session: Session, visit: Visit) -> Done:
        """Exchange the place for one of another day, and write to them."""
        one, (day, _, key) = booking_in(tx, session, visit), visit.form.get("to", "").partition("/")
        seat = seat_of(self._floor, _on(visit, day))
        outcome = move_for(tx, self._floor.city, one, session_in(tx, self._floor.city, seat, key), visit.now)
        if isinstance(outcome, Closed):
            raise Declined("queue.closed_now", reason=outcome.reason)
        if isinstance(outcome, Twice):
            raise Declined("queue.twice", number=str(outcome.existing.queue or "-"))
        if not isinstance(outcome, Booked):
            raise Declined("queue.full")
        return Done(said="queue.did_move", about=everybody(tx, outcome.booking))

    # -- the day

    async def close(self, visit: Visit) -> Moved:
        """Nobody is seen that day: everybody is moved and told."""
        seat, floor = seat_of(self._floor, visit), self._floor
        service, reason = visit.form.get("service", ""), tidy(visit.form.get("reason", ""))[:LONGEST_REASON]
        if not reason:
            raise Declined("queue.needs_reason")
        if service and service not in seat.clinic.services:
            raise Declined("queue.no_service")
        if seat.day < seat.today:
            raise Declined("queue.past")

        def work(tx: Tx) -> None:
            about = [phone for one in left_on(tx, seat.clinic.id, service, seat.day) for phone in everybody(tx, one)]
            by = f"{visit.user.name or visit.user.login} ({seat.clinic.id})"
            shut = close_day(tx, floor.city, seat.clinic.id, service, seat.day, reason=reason, by=by, at=visit.now)
            if shut is None:
                raise Declined("queue.closed_already")
            self._note(
                tx, visit, "clinic.close", seat.path[1:], about, f"{len(shut.moved)} moved, {len(shut.sorry)} not"
            )

        await floor.store.write(work)
        floor.wake()
        return Moved(to=seat.path, said="queue.did_close")

    # -- pieces

    def _named(self, tx: Tx, session: Session, visit: Visit) -> Booking:
        """The person whom the form names."""
        typed, here = visit.form.get("booking", ""), rows.kept(tx, session)
        known = typed.isdecimal() and len(typed) <= LONGEST_CALLS
        one = rows.booking(tx, int(typed)) if known else None
        if one is None or here is None or one.session_id != here.id:
            raise Declined("queue.nobody_such")
        return one

    def _note(self, tx: Tx, visit: Visit, what: str, thing: str, about: Sequence[str], detail: str = "") -> None:
        deed = Deed(by=visit.user.login, how="page", what=what, object=thing, about=about, detail=detail)
        note(tx, deed)


def _seen(visit: Visit) -> int:
    """How many calls he had seen: without it nothing is called."""
    typed = visit.form.get("seen", "")
    if not typed.isdecimal() or len(typed) > LONGEST_CALLS:
        raise Declined("queue.overtaken")
    return int(typed)


def _on(visit: Visit, day: str) -> Visit:
    return replace(visit, at={**visit.at, "day": day or date.min.isoformat()})

"""The desk for what a clinic's staff writes from the clinic's telephones: it calls, skips, adds walk-ins and closes.

Only from the numbers of the pack. Anybody else who writes an order is told politely that it is for the staff.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from config.city_clinics import Clinic, Staff
from config.clock import Clock
from eservices.clinic import calling
from eservices.clinic.asked import now_serving, remaining, tell_hour
from eservices.clinic.booking import Booked, Session, Wish, book, closed, sessions_on
from eservices.clinic.closing import close_day, left_on
from eservices.clinic.queue import State
from eservices.clinic.schedule import today
from eservices.clinic.showing import Words
from eservices.clinic.staff_words import Order, StaffWords, Verb
from eservices.clinic.store.closing import Asked, ask, asked_of
from gateway.audit import Deed, note
from gateway.dialogue import was_said
from gateway.inbox import Desk
from gateway.messages import Inbound, Kind, Lane
from gateway.number import subscriber
from gateway.store import Tx, leave_unread, put
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

SURE_S = 600.0  # seconds in which YA closes what was asked about
NEAR = timedelta(hours=2)  # a session is called for from so long before its hours, until so long after them
STRANGERS = (Verb.CALL, Verb.CLOSE, Verb.AWAY)  # what of anybody else's is taken for an order, and answered
FEW = 3  # words of a stranger's reason to close; more is a letter about something else


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One letter of the staff."""

    tx: Tx
    letter: Inbound
    clinic: Clinic
    staff: Staff
    order: Order
    now: datetime


class ClinicDesk:
    """Stands before the conversations. ``otherwise``: the desks for a YA that answers another question. ``alarm``:
    whether a text is an emergency; then it is not taken."""

    name = "clinics"
    urgent = False

    def __init__(
        self,
        city: City,
        clock: Clock,
        *,
        otherwise: Callable[[], Sequence[Desk]] = lambda: (),
        alarm: Callable[[str], bool] = lambda text: False,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """``wake`` is called after a commit: letters wait in the outbox."""
        self._city, self._clock, self._otherwise, self._wake, self._alarm = city, clock, otherwise, wake, alarm
        self._read, self._words = StaffWords(city), Words(city)
        self._every = tuple(city.clinics.services)

    def takes(self, letter: Inbound) -> bool:
        """An order of the staff; of others, what can be nothing but one."""
        if letter.kind is not Kind.SMS or was_said(letter) or not subscriber(letter.sender):
            return False
        found = self._city.clinics.staffed_by(letter.sender)
        order = self._read.read(letter.text, found[0].services if found else self._every, self._clock.now())
        if order is None or self._alarm(letter.text):
            return False
        return found is not None or _only_an_order(order)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        found = self._city.clinics.staffed_by(letter.sender)
        order = self._read.read(letter.text, found[0].services if found else self._every, self._clock.now())
        if found is None or order is None or letter.doubt:  # perhaps it is not from that phone: nothing is changed
            self._stranger(letter, tx)
            return
        turn = _Turn(tx=tx, letter=letter, clinic=found[0], staff=found[1], order=order, now=self._clock.now())
        note(tx, Deed(by="clinic", how="sms", what=f"clinic.{order.verb.name.lower()}", about=[letter.sender]))
        if order.verb in (Verb.YES, Verb.NO):
            self._answered(turn)
        elif order.vague:
            self._reply(turn, "clinic_day")
        elif order.verb is Verb.CLOSE:
            self._ask_to_close(turn)
        elif order.verb is Verb.LIST:
            self._list(turn)
        elif (session := self._session(turn)) is not None:
            {Verb.CALL: self._call, Verb.AWAY: self._away, Verb.DONE: self._done, Verb.WALK_IN: self._walk_in}[
                order.verb
            ](turn, session)

    def wake(self) -> None:
        for desk in self._otherwise():
            desk.wake()
        self._wake()

    # -- of which session

    def _sessions(self, turn: _Turn, day: date) -> list[Session]:
        """Those of the telephone's services that are not closed."""
        found = sessions_on(self._city, day, clinic=turn.clinic.id, service=turn.order.service)
        allowed = turn.staff.services or frozenset(turn.clinic.services)
        return [one for one in found if one.service in allowed and closed(turn.tx, one) is None]

    def _session(self, turn: _Turn) -> Session | None:
        """The one that is meant; where it is none, or one of several, that is said."""
        found = self._sessions(turn, today(self._city, turn.now))
        now = [one for one in found if one.begins - NEAR <= turn.now <= one.until + NEAR] or found
        for narrower in (self._with_number, self._in_use):
            now = narrower(turn, now) if len(now) > 1 else now
        if len(now) == 1:
            return now[0]
        if not now:
            self._reply(turn, "clinic_no_session", day=self._words.day(self._language, today(self._city, turn.now)))
        else:
            names = dict.fromkeys(self._words.service(self._language, one.service).upper() for one in now)
            self._reply(turn, "clinic_which", list=", ".join(names))
        return None

    def _with_number(self, turn: _Turn, found: list[Session]) -> list[Session]:
        """Those in which the number that was named has been called."""
        number = turn.order.number
        if number is None:
            return found
        called = (State.CALLED, State.SERVED)
        named = [one for one in found if (who := calling.numbered(turn.tx, one, number)) and who.state in called]
        return named or found

    def _in_use(self, turn: _Turn, found: list[Session]) -> list[Session]:
        """Those with anybody in them; a walk-in may begin one."""
        if turn.order.verb is Verb.WALK_IN:
            return found
        used = [one for one in found if calling.waiting(turn.tx, one) or calling.being_seen(turn.tx, one)]
        return used or found

    # -- the queue

    def _call(self, turn: _Turn, session: Session) -> None:
        one = calling.call_next(turn.tx, session, turn.now)
        service = self._words.service(self._language, session.service)
        if one is None:
            self._reply(turn, "clinic_nobody", service=service)
            return
        key = "clinic_recalled" if one.misses else "clinic_called"
        waits = calling.waiting(turn.tx, session)
        self._reply(turn, key, number=one.queue, patient=one.name, service=service, waits=waits)

    def _away(self, turn: _Turn, session: Session) -> None:
        number = turn.order.number
        seen = calling.being_seen(turn.tx, session)
        one = calling.numbered(turn.tx, session, number) if number is not None else seen
        missed = calling.is_away(turn.tx, session, one, turn.now) if one is not None else None
        if one is None or missed is None:
            self._not_called(turn, session)
        elif missed.again_after is None:
            self._reply(turn, "clinic_lost", number=one.queue)
        else:
            self._reply(turn, "clinic_away", number=one.queue, count=missed.again_after)

    def _done(self, turn: _Turn, session: Session) -> None:
        number = turn.order.number
        seen = calling.being_seen(turn.tx, session)
        one = calling.numbered(turn.tx, session, number) if number is not None else seen
        if one is None or not calling.is_through(turn.tx, one, turn.now):
            self._not_called(turn, session)
        else:
            self._reply(turn, "clinic_done", number=one.queue, waits=calling.waiting(turn.tx, session))

    def _not_called(self, turn: _Turn, session: Session) -> None:
        service = self._words.service(self._language, session.service)
        self._reply(turn, "clinic_not_called", number=turn.order.number or "-", service=service)

    def _walk_in(self, turn: _Turn, session: Session) -> None:
        service, name = self._words.service(self._language, session.service), turn.order.said.title()
        if not name:
            self._reply(turn, "clinic_who")
            return
        wish = Wish(number="", person="", name=name, priority=turn.order.priority)
        outcome = book(turn.tx, self._city, session, wish, turn.now, turn.letter.external_id, walk_in=True)
        if not isinstance(outcome, Booked):
            self._reply(turn, "clinic_joined_full", service=service)
            return
        one = outcome.booking
        at = self._words.hour(tell_hour(turn.tx, session, one, turn.now))
        ahead = remaining(turn.tx, session, one)
        key, more = ("clinic_joined", {"ahead": ahead}) if ahead else ("clinic_joined_next", {})
        self._reply(turn, key, patient=name, number=one.queue, service=service, time=at, **more)

    def _list(self, turn: _Turn) -> None:
        day = today(self._city, turn.now) + timedelta(days=turn.order.days)
        lines = [self._line(turn, one) for one in self._sessions(turn, day)]
        if not lines:
            self._reply(turn, "clinic_no_session", day=self._words.day(self._language, day))
        else:
            shown = self._words.day(self._language, day)
            self._reply(turn, "clinic_today", day=shown, list="; ".join(lines))

    def _line(self, turn: _Turn, session: Session) -> str:
        now, waits = now_serving(turn.tx, session), calling.waiting(turn.tx, session)
        return f"{self._words.service(self._language, session.service)}: {now or '-'} (+{waits})"

    # -- closing

    def _ask_to_close(self, turn: _Turn) -> None:
        order, day = turn.order, today(self._city, turn.now) + timedelta(days=turn.order.days)
        if not self._may_close(turn, day):
            return
        left = left_on(turn.tx, turn.clinic.id, order.service, day)
        ask(turn.tx, turn.letter.sender, Asked(service=order.service, day=day, reason=order.said, at=turn.now))
        self._reply(turn, "clinic_close_sure", count=len(left), **self._named(order.service, day))

    def _may_close(self, turn: _Turn, day: date) -> bool:
        order = turn.order
        if not sessions_on(self._city, day, clinic=turn.clinic.id, service=order.service):
            self._reply(turn, "clinic_no_session", day=self._words.day(self._language, day))
        elif not self._sessions(turn, day):
            self._reply(turn, "clinic_closed_already", **self._named(order.service, day))
        elif turn.staff.services and order.service not in turn.staff.services:
            names = [self._words.service(self._language, one).upper() for one in sorted(turn.staff.services)]
            self._reply(turn, "clinic_which", list=", ".join(names))
        elif not order.said:
            self._reply(turn, "clinic_reason")
        else:
            return True
        return False

    def _answered(self, turn: _Turn) -> None:
        """YA closes what was asked about; without a question of ours it is for another desk."""
        asked = asked_of(turn.tx, turn.letter.sender)
        if asked is None or turn.now - asked.at > timedelta(seconds=SURE_S):
            self._hand_on(turn.letter, turn.tx)
            return
        if turn.order.verb is Verb.NO:
            self._reply(turn, "clinic_open")
            return
        by = f"{turn.staff.name} ({turn.clinic.id})"
        shut = close_day(
            turn.tx, self._city, turn.clinic.id, asked.service, asked.day, reason=asked.reason, by=by, at=turn.now
        )
        named = self._named(asked.service, asked.day)
        if shut is None:
            self._reply(turn, "clinic_closed_already", **named)
        else:
            self._reply(turn, "clinic_closed", count=len(shut.moved), waits=len(shut.sorry), **named)

    def _named(self, service: str, day: date) -> dict[str, str]:
        named = self._words.service(self._language, service) if service else ""
        named = named or self._city.text(self._language, "clinic_all")
        return {"service": named, "day": self._words.day(self._language, day)}

    # -- replies

    @property
    def _language(self) -> str:
        return self._city.languages[0]

    def _hand_on(self, letter: Inbound, tx: Tx) -> None:
        desk = next((desk for desk in self._otherwise() if desk.takes(letter)), None)
        if desk is None:
            leave_unread(tx, letter.id)
        else:
            desk.handle(letter, tx)

    def _stranger(self, letter: Inbound, tx: Tx) -> None:
        resident = find(tx, letter.sender)
        if letter.doubt or (resident is not None and resident.quiet):
            leave_unread(tx, letter.id)
            return
        language = (resident.language if resident is not None else "") or self._language
        self._put(letter, tx, self._city.text(language, "clinic_staff_only", call=self._city.emergency_call))

    def _reply(self, turn: _Turn, key: str, **fields: object) -> None:
        self._put(turn.letter, turn.tx, self._city.text(self._language, key, **fields))

    def _put(self, letter: Inbound, tx: Tx, text: str) -> None:
        ends = self._clock.now() + timedelta(seconds=self._city.clocks.reply_s)
        key = f"clinic/staff/{letter.external_id}"
        put(tx, letter.reply(text, lane=Lane.SERVICE, key=key, expires_at=ends))


def _only_an_order(order: Order) -> bool:
    """Whether nobody but a clinic's staff would type that: ``PANGGIL``, ``LEWAT 7``, ``TUTUP GIGI``."""
    if order.verb not in STRANGERS:
        return False
    few = len(order.said.split()) <= FEW
    return order.verb is Verb.CALL or order.number is not None or (bool(order.service) and few)

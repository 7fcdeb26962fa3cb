"""What the store answers to a wish: which days have places, and the place itself. The reply is the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from config.gsm7 import septets
from eservices.clinic import booking
from eservices.clinic.booking import Booked, Booking, Closed, Outcome, Session, Twice, Wish
from eservices.clinic.flow import Days, Flow, Place
from eservices.clinic.houses import LEAST_LEFT, Houses
from eservices.clinic.offers import LEAST_BEFORE
from eservices.clinic.queue import State as Stand
from eservices.clinic.schedule import AHEAD_DAYS, sessions_from, sessions_on, today, why_closed
from eservices.clinic.showing import Letters, Words
from eservices.clinic.store.also import add_phone, bookings_for, phones
from gateway.asking import shown as rendered
from gateway.dialogue import Screen, State, Step, Who
from gateway.store import Tx
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City

MOST_DAYS, LEAST_DAYS = 4, 3  # days on one screen, so that it is one SMS: beside a short text, and a long one
ELSEWHERE = ("queue_shut", "queue_no_day")  # said where another clinic may see people on that day
ONE_SMS, LEAST_CHOICE = 160, 1  # septets; days that are shown even if it takes a second one
MOST_AHEAD = 6  # bookings of one phone that lie ahead; nobody needs more, and others want to be seen too
PARTS = {"subuh": (0, 7), "pagi": (5, 11), "siang": (10, 15), "sore": (14, 19), "malam": (17, 24)}
"""From and to which hour (local) a session may begin for each part of the day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn at the store. ``name`` names it among all."""

    tx: Tx
    who: Who
    name: str


class Placing:
    """One city's places."""

    def __init__(self, city: City, flow: Flow) -> None:
        self._city, self._flow = city, flow
        self._words, self._letters, self._houses = Words(city), Letters(city), Houses(city)

    # -- which day

    def days(self, turn: Turn, ask: Days) -> Step:
        """The next days with places, of those that were said; where one day was, whether it has any."""
        state, day = ask.state, self._date(ask.state.get("day", ""))
        if day is not None:
            return self._checked(turn, {**state, "checked": "1"}, day)
        first = self._date(state.get("from", ""))
        free = self._free(turn, state, first)
        last = self._date(state.get("to", ""))
        within = {day: many for day, many in free.items() if last is None or day <= last}
        return self._choose(turn, state, within or free, "queue_no_such_day" if state.get("lacks") else "queue_when")

    def _checked(self, turn: Turn, state: State, day: date) -> Step:
        """Nobody is asked a name for a day on which there is no place."""
        if day < today(self._city, turn.who.at):
            return self._choose(turn, state, self._free(turn, state), "queue_past")
        sessions = self._sessions(state, day, turn.who.at)
        shut = [session for session in sessions if booking.closed(turn.tx, session) is not None]
        if not sessions or len(shut) == len(sessions):
            return self._elsewhen(turn, state, day, Closed(reason="") if shut else None)
        known = state.get("name") or turn.who.resident is not None or state.get("move")
        if known or any(booking.free(turn.tx, session) for session in sessions):
            return self._flow.following(state, turn.who)  # full or not: perhaps it is theirs already
        return self._elsewhen(turn, state, day, booking.Full())

    def _free(self, turn: Turn, state: State, first: date | None = None) -> dict[date, int]:
        """Days with places and how many, from that day on."""
        begin = max(first or date.min, today(self._city, turn.who.at))
        found: dict[date, int] = {}
        mine = booking.booking(turn.tx, int(state["move"])) if state.get("move") else None
        for session in sessions_from(
            self._city, begin, days=AHEAD_DAYS, clinic=state["clinic"], service=state["service"]
        ):
            theirs = mine is not None and (mine.clinic, mine.begins) == (session.clinic, session.begins)
            left = booking.free(turn.tx, session) if self._may_begin(session, turn.who.at) and not theirs else 0
            if left:
                found[session.day] = found.get(session.day, 0) + left
        return found

    def _choose(self, turn: Turn, state: State, free: dict[date, int], text: str, wait: date | None = None) -> Step:
        who, most = turn.who, MOST_DAYS if text == "queue_when" else LEAST_DAYS
        shown = dict(list(free.items())[:most])
        day = self._date(state.get("day", ""))
        fields = self._words.of(who.language, state["clinic"], state["service"], day)
        fields = {**fields, "day": state["lacks"]} if text == "queue_no_such_day" else fields
        if not shown and wait is None:
            last = today(self._city, who.at) + timedelta(days=AHEAD_DAYS)
            fields = {**fields, "day": self._words.day(who.language, last)}
            return Step(screen=Screen(text=self._city.text(who.language, "queue_none_free", **fields), last=True))
        reason = self._reason(turn, state, day) if text == "queue_shut" else ""
        said = self._city.text(who.language, text, **fields, **({"reason": reason} if reason else {}))
        state = {**state, "other": self._other(turn, state, day) if text in ELSEWHERE and day is not None else ""}
        for most in range(len(shown), -1, -1):
            step = self._flow.shown_days(state, who, said, dict(list(shown.items())[:most]), wait)
            if (septets(rendered(step.screen)) or 0) <= ONE_SMS or most <= LEAST_CHOICE:
                break
        return step

    def _other(self, turn: Turn, state: State, day: date) -> str:
        """The nearest other clinic with places on the day on which this one sees nobody; "" where there is none."""
        resident, house = turn.who.resident, self._city.clinics.clinics[state["clinic"]]
        area = resident.kelurahan if resident is not None else house.kelurahan
        for clinic in self._houses.seeing(state["service"], area, day, turn.who.at):
            there = sessions_on(self._city, day, clinic=clinic, service=state["service"])
            if clinic == house.id or (self._houses.needs_referral(clinic) and not house.referral):
                continue
            if any(self._may_begin(one, turn.who.at) and booking.free(turn.tx, one) for one in there):
                return clinic
        return ""

    # -- the place

    def place(self, turn: Turn, ask: Place) -> Step:
        """Give it, or say what else there is."""
        state, who, day = ask.state, turn.who, self._date(ask.state.get("day", ""))
        if day is None:
            return self.days(turn, Days(state=state))
        if day < today(self._city, who.at):
            return self._choose(turn, state, self._free(turn, state), "queue_past")
        sessions = self._sessions(state, day, who.at)
        if ask.wait:
            return self._listed(turn, state, sessions)
        if not state.get("move") and self._too_many(turn):
            text = self._city.text(who.language, "queue_enough", count=MOST_AHEAD)
            return Step(screen=Screen(text=text, last=True))
        outcome: Outcome | None = None
        for session in sessions:
            outcome = self._given(turn, state, session)
            if isinstance(outcome, Booked | Twice):
                return self._settled(turn, state, outcome)
        return self._elsewhen(turn, state, day, outcome)

    def _sessions(self, state: State, day: date, at: datetime) -> Sequence[Session]:
        """Those of the day: first those at the hour or the part of the day that was said."""
        there = sessions_on(self._city, day, clinic=state["clinic"], service=state["service"])
        left = [one for one in there if self._may_begin(one, at)]
        hour = time.fromisoformat(state["hour"]) if state.get("hour") else None
        begin, end = PARTS.get(state.get("part", ""), (0, 24))

        def fits(one: Session) -> tuple[bool, bool, datetime]:
            within = hour is None or one.begins.time() <= hour < one.until.time()
            return not within, not begin <= one.begins.hour < end, one.begins

        return sorted(left, key=fits)

    @staticmethod
    def _may_begin(session: Session, at: datetime) -> bool:
        return session.until - at >= LEAST_LEFT

    def _given(self, turn: Turn, state: State, session: Session) -> Outcome:
        if state.get("move"):
            one = booking.booking(turn.tx, int(state["move"]))
            if one is None:
                return booking.Full()
            return booking.move(turn.tx, self._city, one, session, turn.who.at)
        return booking.book(turn.tx, self._city, session, self._wish(state, turn.who), turn.who.at, turn.name)

    def _wish(self, state: State, who: Who) -> Wish:
        """For whom. Somebody with a phone of their own is known by it; others by their name beside the booker's."""
        own = who.resident
        mine = own is not None and (state.get("whose") == "self" or squash(own.name) == squash(state["name"]))
        carried = own is not None and mine and own.cannot_walk
        phone = state.get("phone", "")
        return Wish(
            number=phone or who.number,
            person="" if phone or mine else squash(state["name"]),
            name=state["name"],
            priority=bool(state.get("first")) or carried,
            referral=state.get("referral", ""),
            nik_hash=state.get("nik") or None,
        )

    def _too_many(self, turn: Turn) -> bool:
        ahead = bookings_for(turn.tx, turn.who.number, today(self._city, turn.who.at))
        return sum(booking.still_ahead(one, today(self._city, turn.who.at)) for one in ahead) >= MOST_AHEAD

    def _settled(self, turn: Turn, state: State, outcome: Booked | Twice) -> Step:
        """The ticket, on the screen and, where that passes, by letter; to the patient's own phone too."""
        who = turn.who
        if isinstance(outcome, Twice):
            one = outcome.existing
            if who.number not in (one.number, *phones(turn.tx, one.id)):
                add_phone(turn.tx, one.id, who.number)  # they gave that phone's number and name
            return self.ticket(turn, one, "queue_again")
        one = outcome.booking
        if one.number != who.number:
            add_phone(turn.tx, one.id, who.number)
            self._letters.ticket(turn.tx, one.number, "queue_for_you", one, who.at, turn.name)
        return self.ticket(turn, one, "queue_moved" if state.get("move") else "queue_ticket")

    def ticket(self, turn: Turn, one: Booking, key: str) -> Step:
        """A booking as it is shown: its ticket, or its place on the waiting list."""
        who = turn.who
        if one.state in (Stand.LISTED, Stand.OFFERED):
            return self._waits(turn, one)
        text = self._words.ticket(turn.tx, who.language, key, one, who.at)
        if who.screen:
            self._letters.ticket(turn.tx, who.number, key, one, who.at, turn.name, asked=True)
        return Step(screen=Screen(text=text, last=True))

    # -- where there is none

    def _elsewhen(self, turn: Turn, state: State, day: date, outcome: Outcome | None) -> Step:
        free = self._free(turn, state, day)
        if isinstance(outcome, Closed):
            return self._choose(turn, state, free, "queue_shut")
        if outcome is None:
            shut = bool(why_closed(self._city, state["clinic"], state["service"], day))
            return self._choose(turn, state, free, "queue_shut" if shut else "queue_no_day")
        sessions = self._sessions(state, day, turn.who.at)
        soon = all(session.begins - turn.who.at < LEAST_BEFORE for session in sessions)  # nobody could be told in time
        return self._choose(turn, state, free, "queue_full", None if state.get("move") or soon else day)

    def _reason(self, turn: Turn, state: State, day: date | None) -> str:
        word = self._city.text(turn.who.language, "queue_closed_word")
        if day is None:
            return word
        for session in sessions_on(self._city, day, clinic=state["clinic"], service=state["service"]):
            if reason := booking.closed(turn.tx, session):
                return reason
        return why_closed(self._city, state["clinic"], state["service"], day) or word

    def _listed(self, turn: Turn, state: State, sessions: Sequence[Session]) -> Step:
        for session in sessions:
            if session.begins - turn.who.at < LEAST_BEFORE:
                continue
            wished = self._wish(state, turn.who)
            outcome = booking.wait(turn.tx, session, wished, turn.who.at)
            if isinstance(outcome, Booked):
                if wished.number != turn.who.number:
                    add_phone(turn.tx, outcome.booking.id, turn.who.number)
                return self._waits(turn, outcome.booking)
            if isinstance(outcome, Twice):
                return self.ticket(turn, outcome.existing, "queue_again")
        return self._choose(turn, state, self._free(turn, state), "queue_no_day")

    def _waits(self, turn: Turn, one: Booking) -> Step:
        who = turn.who
        position = booking.listed_before(turn.tx, one) + 1
        fields = self._words.booking(who.language, one)
        text = self._city.text(who.language, "queue_listed", **fields, position=position)
        return Step(screen=Screen(text=text, last=True))

    @staticmethod
    def _date(written: str) -> date | None:
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            return None

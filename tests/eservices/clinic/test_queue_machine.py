"""Whatever people and staff do, in whatever order: no number twice, no place lost or given twice, the quota kept, the
order kept, priority as the clinic decides, nobody called who was away before it is their turn again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine

from config.city_clinics import Rules
from eservices.clinic.blocks import PAPER, Line, merge, reserve
from eservices.clinic.booking import (
    Booked,
    Booking,
    Session,
    accept,
    book,
    booking,
    cancel,
    free,
    lapse_offers,
    move,
    offer_next,
    wait,
)
from eservices.clinic.calling import call_next, is_away, is_through
from eservices.clinic.queue import HOLDS, OVER, State
from eservices.clinic.store import rows
from eservices.clinic.store.tables import BOOKING, CLOSURE, PACE, SESSION
from gateway.store import metadata
from tests.eservices.clinic.counter import MONDAY_NOON, THURSDAY, dentist, tiny, wish
from tests.fixtures.whole import examples

pytestmark = pytest.mark.sqlite_only("the store's engines are tested where several ask at once")
PEOPLE = st.integers(0, 8)
PLACES = 8
ON_PAPER = st.sampled_from([None, State.WAITING, State.CALLED, State.SERVED, State.NO_SHOW, State.CANCELLED])


class Clinic(RuleBasedStateMachine):
    """Two mornings of one dentist: eight places each, one of them for walk-ins."""

    made = Bundle("made")

    @initialize(priority=st.sampled_from(["every", "front", "none"]), every=st.integers(2, 3), times=st.integers(0, 2))
    def start(self, priority: str, every: int, times: int) -> None:
        self.house = Rules(priority=priority, every=every, again_after=2, again_times=times, walk_in_percent=20)
        self.city, engine = tiny(), create_engine("sqlite://")
        self.tx = engine.connect()
        metadata.create_all(self.tx, [SESSION, BOOKING, CLOSURE, PACE])
        days = (dentist(self.city), dentist(self.city, THURSDAY))
        self.sessions = [replace(one, rules=self.house, quota=PLACES) for one in days]
        self.now = MONDAY_NOON
        self.walked_in = 0
        self.numbers: dict[tuple[datetime, int], int] = {}  # of a session: whose it was first
        self.highest: dict[datetime, int] = {}
        self.calls: dict[datetime, list[Booking]] = {one.begins: [] for one in self.sessions}
        self.away_at: dict[int, int] = {}  # after how many calls somebody was away

    def teardown(self) -> None:
        if hasattr(self, "tx"):
            self.tx.close()

    # -- what people do

    @rule(target=made, n=PEOPLE, which=st.integers(0, 1), early=st.booleans())
    def books(self, n: int, which: int, early: bool) -> int:
        session = self.sessions[which]
        before = free(self.tx, session)
        outcome = book(self.tx, self.city, session, wish(n, priority=early), self._tick())
        assert not isinstance(outcome, Booked) or before > 0 or outcome.booking.place is not None
        return self._noted(outcome)

    @rule(target=made, which=st.integers(0, 1), early=st.booleans())
    def walks_in(self, which: int, early: bool) -> int:
        self.walked_in += 1
        person = replace(wish(900 + self.walked_in, priority=early), number="")
        return self._noted(book(self.tx, self.city, self.sessions[which], person, self._tick(), walk_in=True))

    @rule(target=made, n=PEOPLE, which=st.integers(0, 1))
    def waits(self, n: int, which: int) -> int:
        return self._noted(wait(self.tx, self.sessions[which], wish(n), self._tick()))

    @rule(made=made)
    def cancels(self, made: int) -> None:
        if (one := booking(self.tx, made)) is not None:
            cancel(self.tx, one, self._tick(), "BATAL")

    @rule(made=made, which=st.integers(0, 1))
    def moves(self, made: int, which: int) -> None:
        if (one := booking(self.tx, made)) is not None:
            outcome = move(self.tx, self.city, one, self.sessions[which], self._tick())
            if isinstance(outcome, Booked):
                self._noted(outcome)
                self.away_at.pop(made, None)
            else:
                assert booking(self.tx, made) == one

    @rule(which=st.integers(0, 1))
    def is_offered(self, which: int) -> None:
        listed = self._of(which, State.LISTED)
        one = offer_next(self.tx, self.sessions[which], self._tick(), self.now + timedelta(minutes=30))
        assert one is None or one.id == listed[0].id

    @rule(made=made)
    def accepts(self, made: int) -> None:
        if (one := booking(self.tx, made)) is not None:
            self._noted(accept(self.tx, one, self._tick()))

    @rule()
    def offers_lapse(self) -> None:
        self.now += timedelta(minutes=31)
        lapse_offers(self.tx, self.now)

    # -- what the staff does

    @rule(which=st.integers(0, 1), often=st.integers(1, 3))
    def calls_next(self, which: int, often: int) -> None:
        for _ in range(often):
            self._call(which)

    def _call(self, which: int) -> None:
        session, waiting = self.sessions[which], self._of(which, State.WAITING)
        one = call_next(self.tx, session, self._tick())
        assert (one is None) is not bool(waiting)
        if one is None:
            return
        self._called_rightly(session, waiting, next(before for before in waiting if before.id == one.id))
        self.calls[session.begins].append(one)

    @rule(which=st.integers(0, 1), back=st.integers(1, 3))
    def sees_nobody(self, which: int, back: int) -> None:
        session = self.sessions[which]
        calls = self.calls[session.begins]
        one = booking(self.tx, calls[-back].id) if len(calls) >= back else None
        if one is None or one.begins != session.begins:
            return
        away = is_away(self.tx, session, one, self._tick())
        if away is not None and away.again_after is not None:
            self.away_at[one.id] = len(calls)
        if away is not None:
            assert (away.booking.state is State.NO_SHOW) is (away.booking.misses > self.house.again_times)

    @rule(made=made)
    def has_seen(self, made: int) -> None:
        if (one := booking(self.tx, made)) is not None:
            is_through(self.tx, one, self._tick())

    @rule(which=st.integers(0, 1), size=st.integers(1, 3))
    def hands_out_paper(self, which: int, size: int) -> None:
        for one in reserve(self.tx, self.sessions[which], size, self._tick()):
            self._noted(Booked(booking=one))

    @rule(which=st.integers(0, 1), number=st.integers(1, 9), name=st.sampled_from(["Ani", "Budi", ""]), state=ON_PAPER)
    def brings_paper_back(self, which: int, number: int, name: str, state: State | None) -> None:
        session, before = self.sessions[which], self._of(which)
        sheet = [Line(number=number, name=name, phone="", state=state)]
        merge(self.tx, session, sheet, self._tick())
        after = self._of(which)
        for one in after:
            if one.id not in {other.id for other in before}:
                self._noted(Booked(booking=one))
        kept = {one.id: (one.name, one.queue) for one in after}
        assert all(kept[one.id][1] == one.queue for one in before), "a number changed hands"
        assert all(kept[one.id][0] == one.name for one in before if one.name), "a name is lost"
        if name and state not in (None, State.CANCELLED):
            assert any(one.name == name for one in after), "somebody on paper is lost"
        merge(self.tx, session, sheet, self._tick())
        assert [(one.id, one.state, one.queue) for one in self._of(which)] == [
            (one.id, one.state, one.queue) for one in after
        ], "twice is not once"

    # -- what holds always

    @invariant()
    def places_and_numbers_are_whole(self) -> None:
        for which, session in enumerate(getattr(self, "sessions", ())):
            everybody = self._of(which)
            holding = [one for one in everybody if one.state in HOLDS]
            beyond = {
                one.id for one in holding if one.place is None and one.why.startswith(PAPER) and one.state in OVER
            }
            places = [one.place for one in holding if one.id not in beyond]
            assert all(place is not None and 1 <= place <= session.quota for place in places)
            assert len(set(places)) == len(places) <= session.quota
            assert all(one.place is None for one in everybody if one.state not in HOLDS)
            bookable = session.quota - session.for_walk_ins
            taken = sum(place is not None and place <= bookable for place in places)
            listed = sum(one.state is State.LISTED for one in everybody)
            assert free(self.tx, session) == max(0, bookable - taken - listed), "a place is lost, or there twice"

    @invariant()
    def a_person_has_one(self) -> None:
        alive = [
            (one.number, one.person, one.day)
            for which in range(len(getattr(self, "sessions", ())))
            for one in self._of(which)
            if one.state is not State.CANCELLED and one.number
        ]
        assert len(set(alive)) == len(alive)

    # -- how it is looked at

    def _tick(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def _of(self, which: int, *states: State) -> list[Booking]:
        here = rows.kept(self.tx, self.sessions[which])
        return rows.bookings_in(self.tx, here.id, states) if here is not None else []

    def _noted(self, outcome: object) -> int:
        """A number is new, and the highest so far, whenever one is given."""
        if not isinstance(outcome, Booked):
            return 0
        one = outcome.booking
        if one.queue is not None and self.numbers.get((one.begins, one.queue)) != one.id:
            assert (one.begins, one.queue) not in self.numbers, "a number of somebody else"
            assert one.queue == self.highest.get(one.begins, 0) + 1, "numbers are handed out in order"
            self.numbers[one.begins, one.queue] = one.id
            self.highest[one.begins] = one.queue
        return one.id

    def _called_rightly(self, session: Session, waiting: list[Booking], one: Booking) -> None:
        calls = self.calls[session.begins]
        fresh = [other for other in waiting if not other.misses]
        if one.misses:
            assert len(calls) - self.away_at[one.id] >= self.house.again_after or not fresh, "called again too early"
            return
        alike = [other.queue or 0 for other in fresh if other.priority == one.priority]
        assert one.queue == min(alike), "not in the order of the numbers"
        early = [other.queue or 0 for other in fresh if other.priority]
        if self.house.priority == "none":
            assert one.queue == min(other.queue or 0 for other in fresh)
        elif early and not one.priority:
            assert self.house.priority == "every", "somebody with priority is called before all others"
            assert (one.queue or 0) < min(early), "priority makes nobody later"
            since = [other for other in calls if not other.misses][-(self.house.every - 1) :]
            assert len(since) < self.house.every - 1 or any(other.priority for other in since), "every n-th call"


TestClinic = Clinic.TestCase
TestClinic.settings = settings(max_examples=examples(15), stateful_step_count=40, deadline=None)

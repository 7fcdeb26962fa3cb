"""Where a ticket may go: the table of moves, and a machine that tries every one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eservices.complaints.ticket import MOVES, Event, ForbiddenMove, State, Ticket, may, moved
from tests.fixtures.whole import examples

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
DUE = NOW + timedelta(days=7)


def fresh(**said: object) -> Ticket:
    ticket = Ticket(
        number=1001, category="road", office="pupr", text="jalan rusak", channel="sms", opened_at=NOW, due_at=DUE
    )
    return replace(ticket, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_only_moves_of_the_table_are_made(state: State, event: Event) -> None:
    ticket = fresh(state=state)
    if (state, event) not in MOVES:
        assert not may(ticket, event)
        with pytest.raises(ForbiddenMove):
            moved(ticket, event, NOW, into=1002)
    else:
        assert moved(ticket, event, NOW, into=1002).state is MOVES[state, event]


def test_what_ended_stays_ended() -> None:
    ends = {State.MERGED, State.WITHDRAWN}
    assert [move for move in MOVES if move[0] in ends] == [(State.MERGED, Event.SPLIT)], "by a person's word alone"


def test_what_is_withheld_reaches_the_office_only_by_a_persons_word() -> None:
    out = {(event, to) for (state, event), to in MOVES.items() if state is State.WITHHELD and to.shown}
    assert out == {(Event.RELEASE, State.OPEN), (Event.DROP, State.CLOSED)}


def test_a_naive_instant_a_wrong_mark_and_a_merge_with_itself_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        moved(fresh(), Event.TAKE, datetime(2026, 1, 1))  # noqa: DTZ001
    for mark in (0, 6, -1):
        with pytest.raises(ValueError, match="rating"):
            moved(fresh(state=State.ANSWERED), Event.AGREE, NOW, rating=mark)
    for into in (None, 1001):
        with pytest.raises(ValueError, match="another"):
            moved(fresh(), Event.MERGE, NOW, into=into)


def test_belum_opens_again_counts_and_forgets_the_mark() -> None:
    rated = moved(fresh(state=State.ANSWERED), Event.AGREE, NOW, rating=5)
    later = DUE + timedelta(days=5)
    again = moved(rated, Event.NOT_YET, NOW, due_at=later)
    assert (again.state, again.reopened, again.rating, again.due_at) == (State.OPEN, 1, None, later)


class Machine(RuleBasedStateMachine):
    """One ticket, every event in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.ticket, self.at, self.answers, self.belum = fresh(), NOW, 0, 0

    @rule(event=st.sampled_from(Event), rating=st.sampled_from([None, 1, 5]), hours=st.integers(1, 200))
    def happens(self, event: Event, rating: int | None, hours: int) -> None:
        self.at += timedelta(hours=hours)
        before = self.ticket
        due = self.at + timedelta(days=3)
        try:
            self.ticket = moved(before, event, self.at, answer="sudah", rating=rating, due_at=due, into=7)
        except ForbiddenMove:
            assert self.ticket is before
            assert (before.state, event) not in MOVES
            return
        self.answers += event is Event.ANSWER
        self.belum += event is Event.NOT_YET
        assert self.ticket.moved_at == self.at

    @invariant()
    def what_it_says_of_itself_holds(self) -> None:
        ticket = self.ticket
        assert (ticket.merged_into is not None) is (ticket.state is State.MERGED)
        assert ticket.reopened == self.belum
        assert bool(ticket.answer) is bool(self.answers)
        assert ticket.state is not State.ANSWERED or ticket.answered_at is not None
        assert ticket.rating is None or ticket.state is State.CLOSED
        assert ticket.state.open is (ticket.state in (State.OPEN, State.WORKING))
        assert (ticket.number, ticket.category, ticket.text) == (1001, "road", "jalan rusak")


Machine.TestCase.settings = settings(max_examples=examples(80), stateful_step_count=20, deadline=None)
TestMachine = Machine.TestCase

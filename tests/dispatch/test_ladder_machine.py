"""The ladder under arbitrary outcomes, times and crashes: what must hold at every moment, whatever the network does."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from config.city import City, load_city
from dispatch.incident import Place, State
from dispatch.ladder import Effect, EffectKind, EffectState, people
from dispatch.ledger import talking
from dispatch.plan import Answer, EffectRow
from dispatch.sirens import proved
from ivr.leg import Outcome
from tests.fixtures.climb import CALLER, Climb, emergency
from tests.fixtures.whole import examples

CITIES: tuple[City, ...] = (load_city("binjai"), load_city("tests/fixtures/tinytown"))
LAST_WORDS = {"accepted", "offer_accepted", "offer_taken", "offer_cancelled"}
CALLS = (EffectKind.CALL, EffectKind.SIREN, EffectKind.CALL_BACK)


class LadderMachine(RuleBasedStateMachine):
    """The world around the ladder. It is asked after every event, as the loop does."""

    climb: Climb
    asked: list[Effect]

    @initialize(
        city=st.sampled_from(CITIES),
        pending=st.booleans(),
        allowed=st.booleans(),
        quiet=st.booleans(),
        kind=st.sampled_from(["robbery", "fire", "sos"]),
    )
    def report(self, city: City, pending: bool, allowed: bool, quiet: bool, kind: str) -> None:
        incident = emergency(city, siren_allowed=allowed, registered=allowed, quiet=quiet, kind=kind)
        if pending:
            incident = replace(incident, state=State.PENDING, confirmed_at=None)
        self.climb = Climb(city, incident)
        self.last_words: set[str] = set()
        self.ended = False
        self.ask()

    def ask(self) -> None:
        self.asked = self.climb.ask()

    # -- time --------------------------------------------------------------------------------------------------------

    @rule(seconds=st.one_of(st.floats(0.001, 90), st.floats(90, 5000)))
    def time_passes(self, seconds: float) -> None:
        self.climb.now += timedelta(seconds=seconds)
        self.ask()

    @precondition(lambda self: self.climb.plan.wake_at is not None)
    @rule()
    def the_timer_goes_off(self) -> None:
        self.asked = self.climb.sleep()

    # -- the network -------------------------------------------------------------------------------------------------

    def pick(self, which: int, *states: EffectState) -> str | None:
        rows = [row for row in self.climb.rows if row.effect.kind in CALLS and row.state in states]
        return rows[which % len(rows)].effect.key if rows else None

    @rule(which=st.integers(0, 50))
    def a_call_is_claimed(self, which: int) -> None:
        if key := self.pick(which, EffectState.INTENDED):
            self.climb.claim(key)
            self.ask()

    @rule(which=st.integers(0, 50))
    def a_phone_begins_to_ring(self, which: int) -> None:
        if key := self.pick(which, EffectState.DOING):
            if self.climb.row(key).started_at is None:
                self.climb.alert(key)
            self.ask()

    @rule(which=st.integers(0, 50), outcome=st.sampled_from(list(Outcome)), pressed=st.sampled_from([None, "2", "1"]))
    def a_call_ends(self, which: int, outcome: Outcome, pressed: str | None) -> None:
        if key := self.pick(which, EffectState.DOING, EffectState.INTENDED):
            self.climb.settle(key, outcome, pressed if outcome is Outcome.ANSWERED else None)
            self.ask()

    @rule(which=st.integers(0, 50))
    def a_call_is_answered_where_nothing_can_be_said(self, which: int) -> None:
        if key := self.pick(which, EffectState.DOING):
            self.climb.settle(key, Outcome.ANSWERED)
            self.climb.change(key, answer=Answer.UNHEARD)
            self.ask()

    @rule(which=st.integers(0, 50), pressed=st.sampled_from([None, "2", "4"]))
    def somebody_hears_what_is_said_and_stays_on_the_line(self, which: int, pressed: str | None) -> None:
        if key := self.pick(which, EffectState.DOING):
            if self.climb.row(key).effect.kind is EffectKind.SIREN:
                return
            if self.climb.row(key).started_at is None:
                self.climb.alert(key)
            self.climb.change(key, answer=Answer.TOLD, pressed=pressed or self.climb.row(key).pressed)
            self.ask()

    @precondition(lambda self: bool(self.climb.open(EffectKind.CALL)))
    @rule()
    def the_officer_who_was_rung_last_cannot_come_and_listens_on(self) -> None:
        key = self.climb.open(EffectKind.CALL)[-1].effect.key
        if self.climb.row(key).started_at is None:
            self.climb.alert(key)
        self.climb.change(key, answer=Answer.TOLD, pressed="2")
        self.ask()

    @rule(which=st.integers(0, 50))
    def a_call_falls_to_another_leg_and_rings_there_anew(self, which: int) -> None:
        """The ladder's clock runs from the first ring; it hears nothing of the second."""
        if key := self.pick(which, EffectState.DOING):
            started_at = self.climb.row(key).started_at
            self.climb.now += timedelta(seconds=7)
            self.ask()
            assert self.climb.row(key).started_at == started_at

    @rule(outcome=st.sampled_from([Outcome.RANG, Outcome.BUSY, Outcome.UNREACHABLE]), steps=st.integers(2, 16))
    def one_after_another_does_not_take_it(self, outcome: Outcome, steps: int) -> None:
        for _ in range(steps):
            rows = [row for row in self.climb.open(EffectKind.CALL) if row.state is EffectState.INTENDED]
            if not rows:
                return
            self.climb.settle(rows[-1].effect.key, outcome)
            self.ask()

    @precondition(lambda self: bool(self.climb.open(EffectKind.SIREN)))
    @rule(relayed=st.booleans())
    def a_siren_rings_and_turns_the_call_away(self, relayed: bool) -> None:
        key = self.climb.open(EffectKind.SIREN)[0].effect.key
        self.climb.alert(key)
        self.climb.settle(key, Outcome.REJECTED)
        if relayed:
            self.climb.change(key, relayed_at=self.climb.now)
        self.ask()

    @precondition(lambda self: bool(self.climb.open(EffectKind.SIREN)))
    @rule()
    def a_siren_s_line_fails_until_its_pause_is_over(self) -> None:
        self.climb.settle(self.climb.open(EffectKind.SIREN)[0].effect.key, Outcome.FAILED)
        self.climb.now += timedelta(seconds=self.climb.city.clocks.siren_pause_s)
        self.ask()

    @rule(which=st.integers(0, 50))
    def a_relay_says_it_closed(self, which: int) -> None:
        sirens = [row for row in self.climb.rows if row.effect.kind is EffectKind.SIREN and row.attempted_at]
        if sirens:
            self.climb.change(sirens[which % len(sirens)].effect.key, relayed_at=self.climb.now)
            self.ask()

    @rule()
    def letters_leave(self) -> None:
        self.climb.send_letters()
        self.ask()

    @rule()
    def the_program_is_killed_and_starts_again(self) -> None:
        self.climb.crash()
        self.ask()

    @rule(which=st.integers(0, 5))
    def a_siren_is_found_dead(self, which: int) -> None:
        sirens = [station.siren.number for station in self.climb.city.stations.values() if station.siren]
        self.climb.dead.add(sirens[which % len(sirens)])
        self.ask()

    @rule(which=st.integers(0, 5))
    def another_incident_rings_a_siren(self, which: int) -> None:
        sirens = [station.siren.number for station in self.climb.city.stations.values() if station.siren]
        self.climb.rings[sirens[which % len(sirens)]] = self.climb.now
        self.ask()

    # -- people ------------------------------------------------------------------------------------------------------

    @rule()
    def somebody_presses_for_the_next_person(self) -> None:
        self.climb.hurried_at = self.climb.now
        self.ask()

    @rule(which=st.integers(0, 20))
    def an_officer_rings_back(self, which: int) -> None:
        folk = people(self.climb.view(), self.climb.city, self.climb.now)
        self.climb.recalls[folk[which % len(folk)].number] = self.climb.now
        self.ask()

    @rule()
    def a_person_vouches_for_the_caller(self) -> None:
        self.climb.incident = replace(self.climb.incident, siren_allowed=True, verified=True)
        self.ask()

    @rule(which=st.integers(0, 50))
    def the_place_becomes_known(self, which: int) -> None:
        areas = sorted(self.climb.city.areas)
        place = Place(kelurahan=areas[which % len(areas)])
        self.climb.incident = replace(self.climb.incident, place=place)
        self.climb.hurried_at = self.climb.now
        self.ask()

    @precondition(lambda self: self.climb.incident.state is State.PENDING)
    @rule()
    def the_caller_confirms(self) -> None:
        self.end_of(State.CONFIRMED)

    @precondition(lambda self: self.climb.incident.state is State.CONFIRMED and len(self.climb.rows) > 12)
    @rule(by=st.one_of(st.none(), st.integers(0, 20)))
    def somebody_accepts(self, by: int | None) -> None:
        offered = [row.effect.target for row in self.climb.rows if row.effect.kind is EffectKind.CALL]
        self.end_of(State.ACCEPTED, "operator" if by is None else offered[by % len(offered)])

    @precondition(lambda self: self.climb.incident.state.open and len(self.climb.rows) > 6)
    @rule(to=st.sampled_from([State.CANCELLED, State.CLOSED]))
    def it_is_called_off(self, to: State) -> None:
        self.end_of(to)

    def end_of(self, to: State, by: str | None = None) -> None:
        self.climb.to(to, by)
        self.ask()
        self.ended = self.climb.incident.state not in (State.PENDING, State.CONFIRMED)

    # -- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def a_confirmed_alarm_always_has_a_timer_and_never_a_long_one(self) -> None:
        climb = self.climb
        if climb.incident.state is not State.CONFIRMED:
            return
        assert climb.plan.wake_at is not None
        assert climb.now < climb.plan.wake_at
        longest = max(climb.city.clocks.one_line_s, climb.city.clocks.nobody_s)
        assert (climb.plan.wake_at - climb.now).total_seconds() <= longest

    @invariant()
    def while_somebody_was_not_tried_yet_a_call_is_under_way(self) -> None:
        climb = self.climb
        if climb.incident.state is not State.CONFIRMED:
            return
        calls = [row for row in climb.rows if row.effect.kind is EffectKind.CALL]
        round = max(row.effect.round for row in calls)
        busy = {row.effect.target for row in calls if row.effect.round == round or row.state.under_way}
        untried = [p for p in people(climb.view(), climb.city, climb.now) if p.number not in busy]
        busy_with_one = any(row.state.under_way for row in calls if row.effect.tier >= 0)
        assert not untried or busy_with_one or any(map(self.reads_his_sms, calls))

    def reads_his_sms(self, row: EffectRow) -> bool:
        """He answered a call that had no voice: as long as for a ring the code by SMS is waited for."""
        if row.answer is not Answer.UNHEARD or row.started_at is None:
            return False
        return self.climb.now < row.started_at + timedelta(seconds=self.climb.city.clocks.next_s)

    @invariant()
    def the_next_person_is_never_late(self) -> None:
        """Whoever was rung last has ``next_s`` from his first ring, and no longer than it takes him to say no."""
        climb = self.climb
        if climb.incident.state is not State.CONFIRMED:
            return
        calls = [row for row in climb.rows if row.effect.kind is EffectKind.CALL and row.effect.tier >= 0]
        round = max(row.effect.round for row in calls)
        called = {row.effect.target for row in climb.rows if row.effect.kind is EffectKind.CALL}
        untried = [p for p in people(climb.view(), climb.city, climb.now) if p.number not in called]
        last = max(
            (row for row in calls if row.effect.round == round), key=lambda row: (row.effect.tier, row.effect.wave)
        )
        if not untried or last.started_at is None:
            return
        assert last.pressed != "2"
        assert climb.now < last.started_at + timedelta(seconds=climb.city.clocks.next_s)

    @invariant()
    def who_waits_for_a_line_is_not_kept_waiting_by_a_talk(self) -> None:
        climb = self.climb
        if climb.incident.state is not State.CONFIRMED or not any(
            row.state is EffectState.INTENDED for row in climb.rows if row.effect.kind is EffectKind.CALL
        ):
            return
        limit = timedelta(seconds=climb.city.clocks.one_line_s)
        for row in climb.rows:
            if row.effect.kind is EffectKind.CALL and row.state is EffectState.DOING and row.started_at is not None:
                assert row.attempted_at is not None
                assert climb.now < row.attempted_at + limit

    @invariant()
    def silence_is_an_alarm_once_nobody_s_has_passed(self) -> None:
        climb = self.climb
        if climb.incident.state is not State.CONFIRMED or climb.incident.confirmed_at is None:
            return
        if (climb.now - climb.incident.confirmed_at).total_seconds() >= climb.city.clocks.nobody_s:
            assert climb.plan.alarm
            if not climb.incident.quiet:
                assert climb.texts("nobody") == [CALLER]

    @invariant()
    def no_key_is_given_twice(self) -> None:
        keys = Counter(row.effect.key for row in self.climb.rows)
        assert max(keys.values(), default=1) == 1
        named = Counter((row.effect.target, row.effect.name, row.effect.wave) for row in self.climb.rows)
        assert max(named.values(), default=1) == 1

    @invariant()
    def after_the_end_nothing_is_done_but_telling(self) -> None:
        if not self.ended:
            return
        assert all(effect.kind is EffectKind.TEXT and effect.text in LAST_WORDS for effect in self.asked)
        assert self.climb.plan.wake_at is None
        assert not self.climb.plan.alarm
        if self.climb.incident.state in (State.CANCELLED, State.CLOSED):
            left = [row for row in self.climb.rows if row.state.under_way and row.effect.kind is not EffectKind.TEXT]
            assert all(row.effect.kind is EffectKind.CALL_BACK and talking(row) for row in left)

    @invariant()
    def each_is_told_the_end_once_and_only_if_it_may_have_been_rung(self) -> None:
        told = Counter((row.effect.target, row.effect.text) for row in self.climb.rows if row.effect.text in LAST_WORDS)
        assert max(told.values(), default=1) == 1
        for target, text in told:
            if text != "accepted":
                assert any(row.effect.target == target and row.attempted_at for row in self.climb.rows)

    @invariant()
    def a_quiet_phone_stays_quiet(self) -> None:
        if self.climb.incident.quiet:
            assert CALLER not in {row.effect.target for row in self.climb.rows}

    @invariant()
    def nobody_is_called_twice_at_the_same_time(self) -> None:
        lines = Counter(row.effect.target for row in self.climb.open(EffectKind.CALL))
        assert max(lines.values(), default=1) == 1

    @invariant()
    def only_people_on_the_roster_and_sirens_of_the_city_are_rung(self) -> None:
        city = self.climb.city
        for row in self.climb.rows:
            if row.effect.kind is EffectKind.SIREN:
                assert city.siren_of(row.effect.target) is not None
            if row.effect.kind is EffectKind.CALL:
                assert row.effect.target in city.roster_numbers() | {post.number for post in city.operators}

    @invariant()
    def a_siren_is_rung_at_most_its_tries_a_round_and_once_a_window(self) -> None:
        climb = self.climb
        rings = [row for row in climb.rows if row.effect.kind is EffectKind.SIREN]
        a_round = Counter((row.effect.target, row.effect.round) for row in rings)
        assert max(a_round.values(), default=0) <= climb.city.clocks.siren_tries
        for effect in self.asked:
            station = climb.city.siren_of(effect.target)
            if effect.kind is not EffectKind.SIREN or station is None or station.siren is None:
                continue
            assert climb.incident.siren_allowed
            window = timedelta(seconds=climb.city.clocks.mass_s)
            for row in rings:
                if row.effect.target == effect.target and row.attempted_at and proved(row, station.siren):
                    assert row.attempted_at <= climb.now - window or row.effect.key == effect.key

    def teardown(self) -> None:
        """Once the faults stop, everybody on duty is rung again."""
        if not hasattr(self, "climb") or self.climb.incident.state is not State.CONFIRMED:
            return
        climb, begun = self.climb, len(self.climb.rows)
        for _ in range(60 + 2 * len(climb.city.shifts)):
            for row in climb.open(EffectKind.CALL):
                climb.now += timedelta(seconds=5)
                climb.settle(row.effect.key, Outcome.RANG)
            climb.send_letters()
            climb.sleep() if not climb.ask() else None
        again = {row.effect.target for row in climb.rows[begun:] if row.effect.kind is EffectKind.CALL}
        assert {person.number for person in people(climb.view(), climb.city, climb.now)} <= again


TestLadder = LadderMachine.TestCase
TestLadder.settings = settings(
    max_examples=examples(80), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)

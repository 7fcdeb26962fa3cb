"""The ladder, walked by hand over the shipped city and over the tiny one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.city import City, load_city
from dispatch.incident import Place, State
from dispatch.ladder import EffectKind, EffectState, people
from ivr.leg import Outcome
from tests.fixtures.climb import CALLER, EPOCH, Climb, emergency

NOT_ACCEPTED = [
    Outcome.RANG, Outcome.BUSY, Outcome.REJECTED, Outcome.UNREACHABLE, Outcome.NO_NETWORK, Outcome.FAILED,
    Outcome.ANSWERED,
]  # fmt: skip


@pytest.fixture(scope="module", params=["binjai", "tests/fixtures/tinytown"])
def city(request: pytest.FixtureRequest) -> City:
    return load_city(request.param)


@pytest.fixture(scope="module")
def large() -> City:
    return load_city("binjai")


@pytest.fixture
def climb(city: City) -> Climb:
    return Climb(city, emergency(city))


def first_call(climb: Climb) -> str:
    return climb.open(EffectKind.CALL)[0].effect.key


def first_siren(climb: Climb) -> str:
    return climb.open(EffectKind.SIREN)[0].effect.key


# -- the first seconds -------------------------------------------------------------------------------------------------


def test_a_confirmed_alarm_rings_the_siren_and_the_first_officer_at_once(climb: Climb) -> None:
    asked = climb.ask()
    folk = people(climb.view(), climb.city, climb.now)
    assert [effect.name for effect in asked] == ["siren", "text.offer", "call"]
    assert {effect.target for effect in asked[1:]} == {folk[0].number}
    assert asked[0].station == asked[2].station == (folk[0].station and folk[0].station.id)
    assert asked[1].offers
    assert climb.plan.wake_at is not None
    assert not climb.plan.alarm


def test_asking_twice_without_a_row_gives_the_same_keys(climb: Climb) -> None:
    from dispatch.ladder import next

    one, two = (next(climb.view(), climb.city, climb.now) for _ in range(2))
    assert one == two
    assert len({effect.key for effect in one.effects}) == len(one.effects)


def test_an_unregistered_caller_rings_officers_while_the_siren_waits_for_a_person(climb: Climb) -> None:
    climb.incident = emergency(climb.city, siren_allowed=False, registered=False)
    assert [effect.name for effect in climb.ask()] == ["text.offer_unverified", "call"]
    climb.incident = emergency(climb.city, siren_allowed=True, registered=False, verified=True)
    assert [effect.name for effect in climb.ask()] == ["siren"]


def test_outside_the_city_no_siren_sounds_and_headquarters_is_rung_first(large: City) -> None:
    climb = Climb(large, emergency(large, place=Place(outside=True)))
    assert [effect.name for effect in climb.ask()] == ["text.offer", "call"]
    assert large.stations[climb.rows[0].effect.station or ""].headquarters


def test_the_incident_s_own_station_goes_before_nearer_ones(large: City) -> None:
    chosen = next(
        id for id, station in large.stations.items() if "robbery" in station.kinds and not station.headquarters
    )
    climb = Climb(large, emergency(large, station=chosen))
    climb.ask()
    assert {row.effect.station for row in climb.rows} == {chosen}


# -- the next person ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", NOT_ACCEPTED)
def test_a_call_that_ends_without_acceptance_is_followed_by_the_next_person_at_once(
    climb: Climb, outcome: Outcome
) -> None:
    climb.ask()
    key = first_call(climb)
    climb.alert(key)
    climb.now += timedelta(seconds=4)
    climb.settle(key, outcome)
    assert "call" in [effect.name for effect in climb.ask()]
    assert len(climb.calls()) == 2
    assert climb.calls()[0] != climb.calls()[1]


def test_two_pressed_is_no_acceptance_and_the_next_person_is_rung(climb: Climb) -> None:
    climb.ask()
    climb.alert(first_call(climb))
    climb.settle(first_call(climb), Outcome.ANSWERED, pressed="2")
    climb.ask()
    assert len(climb.calls()) == 2


def test_a_phone_that_only_rings_is_followed_after_next_s_while_it_still_rings(climb: Climb) -> None:
    climb.ask()
    climb.now += timedelta(seconds=3)
    climb.alert(first_call(climb))
    climb.ask()
    assert climb.plan.wake_at is not None
    climb.pass_s(climb.city.clocks.next_s - 0.1)
    assert len(climb.calls()) == 1
    climb.pass_s(0.1)
    assert len(climb.calls()) == 2
    assert len(climb.open(EffectKind.CALL)) == 2


def test_a_call_that_finds_no_line_is_withdrawn_after_one_line_s_and_the_next_is_tried(climb: Climb) -> None:
    climb.ask()
    key = first_call(climb)
    climb.pass_s(climb.city.clocks.one_line_s)
    assert climb.row(key).state is EffectState.CANCELLED
    assert len(climb.calls()) == 2


def test_a_dial_that_never_rings_is_followed_after_one_line_s(climb: Climb) -> None:
    climb.ask()
    climb.claim(first_call(climb))
    climb.pass_s(climb.city.clocks.one_line_s)
    assert len(climb.calls()) == 2
    assert len(climb.open(EffectKind.CALL)) == 2, "it is on the wire: only the driver may end it"


def test_five_persons_are_rung_within_three_minutes_when_nobody_answers(large: City) -> None:
    climb = Climb(large, emergency(large))
    climb.ask()
    begun = {}
    while climb.now <= EPOCH + timedelta(minutes=3):
        for row in climb.open(EffectKind.CALL):
            if row.started_at is None:
                climb.now += timedelta(seconds=5)  # the network's set-up
                climb.alert(row.effect.key)
                begun[row.effect.key] = climb.now
            elif climb.now - row.started_at >= timedelta(seconds=large.clocks.ring_s):
                climb.settle(row.effect.key, Outcome.RANG)
        climb.ask()
        climb.pass_s(1)
    assert sum(at <= EPOCH + timedelta(minutes=3) for at in begun.values()) >= 5
    assert len(set(climb.calls()[:5])) == 5


def test_a_call_of_which_a_crash_left_no_account_is_made_again_once_then_the_next(climb: Climb) -> None:
    climb.ask()
    for expected in (1, 1, 2):
        climb.claim(first_call(climb))
        assert len(set(climb.calls())) == expected
        climb.crash()
        climb.ask()
    assert len({row.effect.key for row in climb.rows}) == len(climb.rows)


def test_who_is_asked_to_hurry_rings_the_next_person_now(climb: Climb) -> None:
    climb.ask()
    climb.alert(first_call(climb))
    climb.pass_s(2)
    climb.hurried_at = climb.now
    climb.ask()
    assert len(climb.calls()) == 2
    climb.pass_s(1)
    assert len(climb.calls()) == 2, "one request, one person"


def test_an_officer_who_rings_back_is_called_again_and_the_order_goes_on(climb: Climb) -> None:
    climb.ask()
    officer = climb.calls()[0]
    climb.alert(first_call(climb))
    climb.settle(first_call(climb), Outcome.RANG)
    climb.ask()
    climb.pass_s(5)
    climb.recalls[officer] = climb.now
    climb.ask()
    assert climb.calls().count(officer) == 2
    climb.pass_s(1)
    assert climb.calls().count(officer) == 2


def test_a_stranger_who_rings_is_not_called_by_the_ladder(climb: Climb) -> None:
    climb.ask()
    climb.recalls["+6281111111111"] = climb.now
    climb.pass_s(1)
    assert "+6281111111111" not in climb.calls()


def test_an_officer_who_reports_is_not_the_one_who_is_sent(city: City) -> None:
    climb = Climb(city, emergency(city))
    first = people(climb.view(), city, climb.now)[0].number
    climb.incident = emergency(city, caller=first)
    climb.ask()
    assert first not in climb.calls()


# -- round again -------------------------------------------------------------------------------------------------------


def walk_round(climb: Climb, outcome: Outcome = Outcome.RANG) -> None:
    """Everybody is rung once and nobody accepts."""
    climb.ask()
    this = climb.rows[-1].effect.round
    while any(row.effect.round == this for row in climb.open(EffectKind.CALL)):
        for row in climb.open(EffectKind.CALL):
            climb.alert(row.effect.key)
            climb.now += timedelta(seconds=climb.city.clocks.ring_s)
            climb.settle(row.effect.key, outcome)
        climb.send_letters()
        climb.ask()


def test_after_the_last_person_comes_a_pause_and_a_louder_round(climb: Climb) -> None:
    walk_round(climb)
    folk = [person.number for person in people(climb.view(), climb.city, climb.now)]
    assert climb.calls() == folk
    assert climb.plan.wake_at == climb.now + timedelta(seconds=climb.city.clocks.again_s)
    asked = climb.sleep()
    assert {effect.round for effect in asked} == {2}
    assert {effect.target for effect in asked if effect.text == "offer"} == set(folk), "everybody is texted at once"
    assert climb.calls(round=2) == folk[:1]
    assert climb.plan.alarm
    assert climb.texts("nobody_alarm"), "headquarters hears of it"


def test_the_ladder_never_ends_and_every_round_rings_everybody(climb: Climb) -> None:
    folk = [person.number for person in people(climb.view(), climb.city, climb.now)]
    for round in range(1, 8):
        walk_round(climb)
        assert sorted(climb.calls(round=round)) == sorted(folk)
        climb.sleep()
    keys = [row.effect.key for row in climb.rows]
    assert len(keys) == len(set(keys))


def test_calls_that_fail_at_once_do_not_make_a_busy_circle(climb: Climb) -> None:
    climb.ask()
    for _ in range(200):
        for row in climb.open(EffectKind.CALL):
            climb.settle(row.effect.key, Outcome.NO_NETWORK)
        if not climb.ask():
            climb.sleep()
    rounds = max(row.effect.round for row in climb.rows)
    assert (climb.now - EPOCH).total_seconds() >= (rounds - 1) * climb.city.clocks.again_s


def test_who_is_still_held_by_an_earlier_call_is_left_out_of_the_new_round(climb: Climb) -> None:
    climb.ask()
    held = climb.calls()[0]
    climb.claim(first_call(climb))
    climb.pass_s(climb.city.clocks.one_line_s)
    while max(row.effect.round for row in climb.rows) == 1:
        for row in climb.open(EffectKind.CALL):
            if row.effect.target != held:
                climb.settle(row.effect.key, Outcome.BUSY)
        if not climb.ask():
            climb.sleep()
    assert held not in climb.calls(round=2)
    assert climb.calls(round=2)


def test_no_second_offer_is_written_while_the_first_still_waits_to_leave(climb: Climb) -> None:
    walk_round(climb)
    unsent = climb.texts("offer")[0]
    row = next(row for row in climb.rows if row.effect.text == "offer" and row.effect.target == unsent)
    climb.change(row.effect.key, state=EffectState.INTENDED, attempted_at=None, settled_at=None)
    climb.sleep()
    assert climb.texts("offer").count(unsent) == 1


# -- nobody ------------------------------------------------------------------------------------------------------------


def test_after_nobody_s_the_resident_is_told_once_and_the_alarm_stays_until_somebody_accepts(climb: Climb) -> None:
    climb.ask()
    climb.alert(first_call(climb))
    climb.pass_s(climb.city.clocks.nobody_s - 1)
    assert climb.texts("nobody") == []
    climb.pass_s(1)
    assert climb.texts("nobody") == [CALLER]
    assert climb.plan.alarm
    assert climb.texts("nobody_alarm")
    climb.pass_s(1000)
    assert climb.texts("nobody") == [CALLER]
    assert climb.plan.alarm
    climb.to(State.ACCEPTED, climb.calls()[0])
    climb.ask()
    assert not climb.plan.alarm


@pytest.mark.parametrize("changes", [{"quiet": True}, {"caller": ""}, {"caller": "TELKOMSEL"}, {"caller": "3636"}])
def test_a_quiet_or_unanswerable_caller_is_never_written_to(climb: Climb, changes: dict[str, object]) -> None:
    climb.incident = emergency(climb.city, **changes)
    climb.ask()
    climb.pass_s(climb.city.clocks.nobody_s + 1)
    assert climb.plan.alarm
    climb.send_letters()
    climb.to(State.ACCEPTED, climb.calls()[0])
    climb.ask()
    assert climb.incident.caller not in {row.effect.target for row in climb.rows}


def test_a_city_without_anybody_on_duty_raises_the_alarm_and_looks_again(city: City) -> None:
    from dataclasses import replace

    empty = replace(city, shifts=(), operators=())
    climb = Climb(empty, emergency(empty))
    climb.ask()
    climb.pass_s(empty.clocks.nobody_s)
    assert climb.plan.alarm
    assert climb.plan.alarm_why
    assert climb.plan.wake_at is not None


# -- the end -----------------------------------------------------------------------------------------------------------


def test_acceptance_stops_everything_and_tells_the_resident_and_every_officer_who_was_rung(climb: Climb) -> None:
    climb.ask()
    climb.send_letters()
    climb.alert(first_call(climb))
    climb.settle(first_call(climb), Outcome.RANG)
    climb.ask()
    first, second = climb.calls()
    climb.alert(climb.open(EffectKind.CALL)[0].effect.key)
    climb.send_letters()
    climb.to(State.ACCEPTED, first)
    told = {(effect.text, effect.target) for effect in climb.ask()}
    assert told == {("accepted", CALLER), ("offer_accepted", first), ("offer_taken", second)}
    assert not climb.open(EffectKind.CALL)
    climb.send_letters()
    assert climb.pass_s(10_000) == []
    assert climb.plan.wake_at is None


def test_the_call_on_which_the_officer_accepts_is_not_cut_off(climb: Climb) -> None:
    climb.ask()
    climb.alert(first_call(climb))
    climb.change(climb.open(EffectKind.CALL)[0].effect.key, pressed="1")
    climb.to(State.ACCEPTED, climb.calls()[0])
    climb.ask()
    assert climb.open(EffectKind.CALL)


def test_the_call_to_an_officer_who_accepted_by_another_way_is_hung_up(climb: Climb) -> None:
    climb.ask()
    climb.alert(first_call(climb))
    climb.to(State.ACCEPTED, climb.calls()[0])
    climb.ask()
    assert not climb.open(EffectKind.CALL)


def test_an_offer_still_waiting_to_leave_is_withdrawn_and_its_officer_hears_nothing(climb: Climb) -> None:
    climb.ask()
    climb.withdraw(first_call(climb))
    climb.to(State.ACCEPTED, "page user")
    climb.ask()
    assert [row.effect.text for row in climb.open(EffectKind.TEXT)] == ["accepted"]


def test_a_cancelled_alarm_rings_nobody_more_and_tells_those_already_rung(climb: Climb) -> None:
    climb.ask()
    climb.claim(first_siren(climb))
    climb.alert(first_call(climb))
    climb.send_letters()
    climb.to(State.CANCELLED)
    asked = climb.ask()
    assert [(effect.text, effect.target) for effect in asked] == [("offer_cancelled", climb.calls()[0])]
    assert not climb.open(EffectKind.CALL)
    assert not climb.open(EffectKind.SIREN)
    climb.send_letters()
    assert climb.pass_s(10_000) == []


def test_an_alarm_cancelled_before_anybody_was_rung_tells_nobody(climb: Climb) -> None:
    climb.ask()
    climb.to(State.CANCELLED)
    assert climb.ask() == []
    assert not any(row.state.under_way for row in climb.rows)


# -- a missed call -----------------------------------------------------------------------------------------------------


def pending(climb: Climb, **changes: object) -> None:
    climb.incident = emergency(climb.city, state=State.PENDING, confirmed_at=None, **changes)


def test_a_missed_call_is_rung_back_and_asked_by_sms_and_nobody_else_is_disturbed(climb: Climb) -> None:
    pending(climb)
    assert [(effect.name, effect.target) for effect in climb.ask()] == [
        ("call_back", CALLER),
        ("text.ask_missed_call", CALLER),
    ]
    climb.settle(climb.rows[0].effect.key, Outcome.ANSWERED)
    assert climb.pass_s(30) == [], "until speech comes an answered call-back confirms nothing"
    assert not climb.plan.alarm
    climb.pass_s(climb.city.clocks.nobody_s)
    assert climb.plan.alarm, "a registered resident who gives no answer is a person's to judge"


def test_a_missed_call_of_a_quiet_or_withheld_number_is_never_rung_back_but_shown(climb: Climb) -> None:
    for changes in ({"quiet": True}, {"caller": ""}):
        pending(climb, **changes)
        assert climb.ask() == []
        assert climb.plan.alarm


def test_a_call_back_of_which_a_crash_left_no_account_is_made_again(climb: Climb) -> None:
    pending(climb)
    climb.ask()
    climb.claim(climb.rows[0].effect.key)
    climb.crash()
    assert [effect.key for effect in climb.ask()] == [f"1/{CALLER}/call_back/2"]


def test_once_confirmed_the_call_back_is_withdrawn_and_the_ladder_runs(climb: Climb) -> None:
    pending(climb)
    climb.ask()
    climb.to(State.CONFIRMED)
    assert "siren" in [effect.name for effect in climb.ask()]
    assert not climb.open(EffectKind.CALL_BACK)

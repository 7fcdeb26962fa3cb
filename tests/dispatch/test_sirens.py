"""The siren: at least once, with a cap, rung again only while unproved, and never twice in a window."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.city import City, Siren, load_city
from dispatch.incident import State
from dispatch.ladder import EffectKind, EffectRow
from dispatch.sirens import known_dead, proved
from ivr.leg import Outcome
from tests.fixtures.climb import EPOCH, Climb, emergency


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("binjai")


@pytest.fixture
def climb(city: City) -> Climb:
    climb = Climb(city, emergency(city))
    climb.ask()
    return climb


def siren_row(climb: Climb) -> EffectRow:
    return climb.open(EffectKind.SIREN)[0]


def siren_of(climb: Climb, row: EffectRow) -> Siren:
    siren = climb.city.stations[row.effect.station or ""].siren
    assert siren is not None
    return siren


def with_relay(city: City, relay: bool) -> City:
    """The city with every siren able, or unable, to send a relay SMS."""
    stations = {
        id: replace(station, siren=None if station.siren is None else replace(station.siren, relay=relay))
        for id, station in city.stations.items()
    }
    return replace(city, stations=stations)


@pytest.fixture(params=[True, False], ids=["relay", "no relay"])
def either(request: pytest.FixtureRequest, city: City) -> Climb:
    climb = Climb(with_relay(city, request.param), emergency(city))
    climb.ask()
    return climb


def heard(climb: Climb) -> None:
    """The siren rings, is rejected, and where it can it says that its relay closed."""
    row = siren_row(climb)
    climb.alert(row.effect.key)
    climb.now += timedelta(seconds=2)
    climb.settle(row.effect.key, Outcome.REJECTED)
    if siren_of(climb, row).relay:
        climb.change(row.effect.key, relayed_at=climb.now)


def until(climb: Climb, seconds: float) -> None:
    """Time passes; nobody answers any call."""
    end = climb.now + timedelta(seconds=seconds)
    while climb.now < end:
        climb.ask()
        step = min(climb.plan.wake_at or end, end)
        climb.now = max(step, climb.now + timedelta(milliseconds=1))
    climb.ask()


def test_a_siren_that_was_heard_is_not_rung_again_in_that_round(either: Climb) -> None:
    heard(either)
    until(either, 70)
    assert len(either.siren_rings()) == 1


def test_rejected_after_alerting_is_proof_only_where_no_relay_sms_is_expected(city: City) -> None:
    for relay, expected in ((True, False), (False, True)):
        climb = Climb(with_relay(city, relay), emergency(city))
        climb.ask()
        row = siren_row(climb)
        climb.alert(row.effect.key)
        climb.settle(row.effect.key, Outcome.REJECTED)
        assert proved(climb.row(row.effect.key), siren_of(climb, row)) is expected


def test_a_relay_sms_that_does_not_come_has_the_siren_rung_again_up_to_its_cap_then_the_next_one(city: City) -> None:
    climb = Climb(with_relay(city, True), emergency(city))
    climb.ask()
    mine = siren_row(climb).effect.station
    for ring in range(1, city.clocks.siren_tries + 1):
        row = siren_row(climb)
        assert row.effect.station == mine
        assert row.effect.wave == ring
        climb.alert(row.effect.key)
        climb.settle(row.effect.key, Outcome.REJECTED)
        climb.ask()
        assert not climb.open(EffectKind.SIREN), "the SMS is awaited first"
        climb.now += timedelta(seconds=max(city.clocks.siren_wait_s, city.clocks.siren_pause_s))
        climb.ask()
    assert siren_row(climb).effect.station != mine, "the next station's siren sounds in its stead"


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.ANSWERED, Outcome.RANG])
def test_a_siren_that_cannot_be_had_gives_way_to_the_next_station_s_at_once(either: Climb, outcome: Outcome) -> None:
    row = siren_row(either)
    if outcome is not Outcome.UNREACHABLE:
        either.alert(row.effect.key)
    either.settle(row.effect.key, outcome)
    assert known_dead(either.row(row.effect.key), siren_of(either, row))
    asked = [effect for effect in either.ask() if effect.kind is EffectKind.SIREN]
    assert [effect.station for effect in asked] != [row.effect.station]
    assert len(asked) == 1


def test_released_without_ever_alerting_is_unreachable(either: Climb) -> None:
    row = siren_row(either)
    either.settle(row.effect.key, Outcome.REJECTED)
    assert not proved(either.row(row.effect.key), siren_of(either, row))
    assert known_dead(either.row(row.effect.key), siren_of(either, row))


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.NO_NETWORK, Outcome.FAILED])
def test_a_ring_that_failed_on_our_side_is_tried_again_after_a_pause(either: Climb, outcome: Outcome) -> None:
    row = siren_row(either)
    either.settle(row.effect.key, outcome)
    assert not [effect for effect in either.ask() if effect.kind is EffectKind.SIREN]
    either.now += timedelta(seconds=either.city.clocks.siren_pause_s)
    assert [effect.target for effect in either.ask() if effect.kind is EffectKind.SIREN] == [row.effect.target]


def test_a_ring_of_unknown_fate_is_repeated_once_for_each_crash(either: Climb) -> None:
    either.claim(siren_row(either).effect.key)
    either.crash()
    either.ask()
    assert len(either.siren_rings()) == 2
    heard(either)
    until(either, 50)
    assert len(either.siren_rings()) == 2


def test_the_relay_sms_of_a_ring_that_a_crash_cut_off_is_proof_enough(either: Climb) -> None:
    row = siren_row(either)
    either.claim(row.effect.key)
    either.crash()
    either.change(row.effect.key, relayed_at=either.now)
    either.ask()
    assert len(either.siren_rings()) == 1


def test_a_siren_known_dead_is_not_the_first_choice(city: City) -> None:
    climb = Climb(city, emergency(city))
    climb.ask()
    first = siren_row(climb)
    later = Climb(city, emergency(city), dead={first.effect.target})
    later.ask()
    assert siren_row(later).effect.target != first.effect.target
    assert later.calls() != climb.calls()


def test_another_incident_s_ring_counts_within_the_window_and_not_after_it(city: City) -> None:
    probe = Climb(city, emergency(city))
    probe.ask()
    target = siren_row(probe).effect.target
    climb = Climb(city, emergency(city), rings={target: EPOCH - timedelta(seconds=10)})
    climb.ask()
    assert climb.siren_rings() == []
    assert climb.calls(), "the officers are rung all the same"
    climb.alert(climb.open(EffectKind.CALL)[0].effect.key)
    climb.pass_s(city.clocks.mass_s - 10)
    assert [row.effect.target for row in climb.open(EffectKind.SIREN)] == [target]


def test_the_next_station_s_siren_sounds_when_its_people_are_reached(either: Climb) -> None:
    heard(either)
    stations = list(either.siren_rings())
    while len(set(either.siren_rings())) < 2:
        row = either.open(EffectKind.CALL)[0]
        either.alert(row.effect.key)
        either.settle(row.effect.key, Outcome.BUSY)
        either.ask()
        assert len(either.calls()) < 5
    second = either.siren_rings()[1]
    assert second not in stations
    assert second == either.rows[-1].effect.station


def test_acceptance_lets_a_sounding_siren_end_and_rings_no_other(either: Climb) -> None:
    either.claim(siren_row(either).effect.key)
    either.to(State.ACCEPTED, "somebody")
    either.ask()
    assert len(either.open(EffectKind.SIREN)) == 1
    either.crash()
    either.ask()
    assert len(either.siren_rings()) == 1


def test_a_siren_is_not_rung_again_while_its_relay_sms_may_still_come(city: City) -> None:
    climb = Climb(with_relay(city, True), emergency(city))
    climb.ask()
    row = siren_row(climb)
    climb.alert(row.effect.key)
    climb.settle(row.effect.key, Outcome.REJECTED)
    until(climb, city.clocks.siren_wait_s - 1)
    assert not [one for one in climb.open(EffectKind.SIREN) if one.effect.target == row.effect.target]

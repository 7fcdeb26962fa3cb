"""Which channel carries a letter: by lane, by health, by cost, by the way its question came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.messages import Lane
from gateway.route import GIVEN_UP_S, OCCUPIED_S, PATIENCE_S, Errand, Way, may, takes
from tests.gateway.room import EPOCH, SITI, letter

E, S, B = Lane.EMERGENCY, Lane.SERVICE, Lane.BULK


def way(name: str, *, lanes: Collection[Lane] = (E, S, B), price: float = 0.0, **changes: Any) -> Way:
    return Way(name=name, serves=lambda to, lane: lane in lanes, cost=lambda letter: price, **changes)


def errand(lane: Lane, *, channel: str | None = None, **changes: Any) -> Errand:
    one = letter("halo", SITI, lane=lane, channel=channel, expires_at=EPOCH + timedelta(hours=1))
    return Errand(letter=one, **changes)


def takers(lane: Lane, *ways: Way, **changes: Any) -> str:
    """The names of the well channels that would take it, in order."""
    asked = errand(lane, **changes)
    return " ".join(one.name for one in ways if one.well and takes(asked, one.name, ways))


CALLS = way("calls", lanes=(E,), calls=True)

TABLE = [
    # -- emergencies: any channel, the better ones first
    ("any of equals", E, [way("a"), way("b", price=500)], {}, "a b"),
    ("a free one before one that a call holds", E, [way("a", occupied=True), way("b")], {}, "b"),
    ("any where calls hold all", E, [way("a", occupied=True), way("b", occupied=True)], {}, "a b"),
    ("a well one before one that rests", E, [way("a", rests=True), way("b")], {}, "b"),
    ("one that rests where there is no other", E, [way("a", rests=True), way("b", well=False)], {}, "a"),
    ("one whose ceiling is reached", E, [way("a", full=True)], {}, "a"),
    ("not again the one from which it came back", E, [way("a"), way("b")], {"tried": "a"}, "b"),
    (
        "the one from which it came back where no other is well",
        E,
        [way("a"), way("b", well=False)],
        {"tried": "a"},
        "a",
    ),
    ("not one on which it is in doubt", E, [way("a"), way("b")], {"barred": frozenset("a")}, "b"),
    ("none where all are in doubt", E, [way("a")], {"barred": frozenset("a")}, ""),
    ("a modem kept for calls last", E, [CALLS, way("a")], {}, "a"),
    ("a modem kept for calls before none", E, [CALLS, way("a", well=False)], {}, "calls"),
    ("an occupied one before a modem kept for calls", E, [CALLS, way("a", occupied=True)], {}, "a"),
    ("the one that was asked for", E, [way("a"), way("b")], {"channel": "b"}, "b"),
    ("after a while any", E, [way("a", occupied=True), way("b")], {"waited_s": PATIENCE_S[E]}, "a b"),
    ("the way its question came says nothing", E, [way("a"), way("b")], {"prefer": "b"}, "a b"),
    # -- replies: the way the question came
    ("the way its question came", S, [way("a"), way("b", price=900)], {"prefer": "b"}, "b"),
    ("another where that is not well", S, [way("a"), way("b", well=False)], {"prefer": "b"}, "a"),
    ("it waits a little for a call's end", S, [way("a"), way("b", occupied=True)], {"prefer": "b"}, "b"),
    (
        "but not for long",
        S,
        [way("a"), way("b", occupied=True)],
        {"prefer": "b", "waited_s": OCCUPIED_S},
        "a",
    ),
    ("not the one from which it came back", S, [way("a"), way("b")], {"prefer": "b", "tried": "b"}, "a"),
    ("the cheaper", S, [way("a", price=350), way("b", price=150)], {}, "b"),
    ("the free before the cheap", S, [way("a", price=350), way("b", price=150, occupied=True)], {}, "a"),
    ("after a while any", S, [way("a", price=350), way("b", price=150)], {"waited_s": PATIENCE_S[S]}, "a b"),
    ("not one that rests", S, [way("a", rests=True), way("b", price=9)], {"prefer": "a"}, "b"),
    ("not one that rests, even alone", S, [way("a", rests=True)], {"waited_s": 1e6}, ""),
    ("not one whose ceiling is reached", S, [way("a", full=True), way("b", price=9)], {"prefer": "a"}, "b"),
    ("never a modem kept for calls", S, [CALLS], {"waited_s": 1e6}, ""),
    ("a channel that is gone says nothing", S, [way("a"), way("b")], {"prefer": "old"}, "a b"),
    # -- bulk: the cheapest, and never a modem kept for calls
    ("any of the cheapest", B, [way("a"), way("b"), way("c", price=1)], {}, "a b"),
    ("it waits for the cheapest", B, [way("a", price=9), way("b", well=False)], {"waited_s": 1e6}, ""),
    ("an hour at most", B, [way("a", price=9), way("b", well=False, down_s=GIVEN_UP_S)], {}, "a"),
    ("not the dear where the cheap one's ceiling is reached", B, [way("a", price=9), way("b", full=True)], {}, ""),
    ("not the last modem that can call", B, [way("m", calls=True), way("p", price=500)], {}, "p"),
    ("nor where the provider is down", B, [way("m", calls=True), way("p", well=False)], {"waited_s": 1e6}, ""),
    ("two modems that can call", B, [way("m", calls=True), way("n", calls=True)], {}, "m n"),
    ("one of them lost", B, [way("m", calls=True), way("n", calls=True, well=False)], {}, ""),
    ("a modem beside one kept for calls", B, [way("m", calls=True), CALLS], {}, "m"),
    ("the only way there is", B, [way("m", calls=True)], {}, "m"),
    ("a modem for letters only", B, [way("m"), way("p", price=500)], {}, "m"),
    ("the free before the occupied", B, [way("a", occupied=True), way("b")], {}, "b"),
    ("the one that was asked for", B, [way("m", calls=True), way("p")], {"channel": "m"}, "m"),
]


@pytest.mark.parametrize(
    ("case", "lane", "ways", "changes", "who"), TABLE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_who_takes_it(case: str, lane: Lane, ways: list[Way], changes: dict[str, Any], who: str) -> None:
    assert takers(lane, *ways, **changes) == who, case


WAYS = st.lists(
    st.builds(
        way,
        st.sampled_from("abcd"),
        lanes=st.sampled_from([(E, S, B), (E, S), (E,), ()]),
        price=st.sampled_from([0.0, 150.0, 350.0]),
        calls=st.booleans(),
        well=st.booleans(),
        occupied=st.booleans(),
        rests=st.booleans(),
        full=st.booleans(),
        down_s=st.sampled_from([0.0, 5000.0]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one.name,
)


@given(WAYS, st.sampled_from(list(Lane)), st.sampled_from(["", "a", "b"]), st.sampled_from(["", "a"]))
def test_a_letter_that_a_well_channel_may_carry_is_taken_by_one(
    ways: list[Way], lane: Lane, prefer: str, tried: str
) -> None:
    """No two channels leave a letter to each other for ever."""
    asked = errand(lane, prefer=prefer, tried=tried)
    able = [one for one in ways if one.well and may(asked, one, ways)]
    assert bool(able) == any(takes(asked, one.name, ways) for one in able)
    patient = errand(lane, prefer=prefer, tried=tried, waited_s=1e9)
    if lane is not Lane.BULK:
        assert all(takes(patient, one.name, ways) for one in ways if may(patient, one, ways))


@given(WAYS)
def test_an_emergency_goes_wherever_any_well_channel_serves(ways: list[Way]) -> None:
    able = [one for one in ways if one.well and one.serves(SITI, E)]
    assert bool(able) == any(takes(errand(E), one.name, ways) for one in able)


@given(WAYS)
def test_bulk_never_takes_the_last_modem_that_can_call_while_it_has_another_way(ways: list[Way]) -> None:
    callers = [one for one in ways if one.calls and one.well]
    if len(callers) == 1 and len([one for one in ways if one.serves(SITI, B)]) > 1:
        assert not takes(errand(B, waited_s=1e9), callers[0].name, ways)

"""Reading stays as good as it was: the texts say what they must, and the figures of the held half keep their floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from config.city import City, load_city
from dispatch.incident import Place
from dispatch.reading import Act, Intent
from tests.judge.corpus import ANY, Entry, Half, Source, Where, authored, corpus, half
from tests.judge.figures import Share, groups, halves, shares
from tests.judge.judging import Judged, Placed, judge, placed

AT_LEAST_AUTHORED = 2600
# What held on the day they were written, less a few texts: who makes reading better raises them.
FLOORS = {
    "emergency: ring": 0.75,
    "emergency: ring or person": 0.94,
    "emergency without a keyword: ring or person": 0.70,
    "kind right, of those that reached a person": 0.95,
    "quiet kept": 0.90,
    "intent right, authored": 0.86,
    "place right, authored": 0.93,
    "place right, real addresses": 0.98,
}
CEILINGS = {
    "false rings, authored": 0.028,
    "false rings, real tweets": 0.01,
    "person told for nothing, authored": 0.04,
    "person told for nothing, real tweets": 0.01,
    "quiet for nothing": 0.005,
    "place wrong, authored": 0.01,
    "place wrong, real addresses": 0.01,
    "place invented, where none is named": 0.01,
}


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("binjai")


@pytest.fixture(scope="module")
def entries(city: City) -> list[Entry]:
    return corpus(city)


@pytest.fixture(scope="module")
def judged(city: City, entries: list[Entry]) -> list[Judged]:
    return judge(entries, city)


@pytest.fixture(scope="module")
def held(judged: list[Judged]) -> Mapping[str, Share]:
    return {share.name: share for share in shares(halves(judged)[Half.HELD])}


def test_every_text_stands_once_with_labels_that_are_known(city: City, entries: list[Entry]) -> None:
    kinds = {code.kind for code in city.codes} | {ANY}
    for entry in entries:
        assert entry.intents <= set(Intent), entry.origin
        assert entry.acts <= set(Act), entry.origin
        assert entry.kinds <= kinds, entry.origin
        assert entry.kinds or not entry.emergency, entry.origin
    twice = [text for text, count in Counter(entry.text for entry in entries).items() if count > 1]
    assert twice == []


def test_enough_is_authored_and_both_halves_have_of_every_kind(city: City) -> None:
    texts = authored(city)
    assert len(texts) >= AT_LEAST_AUTHORED
    for group, halves_seen in _halves_by_group(texts).items():
        assert halves_seen == set(Half), group


def _halves_by_group(texts: list[Entry]) -> dict[str, set[Half]]:
    found: dict[str, set[Half]] = {}
    for entry in texts:
        found.setdefault(entry.group, set()).add(entry.half)
    return found


def test_a_text_stays_in_its_half() -> None:
    assert half("sos") is Half.HELD
    assert half("rampok") is Half.DEV


def test_every_text_is_read_without_a_fault(judged: list[Judged], entries: list[Entry]) -> None:
    assert len(judged) == len(entries)
    assert sum(counted["texts"] for counted in groups(judged).values()) == len(entries)
    assert all(one.reading is not None for one in judged if one.entry.source is not Source.ADDRESSES)


@pytest.mark.parametrize("name", FLOORS)
def test_on_the_held_half_is_not_below(name: str, held: Mapping[str, Share]) -> None:
    assert held[name].rate >= FLOORS[name], f"{held[name]}: python -m tests.judge.judge --show"


@pytest.mark.parametrize("name", CEILINGS)
def test_on_the_held_half_is_not_above(name: str, held: Mapping[str, Share]) -> None:
    assert held[name].rate <= CEILINGS[name], f"{held[name]}: python -m tests.judge.judge --show"


ONE, OTHER, THIRD = "12.75.03.1004", "12.75.01.1004", "12.75.01.1005"


@pytest.mark.parametrize(
    ("where", "place", "verdict"),
    [
        (Where(codes=frozenset({ONE})), Place(kelurahan=ONE), Placed.RIGHT),
        (Where(codes=frozenset({ONE})), Place(kelurahan=OTHER), Placed.WRONG),
        (Where(codes=frozenset({ONE})), Place(outside=True), Placed.WRONG),
        (Where(codes=frozenset({ONE})), Place(candidates=(ONE, OTHER)), Placed.ASKED),
        (Where(codes=frozenset({ONE})), Place(candidates=(THIRD, OTHER)), Placed.WRONG),
        (Where(codes=frozenset({ONE})), Place(), Placed.ASKED),
        (Where(codes=frozenset({ONE, OTHER})), Place(candidates=(ONE, OTHER)), Placed.RIGHT),
        (Where(codes=frozenset({ONE, OTHER})), Place(kelurahan=ONE), Placed.WRONG),
        (Where(codes=frozenset({OTHER, THIRD}), district=True), Place(kelurahan=THIRD), Placed.RIGHT),
        (Where(codes=frozenset({OTHER, THIRD}), district=True), Place(kelurahan=ONE), Placed.WRONG),
        (Where(outside=True), Place(outside=True), Placed.RIGHT),
        (Where(outside=True), Place(kelurahan=ONE), Placed.WRONG),
        (Where(outside=True), Place(), Placed.ASKED),
        (Where(), Place(kelurahan=ONE), Placed.INVENTED),
        (Where(), Place(), Placed.SILENT),
        (Where(judged=False), Place(kelurahan=ONE), Placed.UNJUDGED),
    ],
)
def test_a_wrong_place_is_told_from_a_question(where: Where, place: Place, verdict: Placed) -> None:
    assert placed(where, place) is verdict

"""Seeded stories: people, modems, networks, sirens and crashes as chance has them. Each holds the laws."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.fixtures.engines import POSTGRES
from tests.fixtures.whole import WHOLE
from tests.simulator.play import Played, play
from tests.simulator.soak import replay

SEEDS = 500 if WHOLE else 30
SHARED_SEEDS = 8 if WHOLE else 4  # on PostgreSQL, where a commit is a way to the server and back
A_TEST = 10  # seeds a test, so that workers share them evenly


def _first(seeds: int, a_test: int) -> list[object]:
    """The first seed of each test: the first test is of every run, the others are more of the same."""
    rest = pytest.mark.rest("more seeds")
    return [pytest.param(first, marks=rest if first else ()) for first in range(0, seeds, a_test)]


@pytest.mark.parametrize("first", _first(SEEDS, A_TEST))
def test_the_laws_hold_in_every_story(first: int) -> None:
    played = _hold(range(first, first + A_TEST))
    if first == 0:  # the generator still makes crashes and incidents; else all this proves nothing
        assert sum(len(one.deaths) for one in played) >= 3
        assert sum(one.incidents for one in played) >= A_TEST


@pytest.mark.engine(POSTGRES)
@pytest.mark.parametrize("first", _first(SHARED_SEEDS, SHARED_SEEDS // 2))
def test_the_laws_hold_on_a_server_too(first: int) -> None:
    _hold(range(first, first + SHARED_SEEDS // 2))


def _hold(seeds: Iterable[int]) -> list[Played]:
    every = [play(seed) for seed in seeds]
    lines = [f"seed {one.seed}: {finding} (replay: {replay(one.seed)})" for one in every for finding in one.findings]
    assert not lines, "\n" + "\n".join(lines)
    return every


def test_a_seed_is_the_same_story_each_time() -> None:
    assert play(3) == play(3)

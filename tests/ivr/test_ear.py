"""Is it a machine? In doubt it is none. The whole table: python -m tests.ivr.ear_table."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.ear import Ear
from ivr.recorder import LEAST_VOICE_S
from modem.voice import RATE
from tests.fixtures.whole import examples
from tests.ivr.coding import gsm, needs_espeak, needs_sox
from tests.ivr.ear_table import MACHINES, SOUNDS, machine, street
from tests.ivr.keypad import pressed
from tests.ivr.talking import joined, spoken


@needs_espeak
@needs_sox
@pytest.mark.parametrize("name", SOUNDS)
def test_a_machine_is_told_from_a_person_and_in_doubt_it_is_none(name: str) -> None:
    for sound in SOUNDS[name]("id+f3")[:3]:
        assert machine(gsm(sound)) == (name in MACHINES)


@needs_espeak
def test_it_says_so_only_when_it_has_heard_it_all() -> None:
    (sound,) = SOUNDS["a mailbox: a greeting, a beep, silence"]("id+m3")[:1]
    ear, told = Ear(), []
    for at in range(0, len(sound), 1600):
        ear.feed(sound[at : at + 1600])
        told.append(ear.machine)
    assert told == sorted(told)
    assert told.index(True) * 0.1 == pytest.approx(len(sound) / 2 / RATE - 5 + 2, abs=0.4)


@pytest.mark.parametrize("dbfs", [-60, -45, -30, -20])
def test_noise_is_no_machine_and_keys_are_none(dbfs: float) -> None:
    assert not machine(street(20, dbfs))
    assert not machine(pressed("1590*#" * 3, ms=400) + bytes(5 * 2 * RATE))


@needs_espeak
@given(cuts=st.lists(st.integers(0, 200_000), max_size=12))
@settings(max_examples=examples(10), deadline=None)
def test_the_cut_of_the_sound_changes_nothing(cuts: list[int]) -> None:
    sound = joined(0.5, _cry(), 1.0)
    whole, pieces = Ear(), Ear()
    whole.feed(sound)
    edges = sorted({0, len(sound), *(min(cut, len(sound)) for cut in cuts)})
    for at, end in pairwise(edges):
        pieces.feed(sound[at:end])
    assert (pieces.voice_s, pieces.machine) == (whole.voice_s, whole.machine)
    assert whole.voice_s > LEAST_VOICE_S


@cache
def _cry() -> bytes:
    return spoken("Tolong, ada api.")

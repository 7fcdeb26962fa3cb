"""Whatever a person does on a line, each turn is taken at most once, in order, and the call ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import VirtualClock
from ivr.bridge import Exchange
from ivr.conversation import Turn
from ivr.events import End, Hold, Join, Joined, Listen, Pressed, Record, Recorded, Silence
from ivr.media import Speaker
from ivr.presses import SAME_S, By, Presses
from modem.port import PortLost
from tests.fixtures.whole import examples
from tests.ivr.far_end import FarAudio, FarLine, ToneVoice, Turns, play, words
from tests.ivr.keypad import pressed
from tests.ivr.test_media_calls import VOICE

LONGEST_S = 400.0  # six turns, each at most: eight seconds of words, twenty of recording, typing of 32 keys


@dataclass(frozen=True)
class Does:
    """Something that happens on the line: a key as a tone, as a report, or as both; a word; the end."""

    at_s: float
    what: str
    key: str = ""
    ms: int = 100


keys = st.sampled_from("0123456789*#")
things = st.lists(
    st.builds(
        Does,
        at_s=st.floats(0, 40).map(lambda at: round(at, 2)),
        what=st.sampled_from(["tone", "tone", "report", "both", "speaks", "hangs up", "unplugged", "wanted"]),
        key=keys,
        ms=st.sampled_from([20, 45, 100, 700]),
    ),
    max_size=12,
)
says = st.lists(st.sampled_from(["satu", "dua", "tiga"]), max_size=3).map(lambda texts: words(*texts))
thens = st.one_of(
    st.builds(Listen, keys=st.text(keys, max_size=4), timeout_s=st.sampled_from([1.0, 5.0])),
    st.builds(Record, most_s=st.sampled_from([0.0, 6.0]), timeout_s=st.sampled_from([1.0, 4.0])),
    st.builds(Hold, seconds=st.sampled_from([1.0, 7.0]), keys=st.text(keys, max_size=3)),
    st.just(Join("+6281200000009")),
)


def happens(one: Does, line: FarLine, audio: FarAudio, call: asyncio.Task[bool]) -> None:
    if one.what in ("tone", "both"):
        audio.play(pressed(one.key, ms=one.ms))
    if one.what in ("report", "both"):
        line.keys.put_nowait(one.key)
    if one.what == "speaks":
        audio.play(VOICE)
    if one.what == "hangs up":
        call.cancel()
    if one.what == "unplugged":
        audio.lost = True
    if one.what == "wanted":
        line.wanted.set()


@given(
    turns=st.lists(st.tuples(says, thens), min_size=1, max_size=5),
    does=things,
    takes_s=st.sampled_from([0.0, 0.3]),
    late_s=st.sampled_from([0.0, 0.5]),
    pace_s=st.sampled_from([0.02, 0.1]),
)
@settings(max_examples=examples(60), deadline=None)
def test_whatever_the_person_does_each_turn_is_taken_once_and_the_call_ends(
    turns: list[tuple[tuple[object, ...], object]], does: list[Does], takes_s: float, late_s: float, pace_s: float
) -> None:
    async def scene(clock: VirtualClock) -> None:
        said = [Turn(seq=nth, say=say, then=then) for nth, (say, then) in enumerate(turns, start=1)]  # type: ignore[arg-type]
        talk = Turns(clock, [*said, Turn(seq=len(said) + 1, say=words("selesai"), then=End())], takes_s)
        line = FarLine(audio := FarAudio(clock, step_s=pace_s))
        speaker = Speaker(ToneVoice(clock, late_s=late_s), clock, pace_s=pace_s)
        call = asyncio.create_task(speaker.run(line, talk, Exchange()))
        for one in does:
            asyncio.get_running_loop().call_at(one.at_s, happens, one, line, audio, call)
        done, _ = await asyncio.wait({call}, timeout=LONGEST_S)
        assert done, "the call did not end"
        assert call.cancelled() or isinstance(call.exception(), PortLost) or call.result() is True
        assert [seq for seq, _ in talk.taken] == list(range(1, len(talk.taken) + 1))
        for seq, event in talk.taken:
            fits = {
                Listen: (Pressed, Silence),
                Record: (Pressed, Recorded, Silence),
                Hold: (Pressed, Silence),
                Join: (Joined,),
            }
            assert isinstance(event, fits[type(said[seq - 1].then)])
            then = said[seq - 1].then
            if isinstance(then, Hold) and isinstance(event, Pressed):
                assert event.keys in then.keys
        if talk.taken and not any(turn.say for turn in said):  # nothing was ever said: no key answers anything
            assert not any(isinstance(event, Pressed) for _, event in talk.taken)

    play(scene)


# -- presses


reports = st.lists(
    st.tuples(keys, st.sampled_from([By.EAR, By.MODEM]), st.floats(0, 5).map(lambda at: round(at, 2))), max_size=30
)


@given(reports)
def test_each_press_is_told_once_and_none_is_lost(heard: list[tuple[str, By, float]]) -> None:
    presses = Presses()
    for key, by, at in sorted(heard, key=lambda one: one[2]):
        presses.hear(key, by, at)
    told = []
    while (one := presses.take()) is not None:
        told.append(one)
    for key in "0123456789*#":
        each = [sum(one[0] == key and one[1] is by for one in heard) for by in By]
        assert max(each) <= sum(one.key == key for one in told) <= sum(each)


def test_a_key_pressed_twice_quickly_is_two_whoever_missed_which() -> None:
    for first, second in ((By.EAR, By.MODEM), (By.MODEM, By.EAR)):
        presses = Presses()
        for by, at in ((first, 1.0), (second, 1.1), (second, 1.25)):
            presses.hear("1", by, at)
        assert presses.take() is not None
        assert presses.take() is not None
        assert presses.take() is None


@given(st.lists(st.tuples(keys, st.floats(0.35, 2)), max_size=20), st.floats(0, SAME_S - 0.01))
def test_two_who_hear_the_same_tell_it_once(pressed_ones: list[tuple[str, float]], later_s: float) -> None:
    presses, now = Presses(), 0.0
    for key, after_s in pressed_ones:
        now += after_s
        presses.hear(key, By.EAR, now)
        presses.hear(key, By.MODEM, now + later_s)
    told = ""
    while (one := presses.take()) is not None:
        told += one.key
    assert told == "".join(key for key, _ in pressed_ones)

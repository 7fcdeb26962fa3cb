"""The player on a scripted line, on virtual time: keys are real tones in the sound."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from config.clock import VirtualClock, run_virtual
from ivr.conversation import Turn
from ivr.events import End, Listen, Pressed, Silence
from ivr.media import Speaker
from tests.ivr.far_end import FarAudio, FarLine, ToneVoice, Turns, doing, press, words

EPOCH = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def play(scene: Callable[[VirtualClock], Awaitable[None]]) -> None:
    async def main(clock: VirtualClock) -> None:
        await scene(clock)

    run_virtual(main, EPOCH)


MENU = Turn(seq=1, say=words("rumah terbakar", "tekan satu"), then=Listen(keys="12*", timeout_s=5))
THANKS = Turn(seq=2, say=words("terima kasih"), then=End())


def test_a_key_that_is_offered_stops_the_prompt_and_is_taken_before_anything_else_is_said() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        talk = Turns(clock, [MENU, THANKS])
        async with doing(press(clock, audio, 0.8, "1")):
            assert await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Pressed("1"))]
        assert 0.8 < talk.taken_at[0] < 0.87

    play(scene)


def test_nobody_presses_and_the_time_out_counts_from_the_end_of_the_words() -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = Turns(clock, [MENU, THANKS])
        assert await Speaker(ToneVoice(clock), clock).run(FarLine(FarAudio(clock)), talk)
        assert talk.taken == [(1, Silence())]
        assert 0.3 + 2.16 + 5 <= talk.taken_at[0] < 0.3 + 2.16 + 5.1

    play(scene)

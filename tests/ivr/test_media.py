"""The player on a scripted line, on virtual time: what is said when, and which keys count. Keys are real tones."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import VirtualClock
from ivr.conversation import Turn, Utterance
from ivr.events import End, Listen, Pressed, Silence
from ivr.media import Speaker
from modem.port import PortLost
from modem.voice import FRAME, FRAME_S, RATE
from tests.ivr.far_end import FarAudio, FarLine, ToneVoice, Turns, doing, play, press, sound_of, words
from tests.ivr.keypad import pressed

FIRE, ONE, TWO, THANKS, SORRY = "rumah terbakar", "tekan satu", "tekan dua", "terima kasih", "maaf"
MENU = Turn(seq=1, say=words(FIRE, ONE), then=Listen(keys="12*", timeout_s=5))
AGAIN = Turn(seq=2, say=words(TWO), then=Listen(keys="12*", timeout_s=5))
BYE = Turn(seq=3, say=words(THANKS), then=End())
TWO_WORDS_S = 0.3 + 1 + 0.16 + 1  # when the words of MENU have been said


def talk_of(clock: VirtualClock, *turns: Turn, takes_s: float = 0.0) -> Turns:
    return Turns(clock, turns or (MENU, AGAIN, BYE), takes_s)


# -- words


def test_words_begin_after_three_tenths_of_silence_and_every_frame_is_on_time() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        assert await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk_of(clock, BYE))
        assert [name for name, _, _ in audio.words(THANKS)] == [THANKS]
        assert audio.words(THANKS)[0][1] == pytest.approx(0.3, abs=1.1 * FRAME_S)
        for nth, (at, frame) in enumerate(audio.said):
            assert len(frame) == FRAME
            assert at == pytest.approx(nth * FRAME_S, abs=1e-6)

    play(scene)


def test_words_are_parted_by_a_pause_and_the_next_are_made_while_the_first_are_heard() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, voice = FarAudio(clock), ToneVoice(clock, late_s=0.9)
        await Speaker(voice, clock).run(FarLine(audio), talk_of(clock, MENU, BYE))
        (_, begun, ended), (_, next_begun, _) = audio.words(FIRE, ONE)
        assert begun == pytest.approx(1.2, abs=2 * FRAME_S)
        assert ended - begun == pytest.approx(1)
        assert 0.12 <= next_begun - ended <= 0.2
        assert voice.asked[1][0] <= begun

    play(scene)


def test_a_menu_gives_more_time_between_its_words() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        slow = Turn(seq=1, say=words(ONE, TWO, slow=True), then=End())
        await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk_of(clock, slow))
        (_, _, ended), (_, begun, _) = audio.words(ONE, TWO)
        assert 0.3 <= begun - ended <= 0.5

    play(scene)


def test_the_line_is_silent_and_not_dead_while_a_voice_or_the_store_takes_its_time() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, takes_s=2)
        talk.begins_s = 2
        async with doing(press(audio, 5.5, "1")):
            await Speaker(ToneVoice(clock, late_s=2), clock).run(FarLine(audio), talk)
        assert [seq for seq, _ in talk.taken] == [1, 2]
        gaps = [after - before for (before, _), (after, _) in zip(audio.said, audio.said[1:], strict=False)]
        assert max(gaps) == pytest.approx(FRAME_S)

    play(scene)


def test_after_a_stall_a_few_frames_catch_up_and_no_word_is_said_faster() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        loop = asyncio.get_running_loop()
        loop.call_at(0.5, lambda: loop.advance(0.5))  # type: ignore[attr-defined]
        await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk_of(clock, BYE))
        times = [at for at, _ in audio.said]
        for first in range(len(times)):
            within = sum(times[first] <= at < times[first] + 0.2 for at in times)
            assert within * FRAME_S <= 0.2 + 0.06 + FRAME_S
        assert len(b"".join(frame for _, frame in audio.said if frame[:2] == sound_of(THANKS)[:2])) == 2 * RATE
        assert times[-1] - times[-20] == pytest.approx(19 * FRAME_S)

    play(scene)


def test_a_late_frame_does_not_make_the_next_ones_late() -> None:
    class Slow(FarAudio):
        def write(self, sound: bytes) -> None:
            super().write(sound)
            asyncio.get_running_loop().advance(0.003)  # type: ignore[attr-defined]  # what a slow port takes

    async def scene(clock: VirtualClock) -> None:
        audio = Slow(clock)
        await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk_of(clock, BYE))
        for nth, (at, _) in enumerate(audio.said):
            assert nth * FRAME_S - 1e-6 <= at <= nth * FRAME_S + 0.004

    play(scene)


@pytest.mark.parametrize("pace_s", [0.1, 0.5])
def test_longer_frames_on_virtual_time_say_the_same(pace_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock, step_s=pace_s), talk_of(clock)
        async with doing(press(audio, 4.0, "1")):
            assert await Speaker(ToneVoice(clock), clock, pace_s=pace_s).run(FarLine(audio), talk)
        assert talk.taken[0] == (1, Pressed("1"))
        assert {len(frame) for _, frame in audio.said} == {2 * round(pace_s * RATE)}
        assert [name for name, _, _ in audio.words(FIRE, ONE, TWO, THANKS)] == [FIRE, ONE, TWO, THANKS]

    play(scene)


# -- no voice


def test_a_line_without_voice_is_left_at_once_and_the_conversation_has_not_begun() -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = talk_of(clock)
        assert not await Speaker(ToneVoice(clock), clock).run(FarLine(), talk)
        assert (talk.begun, clock.monotonic()) == ([], 0.0)

    play(scene)


def mute(*texts: str) -> object:
    return lambda one: one.text in texts


@pytest.mark.parametrize("silent", [FIRE, ONE])
def test_what_no_machine_can_say_is_said_by_the_sound_that_ships(silent: str) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        fixed = Utterance(text=SORRY, lang="id", prompt="sorry", whole=True)
        talk = talk_of(clock, Turn(seq=1, say=MENU.say, then=MENU.then, instead=fixed), BYE)
        voice = ToneVoice(clock, mute=lambda one: one.text == silent)
        async with doing(press(audio, 3.2, "1")):
            assert await Speaker(voice, clock).run(FarLine(audio), talk)
        assert audio.words(SORRY, THANKS)[0][0] == SORRY
        assert talk.taken == [(1, Pressed("1"))]

    play(scene)


@pytest.mark.parametrize("fixed", [None, Utterance(text=SORRY, lang="id")])
def test_a_call_to_which_nothing_can_be_said_is_given_back_and_nothing_is_taken(fixed: Utterance | None) -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = talk_of(clock, Turn(seq=1, say=MENU.say, then=MENU.then, instead=fixed))
        voice = ToneVoice(clock, mute=lambda one: True)
        assert not await Speaker(voice, clock).run(FarLine(FarAudio(clock)), talk)
        assert talk.taken == []

    play(scene)


def test_a_voice_that_never_comes_is_none() -> None:
    async def scene(clock: VirtualClock) -> None:
        assert not await Speaker(ToneVoice(clock, late_s=1e6), clock).run(FarLine(FarAudio(clock)), talk_of(clock))

    play(scene)


# -- keys


def test_a_key_that_is_offered_stops_the_words_and_is_kept_before_anything_else_is_said() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, MENU, BYE, takes_s=0.7)
        async with doing(press(audio, 1.8, "1")):
            assert await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Pressed("1"))]
        (_, _, stopped), (_, thanked, _) = audio.words(FIRE, ONE, THANKS)[-2:]
        assert 1.8 < stopped < 1.8 + 0.08
        assert thanked >= talk.taken_at[0]

    play(scene)


def test_nobody_presses_and_the_time_out_counts_from_the_end_of_the_words() -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = talk_of(clock, MENU, BYE)
        assert await Speaker(ToneVoice(clock), clock).run(FarLine(FarAudio(clock)), talk)
        assert talk.taken == [(1, Silence())]
        assert TWO_WORDS_S + 5 <= talk.taken_at[0] + 1e-6 < TWO_WORDS_S + 5.1

    play(scene)


@pytest.mark.parametrize(("at_s", "ms"), [(0.01, 100), (0.15, 100), (0.01, 2000)])
def test_a_key_from_before_the_first_word_answers_nothing(at_s: float, ms: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, MENU, BYE)
        async with doing(press(audio, at_s, "1", ms=ms)):
            await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Silence())]

    play(scene)


def test_the_modems_report_from_before_the_first_word_answers_nothing_either() -> None:
    async def scene(clock: VirtualClock) -> None:
        line, talk = FarLine(FarAudio(clock)), talk_of(clock, MENU, BYE)
        line.keys.put_nowait("1")
        await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Silence())]

    play(scene)


def test_a_key_that_is_not_offered_does_not_stop_the_words_and_is_told_only_after_them() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock)
        async with doing(press(audio, 1.0, "7"), press(audio, 3.0, "7")):
            await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken[0] == (1, Pressed("7"))
        assert talk.taken_at[0] == pytest.approx(3.0, abs=0.1)
        ((_, begun, ended),) = audio.words(FIRE)
        assert ended - begun == pytest.approx(1)

    play(scene)


@pytest.mark.parametrize("later_s", [-0.05, 0.0, 0.1, 0.3])
def test_ear_and_modem_tell_of_one_press_once(later_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        line = FarLine(audio := FarAudio(clock))
        talk = talk_of(clock, MENU, Turn(seq=2, say=(), then=Listen(keys="1", timeout_s=3)), BYE)

        async def report() -> None:
            await clock.sleep(1.0 + later_s)
            line.keys.put_nowait("1")

        async with doing(press(audio, 1.0, "1"), report()):
            await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Pressed("1")), (2, Silence())]

    play(scene)


def test_the_report_of_a_key_that_was_held_long_comes_at_its_end_and_is_the_same_press() -> None:
    async def scene(clock: VirtualClock) -> None:
        line = FarLine(audio := FarAudio(clock))
        talk = talk_of(clock, MENU, Turn(seq=2, say=(), then=Listen(keys="1", timeout_s=3)), BYE)

        async def report() -> None:
            await clock.sleep(2.6)
            line.keys.put_nowait("1")

        async with doing(press(audio, 1.0, "1", ms=1500), report()):
            await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Pressed("1")), (2, Silence())]

    play(scene)


def test_either_of_them_alone_is_enough() -> None:
    async def scene(clock: VirtualClock) -> None:
        line, talk = FarLine(FarAudio(clock)), talk_of(clock, MENU, BYE)

        async def report() -> None:
            await clock.sleep(1.0)
            for key in ("A", "", "12", "2"):  # only the last is a key
                line.keys.put_nowait(key)

        async with doing(report()):
            await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Pressed("2"))]

    play(scene)


@pytest.mark.parametrize("takes_s", [0.0, 1.0])
def test_a_second_key_in_haste_does_not_answer_what_was_not_said_yet(takes_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, takes_s=takes_s)
        async with doing(press(audio, 1.0, "1"), press(audio, 1.01 + takes_s / 2, "2")):
            await Speaker(ToneVoice(clock, late_s=0.6), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Pressed("1")), (2, Silence())]

    play(scene)


def test_a_flood_of_keys_is_one_answer_a_turn() -> None:
    async def scene(clock: VirtualClock) -> None:
        line, talk = FarLine(audio := FarAudio(clock)), talk_of(clock, takes_s=0.05)
        audio.play(pressed("1212121212" * 6, ms=60, gap_ms=40))

        async def reports() -> None:
            while True:
                line.keys.put_nowait("2")
                await clock.sleep(0.01)

        async with doing(reports()):
            await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert [seq for seq, _ in talk.taken] == [1, 2]
        assert talk.taken_at[1] - talk.taken_at[0] > 0.05

    play(scene)


# -- the end of a call


@pytest.mark.parametrize("at_s", [0.0, 0.1, 0.31, 1.0, 1.37, 3.0])
def test_hanging_up_in_mid_word_ends_everything(at_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = talk_of(clock)
        call = asyncio.create_task(Speaker(ToneVoice(clock), clock).run(FarLine(FarAudio(clock)), talk))
        await clock.sleep(at_s)
        call.cancel()
        await asyncio.wait({call})
        assert call.cancelled()
        assert talk.taken == []

    play(scene)


@pytest.mark.parametrize("after_s", [0.04, 0.06, 0.1, 0.5, 0.9])
def test_a_key_counts_though_the_person_hangs_up_while_it_is_being_kept(after_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, takes_s=1.0)
        call = asyncio.create_task(Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk))
        async with doing(press(audio, 2.0, "1")):
            await clock.sleep(2.0 + after_s)
            call.cancel()
            await asyncio.wait({call})
        assert call.cancelled()
        assert talk.taken == [(1, Pressed("1"))]

    play(scene)


def test_a_store_that_hangs_does_not_hold_a_line_that_is_gone() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock)
        call = asyncio.create_task(Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk))
        async with doing(press(audio, 1.0, "1")):
            await clock.sleep(0.5)
            talk.takes_s = 1e6
            await clock.sleep(1.0)
            call.cancel()
            await asyncio.wait({call}, timeout=10)
        assert call.cancelled()

    play(scene)


@pytest.mark.parametrize("at_s", [0.1, 1.0, 4.0])
def test_a_port_that_is_lost_in_mid_call_is_told_as_that(at_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        asyncio.get_running_loop().call_later(at_s, lambda: setattr(audio, "lost", True))
        with pytest.raises(PortLost):
            await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk_of(clock))
        assert clock.monotonic() < at_s + 0.1

    play(scene)


def test_a_key_that_was_being_kept_when_the_port_was_lost_stands() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), talk_of(clock, takes_s=1.0)
        asyncio.get_running_loop().call_later(2.5, lambda: setattr(audio, "lost", True))
        async with doing(press(audio, 2.0, "2")):
            with pytest.raises(PortLost):
                await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Pressed("2"))]

    play(scene)


# -- a siren wants the line


def goodbye(lang: str) -> Utterance:
    return Utterance(text=SORRY, lang=lang)


def test_a_siren_that_wants_the_line_gets_it_after_a_word() -> None:
    async def scene(clock: VirtualClock) -> None:
        line, talk = FarLine(audio := FarAudio(clock)), talk_of(clock)
        asyncio.get_running_loop().call_later(1.0, line.wanted.set)
        assert await Speaker(ToneVoice(clock), clock, farewell=goodbye).run(line, talk)
        assert [name for name, _, _ in audio.words(FIRE, ONE, SORRY)] == [FIRE, SORRY]
        assert clock.monotonic() < 2.5
        assert talk.taken == []

    play(scene)


def test_the_last_words_of_a_call_are_said_though_a_siren_waits() -> None:
    async def scene(clock: VirtualClock) -> None:
        line, talk = FarLine(audio := FarAudio(clock)), talk_of(clock, BYE)
        asyncio.get_running_loop().call_later(0.5, line.wanted.set)
        assert await Speaker(ToneVoice(clock), clock).run(line, talk)
        (_, begun, ended) = audio.words(THANKS)[0]
        assert ended - begun == pytest.approx(1)

    play(scene)

"""The player on a scripted line: recording, holding, joining two lines, and modems that play by themselves."""

from __future__ import annotations

import asyncio

import pytest

from config.clock import VirtualClock
from ivr.bridge import Exchange
from ivr.conversation import Turn
from ivr.events import End, Event, Hold, Join, Joined, Listen, Pressed, Record, Recorded, Silence
from ivr.media import Speaker
from ivr.signals import beep
from modem.errors import LineError
from modem.port import PortLost
from modem.voice import RATE
from tests.ivr.far_end import FarAudio, FarLine, FarPlayer, ToneVoice, Turns, doing, play, press, sound_of, words
from tests.ivr.keypad import pressed

ASK, THANKS, TOLD = "di mana", "terima kasih", "petugas datang"
SPEAK = Turn(seq=1, say=words(ASK), then=Record(most_s=20, timeout_s=4))
TYPE = Turn(seq=1, say=words(ASK), then=Record(most_s=0, timeout_s=4))
BYE = Turn(seq=2, say=words(THANKS), then=End())
NEXT = Turn(seq=2, say=words(TOLD), then=Listen(keys="1", timeout_s=1))
BEEPED_S = 0.3 + 1 + 0.3  # when the tone of SPEAK has been heard
VOICE = b"".join(level.to_bytes(2, "little", signed=True) * 40 for level in (6000, -6000)) * 100  # a second at 100 Hz


def speaks(audio: FarAudio, at_s: float, seconds: int) -> None:
    asyncio.get_running_loop().call_later(at_s, lambda: audio.play(VOICE * seconds))


async def called(clock: VirtualClock, audio: FarAudio, *turns: Turn, **more: object) -> Turns:
    talk = Turns(clock, turns)
    assert await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
    return talk


# -- words of the caller


def test_what_is_said_after_the_tone_is_kept_until_nobody_speaks() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        speaks(audio, 2.5, 2)
        speaks(audio, 6.0, 1)  # he thinks
        talk = await called(clock, audio, SPEAK, BYE)
        assert talk.taken == [(1, Recorded("recording-1"))]
        assert talk.kept[0].count(VOICE[:2]) == pytest.approx(3 * RATE / 2, rel=0.02)
        assert len(talk.kept[0]) / 2 / RATE == pytest.approx(7 + 3 - BEEPED_S, abs=0.2)
        assert audio.heard().find(beep()[100:400]) > 0

    play(scene)


def test_the_hash_key_ends_it_and_is_not_kept() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        speaks(audio, 2.0, 2)
        async with doing(press(audio, 4.5, "#")):
            talk = await called(clock, audio, SPEAK, BYE)
        assert talk.taken == [(1, Recorded("recording-1"))]
        assert talk.taken_at[0] < 4.6
        assert len(talk.kept[0]) / 2 / RATE == pytest.approx(4.5 - BEEPED_S, abs=0.1)

    play(scene)


def test_what_sounds_like_another_key_while_he_speaks_does_not_cost_his_words() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        speaks(audio, 2.0, 2)
        async with doing(press(audio, 3.9, "*1")):
            talk = await called(clock, audio, SPEAK, BYE)
        assert talk.taken == [(1, Recorded("recording-1"))]

    play(scene)


def test_it_ends_after_the_most_that_is_kept() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        speaks(audio, 2.0, 60)
        talk = await called(clock, audio, SPEAK, BYE)
        assert talk.taken == [(1, Recorded("recording-1"))]
        assert len(talk.kept[0]) / 2 / RATE == pytest.approx(20, abs=0.1)

    play(scene)


@pytest.mark.parametrize("key", ["", "#"])
def test_nothing_said_is_silence(key: str) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        async with doing(press(audio, 3.0, key)):
            talk = await called(clock, audio, SPEAK, BYE)
        assert (talk.taken, talk.kept) == ([(1, Silence())], [])
        assert talk.taken_at[0] == pytest.approx(3.05 if key else BEEPED_S + 4, abs=0.1)

    play(scene)


@pytest.mark.parametrize(
    ("turn", "at_s", "keys", "wanted"),
    [
        (SPEAK, 2.0, "1234#", "1234"),
        (SPEAK, 0.8, "1234#", "1234"),  # while it is being asked for
        (SPEAK, 2.0, "0#", "0"),
        (SPEAK, 2.0, "42", "42"),  # and nothing more
        (SPEAK, 2.0, "12*", "*"),
        (SPEAK, 0.8, "*", "*"),
        (TYPE, 2.0, "007#", "007"),
        (TYPE, 0.8, "007#", "007"),
        (TYPE, 2.0, "1" * 40, "1" * 32),
    ],
)
def test_digits_are_told_instead_of_words(turn: Turn, at_s: float, keys: str, wanted: str) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        async with doing(press(audio, at_s, keys)):
            talk = await called(clock, audio, turn, BYE)
        assert (talk.taken, talk.kept) == ([(1, Pressed(wanted))], [])

    play(scene)


def test_the_hash_key_skips_what_is_known_and_the_tone_comes_at_once() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        speaks(audio, 1.5, 1)
        async with doing(press(audio, 0.6, "#")):
            talk = await called(clock, audio, SPEAK, BYE)
        assert talk.taken == [(1, Recorded("recording-1"))]

    play(scene)


def test_who_hangs_up_when_all_is_said_has_said_it() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), Turns(clock, [SPEAK, BYE], takes_s=0.5)
        speaks(audio, 2.0, 2)
        call = asyncio.create_task(Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk))
        await clock.sleep(4.2)
        call.cancel()
        await asyncio.wait({call})
        assert talk.taken == [(1, Recorded("recording-1"))]

    play(scene)


def test_what_could_not_be_kept_is_told_as_that() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio, talk = FarAudio(clock), Turns(clock, [SPEAK, BYE], keeps=False)
        speaks(audio, 2.0, 2)
        await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Recorded(""))]

    play(scene)


# -- holding


HELD = Turn(seq=1, say=words(TOLD), then=Hold(seconds=12, keys="09*"))


@pytest.mark.parametrize(
    ("keys", "wanted", "at_s"), [("", Silence(), 13.3), ("5", Silence(), 13.3), ("9", Pressed("9"), 5.05)]
)
def test_a_line_is_held_until_a_key_that_means_something_or_the_time(keys: str, wanted: Event, at_s: float) -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        async with doing(press(audio, 5.0, keys)):
            talk = await called(clock, audio, HELD, BYE)
        assert talk.taken == [(1, wanted)]
        assert talk.taken_at[0] == pytest.approx(at_s, abs=0.1)

    play(scene)


def test_who_is_held_hears_now_and_again_that_the_line_lives() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        await called(clock, audio, HELD, BYE)
        ticks = [at for at, frame in audio.said if any(frame) and 1.4 < at < 13.2]
        heard = [at for at, before in zip(ticks, [0.0, *ticks], strict=False) if at - before > 1]
        assert len(heard) in (2, 3)

    play(scene)


def test_a_key_of_a_round_without_words_is_not_lost_between_two_rounds() -> None:
    async def scene(clock: VirtualClock) -> None:
        audio = FarAudio(clock)
        talk = Turns(clock, [HELD, Turn(seq=2, say=(), then=Hold(seconds=5, keys="9")), BYE], takes_s=0.4)
        async with doing(press(audio, 13.4, "9")):
            await Speaker(ToneVoice(clock), clock).run(FarLine(audio), talk)
        assert talk.taken == [(1, Silence()), (2, Pressed("9"))]

    play(scene)


# -- joining


OTHER = "+6281200000002"
JOIN = Turn(seq=1, say=words(ASK), then=Join(OTHER))


class Two:
    """An officer who asks to be connected with a caller; who is held from the beginning, or when he is rung."""

    def __init__(self, clock: VirtualClock, *, held: bool = True, answers: bool = True) -> None:
        self.clock = clock
        self.answers = answers
        self.exchange = Exchange(self.ring)
        self.near, self.far = FarAudio(clock), FarAudio(clock)
        self.officer = Turns(clock, [JOIN, BYE])
        self.caller = Turns(clock, [Turn(seq=1, say=(), then=Hold(seconds=60, keys="9")), BYE], number=OTHER)
        self.speaker = Speaker(ToneVoice(clock), clock)
        self.calls: list[asyncio.Task[bool]] = []
        if held:
            self.call(self.far, self.caller)

    def call(self, audio: FarAudio, talk: Turns) -> asyncio.Task[bool]:
        self.calls.append(asyncio.create_task(self.speaker.run(FarLine(audio), talk, self.exchange)))
        return self.calls[-1]

    async def ring(self, number: str) -> bool:
        assert number == OTHER
        await self.clock.sleep(6)
        if self.answers:
            self.call(self.far, self.caller)
            while not self.exchange.holds(number):
                await self.clock.sleep(0.1)
        return self.answers

    async def over(self) -> None:
        await asyncio.wait(self.calls)


@pytest.mark.parametrize("held", [True, False])
def test_two_lines_hear_each_other_until_one_hangs_up(held: bool) -> None:
    async def scene(clock: VirtualClock) -> None:
        two = Two(clock, held=held)
        officer = two.call(two.near, two.officer)
        await clock.sleep(10)
        two.near.play(sound_of("siapa", 1.0))
        two.far.play(sound_of("api besar", 1.0))
        await clock.sleep(3)
        assert not two.near.words("siapa")
        assert not two.far.words("api besar")
        for audio, heard in ((two.far, "siapa"), (two.near, "api besar")):
            ((_, begun, ended),) = audio.words(heard)
            assert 10 < begun < 10.15
            assert ended - begun == pytest.approx(1, abs=0.02)
        officer.cancel()
        await two.over()
        assert two.caller.taken == [(1, Joined("ended"))]
        assert two.far.words(THANKS)
        assert not two.exchange.holds(OTHER)

    play(scene)


def test_when_the_other_hangs_up_the_one_who_asked_is_led_on() -> None:
    async def scene(clock: VirtualClock) -> None:
        two = Two(clock)
        two.call(two.near, two.officer)
        await clock.sleep(10)
        two.calls[0].cancel()
        await two.over()
        assert two.officer.taken == [(1, Joined("ended"))]
        assert two.near.words(THANKS)

    play(scene)


def test_the_one_who_asked_leaves_by_the_hash_key_and_no_other_key_parts_them() -> None:
    async def scene(clock: VirtualClock) -> None:
        two = Two(clock)
        two.call(two.near, two.officer)
        async with doing(press(two.far, 8, "9#"), press(two.near, 9, "15"), press(two.near, 12, "#")):
            await two.over()
        assert two.officer.taken == [(1, Joined("ended"))]
        assert two.officer.taken_at[0] == pytest.approx(12, abs=0.1)
        assert two.caller.taken == [(1, Joined("ended"))]

    play(scene)


def test_it_rings_while_the_other_line_is_sought_and_nobody_there_is_a_failure() -> None:
    async def scene(clock: VirtualClock) -> None:
        two = Two(clock, held=False, answers=False)
        two.call(two.near, two.officer)
        await two.over()
        assert two.officer.taken == [(1, Joined("failed"))]
        assert two.officer.taken_at[0] == pytest.approx(7.3, abs=0.1)
        ringing = {round(at) for at, frame in two.near.said if any(frame) and 1.4 < at < 7.2}
        assert {2, 7} <= ringing
        assert not ringing & {3, 4, 5}

    play(scene)


def test_the_one_who_asked_gives_up_by_the_hash_key() -> None:
    async def scene(clock: VirtualClock) -> None:
        two = Two(clock, held=False, answers=False)
        two.call(two.near, two.officer)
        async with doing(press(two.near, 3, "#")):
            await two.over()
        assert two.officer.taken == [(1, Joined("failed"))]
        assert two.officer.taken_at[0] == pytest.approx(3, abs=0.1)

    play(scene)


@pytest.mark.parametrize("audio", [True, False])
def test_a_line_without_sound_of_its_own_or_without_a_switchboard_joins_nobody(audio: bool) -> None:
    async def scene(clock: VirtualClock) -> None:
        talk = Turns(clock, [JOIN, BYE])
        line = FarLine(FarAudio(clock)) if audio else FarLine(player=FarPlayer(clock))
        assert await Speaker(ToneVoice(clock), clock).run(line, talk, None if audio else Exchange())
        assert talk.taken == [(1, Joined("failed"))]

    play(scene)


def test_a_held_line_that_is_lost_in_the_moment_it_is_joined_leaves_the_other() -> None:
    async def scene(clock: VirtualClock) -> None:
        exchange = Exchange()
        with exchange.held(OTHER) as joined:
            side = await exchange.join(OTHER)
            assert side is not None
            assert joined.done()
        async with clock.timeout(1):
            await side.over()
        assert await exchange.join(OTHER) is None

    play(scene)


# -- a modem that plays by itself


MENU = Turn(seq=1, say=words(ASK, TOLD), then=Listen(keys="12", timeout_s=5))


def test_a_modem_that_plays_is_given_whole_prompts_and_its_own_reports_are_the_keys() -> None:
    async def scene(clock: VirtualClock) -> None:
        player, talk = FarPlayer(clock), Turns(clock, [MENU, BYE])
        line = FarLine(player=player)
        asyncio.get_running_loop().call_later(4.0, line.keys.put_nowait, "2")
        assert await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Pressed("2"))]
        assert player.said == [(sound_of(text), False) for text in (ASK, TOLD, THANKS)]

    play(scene)


def test_a_key_makes_it_fall_silent() -> None:
    async def scene(clock: VirtualClock) -> None:
        player, talk = FarPlayer(clock), Turns(clock, [MENU, BYE])
        line = FarLine(player=player)
        asyncio.get_running_loop().call_later(0.1, line.keys.put_nowait, "1")  # before the first word
        asyncio.get_running_loop().call_later(0.9, line.keys.put_nowait, "1")
        assert await Speaker(ToneVoice(clock), clock).run(line, talk)
        assert talk.taken == [(1, Pressed("1"))]
        assert talk.taken_at[0] == pytest.approx(0.9)
        assert player.said == [(sound_of(ASK), True), (sound_of(THANKS), False)]

    play(scene)


@pytest.mark.parametrize(("turn", "wanted"), [(SPEAK, Recorded("")), (TYPE, Silence())])
def test_it_hears_no_words_but_digits(turn: Turn, wanted: Event) -> None:
    async def scene(clock: VirtualClock) -> None:
        for keys, event in (("", wanted), ("12#", Pressed("12"))):
            talk, line = Turns(clock, [turn, BYE]), FarLine(player=FarPlayer(clock))
            for nth, key in enumerate(keys):
                asyncio.get_running_loop().call_later(2.0 + nth, line.keys.put_nowait, key)
            assert await Speaker(ToneVoice(clock), clock).run(line, talk)
            assert talk.taken == [(1, event)]

    play(scene)


def test_a_modem_that_does_not_play_gives_the_call_back() -> None:
    async def scene(clock: VirtualClock) -> None:
        player, talk = FarPlayer(clock), Turns(clock, [MENU, BYE])
        player.fault = LineError("ERROR")
        assert not await Speaker(ToneVoice(clock), clock).run(FarLine(player=player), talk)
        player.fault = PortLost()
        with pytest.raises(PortLost):
            await Speaker(ToneVoice(clock), clock).run(FarLine(player=player), talk)
        assert talk.taken == []

    play(scene)


def test_keys_in_a_sound_that_nobody_gives_us_are_not_needed() -> None:
    async def scene(clock: VirtualClock) -> None:
        player, talk = FarPlayer(clock), Turns(clock, [NEXT, BYE])
        assert await Speaker(ToneVoice(clock), clock).run(FarLine(player=player), talk)
        assert talk.taken == [(2, Silence())]
        assert pressed("1")

    play(scene)

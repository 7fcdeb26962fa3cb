"""Virtual officers: what the one who holds a phone does in a call, by his script. On virtual time."""

from __future__ import annotations

import pytest

from modem.virtual import Behaviour, memory_opener, sound
from modem.virtual.owner import FIRST_KEY_S, GREETING_S, KEY_GAP_S, VOICEMAIL_AFTER_S
from modem.voice import FRAME, FRAME_S, RATE
from tests.modem.virtual.client import PERSON, Bench, Client, bench

PROMPT = sound.murmur(4.0)


async def rung(here: Bench, behaviour: Behaviour) -> Client:
    """The modem rings a person who behaves so; the modem's audio port."""
    audio = Client(here.clock, await memory_opener(here.network, silence=True)("modem1-audio"))
    here.person.behave(behaviour)
    await here.client.at("AT+DDET=1")
    await here.client.at(f"ATD{PERSON};")
    return audio


async def speak(here: Bench, audio: Client, data: bytes) -> None:
    for at in range(0, len(data), FRAME):
        audio.send(data[at : at + FRAME])
        await here.clock.sleep(FRAME_S)


def pressed(here: Bench) -> list[tuple[str, float]]:
    """(key, seconds after the answer)."""
    (answer,) = here.network.log.of("answer")
    keys = here.network.log.of("key")
    return [(str(one.fields["key"]), round((one.t - answer.t).total_seconds(), 2)) for one in keys]


def test_an_officer_who_answers_after_12_s_and_presses_9_then_1() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=12.0, keys="9,1"))
        await here.clock.sleep(11.9)
        assert not here.person.talking
        await here.clock.sleep(5.0)
        assert here.person.talking
        assert pressed(here) == [("9", FIRST_KEY_S), ("1", FIRST_KEY_S + KEY_GAP_S + 1.0)]
        heard = b"".join(audio.writes)
        assert sound.key_tone("9") in heard
        assert sound.key_tone("1") in heard
        assert here.client.heard.count("+DTMF") == 2

    bench(walk)


def test_one_who_stays_silent_says_and_presses_nothing() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=1.0))
        await here.clock.sleep(60.0)
        assert here.person.talking
        assert not b"".join(audio.writes).strip(b"\0")
        assert pressed(here) == []

    bench(walk)


def test_one_who_listens_first_presses_only_when_so_much_of_the_prompt_was_heard() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=0.5, keys="1", key_after_s=2.0))
        await here.clock.sleep(20.0)
        assert pressed(here) == [], "nothing was said, so nothing is answered"
        await speak(here, audio, PROMPT)
        await here.clock.sleep(1.0)
        ((key, at),) = pressed(here)
        assert key == "1"
        assert at - 19.4 == pytest.approx(3.0, abs=1.1), "silences between syllables are not counted"

    bench(walk)


def test_one_who_hangs_up_in_the_middle_of_a_word() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=0.5, hangup_heard_s=1.0))
        await here.clock.sleep(5.0)
        assert here.person.talking
        await speak(here, audio, PROMPT)
        assert not here.person.talking
        heard = here.person.heard().strip(b"\0")
        assert 0.9 <= sound.seconds(heard) < 2.5
        assert heard in PROMPT

    bench(walk)


def test_a_mailbox_greets_beeps_and_presses_nothing() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(voicemail=True, keys="1"))
        await here.clock.sleep(VOICEMAIL_AFTER_S + GREETING_S + 5.0)
        assert here.person.talking
        heard = b"".join(audio.writes)
        assert sound.murmur(GREETING_S).strip(b"\0") + b"" in heard
        assert sound.beep()[2:] in heard
        assert pressed(here) == []

    bench(walk)


def test_a_mailbox_that_echoes_gives_back_sound_and_keys_after_its_beep() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=0.0, voicemail=True, echo=True))
        await here.clock.sleep(6.0)
        audio.writes.clear()
        await speak(here, audio, PROMPT)
        await here.client.at("AT+VTS=5")
        await here.clock.sleep(2.0)
        back = b"".join(audio.writes)
        assert sound.quieter(PROMPT, 6.0).strip(b"\0") in back
        assert sound.quieter(sound.key_tone("5"), 6.0).strip(b"\0") in back or sound.key_tone("5") in back
        assert [key for key, _ in pressed(here)] == ["5", "5"], "the modem's, and its echo"

    bench(walk)


def test_how_long_a_key_sounds_is_the_phones_own() -> None:
    async def walk(here: Bench) -> None:
        audio = await rung(here, Behaviour(answer_after_s=0.0, keys="77", tone_ms=400))
        await here.clock.sleep(5.0)
        heard = b"".join(audio.writes)
        assert heard.count(sound.key_tone("7", 400)) == 2
        assert pressed(here)[1][1] - pressed(here)[0][1] > 0.4, "the second comes when the first is over"

    bench(walk)


def test_what_a_phone_says_is_cut_where_the_call_ends() -> None:
    async def walk(here: Bench) -> None:
        await rung(here, Behaviour(answer_after_s=0.0))
        await here.clock.sleep(0.1)
        here.person.say(bytes([1]) * 4 * RATE)
        await here.clock.sleep(1.0)
        await here.client.at("ATH")
        (call,) = here.network.exchange.kept
        said = call.said(here.person)
        assert said is not None
        assert call.sound is not None
        assert sound.seconds(call.sound.whole(said).strip(b"\0")) == pytest.approx(1.0, abs=0.03)
        assert said.size < 3 * RATE, "what was not said any more is not kept"
        assert here.person.say(PROMPT) == 0.0

    bench(walk)


def test_who_rings_and_is_answered_presses_his_keys_too() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(keys="2", hangup_after_s=5.0))
        here.person.call(here.modem.number)
        await here.clock.sleep(0.1)
        await here.client.at("ATA")
        await here.clock.sleep(2.0)
        assert pressed(here) == [("2", FIRST_KEY_S)]
        await here.clock.sleep(4.0)
        assert not here.person.talking

    bench(walk)


def test_old_calls_make_room_for_the_sound_of_new_ones() -> None:
    long = bytes([1]) * (RATE * 2 * 590)

    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(answer_after_s=0.0))
        for _ in range(5):
            await here.client.at(f"ATD{PERSON};")
            await here.clock.sleep(0.1)
            here.person.say(long)
            here.network.exchange.say(here.network.exchange.calls[0], here.modem, long)
            await here.clock.sleep(595.0)
            await here.client.at("ATH")
        kept = [one.sound is not None for one in here.network.exchange.kept]
        assert len(kept) == 5
        assert kept[0] is False
        assert kept[-1] is True
        assert sum(one.sound.size for one in here.network.exchange.kept if one.sound) <= 64 * 1024 * 1024

    bench(walk)


def test_ten_minutes_of_a_call_are_kept_and_no_more() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(answer_after_s=0.0))
        await here.client.at(f"ATD{PERSON};")
        await here.clock.sleep(590.0)
        here.person.say(bytes([1]) * (RATE * 2 * 60))
        await here.clock.sleep(60.0)
        (call,) = here.network.exchange.kept
        assert call.sound is not None
        assert call.sound.callee.size <= 600 * RATE * 2
        assert sound.seconds(call.sound.whole(call.sound.callee)) == 600.0

    bench(walk)

"""What a provider is answered to each post of a call: every kind of turn, repeats, and what nobody offered."""

from __future__ import annotations

import pytest

from ivr.africas_talking_talks import Taped
from ivr.events import Begun, Joined, Pressed, Recorded, Silence
from ivr.voice_xml import NOTHING
from tests.contracts.office import but
from tests.ivr.provider_room import CALL, OURS, PATH, SITI, Desk, Spoken, asked_of, goes_on, play, root, shape

pytestmark = pytest.mark.sqlite_only("no store is opened")

MENU = "GetDigits(Play) Redirect"


def test_a_caller_hears_the_menu_and_a_key_may_be_pressed_meanwhile() -> None:
    async def scene(desk: Desk) -> None:
        xml = await desk.post(**CALL)
        assert shape(xml) == MENU
        digits = root(xml)[0]
        assert (digits.get("numDigits"), digits.get("timeout"), digits.get("finishOnKey")) == ("1", "8", None)
        answered, quiet = goes_on(xml)
        assert answered.startswith(f"https://kota.example{PATH}?")
        assert asked_of(answered) == {"call": "c-1", "turn": "1"}
        assert asked_of(quiet) == {"call": "c-1", "turn": "1", "quiet": "1"}
        assert (await desk.hears(xml))[:2] == ["fire", "where"]
        xml = await desk.post(answered, **CALL, dtmfDigits="1")
        assert shape(xml) == "Play"
        assert await desk.hears(xml) == ["accepted"]
        assert desk.spoken["ATVId_1"].takes == [(0, Begun()), (1, Pressed("1"))]

    play(scene)


def test_silence_comes_by_the_redirect_without_digits() -> None:
    async def scene(desk: Desk) -> None:
        xml = await desk.post(**CALL)
        for turn in (1, 2, 3):
            _, quiet = goes_on(xml)
            xml = await desk.post(quiet, **CALL)
            assert desk.spoken["ATVId_1"].takes[-1] == (turn, Silence())
        assert shape(xml) == "Play"
        assert await desk.hears(xml) == ["nobody"]

    play(scene)


def test_a_repeat_gets_the_same_octets_and_does_nothing_again() -> None:
    async def scene(desk: Desk) -> None:
        first = await desk.post(**CALL)
        assert {await desk.post(**CALL) for _ in range(100)} == {first}
        answered, quiet = goes_on(first)
        second = await desk.post(answered, **CALL, dtmfDigits="8")
        assert {await desk.post(answered, **CALL, dtmfDigits="8") for _ in range(100)} == {second}
        assert await desk.post(quiet, **CALL) == second
        assert await desk.post(answered, **CALL, dtmfDigits="1") == second
        assert desk.spoken["ATVId_1"].takes == [(0, Begun()), (1, Pressed("8"))]

    play(scene)


@pytest.mark.parametrize(
    ("digits", "event"),
    [
        ("1", Pressed("1")),
        ("11", Pressed("1")),
        ("8", Pressed("8")),
        ("*", Pressed("*")),
        ("#", Pressed("#")),
        ("", Silence()),
        ("undefined", Silence()),
        ("<1>", Pressed("1")),
        ("\u0661", Silence()),
        ("9" * 10_000, Pressed("9")),
        ("-1", Pressed("1")),
    ],
)
def test_of_whatever_is_posted_as_digits_one_key_counts(digits: str, event: object) -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        root(await desk.post(answered, **CALL, dtmfDigits=digits))
        assert desk.spoken["ATVId_1"].takes[-1] == (1, event)

    play(scene)


def test_a_recording_is_fetched_and_kept_and_the_call_goes_on() -> None:
    async def scene(desk: Desk) -> None:
        desk.tapes["https://provider.example/1.mp3"] = Taped(audio=b"\1\0" * 8000, rate=8000)
        answered, _ = goes_on(await desk.post(**CALL))
        xml = await desk.post(answered, **CALL, dtmfDigits="2")
        assert shape(xml) == "Record(Play) Redirect"
        record = root(xml)[0].attrib
        assert {name: record[name] for name in ("finishOnKey", "maxLength", "timeout", "playBeep", "trimSilence")} == {
            "finishOnKey": "#",
            "maxLength": "30",
            "timeout": "5",
            "playBeep": "true",
            "trimSilence": "true",
        }
        answered, _ = goes_on(xml)
        xml = await desk.post(answered, **CALL, recordingUrl="https://provider.example/1.mp3")
        assert await desk.hears(xml) == ["kept"]
        one = desk.spoken["ATVId_1"]
        assert one.takes[-1] == (2, Recorded("tape-2"))
        assert [(seq, len(audio), rate) for seq, audio, rate in one.tapes] == [(2, 16_000, 8000)]

    play(scene)


def test_a_recording_that_is_long_in_coming_keeps_the_caller_on_the_line() -> None:
    async def scene(desk: Desk) -> None:
        desk.tapes["https://provider.example/1.mp3"] = Taped(audio=b"\1\0" * 800, rate=8000)
        desk.fetch_s = 4.0
        answered, _ = goes_on(await desk.post(**CALL))
        answered, _ = goes_on(await desk.post(answered, **CALL, dtmfDigits="2"))
        began = desk.clock.monotonic()
        xml = await desk.post(answered, **CALL, recordingUrl="https://provider.example/1.mp3")
        assert desk.clock.monotonic() - began < 2.0
        waits = 0
        while shape(xml) == "Play Redirect":
            waits += 1
            xml = await desk.post(root(xml)[1].text or "", **CALL)
        assert await desk.hears(xml) == ["kept"]
        assert waits == 2
        assert desk.fetched == ["https://provider.example/1.mp3"]

    play(scene)


def test_nothing_recorded_is_silence_and_a_recording_that_cannot_be_had_is_none() -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        answered, quiet = goes_on(await desk.post(answered, **CALL, dtmfDigits="2"))
        answered, _ = goes_on(await desk.post(quiet, **CALL))
        xml = await desk.post(answered, **CALL, recordingUrl="https://provider.example/none.mp3")
        assert desk.spoken["ATVId_1"].takes[-2:] == [(2, Silence()), (3, Recorded(""))]
        assert await desk.hears(xml) == ["nobody"]

    play(scene)


def test_a_caller_who_holds_hears_a_tick_and_can_press_a_key() -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        xml = await desk.post(answered, **CALL, dtmfDigits="3")
        assert shape(xml) == MENU
        assert root(xml)[0].get("timeout") == "10"
        assert await desk.hears(xml) == ["waits"]
        _, quiet = goes_on(xml)
        xml = await desk.post(quiet, **CALL)
        assert shape(xml) == MENU
        wave = await desk.fetch(root(xml)[0][0].get("url", ""))
        assert wave is not None
        assert desk.voice.asked[-1] == "waits"  # nothing new was said: it is the tick
        answered, _ = goes_on(xml)
        assert await desk.hears(await desk.post(answered, **CALL, dtmfDigits="9")) == ["urgent"]

    play(scene)


# -- joining


def test_nothing_stands_after_a_dial_and_it_shows_our_number() -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        xml = await desk.post(answered, **CALL, dtmfDigits="4")
        assert shape(xml) == "Play Dial"
        assert root(xml)[1].attrib == {"phoneNumbers": SITI, "callerId": OURS}

    play(scene)


def test_when_the_third_party_picks_up_the_answer_is_empty_and_nothing_dials_again() -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        xml = await desk.post(answered, **CALL, dtmfDigits="4")
        assert await desk.post(answered, **CALL, dtmfDigits="4") == xml  # the answer was lost: nothing was dialled yet
        for _ in range(3):
            assert (
                await desk.post(answered, **but(CALL, callSessionState="Bridged"), dialDestinationNumber=SITI)
                == NOTHING
            )
        assert await desk.post(answered, **CALL, dtmfDigits="4") == NOTHING
        over = {"dialDestinationNumber": SITI, "dialStatus": "Completed", "dialDurationInSeconds": "12"}
        after = await desk.post(answered, **CALL, **over)
        assert shape(after) == "Play"
        assert await desk.hears(after) == ["kept"]
        assert {await desk.post(answered, **CALL, **over) for _ in range(20)} == {after}
        assert await desk.post(answered, **CALL, dtmfDigits="4") == after
        assert desk.spoken["ATVId_1"].takes[-1] == (2, Joined("ended"))

    play(scene)


def test_a_dial_that_nobody_answers_leads_back_and_is_made_again_only_for_a_key() -> None:
    async def scene(desk: Desk) -> None:
        answered, _ = goes_on(await desk.post(**CALL))
        await desk.post(answered, **CALL, dtmfDigits="4")
        over = {"dialDestinationNumber": SITI, "dialStatus": "NotAnswered", "dialDurationInSeconds": "0"}
        xml = await desk.post(answered, **CALL, **over)
        assert desk.spoken["ATVId_1"].takes[-1] == (2, Joined("failed"))
        assert shape(xml) == MENU
        answered, _ = goes_on(xml)
        assert "Dial" in shape(await desk.post(answered, **CALL, dtmfDigits="4"))

    play(scene)


@pytest.mark.parametrize("number", ["", "112", "rahasia", "-1", "+6281234567890,+2519", "38411"])
def test_what_is_no_persons_number_is_not_dialled(number: str) -> None:
    async def scene(desk: Desk) -> None:
        desk.spoken["ATVId_1"] = Spoken(desk.clock, number=SITI, id="c-9", reporter=number)
        answered, _ = goes_on(await desk.post(**CALL))
        xml = await desk.post(answered, **CALL, dtmfDigits="4")
        assert shape(xml) == MENU
        assert desk.spoken["ATVId_1"].takes[-1] == (2, Joined("failed"))

    play(scene)

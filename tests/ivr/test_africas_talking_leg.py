"""Calls of ours over the fake provider: rung, answered, spoken, pressed, over; and whatever goes wrong on the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ivr.events import Begun, Joined, Pressed, Recorded, Silence
from ivr.leg import Outcome, Urgency
from modem.virtual.sound import murmur
from tests.ivr.provider_room import OFFICER, RIZAL, SITI
from tests.ivr.voice_house import Behaves, House, play

pytestmark = pytest.mark.sqlite_only("no store is opened")


def answers(house: House, keys: str = "", number: str = OFFICER, **more: Any) -> None:
    house.network.phone(number).behave(Behaves(answer_after_s=4.0, keys=keys, **more))


def test_an_officer_hears_the_words_presses_one_and_it_is_kept() -> None:
    async def scene(house: House) -> None:
        answers(house, ",1")
        one = house.spoken()
        result = await house.place(one)
        assert (result.outcome, result.leg, result.key, result.heard) == (
            Outcome.ANSWERED,
            "africastalking",
            "1",
            True,
        )
        assert result.alerted_s == pytest.approx(4.0, abs=0.5)
        assert one.takes == [(0, Begun()), (1, Pressed("1"))]
        assert one.ends == ["NORMAL_CLEARING"]
        assert house.started == [pytest.approx(1.05, abs=0.1)]
        phone = house.network.phone(OFFICER)
        assert any(phone.heard())
        assert house.provider.voice.sessions[0].trail == ["GetDigits", "Play"]
        assert house.leg.free() == 4

    play(scene)


def test_an_answered_call_is_no_acceptance() -> None:
    async def scene(house: House) -> None:
        answers(house)
        one = house.spoken()
        result = await house.place(one)
        assert (result.outcome, result.key, result.heard) == (Outcome.ANSWERED, None, True)
        assert one.takes == [(0, Begun()), (1, Silence()), (2, Silence()), (3, Silence())]

    play(scene)


@pytest.mark.parametrize(
    ("behaves", "outcome"),
    [
        (Behaves(), Outcome.RANG),
        (Behaves(off=True), Outcome.UNREACHABLE),
        (Behaves(hangup_after_s=3.0), Outcome.REJECTED),
    ],
    ids=["silent", "off", "turns away"],
)
def test_how_a_call_that_nobody_answers_ends(behaves: Behaves, outcome: Outcome) -> None:
    async def scene(house: House) -> None:
        house.network.phone(OFFICER).behave(behaves)
        result = await house.place()
        assert (result.outcome, result.heard) == (outcome, False)
        assert house.clock.monotonic() < 40

    play(scene)


def test_a_number_that_is_busy_or_nobodys_is_told_apart() -> None:
    async def scene(house: House) -> None:
        house.network.phone(RIZAL).behave(Behaves(answer_after_s=1.0))
        house.network.phone(OFFICER).call(RIZAL)
        await house.clock.sleep(5.0)
        assert (await house.place()).outcome is Outcome.BUSY
        assert (await house.place(to="+6281277777777")).outcome is Outcome.UNREACHABLE

    play(scene)


def test_who_picks_up_after_we_gave_up_is_told_that_it_is_over() -> None:
    async def scene(house: House) -> None:
        house.network.phone(OFFICER).behave(Behaves(answer_after_s=50.0, keys="1"))
        one = house.spoken()
        result = await house.place(one, ring_s=20.0)
        assert result.outcome is Outcome.RANG
        assert result.alerted_s == pytest.approx(25.0, abs=1.0)
        await one.over("rang")  # as whoever placed it does
        assert house.leg.free() == 3  # it rings on
        await house.clock.sleep(40.0)
        assert one.takes == []
        assert house.provider.voice.sessions[0].trail == ["Play"]
        assert any(house.network.phone(OFFICER).heard())
        assert house.leg.free() == 4

    play(scene)


def test_who_picks_up_late_and_still_may_is_heard() -> None:
    async def scene(house: House) -> None:
        house.network.phone(OFFICER).behave(Behaves(answer_after_s=40.0, keys=",1"))
        one = house.spoken()
        assert (await house.place(one, ring_s=20.0)).outcome is Outcome.RANG
        await house.clock.sleep(60.0)
        assert one.takes[-1] == (1, Pressed("1"))

    play(scene)


def test_a_withdrawn_call_cannot_be_hung_up_but_nothing_more_is_said_on_it() -> None:
    async def scene(house: House) -> None:
        answers(house, "1")
        one = house.spoken()
        call = asyncio.create_task(house.place(one))
        await house.clock.sleep(3.0)
        call.cancel()
        await asyncio.wait({call})
        await house.clock.sleep(60.0)
        assert one.takes == []
        assert house.provider.voice.sessions[0].trail == ["Play"]

    play(scene)


def test_the_posts_may_be_here_before_the_request_is_answered() -> None:
    async def scene(house: House) -> None:
        house.provider.fault("call_answered_late", value=30.0)
        answers(house, ",1")
        one = house.spoken()
        result = await house.place(one)
        assert (result.outcome, result.key) == (Outcome.ANSWERED, "1")
        assert house.clock.monotonic() < 29

    play(scene)


@pytest.mark.parametrize("fault", ["call_no_session", "timeout_after", "cut_after"])
def test_a_call_whose_request_is_in_doubt_is_followed_by_its_posts(fault: str) -> None:
    async def scene(house: House) -> None:
        house.provider.fault(fault)
        answers(house, ",1")
        assert (await house.place()).key == "1"

    play(scene)


@pytest.mark.parametrize(
    ("fault", "value", "outcome"),
    [
        ("call_refused", "InvalidPhoneNumber", Outcome.UNREACHABLE),
        ("call_refused", "DestinationNotSupported", Outcome.UNREACHABLE),
        ("call_refused", "InsufficientCredit", Outcome.NO_NETWORK),
        ("call_refused", "NeverHeardOf", Outcome.NO_NETWORK),
        ("unauthorized", None, Outcome.NO_NETWORK),
        ("error_500", None, Outcome.NO_NETWORK),
        ("busy_429", None, Outcome.NO_NETWORK),
        ("cut_before", None, Outcome.FAILED),
        ("odd_json", None, Outcome.RANG),
    ],
)
def test_a_call_that_is_not_made_is_told_by_what_helps(fault: str, value: str | None, outcome: Outcome) -> None:
    async def scene(house: House) -> None:
        house.provider.fault(fault, value=value)
        house.network.phone(OFFICER)
        result = await house.place(ring_s=10.0)
        assert result.outcome is outcome, result.detail
        assert result.key is None

    play(scene)


def test_what_the_account_lacks_closes_the_leg_at_once() -> None:
    async def scene(house: House) -> None:
        house.provider.fault("call_refused", value="InsufficientCredit")
        await house.place()
        assert (house.leg.well, house.leg.free()) == (False, 0)
        (part,) = [part for part in house.pulse.parts() if part.name == "africastalking voice"]
        assert (part.status.value, "InsufficientCredit" in part.detail) == ("failed", True)

    play(scene)


def test_without_events_a_call_counts_as_ringing_after_a_while_and_everything_else_goes_on() -> None:
    async def scene(house: House) -> None:
        house.provider.fault("voice_no_events")
        answers(house, ",1")
        assert (await house.place()).key == "1"
        house.network.phone(RIZAL).behave(Behaves())
        assert (await house.place(to=RIZAL)).outcome is Outcome.RANG
        assert len(house.started) == 2

    play(scene)


@pytest.mark.parametrize(
    ("name", "value"),
    [("voice_twice", None), ("final_twice", 5.0), ("final_late", 30.0), ("no_final", None), ("no_cause", None),
     ("cause", "A_NEW_WORD"), ("lost_plus", None), ("reorder", 2.0), ("duplicate", 3.0), ("huge", 3000.0),
     ("double_key", None)],
)  # fmt: skip
def test_whatever_is_posted_twice_late_or_never_it_is_accepted_once(name: str, value: Any) -> None:
    async def scene(house: House) -> None:
        house.provider.fault(name, value=value)
        answers(house, ",1")
        one = house.spoken()
        result = await house.place(one)
        assert (result.outcome, result.key) == (Outcome.ANSWERED, "1")
        assert one.takes == [(0, Begun()), (1, Pressed("1"))]
        await house.clock.sleep(120.0)
        assert len(one.ends) == 1

    play(scene)


def test_a_call_lost_on_the_way_may_go_on_elsewhere_and_one_hung_up_may_not() -> None:
    async def scene(house: House) -> None:
        answers(house)
        house.provider.fault("voice_cut", value=3.0, count=1)
        house.provider.fault("cause", value="NORMAL_TEMPORARY_FAILURE", count=1)
        one = house.spoken()
        result = await house.place(one)
        assert (result.outcome, result.lost, one.live) == (Outcome.ANSWERED, True, True)
        answers(house, hangup_after_s=2.0)
        result = await house.place(other := house.spoken(id="c-1"))
        assert (result.outcome, result.lost, other.live) == (Outcome.ANSWERED, False, False)

    play(scene)


def test_a_siren_is_never_rung_by_a_provider() -> None:
    async def scene(house: House) -> None:
        assert (await house.place(urgency=Urgency.SIREN)).outcome is Outcome.FAILED
        assert house.provider.voice.sessions == []

    play(scene)


@pytest.mark.parametrize("to", ["112", "110", "38411", "KENTONGAN", "", "0812", "+62811;+62812"])
def test_what_is_no_persons_number_is_never_asked_for(to: str) -> None:
    async def scene(house: House) -> None:
        assert (await house.place(to=to)).outcome is Outcome.FAILED
        assert house.provider.voice.sessions == []

    play(scene)


def test_a_sample_number_is_rung_only_by_a_virtual_provider() -> None:
    async def scene(house: House) -> None:
        house.api.virtual = False
        assert (await house.place(sample=True)).outcome is Outcome.FAILED
        assert (await house.place(to=RIZAL)).outcome is Outcome.FAILED
        assert house.provider.voice.sessions == []

    play(scene, forbidden=lambda number: number == RIZAL)


def test_no_more_calls_at_once_than_lines_and_the_most_urgent_goes_first() -> None:
    async def scene(house: House) -> None:
        numbers = [f"+62812600001{at}" for at in range(4)]
        for number in numbers:
            house.network.phone(number).behave(Behaves(answer_after_s=2.0, keys=",1"))
        urgency = [Urgency.TEST, Urgency.CALL_OUT, Urgency.TEST, Urgency.OFFICER]
        calls = []
        for number, urgent in zip(numbers, urgency, strict=True):
            calls.append(asyncio.create_task(house.place(house.spoken(id=number), to=number, urgency=urgent)))
            await house.clock.sleep(0.1)
        assert house.leg.free() == 0
        assert [result.key for result in await asyncio.gather(*calls)] == ["1"] * 4
        assert [one.far for one in house.provider.voice.sessions] == [numbers[at] for at in (0, 3, 2, 1)]

    play(scene, lines=1)


@pytest.mark.parametrize(
    ("url", "virtual", "well"),
    [
        ("", True, False),
        ("", False, False),
        ("http://kota.example", False, False),
        ("http://kota.example", True, False),
        ("https://kota.example", False, True),
        ("https://kota.example/", False, True),
        ("http://127.0.0.1:8080", True, True),
        ("http://localhost:8080", True, True),
        ("http://127.0.0.1:8080", False, False),
    ],
)
def test_a_leg_that_the_provider_cannot_reach_is_not_well_and_says_why(url: str, virtual: bool, well: bool) -> None:
    async def scene(house: House) -> None:
        house.api.virtual = virtual
        house.leg._seen_as(url)
        assert house.leg.well is well
        assert bool(house.leg.why) is not well
        if not well:
            assert "public_url" in house.leg.why
            assert (await house.place()).outcome is Outcome.NO_NETWORK

    play(scene)


def test_a_provider_on_this_machine_needs_no_address_but_that_at_which_we_listen() -> None:
    async def scene(house: House) -> None:
        assert not house.leg.well
        house.leg.listening("http://127.0.0.1:4711/")
        assert house.leg.well

    play(scene, public_url="")


def test_a_caller_rings_and_is_served() -> None:
    async def scene(house: House) -> None:
        await house.calls_in(keys="2,,,,")
        (one,) = house.desk.spoken.values()
        assert one.takes[:2] == [(0, Begun()), (1, Pressed("2"))]
        assert one.number == SITI
        assert len(one.ends) == 1

    play(scene)


def test_what_a_caller_says_is_recorded_and_kept() -> None:
    async def scene(house: House) -> None:
        phone = house.network.phone(SITI)
        phone.call(house.provider.account.voice_number)
        await house.clock.sleep(3.0)
        phone.press("2")
        await house.clock.sleep(3.0)
        said = murmur(4.0)
        phone.say(said)
        await house.clock.sleep(5.0)
        phone.press("#")
        await house.clock.sleep(10.0)
        (one,) = house.desk.spoken.values()
        assert one.takes[-1] == (2, Recorded("tape-2"))
        (_, audio, rate) = one.tapes[0]
        assert rate == 8000
        assert 4.0 < len(audio) / 2 / rate < 9.0
        assert said[2000:20_000] in audio

    play(scene)


def test_an_officer_is_connected_with_the_reporter_and_they_hear_each_other() -> None:
    async def scene(house: House) -> None:
        answers(house, ",4")
        reporter = house.network.phone(SITI)
        reporter.behave(Behaves(answer_after_s=3.0, hangup_after_s=20.0))
        one = house.spoken(reporter=SITI)
        call = asyncio.create_task(house.place(one))
        await house.clock.sleep(16.0)
        house.network.phone(OFFICER).say(murmur(2.0))
        await house.clock.sleep(4.0)
        assert sum(map(bool, reporter.heard())) > 8000
        result = await call
        assert result.outcome is Outcome.ANSWERED
        assert one.takes[-1] == (2, Joined("ended"))
        assert house.provider.voice.sessions[0].trail == ["GetDigits", "Play", "Dial", "Play"]
        assert [post.dial_status for post in house.posts if post.dialled and not post.told] == ["", "Completed"]

    play(scene)


def test_a_reporter_who_does_not_answer_is_dialled_once() -> None:
    async def scene(house: House) -> None:
        answers(house, ",4")
        house.network.phone(SITI).behave(Behaves(hangup_after_s=5.0))
        one = house.spoken(reporter=SITI)
        await house.place(one)
        assert (2, Joined("failed")) in one.takes
        assert house.provider.voice.sessions[0].trail.count("Dial") == 1

    play(scene)


def test_posts_to_a_wrong_secret_reach_nobody() -> None:
    async def scene(house: House) -> None:
        house.provider.fault("voice_wrong_secret")
        answers(house, "1")
        one = house.spoken()
        result = await house.place(one)
        assert (result.key, one.takes) == (None, [])

    play(scene)

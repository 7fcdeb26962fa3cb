"""Calls: progress in each dialect, caller ID, keys, hanging up, who is busy or away."""

from __future__ import annotations

import pytest

from modem.virtual import Behaviour, NetworkSettings
from tests.modem.virtual.client import PERSON, Bench, bench

ASK = {
    "generic": "AT",
    "SIM800": "AT+CLCC=1",
    "SIM7600": "AT+CLCC=1",
    "EC25": "AT^DSCI=1",
    "Huawei": "AT^CURC=1",
}
ANSWERED = {
    "generic": ["OK", "NO CARRIER"],
    "SIM800": [
        "OK",
        f'+CLCC: 1,0,2,0,0,"{PERSON}",145,""',
        f'+CLCC: 1,0,3,0,0,"{PERSON}",145,""',
        f'+CLCC: 1,0,0,0,0,"{PERSON}",145,""',
        f'+CLCC: 1,0,6,0,0,"{PERSON}",145,""',
        "NO CARRIER",
    ],
    "SIM7600": [
        "OK",
        f'+CLCC: 1,0,2,0,0,"{PERSON}",145',
        f'+CLCC: 1,0,3,0,0,"{PERSON}",145',
        f'+CLCC: 1,0,0,0,0,"{PERSON}",145',
        "VOICE CALL: BEGIN",
        f'+CLCC: 1,0,6,0,0,"{PERSON}",145',
        "VOICE CALL: END: 000004",
        "NO CARRIER",
    ],
    "EC25": [
        "OK",
        f"^DSCI: 2,0,2,0,{PERSON},145",
        f"^DSCI: 2,0,7,0,{PERSON},145",
        f"^DSCI: 2,0,3,0,{PERSON},145",
        f"^DSCI: 2,0,6,0,{PERSON},145",
        "NO CARRIER",
    ],
    "Huawei": ["OK", "^ORIG:1,0", "^CONF:1", "^CONN:1,0", "^CEND:1,4,0,16", "NO CARRIER"],
}
REJECTED = {
    "generic": "NO CARRIER",
    "SIM800": "BUSY",
    "SIM7600": "VOICE CALL: END",
    "EC25": "BUSY",
    "Huawei": "NO CARRIER",
}


@pytest.mark.parametrize("profile", list(ASK))
def test_an_answered_call_is_told_in_the_dialects_own_codes(profile: str) -> None:
    async def walk(here: Bench) -> None:
        await here.client.at(ASK[profile])
        here.person.behave(Behaviour(answer_after_s=3, hangup_after_s=4))
        assert await here.client.at(f"ATD{PERSON};", 10) == ANSWERED[profile]

    bench(walk, profile, settings=NetworkSettings(setup_s=1))


@pytest.mark.parametrize("profile", list(ASK))
def test_a_call_turned_away_ends_without_ever_being_active(profile: str) -> None:
    async def walk(here: Bench) -> None:
        await here.client.at(ASK[profile])
        here.person.behave(Behaviour(hangup_after_s=2))
        lines = await here.client.at(f"ATD{PERSON};", 10)
        assert lines[-1] == REJECTED[profile]
        assert not any(
            line.startswith(("+CLCC: 1,0,0,", "^DSCI: 2,0,3,", "^CONN", "VOICE CALL: BEGIN")) for line in lines
        )

    bench(walk, profile)


@pytest.mark.parametrize(("to", "result"), [("+62899", "NO CARRIER"), (PERSON, "BUSY")])
def test_nobody_there_and_busy_end_before_alerting(to: str, result: str) -> None:
    async def walk(here: Bench) -> None:
        here.person.call("+62877")
        here.network.settings.setup_s = 2
        await here.client.at(f"ATD{to};")
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,2,")
        assert (await here.client.hear(5)).strip() == result
        assert here.network.log.of("alert") == []

    bench(walk, settings=NetworkSettings(setup_s=10))


def test_a_phone_that_is_off_is_unreachable_and_its_mailbox_answers_for_it() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(off=True))
        assert await here.client.at(f"ATD{PERSON};", 5) == ["OK", "NO CARRIER"]
        here.person.behave(Behaviour(off=True, voicemail=True, keys="1"))
        await here.client.at(f"ATD{PERSON};", 5)
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,0,")
        assert here.network.log.of("key") == [], "a mailbox presses nothing"

    bench(walk)


def test_a_mailbox_picks_up_a_ringing_phone_after_20_seconds() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(voicemail=True))
        await here.client.at(f"ATD{PERSON};", 19)
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,3,")
        await here.clock.sleep(2)
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,0,")

    bench(walk)


def test_the_network_gives_up_ringing_after_a_minute() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at(f"ATD{PERSON};", 59) == ["OK"]
        assert (await here.client.hear(2)).strip() == "NO ANSWER"

    bench(walk, "SIM800")


@pytest.mark.parametrize(
    ("profile", "switch", "code"),
    [
        ("SIM800", "AT+DDET=1", "+DTMF: 1"),
        ("SIM7600", "AT+DDET=1", "+RXDTMF: 1"),
        ("EC25", "AT+QTONEDET=1", "+QTONEDET: 49"),
        ("Huawei", "AT^DDTMFCFG=0,1", "^DDTMF: 1"),
    ],
)
def test_keys_of_the_far_end_are_told_once_switched_on(profile: str, switch: str, code: str) -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(answer_after_s=0, keys="1"))
        assert code not in await here.client.at(f"ATD{PERSON};", 5)
        await here.client.at("AT+CHUP")
        assert await here.client.at(switch) == ["OK"]
        assert code in await here.client.at(f"ATD{PERSON};", 5)

    bench(walk, profile)


def test_a_sim7600_frames_its_own_codes_with_a_doubled_cr() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(answer_after_s=0, keys="5"))
        await here.client.at("AT+DDET=1")
        assert "\r\r\n+RXDTMF: 5\r\n" in await here.client.raw(f"ATD{PERSON};\r", 5)

    bench(walk, "SIM7600")


@pytest.mark.parametrize(("profile", "command"), [("generic", "AT+VTS="), ("Huawei", "AT^DTMF=1,")])
def test_tones_reach_the_far_end_of_a_call_that_is_up(profile: str, command: str) -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at(f"{command}7") == ["+CME ERROR: 3"]
        here.person.behave(Behaviour(answer_after_s=0))
        await here.client.at(f"ATD{PERSON};", 1)
        assert await here.client.at(f"{command}7") == ["OK"]
        assert here.person.calls[-1].keys == "7"

    bench(walk, profile)


def test_ring_and_clip_come_every_five_seconds_and_a_missed_call_ends_them() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CLIP=1;+CRC=1")
        here.person.call(here.modem.number, ring_s=11)
        heard = await here.client.hear(20)
        assert heard.count("+CRING: VOICE") == 3
        assert heard.count(f'+CLIP: "{PERSON}",145') == 3
        assert heard.endswith("\r\nNO CARRIER\r\n")
        assert here.person.calls[-1].cause == "normal"

    bench(walk)


def test_a_sim7600_tells_a_missed_call() -> None:
    async def walk(here: Bench) -> None:
        here.person.call(here.modem.number, ring_s=3)
        assert "MISSED_CALL: 03:00AM +628123456789" in await here.client.hear(5)

    bench(walk, "SIM7600")


def test_hanging_up_a_ringing_call_turns_it_away() -> None:
    async def walk(here: Bench) -> None:
        here.person.call(here.modem.number)
        assert "RING" in await here.client.hear(1)
        assert await here.client.at("AT+CHUP") == ["OK"]
        assert here.person.calls[-1].cause == "rejected"
        assert here.network.exchange.calls == []

    bench(walk)


def test_a_withheld_number_comes_empty() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CLIP=1")
        here.person.call(here.modem.number, withheld=True)
        assert '+CLIP: "",128' in await here.client.hear(1)

    bench(walk)


def test_ath_ignores_a_voice_call_until_cvhu_is_0() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at(f"ATD{PERSON};", 1)
        assert await here.client.at("ATH") == ["OK"]
        assert len(here.network.exchange.calls) == 1
        await here.client.at("AT+CVHU=0")
        assert "OK" in await here.client.at("ATH")
        assert here.network.exchange.calls == []

    bench(walk, "SIM7600")


def test_with_colp_a_dial_blocks_until_the_answer() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+COLP=1")
        here.person.behave(Behaviour(answer_after_s=4))
        assert await here.client.at(f"ATD{PERSON};", 3) == []
        assert await here.client.at("AT", 3) == [f'+COLP: "{PERSON}",145', "OK", "OK"]

    bench(walk)


def test_an_ec25_lists_its_data_bearer_beside_the_call() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at(f"ATD{PERSON};", 1)
        assert await here.client.at("AT+CLCC") == [
            '+CLCC: 1,1,0,1,0,"",128',
            f'+CLCC: 2,0,3,0,0,"{PERSON}",145',
            "OK",
        ]

    bench(walk, "EC25")


def test_an_ec25_can_tell_calls_by_qind_as_well() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at('AT+QINDCFG="ccinfo",1')
        here.person.behave(Behaviour(hangup_after_s=1))
        lines = await here.client.at(f"ATD{PERSON};", 3)
        assert [line for line in lines if "QIND" in line][-1] == f'+QIND: "ccinfo",2,0,-1,0,0,"{PERSON}",145'

    bench(walk, "EC25")


@pytest.mark.parametrize("dialled", ["ATD;", "ATD08xx;", 'ATD"08";'])
def test_what_is_no_number_is_not_dialled(dialled: str) -> None:
    async def walk(here: Bench) -> None:
        assert (await here.client.at(dialled))[0].startswith("+CME ERROR")
        assert here.network.exchange.calls == []

    bench(walk)


def test_a_call_between_two_phones_needs_no_modem() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.phone("+628777000111")
        here.person.call(other.number)
        await here.clock.sleep(1)
        assert other.ringing
        assert other.answer()
        assert here.person.talking
        assert here.person.press("42")
        await here.clock.sleep(1)
        assert other.calls[-1].keys == "42"
        assert other.hangup()
        assert not here.person.engaged()

    bench(walk)

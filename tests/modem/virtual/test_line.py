"""Line discipline: echo, chained commands, ESC, prompts, results."""

from __future__ import annotations

import pytest

from modem.virtual.command import parse
from tests.modem.virtual.client import Bench, bench


def test_echo_really_echoes_after_ate1_and_stops_after_ate0() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.raw("AT\r") == "AT\r\r\nOK\r\n"
        await here.client.at("ATE0")
        assert await here.client.raw("AT\r") == "\r\nOK\r\n"
        await here.client.at("ATE1")
        assert await here.client.raw("AT+CBC=?\r") == "AT+CBC=?\r\r\nOK\r\n"

    bench(walk, echo=True)


def test_chained_commands_have_one_final_result() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at("AT+CMEE=1;+CREG=2;+CSQ") == ["+CSQ: 21,0", "OK"]
        assert (await here.client.at("AT+CREG?"))[0] == '+CREG: 2,1,"1A2B","0C3D"'

    bench(walk)


def test_a_failing_command_ends_the_chain() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at("AT+CSQ;+NOSUCH;+CREG=2") == ["+CSQ: 21,0", "+CME ERROR: 4"]
        assert (await here.client.at("AT+CREG?"))[0] == "+CREG: 0,1"

    bench(walk)


@pytest.mark.parametrize(
    ("level", "final"), [("0", "ERROR"), ("1", "+CME ERROR: 4"), ("2", "+CME ERROR: operation not supported")]
)
def test_the_error_level_chooses_the_form_of_an_error(level: str, final: str) -> None:
    async def walk(here: Bench) -> None:
        await here.client.at(f"AT+CMEE={level}")
        assert await here.client.at("AT+NOSUCH") == [final]

    bench(walk)


def test_line_feeds_before_a_command_and_an_escape_before_at_do_no_harm() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.raw("\nAT\r\n") == "\r\nOK\r\n"
        assert await here.client.raw("\x1b") == ""
        assert await here.client.raw("garbage\x1bAT\r") == "\r\nOK\r\n"

    bench(walk)


def test_what_does_not_begin_with_at_meets_silence() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.raw("0001000691261811000007C830FB0D6A3601\r", 30) == ""
        assert await here.client.at("AT") == ["OK"]

    bench(walk)


def test_two_commands_in_one_write_are_answered_in_order() -> None:
    async def walk(here: Bench) -> None:
        answer = await here.client.raw("AT+CSQ\rAT+CREG?\r")
        assert answer == "\r\n+CSQ: 21,0\r\n\r\nOK\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n"

    bench(walk)


def test_a_command_typed_at_a_prompt_becomes_part_of_the_body() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.raw("AT+CMGS=17\r") == "\r\n> "
        assert await here.client.raw("AT+CSQ\r") == ""
        assert await here.client.raw("\x1b") == "\r\nOK\r\n"
        assert await here.client.at("AT+CSQ") == ["+CSQ: 21,0", "OK"]

    bench(walk)


def test_codes_wait_while_a_message_is_typed() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1")
        await here.client.raw("AT+CMGS=17\r")
        here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.hear(1) == ""
        answer = await here.client.raw("0001000691261811000007C830FB0D6A3601\x1a")
        assert answer == '\r\n+CMGS: 1\r\n\r\nOK\r\n\r\n+CMTI: "SM",1\r\n'

    bench(walk)


def test_numeric_results_come_after_atv0() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("ATV0")
        assert await here.client.raw("AT\r") == "0\r"
        assert await here.client.raw("ATV1\r") == "\r\nOK\r\n"

    bench(walk)


def test_a_line_is_read_into_its_commands() -> None:
    assert [str(one) for one in parse('E0V1+CMEE=1;+CUSD=1,"*1;2#",15;+CSQ')] == [
        "E0",
        "V1",
        "+CMEE=1",
        '+CUSD=1,"*1;2#",15',
        "+CSQ",
    ]
    assert [str(one) for one in parse("DT+62812;+CLCC")] == ["DT+62812;", "+CLCC"]
    assert [str(one) for one in parse("S0=0&F")] == ["S0=0", "&F"]
    assert parse('+CPMS="SM","ME"')[0].parameters() == ["SM", "ME"]
    with pytest.raises(ValueError, match="not a command"):
        parse("?!")


def test_the_character_set_is_used_both_ways() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at('AT+CSCS="UCS2"')
        assert await here.client.at("AT+COPS?") == ['+COPS: 0,0,"00540045004C004B004F004D00530045004C",2', "OK"]
        assert (await here.client.at("AT+CSCA?"))[0] == '+CSCA: "002B0036003200380031003100300030003000300030",145'
        answer = await here.client.at('AT+CUSD=1,"002A0038003800380023",15')
        assert answer[0] == "OK"
        assert answer[1].startswith('+CUSD: 0,"00500075006C00730061')
        await here.client.at('AT+CSCS="GSM"')
        assert (await here.client.at("AT+COPS?"))[0] == '+COPS: 0,0,"TELKOMSEL",2'
        assert await here.client.at('AT+CSCS="KLINGON"') == ["+CME ERROR: 50"]

    bench(walk)


@pytest.mark.parametrize("profile", ["generic", "SIM800", "SIM7600", "EC25", "Huawei"])
def test_each_profile_says_who_it_is(profile: str) -> None:
    async def walk(here: Bench) -> None:
        row = here.modem.dialect
        assert await here.client.at("AT+CGMI") == [row.vendor, "OK"]
        assert await here.client.at("AT+CGMM") == [row.model, "OK"]
        assert await here.client.at("AT+CGSN") == [here.modem.imei, "OK"]
        assert await here.client.at("AT+CIMI") == [here.modem.imsi, "OK"]
        assert len(here.modem.imei) == len(here.modem.imsi) == 15

    bench(walk, profile)


def test_a_slow_modem_takes_its_time_for_each_answer() -> None:
    async def walk(here: Bench) -> None:
        here.modem.pace.answer_s, here.modem.pace.prompt_s = 0.05, 0.2
        assert await here.client.raw("AT\r", 0.04) == ""
        assert await here.client.hear(0.02) == "\r\nOK\r\n"
        assert await here.client.raw("AT+CMGS=17\r", 0.19) == ""
        assert await here.client.hear(0.02) == "\r\n> "

    bench(walk)


def test_a_reset_over_a_serial_line_keeps_the_port_and_one_over_usb_loses_it() -> None:
    async def walk(here: Bench) -> None:
        here.network.settings.boot_s = 2
        assert await here.client.at("AT+CFUN=1,1", 1.9) == ["OK"]
        if here.modem.dialect.usb:
            assert here.client.lost == ["reset"]
            assert not here.modem.plugged
            await here.clock.sleep(1.5)
            assert await (await here.reopen()).at("AT") == [], "there, and booting"
            await here.clock.sleep(1)
        else:
            assert "RDY" in await here.client.hear(0.2)
        client = await here.reopen()
        assert await client.at("ATE0") == ["ATE0", "OK"]

    for profile in ("SIM800", "EC25"):
        bench(walk, profile)


def test_switching_the_radio_off_and_on_is_told_and_fetches_what_waits() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CREG=1;+CNMI=2,1")
        assert await here.client.at("AT+CFUN=4") == ["+CREG: 0", "OK"]
        here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.at("AT+COPS?") == ["+COPS: 0", "OK"]
        assert await here.client.at("AT+CFUN=1", 1) == ["OK", "+CREG: 1", '+CMTI: "SM",1']

    bench(walk)

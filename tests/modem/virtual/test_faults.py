"""Every fault of the table, and faults at any byte of the output."""

from __future__ import annotations

import pytest

from modem.virtual import Behaviour, tpdu
from modem.virtual.faultlist import BAD_PDU, FAULTS, NOISE
from tests.modem.virtual.client import PERSON, Bench, bench, submit_pdu

ANSWER = "\r\n+CSQ: 21,0\r\n\r\nOK\r\n"
BODY = submit_pdu(PERSON, tpdu.user_data("halo")[0])


async def prompted(here: Bench, seconds: float = 0.01) -> str:
    return await here.client.raw(f"AT+CMGS={len(BODY)}\r", seconds)


async def sent(here: Bench, seconds: float = 0.01) -> str:
    return await here.client.raw(f"00{BODY.hex()}\x1a", seconds)


@pytest.mark.parametrize("at", range(len(ANSWER)))
def test_noise_can_strike_at_any_byte_of_an_answer(at: int) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("noise", at_byte=at)
        noisy = await here.client.raw("AT+CSQ\r")
        assert noisy == ANSWER[:at] + NOISE.decode("latin-1") + ANSWER[at:]
        assert await here.client.raw("AT+CSQ\r") == ANSWER, "once"

    bench(walk)


@pytest.mark.parametrize("at", range(len(ANSWER)))
def test_the_line_can_drop_at_any_byte_and_be_opened_again(at: int) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("eof", at_byte=at)
        await here.client.raw("AT+CSQ\r")
        assert here.client.lost == ["eof"]
        assert len(here.client.heard) <= at
        client = await here.reopen()
        assert await client.raw("AT+CSQ\r") == ANSWER

    bench(walk)


@pytest.mark.parametrize("at", range(len(ANSWER)))
def test_the_modem_can_fall_silent_at_any_byte_for_a_time(at: int) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("silence", at_byte=at, for_s=5)
        assert await here.client.raw("AT+CSQ\r", 1) == ANSWER[:at]
        assert await here.client.raw("AT\r", 1) == ""
        await here.clock.sleep(5)
        assert await here.client.raw("AT+CSQ\r") == ANSWER

    bench(walk)


def test_a_stray_code_lands_inside_an_answer() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("stray_code", at_byte=14)
        assert await here.client.at("AT+CSQ") == ["+CSQ: 21,0", '+QIND: "csq",21,99', "OK"]

    bench(walk)


def test_a_stall_splits_the_output_in_time() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("stall", at_byte=5)
        assert await here.client.raw("AT+CSQ\r", 0.9) == ANSWER[:5]
        assert await here.client.hear(0.2) == ANSWER[5:]

    bench(walk)


def test_a_burst_brings_five_codes_in_one_write() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1")
        here.modem.fault("burst")
        for _ in range(5):
            here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.hear(0.4) == ""
        heard = await here.client.hear(0.2)
        assert heard.count("+CMTI") == 5
        assert len(here.client.writes) == 1

    bench(walk)


def test_lines_come_split_and_whole_again_when_healed() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("split_lines")
        assert await here.client.raw("AT+CSQ\r", 1) == ANSWER
        assert len(here.client.writes) == 7
        here.modem.heal("split_lines")
        await here.client.raw("AT+CSQ\r")
        assert len(here.client.writes) == 1

    bench(walk)


def test_every_line_may_end_with_a_doubled_cr() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("double_cr")
        assert await here.client.raw("AT\r") == "\r\r\nOK\r\r\n"

    bench(walk)


def test_a_late_prompt_comes_after_eight_seconds() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("late_prompt")
        assert await prompted(here, 7.9) == ""
        assert await here.client.hear(0.2) == "\r\n> "
        assert "+CMGS: 1" in await sent(here)

    bench(walk)


def test_a_prompt_that_is_never_shown_still_awaits_its_body() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("no_prompt")
        assert await prompted(here, 60) == ""
        assert await here.client.raw("\x1b") == "\r\nOK\r\n"

    bench(walk)


def test_a_late_answer_comes_before_the_answer_of_the_next_command() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("late_answer")
        assert await here.client.raw("AT+CSQ\r", 7) == ""
        assert await here.client.at("AT+CREG?", 2) == ["+CSQ: 21,0", "OK", "+CREG: 0,1", "OK"]

    bench(walk)


def test_a_lost_answer_leaves_the_command_done() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("lost_answer")
        assert await here.client.raw("AT+CREG=2\r", 60) == ""
        assert (await here.client.at("AT+CREG?"))[0].startswith("+CREG: 2,")

    bench(walk)


def test_a_submit_that_is_never_answered_was_sent() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("lost_submit_answer")
        await prompted(here)
        assert await sent(here, 120) == ""
        assert [sms.text for sms in here.person.inbox] == ["halo"]
        assert await here.client.at("AT") == ["OK"]

    bench(walk)


def test_a_submit_may_be_answered_late() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("late_submit_answer")
        await prompted(here)
        assert await sent(here, 7.9) == ""
        assert "+CMGS: 1" in await here.client.hear(0.2)

    bench(walk)


@pytest.mark.parametrize("name", ["cms_500_at_prompt", "cms_515_at_prompt", "cme_14"])
def test_an_error_may_come_instead_of_the_prompt(name: str) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault(name)
        kind, code = name.split("_")[:2]
        assert await prompted(here) == f"\r\n+{kind.upper()} ERROR: {code}\r\n"
        assert await prompted(here) == "\r\n> ", "once"

    bench(walk)


@pytest.mark.parametrize("name", ["cms_500_at_pdu", "cms_515_at_pdu", "cms_38_at_pdu", "cms_69_at_pdu"])
def test_an_error_may_come_after_the_pdu_and_nothing_is_sent(name: str) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault(name)
        await prompted(here)
        assert await sent(here) == f"\r\n+CMS ERROR: {name.split('_')[1]}\r\n"
        assert here.network.log.of("submit") == []
        await prompted(here)
        assert "+CMGS: 1" in await sent(here)

    bench(walk)


@pytest.mark.parametrize(
    ("name", "command", "error"),
    [
        ("cme_100_at_dial", f"ATD{PERSON};", "+CME ERROR: 100"),
        ("cms_321_at_read", "AT+CMGR=1", "+CMS ERROR: 321"),
        ("cms_500_at_list", "AT+CMGL=4", "+CMS ERROR: 500"),
        ("cms_500_at_delete", "AT+CMGD=1", "+CMS ERROR: 500"),
    ],
)
def test_an_error_strikes_the_stage_it_names_and_no_other(name: str, command: str, error: str) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault(name)
        assert await here.client.at("AT+CSQ") == ["+CSQ: 21,0", "OK"]
        assert await here.client.at(command) == [error]

    bench(walk)


def test_an_error_with_a_duration_strikes_every_time_until_it_is_over() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("cme_14", for_s=10)
        assert [await here.client.at("AT+CSQ") for _ in range(3)] == [["+CME ERROR: 14"]] * 3
        await here.clock.sleep(10)
        assert await here.client.at("AT+CSQ") == ["+CSQ: 21,0", "OK"]

    bench(walk)


def test_a_hang_is_cured_by_its_power_and_by_nothing_else() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("hang")
        assert await here.client.raw("AT\r", 60) == ""
        client = await here.reopen()
        assert await client.raw("\x1bAT\rAT+CFUN=1,1\r", 60) == ""
        here.modem.unplug()
        here.modem.plug()
        await here.clock.sleep(1)
        assert await (await here.reopen()).at("ATE0") == ["ATE0", "OK"]

    bench(walk)


def test_cmgl_may_hang_the_firmware_until_its_power_is_cut() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("cmgl_hang")
        assert await here.client.at("AT+CMGL=4", 60) == []
        assert await here.client.at("AT", 60) == []
        here.modem.unplug()
        here.modem.plug()
        await here.clock.sleep(1)
        client = await here.reopen()
        assert (await client.at("AT"))[-1] == "OK"

    bench(walk, "Huawei")


def test_a_full_store_lets_the_centre_keep_the_message() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("storage_full")
        here.person.sms(here.modem.number, "TOLONG")
        await here.client.hear(1)
        assert await here.client.at("AT+CPMS?") == ['+CPMS: "SM",30,30,"SM",30,30,"SM",30,30', "OK"]
        assert here.network.smsc.waiting() == 1
        here.modem.heal("storage_full")
        await here.clock.sleep(1)
        assert here.modem.storage.used("SM")[0] == 1

    bench(walk)


def test_a_bad_pdu_is_stored_and_announced_like_any_other() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1")
        here.modem.fault("bad_pdu")
        assert "+CMTI" in await here.client.hear()
        assert (await here.client.at("AT+CMGR=1"))[1].endswith(BAD_PDU.hex().upper())

    bench(walk)


def test_a_message_may_come_without_its_code() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1")
        here.modem.fault("lost_cmti")
        here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.hear(5) == ""
        assert here.modem.storage.used("SM")[0] == 1

    bench(walk)


def test_a_modem_may_forget_its_settings_unasked() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,1,0;+CLIP=1")
        here.modem.fault("forget_settings")
        assert await here.client.at("AT+CNMI?") == ["+CNMI: 0,0,0,0,0", "OK"]

    bench(walk)


def test_a_reboot_is_silent_then_says_the_boot_codes_with_echo_on_again() -> None:
    async def walk(here: Bench) -> None:
        here.network.settings.boot_s = 3
        here.modem.fault("reboot")
        assert await here.client.raw("AT\r", 2.9) == ""
        assert (await here.client.hear(0.2)).startswith("\r\nRDY\r\n\r\n+CFUN: 1\r\n")
        assert await here.client.at("AT") == ["AT", "OK"]

    bench(walk, "SIM800")


def test_a_message_sent_during_a_reboot_waits_in_the_centre() -> None:
    async def walk(here: Bench) -> None:
        here.network.settings.boot_s = 3
        here.modem.fault("reboot")
        here.person.sms(here.modem.number, "TOLONG")
        await here.clock.sleep(2)
        assert here.network.smsc.waiting() == 1
        await here.clock.sleep(2)
        assert here.modem.storage.used("SM")[0] == 1

    bench(walk)


def test_without_network_nothing_goes_out_or_comes_in_and_creg_tells() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CREG=1")
        here.modem.fault("no_network")
        assert await here.client.hear() == "\r\n+CREG: 2\r\n"
        assert await here.client.at("AT+CREG?") == ["+CREG: 1,2", "OK"]
        assert await here.client.at("AT+CSQ") == ["+CSQ: 99,0", "OK"]
        assert await here.client.at(f"ATD{PERSON};") == ["NO CARRIER"]
        await prompted(here)
        assert await sent(here) == "\r\n+CMS ERROR: 331\r\n"
        here.person.sms(here.modem.number, "TOLONG")
        await here.clock.sleep(1)
        here.modem.heal()
        assert "+CREG: 1" in await here.client.hear(1)
        assert here.modem.storage.used("SM")[0] == 1

    bench(walk)


def test_without_a_sim_the_pin_says_so() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("no_sim")
        assert await here.client.at("AT+CPIN?") == ["+CME ERROR: 10"]
        assert await here.client.at("AT+CIMI") == ["+CME ERROR: 10"]

    bench(walk)


def test_caller_ids_may_be_missing_odd_or_late() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CLIP=1")
        here.modem.fault("no_caller_id", for_s=4)
        here.person.call(here.modem.number)
        assert '+CLIP: "",128' in await here.client.hear(4.5)
        here.modem.fault("odd_caller_id", for_s=4)
        assert '+CLIP: "08123456789",129' in await here.client.hear(4.5)
        here.modem.fault("ring_clip_apart")
        assert "RING" in await here.client.hear(1.5)
        assert "CLIP" not in here.client.heard
        assert f'+CLIP: "{PERSON}",145' in await here.client.hear(0.6)

    bench(walk)


def test_a_stuck_call_survives_hanging_up() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("stuck_call")
        await here.client.at(f"ATD{PERSON};", 1)
        assert await here.client.at("AT+CHUP") == ["OK"]
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,3")
        here.modem.heal()
        await here.client.at("AT+CHUP")
        assert await here.client.at("AT+CLCC") == ["OK"]

    bench(walk)


def test_a_dial_may_fail_and_keys_may_go_unheard() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+DDET=1")
        here.modem.fault("dial_fails")
        assert await here.client.at(f"ATD{PERSON};") == ["NO CARRIER"]
        here.modem.heal()
        here.modem.fault("no_tones")
        here.person.behave(Behaviour(answer_after_s=0, keys="1"))
        assert not any("DTMF" in line for line in await here.client.at(f"ATD{PERSON};", 5))

    bench(walk, "SIM800")


def test_ussd_may_stay_unanswered_or_end_without_a_string() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("ussd_silent")
        assert await here.client.at('AT+CUSD=1,"*888#",15', 60) == ["OK"]
        here.modem.heal()
        here.modem.fault("ussd_ended")
        assert await here.client.at('AT+CUSD=1,"*888#",15') == ["OK", "+CUSD: 2"]

    bench(walk)


def test_pulled_out_in_the_middle_of_an_answer_it_comes_back_under_another_name() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("unplugged", at_byte=4)
        assert len(await here.client.raw("AT+CSQ\r")) <= 4
        assert here.client.lost == ["unplugged"]
        here.modem.plug("ttyUSB7")
        await here.clock.sleep(1)
        assert here.network.modem_named("ttyUSB7") is here.modem
        assert (await (await here.reopen()).at("AT+CGSN"))[1] == here.modem.imei

    bench(walk)


def test_pulled_out_for_a_time_it_plugs_itself_in_again() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("unplugged", for_s=3)
        assert not here.modem.plugged
        await here.clock.sleep(4)
        assert here.modem.plugged

    bench(walk)


def test_a_fault_that_waits_for_its_byte_can_be_taken_back() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("noise", at_byte=3)
        assert here.modem.faults.names == ("noise",)
        here.modem.heal("noise")
        assert await here.client.raw("AT+CSQ\r") == ANSWER

    bench(walk)


def test_an_unknown_fault_is_refused_with_the_list() -> None:
    async def walk(here: Bench) -> None:
        with pytest.raises(ValueError, match="fault 'gremlins' is not one of noise, "):
            here.modem.fault("gremlins")

    bench(walk)


@pytest.mark.parametrize("name", list(FAULTS))
def test_after_any_fault_is_healed_and_the_power_cut_the_modem_works(name: str) -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault(name, at_byte=6)
        await here.client.raw("AT+CSQ\rAT+CMGL=4\r", 20)
        if not here.client.lost:
            await prompted(here, 20)
            await sent(here, 20)
        here.modem.heal()
        here.modem.unplug()
        here.modem.plug()
        await here.clock.sleep(1)
        client = await here.reopen()
        await client.at("ATE0")
        assert await client.raw("AT+CSQ\r") == ANSWER
        here.person.sms(here.modem.number, "TOLONG")
        await here.clock.sleep(40)
        assert here.modem.storage.used("SM")[0] >= 1

    bench(walk)

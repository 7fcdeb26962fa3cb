"""Messages at the modem: stores, CNMI, CNMA, class 0, reports, memory full."""

from __future__ import annotations

import pytest

from modem.virtual import Behaviour, NetworkSettings, tpdu
from modem.virtual.tpdu import Submit
from tests.modem.virtual.client import Bench, bench, submit_pdu


def test_cpms_takes_one_two_or_three_stores_and_counts_each() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at('AT+CPMS="ME"') == ["+CPMS: 0,100,0,30,0,30", "OK"]
        assert await here.client.at('AT+CPMS="SM","ME"') == ["+CPMS: 0,30,0,100,0,30", "OK"]
        assert await here.client.at('AT+CPMS="SM","SM","ME"') == ["+CPMS: 0,30,0,30,0,100", "OK"]
        assert await here.client.at("AT+CPMS?") == ['+CPMS: "SM",0,30,"SM",0,30,"ME",0,100', "OK"]
        assert await here.client.at('AT+CPMS="XX"') == ["+CMS ERROR: 302"]

    bench(walk)


def test_a_message_is_stored_announced_read_and_deleted() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,0,0")
        here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.hear() == '\r\n+CMTI: "SM",1\r\n'
        first = await here.client.at("AT+CMGR=1")
        assert first[0].startswith("+CMGR: 0,,")
        assert (await here.client.at("AT+CMGR=1"))[0].startswith("+CMGR: 1,,")
        assert (await here.client.at("AT+CMGL=4"))[0].startswith("+CMGL: 1,1,,")
        assert await here.client.at("AT+CMGL=0") == ["OK"]
        assert await here.client.at("AT+CMGD=1") == ["OK"]
        assert await here.client.at("AT+CMGR=1") == ["+CMS ERROR: 321"]
        assert await here.client.at("AT+CMGD=31") == ["+CMS ERROR: 321"]

    bench(walk)


def test_a_missing_index_is_just_ok_on_a_sim800() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at("AT+CMGR=7") == ["OK"]

    bench(walk, "SIM800")


def test_deleting_by_flag_spares_what_is_unread() -> None:
    async def walk(here: Bench) -> None:
        here.person.sms(here.modem.number, "satu")
        here.person.sms(here.modem.number, "dua")
        await here.client.hear()
        await here.client.at("AT+CMGR=1")
        assert await here.client.at("AT+CMGD=1,1") == ["OK"]
        assert [line.split(",")[0] for line in await here.client.at("AT+CMGL=4") if "+CMGL" in line] == ["+CMGL: 2"]
        await here.client.at("AT+CMGD=1,4")
        assert await here.client.at("AT+CMGL=4") == ["OK"]

    bench(walk)


def test_mt_counts_both_stores_of_a_sim7600() -> None:
    async def walk(here: Bench) -> None:
        here.modem.inbound.put(tpdu.deliver("+62812", bytes(7), tpdu.user_data("a")[0]), "SM")
        here.modem.inbound.put(tpdu.deliver("+62812", bytes(7), tpdu.user_data("b")[0]), "ME")
        assert (await here.client.at('AT+CPMS="MT"'))[0] == "+CPMS: 2,53,1,23,1,23"
        heads = [line.partition(",")[0] for line in await here.client.at("AT+CMGL=4") if "+CMGL" in line]
        assert heads == ["+CMGL: 0", "+CMGL: 23"]
        await here.client.at("AT+CMGD=23")
        assert here.modem.storage.used("SM") == (0, 30)

    bench(walk, "SIM7600")


def test_cnmi_mode_0_buffers_the_codes_until_it_is_left() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=0,1,0,0,0")
        here.person.sms(here.modem.number, "TOLONG")
        assert await here.client.hear() == ""
        assert await here.client.at("AT+CNMI=2,1,0,0,0") == ['+CMTI: "SM",1', "OK"]

    bench(walk)


def test_a_value_that_cnmi_does_not_know_is_refused_and_changes_nothing() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,1,0")
        assert await here.client.at("AT+CNMI=2,1,0,2,0") == ["+CMS ERROR: 302"]
        assert await here.client.at("AT+CNMI?") == ["+CNMI: 2,1,0,1,0", "OK"]

    bench(walk, "SIM800")


def test_direct_delivery_without_phase_2_is_lost_with_the_client() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,2,0,0,0")
        here.person.sms(here.modem.number, "satu")
        assert (await here.client.hear()).startswith("\r\n+CMT: ,")
        here.client.close()
        here.person.sms(here.modem.number, "dua")
        await here.clock.sleep(1)
        client = await here.reopen()
        assert await client.at("AT+CMGL=4") == ["OK"]
        assert here.network.smsc.waiting(here.modem.number) == 0

    bench(walk)


def test_with_csms_1_the_next_message_waits_for_cnma() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CSMS=1")
        await here.client.at("AT+CNMI=2,2,0,0,0")
        here.person.sms(here.modem.number, "satu")
        here.person.sms(here.modem.number, "dua")
        assert (await here.client.hear(1)).count("+CMT:") == 1
        answer = await here.client.raw("AT+CNMA\r")
        assert "OK" in answer
        assert answer.count("+CMT:") == 1
        assert here.network.smsc.waiting(here.modem.number) == 1, "unacknowledged, so still the centre's"
        assert await here.client.at("AT+CNMA=1") == ["OK"]
        assert await here.client.at("AT+CNMA") == ["+CMS ERROR: 340"]
        assert here.network.smsc.waiting(here.modem.number) == 0

    bench(walk)


def test_without_cnma_in_time_cnmi_falls_to_zero_and_the_centre_keeps_the_message() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CSMS=1;+CNMI=2,2,0,1,0")
        here.person.sms(here.modem.number, "TOLONG")
        await here.client.hear(here.network.settings.ack_s + 1)
        assert await here.client.at("AT+CNMI?") == ["+CNMI: 2,0,0,0,0", "OK"]
        assert here.network.smsc.waiting(here.modem.number) == 1
        await here.clock.sleep(here.network.settings.retry_s)
        assert here.network.smsc.waiting(here.modem.number) == 0
        assert len(await here.client.at("AT+CMGL=4")) == 3, "it came again, and was stored"

    bench(walk)


@pytest.mark.parametrize(
    ("profile", "code"), [("SIM800", "+CMT: ,"), ("SIM7600", "+CLASS0: "), ("EC25", ""), ("Huawei", '+CMTI: "SM",0')]
)
def test_a_class_0_message_goes_the_dialects_own_way(profile: str, code: str) -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,0,0")
        data = tpdu.user_data("AWAS BANJIR", dcs_class=0)[0]
        submit = Submit(reference=0, to=here.modem.number, pid=0, data=data, valid_s=None, report=False)
        here.network.smsc.submit(here.person.number, submit)
        heard = await here.client.hear()
        assert code in heard
        assert bool(heard) == bool(code)

    bench(walk, profile)


def test_a_status_report_comes_as_cds_or_is_stored_or_dropped() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,1,0")
        lines = await here.client.submit(here.person.number, "halo", report=True)
        assert "+CMGS: 1" in lines
        report = await here.client.hear(1) + "".join(lines)
        assert "+CDS: 25" in report
        await here.client.at("AT+CNMI=2,1,0,2,0")
        heard = "".join(await here.client.submit(here.person.number, "halo", report=True)) + await here.client.hear(1)
        assert '+CDSI: "SR",1' in heard
        await here.client.at("AT+CNMI=2,1,0,0,0")
        await here.client.submit(here.person.number, "halo", report=True)
        assert await here.client.hear(1) == ""

    bench(walk, settings=NetworkSettings(delay_s=0.1))


def test_a_report_of_a_message_that_expired_says_so() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+CNMI=2,1,0,1,0")
        here.person.behave(Behaviour(off=True))
        body = submit_pdu(here.person.number, tpdu.user_data("halo")[0], report=True, validity=b"\x00")
        await here.client.raw(f"AT+CMGS={len(body)}\r")
        await here.client.raw(f"00{body.hex()}\x1a")
        heard = await here.client.hear(400)
        assert heard.rstrip().endswith("46"), heard
        assert here.person.inbox == []

    bench(walk)


@pytest.mark.parametrize(
    ("profile", "ask", "code"),
    [
        ("SIM7600", "", "+SMS FULL"),
        ("EC25", 'AT+QINDCFG="smsfull",1', '+QIND: "smsfull","ME"'),
        ("Huawei", "", '^SMMEMFULL:"SM"'),
    ],
)
def test_a_full_memory_is_told_and_the_centre_delivers_when_there_is_space(profile: str, ask: str, code: str) -> None:
    async def walk(here: Bench) -> None:
        if ask:
            await here.client.at(ask)
        memory = here.modem.dialect.memory
        here.modem.storage.resize(memory, 2)
        await here.client.at("AT+CNMI=2,1")
        for text in ("satu", "dua", "tiga", "empat"):
            here.person.sms(here.modem.number, text)
        heard = await here.client.hear()
        assert heard.count("+CMTI") == 2
        assert heard.count(code) == 1
        assert here.network.smsc.waiting(here.modem.number) == 2
        first = here.modem.dialect.first_index
        answer = "".join(await here.client.at(f"AT+CMGD={first}"))
        assert f'+CMTI: "{memory}",{first}' in answer
        assert here.network.smsc.waiting(here.modem.number) == 1

    bench(walk, profile)


def test_a_modem_that_does_not_tell_it_is_full_still_counts_its_slots() -> None:
    async def walk(here: Bench) -> None:
        here.modem.storage.resize("SM", 1)
        here.person.sms(here.modem.number, "satu")
        here.person.sms(here.modem.number, "dua")
        assert "FULL" not in await here.client.hear()
        assert await here.client.at("AT+CPMS?") == ['+CPMS: "SM",1,1,"SM",1,1,"SM",1,1', "OK"]

    bench(walk)


@pytest.mark.parametrize(
    ("length", "body", "error"),
    [
        ("17", "0001000691261811000007C830FB0D6A36\x1a", "304"),  # one octet short
        ("17", "00ZZ\x1a", "304"),
        ("17", "0000000691261811000007C830FB0D6A3601\x1a", "304"),  # SMS-DELIVER
        ("17", "\x1a", "304"),
    ],
)
def test_a_pdu_that_is_none_is_refused_with_304(length: str, body: str, error: str) -> None:
    async def walk(here: Bench) -> None:
        await here.client.raw(f"AT+CMGS={length}\r")
        assert f"+CMS ERROR: {error}" in await here.client.raw(body)
        assert await here.client.at("AT") == ["OK"]

    bench(walk)


def test_the_message_reference_counts_up_and_starts_again_after_255() -> None:
    async def walk(here: Bench) -> None:
        references = [(await here.client.submit(here.person.number, "x"))[0] for _ in range(257)]
        assert references[:2] == ["+CMGS: 1", "+CMGS: 2"]
        assert references[-2:] == ["+CMGS: 1", "+CMGS: 2"]
        assert len(here.person.inbox) == 257

    bench(walk)


def test_a_sent_part_takes_its_air_time() -> None:
    async def walk(here: Bench) -> None:
        body = submit_pdu(here.person.number, tpdu.user_data("halo")[0])
        await here.client.raw(f"AT+CMGS={len(body)}\r")
        assert await here.client.raw(f"00{body.hex()}\x1a", 2.9) == ""
        assert "+CMGS: 1" in await here.client.hear(0.2)

    bench(walk, settings=NetworkSettings(air_s=3.0))


def test_text_mode_lists_reads_and_sends() -> None:
    async def walk(here: Bench) -> None:
        here.person.sms(here.modem.number, "TOLONG")
        await here.client.hear()
        await here.client.at("AT+CMGF=1")
        listed = await here.client.at('AT+CMGL="ALL"')
        assert listed == ['+CMGL: 1,"REC UNREAD","+628123456789",,"26/05/01,10:00:00+28"', "TOLONG", "OK"]
        assert (await here.client.at("AT+CMGR=1"))[0].startswith('+CMGR: "REC READ"')
        await here.client.raw(f'AT+CMGS="{here.person.number}"\r')
        assert "+CMGS: 1" in await here.client.raw("halo dari teks\x1a")
        assert here.person.inbox[-1].text == "halo dari teks"

    bench(walk)

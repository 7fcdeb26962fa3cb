"""USSD in each dialect's form."""

from __future__ import annotations

import pytest

from modem.virtual import alphabet
from tests.modem.virtual.client import Bench, bench

CREDIT = "Pulsa Rp 12.345 s.d. 01/01/27"


@pytest.mark.parametrize(
    ("profile", "code", "answer"),
    [
        ("generic", "*888#", f'+CUSD: 0,"{CREDIT}",15'),
        ("SIM800", "*888#", f'+CUSD: 0,"{CREDIT}",15'),
        ("SIM7600", "*888#", f'+CUSD: 0,"{CREDIT.encode("utf-16-be").hex().upper()}",72'),
        ("Huawei", "2A1C0E3702", f'+CUSD: 0,"{alphabet.pack(alphabet.encode(CREDIT) or []).hex().upper()}",15'),
    ],
)
def test_a_known_code_is_answered_in_the_dialects_form(profile: str, code: str, answer: str) -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at(f'AT+CUSD=1,"{code}",15') == ["OK", answer]

    bench(walk, profile)


@pytest.mark.parametrize(("profile", "answer"), [("generic", "+CUSD: 4"), ("SIM800", "+CUSD: 2"), ("EC25", "+CUSD: 2")])
def test_an_unknown_code_is_answered_without_a_string(profile: str, answer: str) -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at('AT+CUSD=1,"*555#",15') == ["OK", answer]

    bench(walk, profile)


def test_a_huawei_takes_plain_text_once_its_mode_is_0() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT^USSDMODE=0")
        assert await here.client.at('AT+CUSD=1,"*888#",15') == ["OK", f'+CUSD: 0,"{CREDIT}",15']

    bench(walk, "Huawei")


def test_ussd_needs_the_network_and_a_readable_code() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at('AT+CSCS="UCS2"')
        assert await here.client.at('AT+CUSD=1,"*888#",15') == ["+CME ERROR: 50"]
        await here.client.at('AT+CSCS="GSM"')
        here.modem.fault("no_network")
        assert await here.client.at('AT+CUSD=1,"*888#",15') == ["+CME ERROR: 30"]
        assert await here.client.at("AT+CUSD=2") == ["OK"]

    bench(walk)

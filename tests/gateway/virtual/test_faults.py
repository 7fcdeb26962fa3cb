"""What goes wrong with the provider's answers, met by the real SDK over real HTTP; the line; and the list of faults."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest
import requests
from africastalking.Service import AfricasTalkingException

from gateway.virtual.faultlist import FAULTS
from tests.gateway.virtual.customer import READ_S, RIZAL, SITI, Customer, Posted, customer


def inbox(here: Customer) -> list[str]:
    return [one.text for one in here.provider.network.phone(SITI).inbox]


@pytest.mark.parametrize(
    ("fault", "raises", "says"),
    [
        ("timeout_before", requests.exceptions.ReadTimeout, "timed out"),
        ("timeout_after", requests.exceptions.ReadTimeout, "timed out"),
        ("cut_before", requests.exceptions.ConnectionError, "Connection"),
        ("cut_after", requests.exceptions.ConnectionError, "Connection"),
        ("error_500", AfricasTalkingException, "internal server error"),
        ("busy_429", AfricasTalkingException, "Too Many Requests"),
        ("unauthorized", AfricasTalkingException, "The supplied authentication is invalid"),
        ("wrong_json", requests.exceptions.JSONDecodeError, "line 1 column"),
    ],
)
async def test_a_send_that_fails_once(fault: str, raises: type[Exception], says: str) -> None:
    async with customer() as here:
        here.provider.fault(fault, count=1)
        with pytest.raises(raises, match=says):
            await here.send(SITI, "satu", timeout=READ_S)
        await here.send(SITI, "dua")
        await here.until(lambda: "dua" in inbox(here))
        done = fault.endswith("_after") or fault == "wrong_json"
        assert inbox(here) == (["satu", "dua"] if done else ["dua"])


async def test_a_charset_makes_the_sdk_hand_over_text_and_odd_json_is_json() -> None:
    async with customer() as here:
        here.provider.fault("charset", count=1)
        assert str(await here.send(SITI, "satu")).startswith('{"SMSMessageData"')
        here.provider.fault("odd_json", count=1)
        assert await here.send(SITI, "dua") == {"SMSMessageData": None}


async def test_an_account_without_credit_is_refused_for_each_recipient() -> None:
    async with customer() as here:
        here.provider.fault("refuse", count=1)
        here.provider.fault("invalid_sender", count=0)
        lines = (await here.send([SITI, RIZAL], "hai"))["SMSMessageData"]["Recipients"]
        assert [(one["statusCode"], one["status"]) for one in lines] == [
            (405, "InsufficientBalance"),
            (101, "Success"),
        ]


async def test_the_report_comes_before_the_answer_to_the_send() -> None:
    async with customer() as here:
        here.provider.fault("early_report", count=1)
        sending = asyncio.ensure_future(here.send(SITI, "hai"))
        answered: list[bool] = []

        def heard(post: Posted) -> tuple[int, str]:
            answered.append(sending.done())
            return 200, ""

        here.answer = heard
        said = (await sending)["SMSMessageData"]["Recipients"][0]
        assert answered == [False]
        assert said["messageId"] == here.of("delivery")[0].form["id"]


async def test_a_slow_answer_is_an_answer() -> None:
    async with customer() as here:
        here.provider.fault("slow", value=0.3)
        with pytest.raises(requests.exceptions.ReadTimeout):
            await here.send(SITI, "satu", timeout=(1.0, 0.1))
        assert (await here.send(SITI, "dua"))["SMSMessageData"]["Recipients"]


async def test_a_provider_that_is_down_refuses_and_is_back_on_the_same_port() -> None:
    async with customer() as here:
        await here.poll()
        await here.provider.down()
        with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
            await here.send(SITI, "satu")
        here.provider.network.phone(SITI).sms("38411", "selama mati")
        await here.provider.up()
        assert (await here.send(SITI, "dua"))["SMSMessageData"]["Recipients"]
        assert [one["text"] for one in await here.poll(0)] == ["selama mati"]


async def test_it_is_down_for_a_time_and_a_request_under_way_breaks() -> None:
    async with customer() as here:
        here.provider.fault("timeout_after")
        sending = asyncio.ensure_future(here.send(SITI, "hai"))
        await here.until(lambda: here.provider.letters.sent)
        here.provider.fault("down", for_s=0.3)
        with pytest.raises(requests.exceptions.ConnectionError):
            await sending
        here.provider.faults.heal("timeout_after")
        await here.until(lambda: here.provider.poster.up)
        await here.provider.turned()
        assert (await here.send(SITI, "dua"))["SMSMessageData"]["Recipients"]


async def test_a_dead_name_is_an_address_that_never_resolves() -> None:
    async with customer() as here:
        sdk = here.sdk(url="http://provider.invalid")
        with pytest.raises(requests.exceptions.ConnectionError, match="resol"):
            await asyncio.to_thread(sdk.send, "hai", [SITI])


async def test_closing_ends_what_hangs_and_what_waits() -> None:
    async with asyncio.timeout(10):
        async with customer() as here:
            here.provider.fault("timeout_before")
            here.answer = lambda post: (503, "")
            here.provider.network.phone(SITI).sms("38411", "halo")
            await here.until(lambda: here.of("sms"))
            sending = asyncio.ensure_future(here.send(SITI, "hai"))
            await here.until(lambda: here.provider.log.of("fault"))
        with pytest.raises(requests.exceptions.ConnectionError):
            await sending


async def test_every_fault_has_words_and_can_be_set_and_healed() -> None:
    async with customer() as here:
        for name, row in FAULTS.items():
            assert row.what
            here.provider.fault(name, for_s=60)
        assert [one.name for one in here.provider.faults.all] == list(FAULTS)
        here.provider.heal("charset")
        here.provider.heal()
        await here.provider.turned()
        assert here.provider.faults.all == []
        assert (await here.send(SITI, "hai"))["SMSMessageData"]["Recipients"]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("gremlins", None, "is none of"), ("late", "soon", "a number is wanted"), ("report", 3, "a text is wanted")],
)
async def test_a_fault_that_cannot_be_is_refused(name: str, value: str | float | None, says: str) -> None:
    async with customer() as here:
        with pytest.raises(ValueError, match=says):
            here.provider.fault(name, value=value)


async def test_a_fault_of_a_time_is_over_then() -> None:
    async with customer() as here:
        here.provider.fault("error_500", for_s=0.05)
        await asyncio.sleep(0.1)
        assert (await here.send(SITI, "hai"))["SMSMessageData"]["Recipients"]
        assert urlsplit(here.sms_url).hostname == "127.0.0.1"

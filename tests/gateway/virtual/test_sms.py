"""Letters through the fake provider, with the real SDK over real HTTP."""

from __future__ import annotations

import asyncio
import re

import pytest
from africastalking.Service import AfricasTalkingException

from gateway.virtual import Account
from modem.virtual import Behaviour
from tests.gateway.virtual.customer import RIZAL, SECRET, SITI, STRANGER, customer


async def test_a_letter_is_sent_arrives_and_its_delivery_is_reported() -> None:
    async with customer() as here:
        said = await here.send(SITI, "Petugas datang")
        line = said["SMSMessageData"]["Recipients"][0]
        assert said["SMSMessageData"]["Message"] == "Sent to 1/1 Total Cost: IDR 350.0000 Message parts: 1"
        assert (line["statusCode"], line["status"], line["number"]) == (101, "Success", SITI)
        assert line["cost"] == "IDR 350.0000"
        assert re.fullmatch(r"ATXid_[0-9a-f]{32}", line["messageId"])
        await here.until(lambda: here.of("delivery"))
        report = here.of("delivery")[0]
        assert (report.form["id"], report.form["status"]) == (line["messageId"], "Success")
        assert (report.form["phoneNumber"], report.secret) == (SITI, SECRET)
        assert {"networkCode", "retryCount"} <= set(report.form)
        assert "failureReason" not in report.form
        got = here.provider.network.phone(SITI).inbox
        assert [(one.sender, one.text) for one in got] == [("38411", "Petugas datang")]


async def test_several_recipients_are_judged_one_by_one() -> None:
    async with customer() as here:
        here.provider.opt_out(RIZAL)
        said = await here.send([SITI, RIZAL, "+62812"], "x" * 161, sender_id="KENTONGAN")
        data = said["SMSMessageData"]
        codes = [(one["statusCode"], one["status"], one["messageId"] != "None") for one in data["Recipients"]]
        assert codes == [(101, "Success", True), (406, "UserInBlacklist", False), (403, "InvalidPhoneNumber", False)]
        assert data["Message"] == "Sent to 1/3 Total Cost: IDR 700.0000 Message parts: 2"
        await here.until(lambda: here.provider.network.phone(SITI).inbox)
        assert here.provider.network.phone(SITI).inbox[0].sender == "KENTONGAN"
        assert [one.form for one in here.of("optout")] == [{"senderId": "38411", "phoneNumber": RIZAL}]


async def test_a_sender_that_is_not_the_customers_is_a_201_without_recipients() -> None:
    async with customer() as here:
        said = await here.send(SITI, "hai", sender_id="BANK")
        assert said == {"SMSMessageData": {"Message": "InvalidSenderId", "Recipients": []}}


async def test_a_wrong_key_is_401_as_text() -> None:
    async with customer() as here:
        sdk = here.sdk(api_key="another")
        with pytest.raises(AfricasTalkingException, match=r"^The supplied authentication is invalid$"):
            await asyncio.to_thread(sdk.send, "hai", [SITI])


async def test_a_number_that_nobody_has_fails_and_one_that_is_off_waits() -> None:
    async with customer() as here:
        phone = here.provider.network.phone(SITI)
        phone.behave(Behaviour(off=True))
        await here.send([SITI, STRANGER], "hai")
        await here.until(lambda: here.of("delivery"))
        failed = here.of("delivery")[0].form
        assert (failed["phoneNumber"], failed["status"]) == (STRANGER, "Failed")
        assert failed["failureReason"] == "UserDoesNotExist"
        phone.behave(Behaviour())
        await here.until(lambda: len(here.of("delivery")) == 2)
        assert here.of("delivery")[1].form["status"] == "Success"


async def test_what_a_phone_writes_is_posted_and_can_be_polled() -> None:
    async with customer() as here:
        here.provider.network.phone(SITI).sms("38411", "TOLONG & rampok + 100% 🔥")
        here.provider.network.phone(RIZAL).sms("38411", "x" * 200)
        await here.until(lambda: len(here.of("sms")) == 2)
        first = next(one for one in here.of("sms") if one.form["from"] == SITI).form
        assert set(first) == {"date", "from", "id", "linkId", "text", "to", "networkCode"}
        assert (first["from"], first["to"], first["text"]) == (SITI, "38411", "TOLONG & rampok + 100% 🔥")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first["date"])
        polled = await here.poll()
        assert {str(one["id"]) for one in polled} == {one.form["id"] for one in here.of("sms")}
        assert [one["text"] for one in await here.poll(polled[0]["id"])] == [polled[1]["text"]]
        assert await here.poll(polled[1]["id"]) == []


async def test_without_an_address_nothing_is_posted_and_the_poll_has_it() -> None:
    async with customer() as here:
        here.provider.callbacks = {}
        here.provider.network.phone(SITI).sms("38411", "BATAL")
        await here.until(lambda: here.provider.log.of("post"))
        assert here.posts == []
        assert [one["text"] for one in await here.poll(0)] == ["BATAL"]


async def test_the_account_is_the_tests_to_choose() -> None:
    account = Account(username="sandbox", api_key="k", number="+628777", currency="KES", price=0.8)
    async with customer(account=account) as here:
        said = await here.send(SITI, "hai")
        assert said["SMSMessageData"]["Recipients"][0]["cost"] == "KES 0.8000"
        here.provider.network.phone(SITI).sms("08777", "halo")
        await here.until(lambda: here.of("sms"))
        assert here.of("sms")[0].form["to"] == "+628777"

"""Delivery reports, opt-outs, turns of USSD and their ends, in every form in which they may be posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import select

from gateway.africas_talking_forms import DOORS, AfricasTalking
from gateway.africas_talking_voice_forms import VOICE_DOORS
from gateway.callback import OptedOut, Posted, Reported, UssdEnded, UssdTurn
from gateway.messages import Delivery
from gateway.store import has_opted_out
from gateway.store.outbound import RECEIPT
from tests.contracts.office import SITI, but, form, post_office

REPORT = {"id": "ATXid_1", "status": "Success", "phoneNumber": SITI, "networkCode": "51010", "retryCount": "0"}
TURN = {"sessionId": "ATUid_1", "phoneNumber": SITI, "networkCode": "51010", "serviceCode": "*384#", "text": "1*2"}
END = {
    "date": "2026-11-21 12:00:00",
    "sessionId": "ATUid_1",
    "serviceCode": "*384#",
    "networkCode": "51010",
    "phoneNumber": SITI,
    "status": "Incomplete",
    "cost": "IDR 150.0000",
    "durationInMillis": "10500",
    "hopsCount": "3",
    "input": "1*2",
    "lastAppResponse": "CON Pilih:",
    "errorMessage": "the user did not answer",
}


def read(what: str, body: Mapping[str, str] | bytes) -> object:
    data = body if isinstance(body, bytes) else form(**body)
    return AfricasTalking().read(Posted(what=what, body=data))


# -- delivery reports


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        ("Success", Delivery.DELIVERED),
        ("success", Delivery.DELIVERED),
        ("Failed", Delivery.FAILED),
        ("Rejected", Delivery.FAILED),
        ("Expired", Delivery.FAILED),
        ("Sent", Delivery.TRYING),
        ("Submitted", Delivery.TRYING),
        ("Buffered", Delivery.TRYING),
        ("Teleported", Delivery.TRYING),
        ("", Delivery.TRYING),
    ],
)
def test_a_report_means_what_its_status_says_and_an_unknown_word_is_kept(status: str, delivery: Delivery) -> None:
    said = read("delivery", but(REPORT, status=status, failureReason="DeliveryFailure"))
    assert said == Reported(reference="ATXid_1", to=SITI, delivery=delivery, said=status, why="DeliveryFailure")


@pytest.mark.parametrize("missing", ["status", "phoneNumber", "networkCode", "retryCount"])
async def test_a_report_without_one_of_its_fields_is_kept(missing: str) -> None:
    async with post_office() as office:
        assert await office.post("delivery", but(REPORT, without=missing)) == (200, "")
        (kept,) = await office.store.read(lambda tx: tx.execute(select(RECEIPT)).all())
        assert (kept.channel, kept.reference, kept.recipient) == (
            "africastalking",
            "ATXid_1",
            "" if missing == "phoneNumber" else SITI,
        )


@pytest.mark.parametrize("fields", [{}, {"id": ""}, {"id": "  "}, {"status": "Success", "phoneNumber": SITI}])
async def test_a_report_that_names_no_letter_is_refused(fields: Mapping[str, str]) -> None:
    async with post_office() as office:
        assert await office.post("delivery", fields) == (400, "delivery: no id\n")


async def test_a_report_posted_a_hundred_times_is_one() -> None:
    async with post_office() as office:
        for _ in range(100):
            assert (await office.post("delivery", REPORT))[0] == 200
        assert len(await office.store.read(lambda tx: tx.execute(select(RECEIPT)).all())) == 1


# -- opt-outs


async def test_an_opt_out_holds_and_said_again_it_stays_so() -> None:
    async with post_office() as office:
        for sender in ("BINTANG", "BINTANG", ""):
            fields = {"senderId": sender, "phoneNumber": SITI.replace("+", " ")}
            assert await office.post("optout", fields) == (200, "")
        assert await office.store.read(lambda tx: has_opted_out(tx, SITI))
        assert not await office.store.read(lambda tx: has_opted_out(tx, "+6281234567899"))


def test_an_opt_out_without_a_sender_is_from_any() -> None:
    assert read("optout", {"phoneNumber": SITI}) == OptedOut(number=SITI, sender="")


@pytest.mark.parametrize("body", [b"", b"senderId=X", b"phoneNumber=", b"phonenumber=1"])
async def test_an_opt_out_of_nobody_is_refused(body: bytes) -> None:
    async with post_office() as office:
        assert await office.post("optout", body) == (400, "optout: no phoneNumber\n")


# -- USSD


async def test_a_turn_is_answered_in_its_own_request() -> None:
    async with post_office() as office:
        assert await office.post("ussd", TURN) == (200, f"CON {SITI} 1*2")
        assert await office.post("ussd", but(TURN, text="9")) == (200, f"END {SITI} 9")
        first = UssdTurn(session="ATUid_1", number=SITI, code="*384#", path="1*2")
        assert office.menu.turns[0] == first


@pytest.mark.parametrize(
    ("missing", "session", "number", "path", "doubts"),
    [
        ("sessionId", "", SITI, "1*2", ("no sessionId",)),  # the number is in the key, and no id may come again
        ("phoneNumber", "ATUid_1", "", "1*2", ("no phoneNumber",)),
        ("text", "ATUid_1", SITI, "", ("no text",)),
        ("serviceCode", "ATUid_1", SITI, "1*2", ()),
        ("networkCode", "ATUid_1", SITI, "1*2", ()),
    ],
)
async def test_whoever_dials_gets_an_answer_whatever_field_is_missing(
    missing: str, session: str, number: str, path: str, doubts: Sequence[str]
) -> None:
    async with post_office() as office:
        status, said = await office.post("ussd", but(TURN, without=missing))
        assert (status, said) == (200, f"CON {number} {path}")
        (turn,) = office.menu.turns
        assert (turn.session, turn.number, turn.path, turn.doubts) == (session, number, path, tuple(doubts))


@pytest.mark.parametrize(
    ("body", "path", "doubts"),
    [
        (b"sessionId=1&phoneNumber=081234567890&text=", "", ()),
        (b"sessionId=1&phoneNumber=081234567890&text=1**2%2A%23", "1**2*#", ()),
        (b"sessionId=1&phoneNumber=081234567890&text=Jl.+Bambu", "Jl. Bambu", ()),
        (b"sessionId=1&phoneNumber=081234567890&text=%FF", "\ufffd", ("bad UTF-8",)),
        (b"sessionId=1&phoneNumber=081234567890&text=1&text=2", "1", ("text twice",)),
        (b"sessionId=1&phoneNumber=081234567890&text=%00", "\ufffd", ("NUL",)),
    ],
)
def test_what_is_typed_may_be_anything(body: bytes, path: str, doubts: Sequence[str]) -> None:
    said = read("ussd", body)
    assert isinstance(said, UssdTurn)
    assert (said.path, said.doubts, said.number) == (path, tuple(doubts), SITI)


@pytest.mark.parametrize("body", [b"", b"text=1", b"sessionId=&phoneNumber= ", b"serviceCode=*384#"])
async def test_a_turn_of_nobody_in_no_session_is_refused(body: bytes) -> None:
    async with post_office() as office:
        assert await office.post("ussd", body) == (400, "ussd: neither sessionId nor phoneNumber\n")


async def test_the_end_of_a_session_is_heard() -> None:
    async with post_office() as office:
        assert await office.post("ussd-end", END) == (200, "")
        over = UssdEnded(session="ATUid_1", number=SITI, said="Incomplete", error="the user did not answer")
        assert office.menu.over == [over]


@pytest.mark.parametrize("missing", [name for name in END if name != "sessionId"])
def test_an_end_without_one_of_its_fields_is_an_end(missing: str) -> None:
    said = read("ussd-end", but(END, without=missing))
    assert isinstance(said, UssdEnded)
    assert said.session == "ATUid_1"


async def test_an_end_of_no_session_is_refused() -> None:
    async with post_office() as office:
        assert await office.post("ussd-end", but(END, without="sessionId")) == (400, "ussd-end: no sessionId\n")


@pytest.mark.parametrize("what", sorted(set(DOORS) - set(VOICE_DOORS)))
def test_every_field_that_the_contract_names_is_in_the_table(what: str) -> None:
    known = {"sms": SMS_FIELDS, "delivery": set(REPORT) | {"failureReason"}, "ussd": set(TURN)}
    known |= {"optout": {"senderId", "phoneNumber"}, "ussd-end": set(END) | {"hopsMetadata"}}
    assert {field.name for field in DOORS[what].fields} == known[what]


SMS_FIELDS = {"date", "from", "id", "linkId", "text", "to", "networkCode"}

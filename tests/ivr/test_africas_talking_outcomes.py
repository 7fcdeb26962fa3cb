"""What the provider answers when it is asked for a call, and what its word for the end of one means."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.africas_talking_answers import AccountTrouble
from gateway.callback import VoicePosted
from gateway.channel import Busy, Doubtful, Refused
from ivr.africas_talking_answers import outcome_of, read_call
from ivr.leg import Outcome

pytestmark = pytest.mark.sqlite_only("no store is opened")

TO = "+6281260000001"
ID = "ATVId_" + "0a" * 16


def answered(*, error: str | None = "None", **entry: Any) -> dict[str, Any]:
    return {"entries": [{"phoneNumber": TO, "status": "Queued", "sessionId": ID, **entry}], "errorMessage": error}


@pytest.mark.parametrize(
    "answer",
    [
        answered(),
        answered(error=None),
        answered(status="queued"),
        answered(phoneNumber=TO.removeprefix("+")),
        answered(phoneNumber=" " + TO.removeprefix("+")),
        answered(status="SomethingNew"),
        json.dumps(answered()),
        {"entries": [{"phoneNumber": "+6280000000000", "status": "Queued", "sessionId": "no"}, *answered()["entries"]]},
    ],
    ids=repr,
)
def test_a_call_that_is_queued_has_the_providers_name(answer: object) -> None:
    assert read_call(answer, TO) == ID


@pytest.mark.parametrize("session", [None, "None", "", "null"])
def test_a_queued_call_may_have_no_name_yet(session: str | None) -> None:
    assert read_call(answered(sessionId=session), TO) == ""


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (answered(status="InvalidPhoneNumber", sessionId="None"), Refused),
        (answered(status="Invalid Phone Number", sessionId=None), Refused),
        (answered(status="DestinationNotSupported", sessionId=None), Refused),
        (answered(status="InsufficientCredit", sessionId="None"), AccountTrouble),
        (answered(status="Failed", sessionId="None"), Busy),
        (answered(status=None, sessionId=None), Busy),
        ({"entries": [], "errorMessage": "Invalid callerId"}, Busy),
        ({"entries": [], "errorMessage": "None"}, Doubtful),
        ({"entries": None}, Doubtful),
        ({"entries": "none"}, Doubtful),
        ({"entries": [1, None, "x"]}, Doubtful),
        ({}, Doubtful),
        ([], Doubtful),
        (None, Doubtful),
        ("", Doubtful),
        ("<html>", Doubtful),
        ("[1]", Doubtful),
    ],
    ids=repr,
)
def test_what_is_not_queued_says_whether_asking_again_helps(answer: object, fault: type[Exception]) -> None:
    with pytest.raises(fault) as found:
        read_call(answer, TO)
    assert type(found.value) is fault


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@given(anything, anything, anything)
def test_no_answer_is_misread(entries: object, status: object, session: object) -> None:
    for answer in (
        {"entries": entries},
        {"entries": [{"phoneNumber": TO, "status": status, "sessionId": session}]},
        entries,
    ):
        with contextlib.suppress(Refused, Busy, Doubtful):
            read_call(answer, TO)


RANG, BUSY, REJECTED = Outcome.RANG, Outcome.BUSY, Outcome.REJECTED
UNREACHABLE, NO_NETWORK, FAILED = Outcome.UNREACHABLE, Outcome.NO_NETWORK, Outcome.FAILED


@pytest.mark.parametrize(
    ("cause", "state", "rang", "never_rang"),
    [
        ("NO_ANSWER", "NotAnswered", RANG, RANG),
        ("ORIGINATOR_CANCEL", "", RANG, RANG),
        ("LOSE_RACE", "", RANG, RANG),
        ("USER_BUSY", "NotAnswered", BUSY, BUSY),
        ("user_busy", "", BUSY, BUSY),
        ("CALL_REJECTED", "", REJECTED, REJECTED),
        ("NORMAL_CLEARING", "Completed", REJECTED, FAILED),
        ("NO_USER_RESPONSE", "", UNREACHABLE, UNREACHABLE),
        ("SUBSCRIBER_ABSENT", "NotAnswered", UNREACHABLE, UNREACHABLE),
        ("USER_NOT_REGISTERED", "", UNREACHABLE, UNREACHABLE),
        ("UNALLOCATED_NUMBER", "", UNREACHABLE, UNREACHABLE),
        ("RECOVERY_ON_TIMER_EXPIRE", "", UNREACHABLE, UNREACHABLE),
        ("SERVICE_UNAVAILABLE", "", NO_NETWORK, NO_NETWORK),
        ("NORMAL_TEMPORARY_FAILURE", "", NO_NETWORK, NO_NETWORK),
        ("UNSPECIFIED", "", RANG, FAILED),
        ("A_NEW_WORD", "Another", RANG, FAILED),
        ("", "NotAnswered", RANG, RANG),
        ("", "Busy", BUSY, BUSY),
        ("", "Failed", FAILED, FAILED),
        ("", "Completed", RANG, FAILED),
        ("", "", RANG, FAILED),
    ],
)
def test_every_word_for_the_end_of_a_call_is_an_outcome(
    cause: str, state: str, rang: Outcome, never_rang: Outcome
) -> None:
    last = VoicePosted(session="1", number=TO, active=False, cause=cause, state=state)
    assert outcome_of(last, answered=False, alerted=True) is rang
    assert outcome_of(last, answered=False, alerted=False) is never_rang
    assert outcome_of(last, answered=True, alerted=True) is Outcome.ANSWERED

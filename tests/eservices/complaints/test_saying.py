"""A place and people's own words get the room that the rest of an SMS leaves, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.gsm7 import ONE_SMS, septets
from config.texts_complaints import TEXTS
from eservices.complaints.saying import Saying, filled
from eservices.complaints.ticket import State, Ticket
from tests.dispatch.talks import pack

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
TICKET = Ticket(
    number=1001,
    category="road",
    office="pupr",
    text="jalan rusak",
    channel="sms",
    opened_at=NOON,
    due_at=NOON,
    place="Jl. Nuri, Tunggurono",
)
LONG = "Jl. Danau Singkarak Gang Haji Muhammad Lingkungan Sembilan, Sumber Mulyorejo"


def test_a_place_is_said_whole_where_the_sms_has_room() -> None:
    assert "Jl. Nuri, Tunggurono." in Saying(pack("binjai")).say("id", "ticket_opened", TICKET)


def test_a_place_that_is_too_long_is_said_by_its_first_part() -> None:
    said = Saying(pack("binjai")).say("id", "ticket_opened", replace(TICKET, place=LONG))
    assert "Lingkungan Sembilan" in said
    assert "Mulyo" not in said


def test_the_state_of_what_needs_no_place_speaks_of_none() -> None:
    saying, papers = Saying(pack("binjai")), replace(TICKET, category="papers", office="disdukcapil", place="")
    assert "tempat" not in saying.status("id", "ticket_status", papers)
    assert "tempat" not in saying.status("id", "ticket_status_over", replace(papers, state=State.CLOSED))
    assert "tempat belum jelas" in saying.status("id", "ticket_status", replace(TICKET, place=""))


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("key", sorted(key for key, may in TEXTS.items() if may & {"spot", "place"}))
@given(place=st.text(max_size=200))
def test_whatever_the_place_it_is_one_sms(lang: str, key: str, place: str) -> None:
    said = Saying(pack("binjai")).say(lang, key, replace(TICKET, place=place))
    assert (septets(said) or ONE_SMS + 1) <= ONE_SMS


@given(answer=st.text(max_size=300), other=st.text(max_size=40))
def test_an_answer_fills_what_room_is_left(answer: str, other: str) -> None:
    fields = {"ticket": 1001, "office": other, "answer": answer}
    assert (septets(filled(pack("binjai"), "id", "office_answered", fields)) or ONE_SMS + 1) <= ONE_SMS

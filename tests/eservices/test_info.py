"""INFO as pure steps: no state of another version or pack raises, and each topic and place is reached by every face."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.city import load_city
from eservices.info import Information
from eservices.services import further
from gateway.dialogue import Step, Who

CITY = load_city("binjai")
(INFO,) = [one for one in further(CITY) if isinstance(one, Information)]
WHO = Who(number="+628120000501", at=datetime(2026, 11, 23, tzinfo=UTC), language="id")
FACES = {"sms": WHO, "ussd": replace(WHO, screen=True), "voice": replace(WHO, screen=True, voice=True)}
ONWARD = CITY.text("id", "label_info_more")

STATES = st.fixed_dictionaries(
    {},
    optional={
        "at": st.sampled_from(["topics", "topic", "places", "other"]),
        "topics": st.sampled_from(["", "puskesmas ktp", "gone", "offices gone"]),
        "topic": st.sampled_from(["", "ktp", "offices", "gone"]),
        "from": st.sampled_from(["0", "3", "40", "-1", "x", "99999"]),
        "page": st.sampled_from(["0", "1", "40", "x"]),
        "typed": st.text(max_size=10),
    },
)


@given(
    state=STATES,
    typed=st.one_of(st.text(min_size=1, max_size=20), st.sampled_from("1234567")),
    face=st.sampled_from(list(FACES)),
)
@example(state={"at": "topics", "from": "40"}, typed="1", face="sms")
@example(state={"at": "places", "topic": "offices", "from": "40"}, typed="1", face="sms")
@example(state={"at": "places", "topic": "ktp"}, typed="1", face="sms")
@example(state={"at": "topic", "topic": "ktp", "page": "40"}, typed="1", face="sms")
def test_any_state_is_answered(state: dict[str, str], typed: str, face: str) -> None:
    step = INFO.step(state, typed, FACES[face])
    assert step.goto or step.declined or step.screen.text


@pytest.mark.parametrize("face", FACES)
def test_each_topic_and_each_place_is_reached(face: str) -> None:
    who = FACES[face]
    reached = {one.label for step in turned(INFO.begin(who), who) for one in step.screen.choices}
    assert reached >= {CITY.said("id", one.labels) for one in CITY.info.topics.values()}
    offices = {one.label for step in turned(INFO.begin(who, "kantor dinas"), who) for one in step.screen.choices}
    assert offices >= {CITY.said("id", one.labels) for one in CITY.offices.offices.values()}


def turned(step: Step, who: Who) -> list[Step]:
    """Page after page."""
    pages = [step]
    while onward := [one.key for one in pages[-1].screen.choices if one.label == ONWARD]:
        pages.append(INFO.step(pages[-1].state or {}, onward[0], who))
        assert len(pages) < 20
    return pages


def test_who_calls_hears_a_list_in_the_pages_of_the_call_alone() -> None:
    assert len(turned(INFO.begin(WHO), WHO)) > 1
    assert len(turned(INFO.begin(FACES["voice"]), FACES["voice"])) == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("dinas sosial", "Dinas Sosial."),
        ("jam buka puskesmas rambung", "Puskesmas Rambung,"),
        ("pdam", "PDAM Tirtasari."),
        ("puskesmas", "Puskesmas:"),
        ("puskesmas binjai", "Puskesmas:"),  # several are called so
    ],
)
def test_a_place_is_found_by_what_it_is_called(said: str, words: str) -> None:
    assert INFO.begin(WHO, said).screen.text.startswith(words)

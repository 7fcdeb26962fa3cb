"""The conversations leave nothing out: every word that begins something, well spelt, misspelt and from a stranger's
telephone; and every text of the services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from rapidfuzz.distance import OSA

from config.city import City, load_city
from config.texts import SERVICES
from gateway.words import fold, words
from tests.conversations.script import Conversation, read, scripts

LEAST = 150  # conversations
SLIPS = 2  # from the word as it should be
RESIDENTS = (
    "menu",
    "register",
    "my_data",
    "message",
    "erase",
    "cancel",
    "ticket_report",
    "ticket_secret",
    "ticket_status",
    "ticket_done",
    "ticket_not_yet",
    "ticket_withdraw",
    "queue_heads",
    "queue_now",
    "queue_ticket",
    "queue_move",
    "queue_yes",
    "queue_no",
    "moving",
    "language_heads",
    "quiet_ask",
    "quiet_off",
    "button_ask",
    "button_on",
    "button_off",
    "notes_heads",
    "erase_yes",
    "standing_unremind",
    "info_heads",
    "prop_new",
    "prop_list",
    "prop_support",
    "prop_take_back",
)
"""Meanings of what anybody may type first."""
STAFF = (
    "kepling_waiting",
    "clinic_call",
    "clinic_away",
    "clinic_done",
    "clinic_walk_in",
    "clinic_close",
    "clinic_list",
    "office_working",
    "office_done",
    "office_refuse",
    "office_not_ours",
    "standing_remind",
    "standing_follow",
    "standing_unfollow",
)
"""The same of keplings, counters and offices, and what stands behind another word; it stands anywhere in a letter."""


@cache
def city() -> City:
    return load_city("binjai")


@cache
def conversations() -> tuple[Conversation, ...]:
    return tuple(one for path in scripts() for one in read(path).conversations)


def letters() -> Iterator[tuple[str, bool]]:
    """Every SMS that somebody writes, folded, and whether its telephone is a stranger's."""
    for one in conversations():
        for line in one.lines:
            if line.mark == ">":
                yield " ".join(word.plain for word in words(fold(line.said))), one.people[line.who] == "new"


def distances(wanted: str, *, anywhere: bool) -> Iterator[tuple[int, bool]]:
    """How far what letters begin with lies from a word, and whether strangers wrote them."""
    many, squashed = len(wanted.split()), wanted.replace(" ", "")
    for text, stranger in letters():
        tokens = text.split()
        starts = range(len(tokens)) if anywhere else range(1)
        for start in starts:
            for end in {start + many, start + 1}:
                said = "".join(tokens[start:end])
                distance = OSA.distance(said, squashed, score_cutoff=SLIPS)
                if (said[:1] == squashed[:1] or distance == 1) and (
                    many == end - start or len(said) >= len(squashed) - 2
                ):
                    yield distance, stranger


def test_there_are_enough_conversations() -> None:
    assert len(conversations()) >= LEAST


def test_every_conversation_asks_whether_it_is_true() -> None:
    without = [one.title for one in conversations() if not any(line.mark == "=" for line in one.lines)]
    assert not without, without


@pytest.mark.parametrize("meaning", [*RESIDENTS, *STAFF])
def test_each_word_is_typed_as_it_should_be_and_with_a_slip(meaning: str) -> None:
    found = {distance for distance, _ in distances(city().words[meaning][0], anywhere=meaning in STAFF)}
    assert 0 in found, "nobody types it as it should be"
    assert found & {1, 2}, "nobody misspells it"


@pytest.mark.parametrize("meaning", RESIDENTS)
def test_each_word_comes_from_a_telephone_in_no_registry(meaning: str) -> None:
    assert any(
        distance <= SLIPS and stranger for distance, stranger in distances(city().words[meaning][0], anywhere=False)
    )


@pytest.mark.parametrize("name", sorted(city().lookups))
def test_each_look_up_is_asked_well_spelt_misspelt_and_by_a_stranger(name: str) -> None:
    found = list(distances(city().lookups[name].words[0], anywhere=False))
    assert 0 in {distance for distance, _ in found}, "nobody types it as it should be"
    assert {1, 2} & {distance for distance, _ in found}, "nobody misspells it"
    assert any(stranger for _, stranger in found), "no stranger asks it"


SELDOM = {
    "lookup_away": "a system of the city would have to be away (tests/eservices/lookup)",
    "lookup_kept": "the same",
    "lookup_enough": "said to the twenty-first of an hour (tests/eservices/lookup/test_guessing.py)",
    "telling_enough": "said after sixty answers in ten minutes (tests/dispatch/test_talk_sms.py)",
    "lookup_by_sms": "said to who speaks, not to who writes (tests/eservices/lookup/test_lookup_voice.py)",
    "queue_none_free": "every place of four weeks would have to be taken",
    "queue_told_hours": "the pack's hours would have to change while the program runs",
    "office_merged": "a person of the city joins two tickets (tests/eservices/complaints/test_office_joining.py)",
    "office_split": "a person of the city parts them again (the same)",
    "queue_cancelled_clinic": "a counter would have to cancel it (tests/eservices/clinic/pages)",
    "queue_told_shut": "the pack's days would have to change while the program runs",
    "reg_member_full": "a household of more people than anybody lists",
    "ticket_what": "asked of who speaks, not of who writes (tests/ivr/test_talking.py)",
    "queue_days": "a list of names, of which each stands in another text",
    "ticket_days": "the same",
    "queue_closed_word": "stands in another text",
}
"""Texts that no conversation shows, and why."""


@cache
def shown() -> str:
    return "\n".join(line.said for one in conversations() for line in one.lines if line.mark in "<@")


def pattern(text: str) -> str:
    """A text with anything in its fields; what is too long is cut with dots."""
    return "[^\n]*".join(re.escape(piece) for piece in re.split(r"\{\w+\}", text.replace("\n", " / ")))


KEYS = sorted(
    key for area in SERVICES for key in area.TEXTS if key not in area.PHRASES and not key.startswith("label_")
)


@pytest.mark.parametrize("key", KEYS)
def test_each_text_is_read_by_somebody(key: str) -> None:
    wordings = [city().texts[language][key] for language in city().languages]
    assert key in SELDOM or any(re.search(pattern(one), shown()) for one in wordings), "no conversation shows it"

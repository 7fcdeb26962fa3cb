"""The conversation of a look-up: lists in pages, what is not understood, what an older version left, no surprise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from config.gsm7 import ONE_SMS, septets
from config.lookup import KeyForm, Lookup, Row
from eservices.lookup.asks import Find, Names, Tell
from eservices.lookup.matching import with_key
from eservices.lookup.rows import Finder, Found, Outcome, Unanswered
from eservices.lookup.talk import LookupTalk
from gateway.asking import shown
from gateway.dialogue import Screen, State, Step, Who
from gateway.store import Tx

CITY = load_city("binjai")
JOBS, PBB = CITY.lookups["kerja"], CITY.lookups["pbb"]
WHO = Who(number="+6281200009051", at=datetime(2026, 11, 23, 2, tzinfo=UTC), language="id")
FIELDS = [f"bidang {one}" for one in "abcdefghijkl"]
ROWS: list[Row] = [
    {"field": field, "job": f"Kerja {n} {field}", "employer": "PT", "area": "", "until": "2026-12-01", "phone": "0811"}
    for field in FIELDS
    for n in range(8)
]


class NoRows:
    """A store in which there is nothing, and nothing stays."""

    rowcount = 1

    def execute(self, *_: object) -> NoRows:
        return self

    def first(self) -> None:
        return None


NO_TX: Any = NoRows()


class Shelf(Finder):
    """Rows in memory."""

    def __init__(self, rows: Sequence[Row], outcome: Outcome | None = None) -> None:
        self._rows, self._outcome = rows, outcome

    def find(self, tx: Tx, lookup: Lookup, key: str, who: Who, turn: str) -> Outcome:
        return self._outcome or Found(rows=with_key(lookup.key, self._rows, key))

    def names(self, tx: Tx, lookup: Lookup) -> Sequence[str]:
        return FIELDS


def jobs(outcome: Outcome | None = None, **more: Any) -> LookupTalk:
    return LookupTalk(CITY, replace(JOBS, **more), Shelf(ROWS, outcome))


def taken(talk: LookupTalk, step: Step, who: Who = WHO) -> Step:
    """The step that is shown: the store is asked what it is asked."""
    return taken(talk, talk.answer(NO_TX, step.ask, who, "t"), who) if step.ask is not None else step


@pytest.mark.parametrize(
    ("said", "key"),
    [("pekerja bidang", "pekerja bidang"), ("kerja bidang c", "bidang c"), ("bidang kerja", "bidang kerja")],
)
def test_its_word_is_taken_off_the_beginning_only(said: str, key: str) -> None:
    step = jobs().begin(WHO, said)
    assert step.ask == Find(key=key)


def says(talk: LookupTalk, step: Step, typed: str) -> Step:
    assert step.state is not None
    return taken(talk, talk.step(step.state, typed, WHO))


def labels(screen: Screen) -> list[str]:
    return [choice.label for choice in screen.choices]


def test_a_long_list_of_names_is_turned_over_and_a_later_one_chosen() -> None:
    talk = jobs()
    step = taken(talk, talk.begin(WHO))
    seen = labels(step.screen)[:-1]
    while labels(step.screen)[-1] == "Berikutnya":
        step = says(talk, step, str(len(step.screen.choices)))
        seen += [one for one in labels(step.screen) if one != "Berikutnya"]
        assert (septets(shown(step.screen)) or 0) <= ONE_SMS
    assert [one.lower() for one in seen] == FIELDS
    step = says(talk, step, "1")
    assert step.screen.text == "8 ditemukan, pilih:"


def test_rows_of_a_list_are_told_one_by_one_and_words_name_another_key() -> None:
    talk = jobs()
    step = taken(talk, talk.begin(WHO, "bidang c"))
    step = says(talk, step, str(len(step.screen.choices)))
    assert "Kerja" in says(talk, step, "1").screen.text
    names = taken(talk, talk.begin(WHO))
    assert "8 ditemukan" in says(talk, names, "bidang d").screen.text


def test_a_list_has_no_more_rows_than_its_description_allows() -> None:
    talk = jobs(most=3)
    step = taken(talk, talk.begin(WHO, "bidang c"))
    assert len([one for one in labels(step.screen) if one.startswith("Kerja")]) == 3
    assert "Berikutnya" not in labels(step.screen)


def test_what_is_not_understood_shows_the_same_list_again() -> None:
    talk = jobs()
    step = taken(talk, talk.begin(WHO, "bidang c"))
    again = says(talk, step, "77")
    assert not again.understood
    assert labels(again.screen) == labels(step.screen)


def test_zero_leads_to_the_menu_from_anywhere() -> None:
    talk = jobs()
    for step in (taken(talk, talk.begin(WHO)), taken(talk, talk.begin(WHO, "bidang c"))):
        assert step.state is not None
        assert talk.step(step.state, "0", WHO).goto == "menu"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Unanswered.AWAY, "Lowongan kerja: datanya belum bisa dibuka"),
        (Unanswered.LATER, ""),
        (Found(rows=()), "Belum ada lowongan untuk bidang c."),
    ],
)
def test_what_is_not_found_is_said_plainly_and_what_comes_later_is_not_said_yet(outcome: Outcome, words: str) -> None:
    talk = jobs(outcome)
    step = taken(talk, talk.begin(WHO, "bidang c"))
    assert step.screen.last
    assert step.screen.text.startswith(words)
    assert bool(step.screen.text) is bool(words)


def test_where_the_place_is_not_known_it_is_asked_for() -> None:
    talk = jobs(Unanswered.WHERE, key=replace(JOBS.key, form=KeyForm.PLACE))
    assert taken(talk, talk.begin(WHO)).screen.text.startswith("Bidang kerja apa?")


def test_a_look_up_without_a_key_tells_its_rows_at_once() -> None:
    talk = jobs(key=replace(JOBS.key, form=KeyForm.NONE))
    step = talk.begin(WHO)
    assert isinstance(step.ask, Find)
    assert taken(talk, step).screen.text.endswith("ditemukan, pilih:")


def test_one_that_stands_in_no_menu_is_still_begun_by_its_word() -> None:
    from eservices.lookup.offered import lookups

    hidden = replace(CITY, lookups={"pbb": replace(PBB, menu=False)})
    assert lookups(hidden, menu=True) == ()
    (talk,) = lookups(hidden, menu=False)
    assert "pbb" in talk.heads


STATES = st.dictionaries(
    st.sampled_from(
        ["at", "key", "row", "labels", "values", "from", "title", "as_of", "kept", "extras", "text", "wish"]
    ),
    st.sampled_from(
        ["key", "list", "done", "", "1", "[]", "{}", "null", "[1]", '["a"]', '[{"a":"b"}]', "x", "9999", "-1"]
    )
    | st.text(max_size=12),
)


TYPED = st.sampled_from(["1", "2", "9", "bidang c", "127503000400501230"]) | st.text(min_size=1, max_size=60).filter(
    str.strip
)


@given(state=STATES, typed=TYPED, voice=st.booleans())
def test_no_state_of_another_version_and_no_words_raise(state: State, typed: str, voice: bool) -> None:
    who = replace(WHO, voice=voice, screen=voice)
    for talk in (jobs(), LookupTalk(CITY, PBB, Shelf(PBB.rows))):
        step = taken(talk, talk.step(state, typed.strip(), who), who)
        assert step.screen.text is not None
        begun = taken(talk, talk.begin(who, typed), who)
        assert begun.declined or begun.screen.text or begun.screen.choices or begun.goto


@pytest.mark.parametrize(
    "state",
    [
        {"at": "list", "labels": '["a"]', "values": '[{"job": 1, "field": null}]', "as_of": "yesterday"},
        {"at": "list", "labels": '["a"]', "values": "[[1]]"},
        {"at": "list", "labels": '["a"]', "values": "[]"},
        {"at": "done", "labels": '["a"]', "row": "[1]", "extras": "gone"},
        {"at": "done", "labels": '["a"]', "row": "no", "extras": ""},
    ],
)
def test_a_state_of_another_version_is_answered_all_the_same(state: State) -> None:
    talk = jobs()
    step = taken(talk, talk.step(state, "1", WHO))
    assert step.screen.text


@given(typed=st.text(max_size=300))
def test_asking_is_pure(typed: str) -> None:
    talk = jobs()
    step = talk.begin(WHO, typed)
    assert step.ask is None or isinstance(step.ask, Find | Names | Tell)
    assert step == talk.begin(WHO, typed)


@pytest.mark.parametrize("junk", [".", " ", "_", "p.", "k e ", "spasi "])
def test_a_long_letter_of_marks_is_read_in_one_pass(junk: str) -> None:
    """The work of a pattern grows with the letter, not with its square: one such letter held everybody up."""
    talk, text = jobs(), "kerja " + junk * (100_000 // len(junk))
    assert talk.hears(text)
    talk.begin(WHO, text)
    talk.begin(WHO, text[5:])

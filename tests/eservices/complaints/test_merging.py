"""Whether two complaints are of the same thing: a table of pairs, and what is never the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import City, load_city
from dispatch.locate import Locator
from eservices.complaints.category import Categories
from eservices.complaints.merging import Merging
from eservices.complaints.spotting import Spotting
from eservices.complaints.ticket import Ticket
from tests.fixtures.whole import examples

NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


@cache
def binjai() -> City:
    return load_city("binjai")


@cache
def tools() -> tuple[Categories, Spotting, Merging]:
    categories = Categories(binjai())
    return categories, Spotting(binjai(), Locator(binjai()), categories), Merging(binjai())


@cache
def ticket(text: str, number: int = 1) -> Ticket:
    categories, spotting, _ = tools()
    category, spot = categories.known(text), spotting.spot(text, None, NOW)
    assert category is not None
    return Ticket(
        number=number,
        category=category.id,
        office=category.office,
        text=text,
        channel="sms",
        opened_at=NOW,
        due_at=NOW + timedelta(days=7),
        kelurahan=spot.kelurahan,
        candidates=spot.candidates,
        street=spot.street,
        place=spot.place,
    )


def same(one: str, other: str) -> bool:
    return tools()[2].same(ticket(one), ticket(other, 2))


def pairs() -> list[tuple[str, str, bool]]:
    found, verdict = [], False
    for line in Path(__file__).with_name("merging.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            verdict = line == "# same"
        elif "|" in line:
            one, other = (part.strip() for part in line.split("|"))
            found.append((one, other, verdict))
    return found


PAIRS = pairs()


def test_the_table_is_large_enough() -> None:
    assert len(PAIRS) >= 40
    assert sum(verdict for _, _, verdict in PAIRS) >= 20


@pytest.mark.parametrize(("one", "other", "verdict"), PAIRS, ids=[f"{one} | {other}" for one, other, _ in PAIRS])
def test_two_complaints_are_the_same_thing_or_not(one: str, other: str, verdict: bool) -> None:
    assert same(one, other) is verdict
    assert same(other, one) is verdict


TEXTS = sorted({text for one, other, _ in PAIRS for text in (one, other)})


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_never_over_different_streets_categories_or_kelurahan(one: str, other: str) -> None:
    here, there = ticket(one), ticket(other, 2)
    if same(one, other):
        assert here.category == there.category
        assert here.street == there.street or {here.street, there.street} == {here.street.lower(), there.street.lower()}
        assert here.kelurahan == there.kelurahan or not (here.kelurahan and there.kelurahan)


def test_a_long_street_is_one_only_where_it_may_be_one_kelurahan() -> None:
    here = ticket("jalan rusak di jl labu")
    elsewhere = replace(here, number=2, kelurahan="12.75.01.1003")
    maybe = replace(here, number=2, kelurahan=None, candidates=("12.75.03.1004", "12.75.03.1005"))
    merging = tools()[2]
    assert not merging.same(here, elsewhere)
    assert merging.same(here, maybe)


def test_the_oldest_of_several_is_the_one_that_is_repeated() -> None:
    new = ticket("jl labu berlubang", 9)
    old = [
        ticket("jalan berlubang di jl kentang", 1),
        ticket("jalan berlubang di jl labu", 2),
        ticket("jl labu lubang", 3),
    ]
    assert tools()[2].repeated(new, old) is old[1]
    assert tools()[2].repeated(new, []) is None
    assert tools()[2].repeated(new, [new]) is None

"""Numbers: one form within, and machines are never taken for people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.number import foreign, masked, normal, subscriber


@pytest.mark.parametrize(
    "written",
    [
        "+6281234567890",
        "6281234567890",
        "081234567890",
        "81234567890",
        "006281234567890",
        "+62 812-3456-7890",
        "0812.3456.7890",
        "(0812) 3456 7890",
        " +62 (0)81234567890 ",
        "0812\u20113456\u20117890",
    ],
)
def test_every_usual_form_of_a_number_is_the_same_number(written: str) -> None:
    assert normal(written) == "+6281234567890"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "112",
        "110",
        "+62112",
        "363",
        "3636",
        "99123",
        "Telkomsel",
        "TELKOMSEL1",
        "+62",
        "+",
        "0",
        "00",
        "0812345",
        "08123456789012",
        "0841234567",
        "+6281234567890;ATD110",
        "+6281234567890\rAT",
        "ATD+6281234567890",
        "*123#",
        "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669",
        "+1234567890123456",
        "=1+1",
        "\0",
    ],
)
def test_what_is_no_subscribers_number_is_none(written: str) -> None:
    assert normal(written) is None


@pytest.mark.parametrize("number", ["+15551234567", "+60123456789", "+6591234567"])
def test_foreign_numbers_are_subscribers_and_foreign(number: str) -> None:
    assert normal(number) == number
    assert subscriber(number)
    assert foreign(number)


def test_landlines_of_this_country_are_not_foreign() -> None:
    assert normal("061-8812345") == "+62618812345"
    assert not foreign("+62618812345")


@given(st.text())
def test_normal_gives_a_subscriber_or_nothing_and_is_stable(written: str) -> None:
    found = normal(written)
    assert found is None or (subscriber(found) and normal(found) == found)


def test_logs_show_only_the_ends_of_a_number() -> None:
    assert masked("+6281234567890") == "+628***890"
    assert masked("363") == "363"

"""The list behind the menu is one SMS in every language, whatever the pack offers; a screen shows the way back too."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.city import load_city
from config.gsm7 import ONE_SMS, septets
from eservices.more import More
from eservices.services import further
from gateway.asking import shown
from gateway.dialogue import Who

CITY = load_city("binjai")
ALL = further(CITY)
WHO = Who(number="+628120000501", at=datetime(2026, 11, 23, tzinfo=UTC), language="id")


@pytest.mark.parametrize("language", CITY.languages)
def test_the_list_is_one_sms(language: str) -> None:
    screen = More(CITY, ALL).begin(replace(WHO, language=language)).screen
    assert (septets(shown(screen)) or ONE_SMS + 1) <= ONE_SMS
    assert [one.label for one in screen.choices[: len(ALL)]] == [one.label for one in screen.choices if one.key != "0"]


def test_a_screen_shows_the_way_back_and_by_sms_it_is_taken_all_the_same() -> None:
    more = More(CITY, ALL)
    assert more.begin(replace(WHO, screen=True)).screen.choices[-1].key == "0"
    assert more.step({"at": "more"}, "0", WHO).goto == "menu"
    assert more.step({"at": "more"}, str(len(ALL)), WHO).goto == "message"


def test_the_pack_orders_the_list() -> None:
    names = [more.name for more in sorted(ALL, key=lambda one: CITY.further.index(one.name))]
    steps = [More(CITY, ALL).step({"at": "more"}, str(nth), WHO).goto for nth in range(1, len(ALL) + 1)]
    assert steps == names == list(CITY.further)

"""The list behind the menu: however many services a pack offers, each letter of it is one SMS; a screen has all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.city import load_city
from config.gsm7 import ONE_SMS, septets
from eservices.message import Message
from eservices.more import More, Offered
from eservices.services import further
from gateway.asking import shown
from gateway.dialogue import Screen, Who

CITY = load_city("binjai")
ALL = further(CITY)
WHO = Who(number="+628120000501", at=datetime(2026, 11, 23, tzinfo=UTC), language="id")
MANY = (len(ALL), len(ALL) + 1, 40)


class Added(Message):
    """A service that a city adds, under the longest name that a line holds."""

    def __init__(self, nth: int) -> None:
        super().__init__(CITY)
        self.name = f"added_{nth}"

    def label(self, who: Who) -> str:
        return f"Layanan nomor {self.name[6:]:>6}"


def of(many: int) -> More:
    return More(CITY, (*ALL, *(Added(nth) for nth in range(many - len(ALL)))))


def one_sms(screen: Screen) -> bool:
    return (septets(shown(screen)) or ONE_SMS + 1) <= ONE_SMS


@pytest.mark.parametrize("language", CITY.languages)
@pytest.mark.parametrize("many", MANY)
def test_each_letter_of_the_list_is_one_sms_and_each_service_is_reached(language: str, many: int) -> None:
    more, who = of(many), replace(WHO, language=language)
    step, reached = more.begin(who), list[str]()
    while len(reached) < many:
        assert one_sms(step.screen)
        assert step.state is not None
        steps = [more.step(step.state, one.key, who) for one in step.screen.choices]
        reached += [one.goto for one in steps if one.goto]
        (step,) = [one for one in steps if not one.goto] or [step]
    assert reached[: len(ALL)] == list(CITY.further)
    assert len(set(reached)) == many


def test_what_fits_one_letter_is_not_parted() -> None:
    few = More(CITY, ALL[:5]).begin(WHO).screen
    assert [one.label for one in few.choices] == [one.label(WHO) for one in sorted(ALL[:5], key=in_order)]


def in_order(one: Offered) -> int:
    return CITY.further.index(one.name)


def test_a_word_of_one_label_is_enough_and_of_several_it_is_not() -> None:
    more = of(40)
    assert more.step({"at": "more"}, "pajak", WHO).goto == "pbb"
    assert more.step({"at": "more"}, "lowongn", WHO).goto == "kerja"
    assert more.step({"at": "more"}, "nomor", WHO).goto == ""


def test_a_word_of_help_never_makes_two_letters_of_one() -> None:
    assert shown(More(CITY, ALL).begin(WHO).screen) == shown(More(CITY, ALL).step({"at": "more"}, "xyz", WHO).screen)


@pytest.mark.parametrize("typed", ["Pesan ke petugas", "pesan ke petugs", "PESANKEPETUGAS"])
def test_a_name_is_understood_whatever_page_is_shown(typed: str) -> None:
    more = of(40)
    assert more.step({"at": "more", "from": "0"}, typed, WHO).goto == "message"
    assert more.step({"at": "more", "from": "30"}, typed, WHO).goto == "message"


def test_what_is_not_understood_shows_the_same_page_again() -> None:
    more = of(40)
    onward = more.begin(WHO).screen.choices[-1].key
    second = more.step({"at": "more", "from": "0"}, onward, WHO)
    assert second.state is not None
    wrong = more.step(second.state, "99", WHO)
    assert (wrong.understood, wrong.state) == (False, second.state)
    assert wrong.screen.choices == second.screen.choices


def test_a_state_of_another_version_is_the_first_page() -> None:
    assert of(40).step({"at": "more"}, "1", WHO).goto == CITY.further[0]
    assert of(40).step({"at": "more", "from": "999"}, "1", WHO).goto == CITY.further[0]


@pytest.mark.parametrize("many", MANY)
def test_a_screen_has_all_of_them_and_the_way_back_which_is_known_by_sms_too(many: int) -> None:
    more, screen = of(many), replace(WHO, screen=True)
    begun = more.begin(screen)
    assert [one.key for one in begun.screen.choices] == [*map(str, range(1, many + 1)), "0"]
    assert begun.state is not None
    assert more.step(begun.state, str(many), screen).goto
    assert more.step(begun.state, "0", screen).goto == "menu"
    assert more.step({"at": "more"}, "0", WHO).goto == "menu"

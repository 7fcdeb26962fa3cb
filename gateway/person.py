"""What a person may be called and where live: what was typed, judged kindly. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.asking import letters, tidy
from gateway.registry import LONGEST

if TYPE_CHECKING:
    from config.city import City

LEAST_NAME = 2  # letters: a single one is a choice mistyped
LEAST_STREET = 2  # letters: a number alone is no street


def tidy_name(typed: str) -> str:
    """The name as it is kept: single blanks, no emoji, nothing a terminal or a spreadsheet would obey."""
    return tidy(typed).strip("-/ ")


def fault_of_name(typed: str) -> str:
    """The text that says what is wrong with a name; empty: nothing."""
    name = tidy_name(typed)
    if letters(name) < LEAST_NAME or any(char.isdigit() for char in name):
        return "talk_name_letters"
    return "talk_too_long" if len(name) > LONGEST["name"] else ""


def fault_of_street(typed: str) -> str:
    """The same for a street."""
    street = tidy(typed)
    if letters(street) < LEAST_STREET:
        return "talk_street_letters"
    return "talk_too_long" if len(street) > LONGEST["address"] else ""


def staff_of(city: City) -> frozenset[str]:
    """Telephones of those who work for the city: officers, the command centre, offices, clinics. A kepling is a
    neighbour, and his phone a resident's."""
    people = {one.number for _, one in city.offices.people()} | {one.number for _, one in city.clinics.people()}
    return city.roster_numbers() | people | {post.number for post in city.operators}


def of_the_city(city: City, phone: str) -> bool:
    """Whether it is one of the city's own numbers (officers, posts, modems, sirens): nobody registers it."""
    posts = {post.number for post in city.operators} | {modem.number for modem in city.modems}
    return phone in posts | city.roster_numbers() or city.siren_of(phone) is not None

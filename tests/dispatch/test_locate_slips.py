"""A slip of the thumb in the name of a kelurahan never sends anybody to another one. Exhaustive: every kelurahan, every
place in its name, every letter."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import Area, load_city
from dispatch.incident import Place
from dispatch.locate import Locator

CITY = load_city("binjai")
LOCATOR = Locator(CITY)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
AREAS = sorted(CITY.areas.values(), key=lambda area: area.code)
LEAST_FOUND = 0.75  # of all slips; the rest is asked about
LEAST_READ = 0.9  # of the usual misspellings


def slips(name: str) -> Iterator[str]:
    """Every text one letter away: one more, one less, another, two exchanged."""
    for at in range(len(name) + 1):
        for letter in string.ascii_lowercase + " ":
            yield name[:at] + letter + name[at:]
            if at < len(name):
                yield name[:at] + letter + name[at + 1 :]
        if at < len(name):
            yield name[:at] + name[at + 1 :]
        if at < len(name) - 1:
            yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def judged(place: Place, area: Area) -> str:
    if place.kelurahan is not None or place.outside:
        return "right" if place.kelurahan == area.code else "wrong"
    return "wrong set" if place.candidates and area.code not in place.candidates else "asked"


@pytest.mark.parametrize("area", AREAS, ids=[area.name for area in AREAS])
def test_one_letter_wrong_is_never_another_place(area: Area) -> None:
    found = {text: judged(LOCATOR.locate(f"di {text}", None, NOW), area) for text in set(slips(area.name.lower()))}
    assert {text: said for text, said in found.items() if said.startswith("wrong")} == {}
    right = sum(said == "right" for said in found.values())
    assert right >= LEAST_FOUND * len(found) or len(area.name) <= 7, "a name that short is asked about"


HABITS: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "no spaces": lambda name: name.replace(" ", ""),
    "stretched": lambda name: name + name[-1] * 3,
    "two spaces": lambda name: name.replace(" ", "  "),
    "dots": lambda name: name.replace(" ", "."),
    "a hyphen": lambda name: name.replace(" ", "-"),
    "letters apart": lambda name: " ".join(name.replace(" ", "")),
    "zero for o": lambda name: name.replace("o", "0"),
    "four for a": lambda name: name.replace("a", "4"),
    "ng for nk": lambda name: name.replace("ngk", "nk"),
    "doubled": lambda name: re.sub(r"([rlnt])", r"\1\1", name, count=1),
    "y for i at the end": lambda name: re.sub("i$", "y", name),
    "no vowel in the last word": lambda name: re.sub(r"(?<=[a-z])[aiueo](?=[a-z]*$)", "", name, count=1),
    "short directions": lambda name: name.replace("barat", "brt").replace("timur", "tmr").replace("dalam", "dlm"),
    "dh for d": lambda name: name.replace("d", "dh", 1),
}


@pytest.mark.parametrize("habit", HABITS)
def test_the_habits_of_typing_are_read_or_asked_about(habit: str) -> None:
    said: list[str] = []
    for area in AREAS:
        typed = HABITS[habit](area.name.lower())
        said.append(judged(LOCATOR.locate(f"rampok di kel {typed}", None, NOW), area))
        said.append(judged(LOCATOR.locate(f"kebakaran di {typed}", None, NOW), area))
    assert not [one for one in said if one.startswith("wrong")]
    asked_often = habit in ("y for i at the end", "no vowel in the last word", "dh for d", "doubled", "letters apart")
    assert asked_often or said.count("right") >= LEAST_READ * len(said), said.count("right") / len(said)


@given(st.text(max_size=200))
def test_any_text_is_located_without_a_fault(text: str) -> None:
    for around in (text, f"jl {text}", f"kel {text} kec {text}", f"lk {text}", f"dekat {text}"):
        place = LOCATOR.locate(around, None, NOW)
        assert place.kelurahan is None or place.kelurahan in CITY.areas
        assert set(place.candidates) <= set(CITY.areas)
        assert not (place.kelurahan and place.outside)

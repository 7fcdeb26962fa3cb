"""What the desks say: every word in both languages, and every word that a template asks for."""

from __future__ import annotations

import re
import tomllib

import pytest

from eservices.complaints.pages.view import KNOWN
from eservices.complaints.ticket import State
from eservices.pages import HERE
from gateway.store.listing import OUTBOUND_STATES

NAMES = ("tickets", "queue", "hall", "desk_figures")
FIELD = re.compile(r"\{(\w+)\}")


def words(name: str, language: str) -> dict[str, str]:
    read: dict[str, str] = tomllib.loads((HERE / "words" / f"{name}.{language}.toml").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_things(name: str) -> None:
    indonesian, english = words(name, "id"), words(name, "en")
    assert sorted(indonesian) == sorted(english)
    for key, text in indonesian.items():
        assert text.strip(), key
        assert sorted(FIELD.findall(text)) == sorted(FIELD.findall(english[key])), key


def test_every_word_that_a_template_or_a_page_asks_for_is_there() -> None:
    known = {f"{name}.{key}" for name in NAMES for key in words(name, "id")}
    files = [*(HERE / "templates").glob("*.html"), *HERE.glob("*/pages/*.py")]
    asked = re.compile(r'"((?:tickets|queue|hall)\.[a-z_]+[a-z])"')
    missing = {(file.name, key) for file in files for key in asked.findall(file.read_text()) if key not in known}
    assert not missing


def test_every_state_and_event_has_its_word() -> None:
    known = words("tickets", "id")
    assert {f"state_{one.value}" for one in State} <= set(known)
    assert {f"past_{one.replace(' ', '_')}" for one in KNOWN} <= set(known)
    assert {f"sent_{one}" for one in OUTBOUND_STATES} <= set(known)

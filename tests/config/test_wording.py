"""What the city's services say and understand ships with each language, whole and within an SMS."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from config.city_codes import text_problem
from config.city_levels import USUAL
from config.texts import SERVICE_TEXTS, SERVICE_WORDS
from config.wording import SHIPPED, shipped_texts, shipped_words

LANGUAGES = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_of_the_services_is_shipped_and_no_other(lang: str) -> None:
    assert set(shipped_texts(lang)) == set(SERVICE_TEXTS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_is_one_sms_with_its_placeholders_at_their_longest(lang: str) -> None:
    problems = {key: text_problem(key, USUAL.fill(text)) for key, text in shipped_texts(lang).items()}
    assert not {key: problem for key, problem in problems.items() if problem}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_typed_to_the_services_are_known_ones_in_small_letters(lang: str) -> None:
    words = shipped_words((lang,))
    assert set(words) <= SERVICE_WORDS
    assert all(word == word.lower().strip() for said in words.values() for word in said)


def test_the_first_language_has_words_for_everything() -> None:
    assert set(shipped_words(("id",))) == SERVICE_WORDS


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_key_is_given_by_two_files(file: Path) -> None:
    own = set(tomllib.loads(file.read_text(encoding="utf-8")).get("texts", {}))
    others = (other for other in file.parent.glob("*.toml") if other != file)
    assert all(own.isdisjoint(tomllib.loads(other.read_text(encoding="utf-8")).get("texts", {})) for other in others)

"""Every word of every wing: in both languages, asked for by somebody, and Indonesian where Indonesian is promised."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dispatch.console.words import LANGUAGES, Words

ROOT = Path(__file__).parents[3]
ROOMS = (ROOT / "dispatch" / "console", ROOT / "eservices")
FOLDERS = sorted({path.parent for room in ROOMS for path in room.rglob("words/*.toml")})
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
PREFIX = re.compile(r"[a-z][a-z0-9_]*\.[a-z0-9_.]*")
ASKED = re.compile(r"""\bword\(\s*"([^"]+)"\s*([~,)])""")
QUOTED = re.compile(r"""(?<=["'])[a-z][a-z0-9_]*\.[a-z0-9_.]*(?=["'])""")
REMARK = re.compile(r"\{#.*?#\}", re.DOTALL)
FIELD = re.compile(r"\{(\w+)\}")
WORD = re.compile(r"[a-z]+")
ENGLISH = frozenset(
    """the and you your yours was were been has have had this that these those not with without from into which who what
    when where why how each every only after before while again please enter log page password search next back save
    send sent close closed open opened cancel cancelled change changed user users delete new old""".split()  # noqa: SIM905
)
wings = pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: str(one.relative_to(ROOT)))


def read(folder: Path, language: str) -> dict[str, str]:
    return Words([folder])._said[language]


@cache
def literals() -> frozenset[str]:
    """What is quoted anywhere in our pages and templates; of what is put together, the part that is written."""
    found: set[str] = set()
    for room in ROOMS:
        for path in room.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
        for path in (*room.rglob("*.html"), *room.rglob("*.js")):
            found |= set(QUOTED.findall(path.read_text(encoding="utf-8")))
    return frozenset(one for one in found if PREFIX.fullmatch(one))


def known() -> frozenset[str]:
    return Words(FOLDERS).keys(LANGUAGES[0])


@wings
def test_both_languages_have_the_same_keys_and_fields(folder: Path) -> None:
    indonesian, english = read(folder, "id"), read(folder, "en")
    assert sorted(indonesian) == sorted(english)
    for key, text in indonesian.items():
        assert text.strip(), key
        assert english[key].strip(), key
        assert sorted(set(FIELD.findall(text))) == sorted(set(FIELD.findall(english[key]))), key


@wings
def test_indonesian_has_no_english_left_over(folder: Path) -> None:
    for key, text in read(folder, "id").items():
        left = ENGLISH.intersection(WORD.findall(FIELD.sub("", text).lower()))
        assert not left, f"{key} says {text!r}"


@wings
def test_every_key_is_asked_for(folder: Path) -> None:
    asked = literals()
    starts = tuple(one for one in asked if one.endswith(("_", ".")))
    unused = [key for key in read(folder, "id") if key not in asked and not key.startswith(starts)]
    assert unused == []


def test_no_two_wings_own_a_file_of_the_same_name() -> None:
    names = [path.name for folder in FOLDERS for path in folder.glob("*.toml")]
    assert sorted(set(names)) == sorted(names)


def templates() -> list[Path]:
    return sorted(path for room in ROOMS for path in room.rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda one: str(one.relative_to(ROOT)))
def test_every_word_that_a_template_asks_for_is_there(path: Path) -> None:
    there = known()
    for key, after in ASKED.findall(REMARK.sub("", path.read_text(encoding="utf-8"))):
        if after == "~":
            assert any(one.startswith(key) for one in there), f"{path.name} puts {key}… together"
        else:
            assert key in there, f"{path.name} asks for {key}"


def named() -> Iterator[tuple[str, str]]:
    """Titles of pages, what is said after an act, why a page declined: the keys that Python names."""
    for room in ROOMS:
        for path in room.rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = getattr(call.func, "id", "")
                given = [
                    one.value for one in call.keywords if one.arg in ("title", "said") and name in ("Page", "Moved")
                ]
                given += call.args[:1] if name == "Declined" else []
                for one in given:
                    if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value:
                        yield path.name, one.value


def test_every_key_that_a_page_names_is_there() -> None:
    there = known()
    lacking = [f"{name} names {key}" for name, key in named() if KEY.fullmatch(key) and key not in there]
    assert lacking == []


def test_words_that_are_said_later_can_be_read_whole() -> None:
    """``Moved.said`` has no fields: a sentence with a gap is not shown (``render.py``)."""
    words = Words(FOLDERS)
    assert [f"{name}: {key}" for name, key in named() if name and "{" in _first(words, key) and _is_said(key)] == []


def _first(words: Words, key: str) -> str:
    return words.say("id", key) if key in words.keys("id") else ""


def _is_said(key: str) -> bool:
    said = re.compile(rf'said="{re.escape(key)}"')
    return any(said.search(path.read_text(encoding="utf-8")) for room in ROOMS for path in room.rglob("*.py"))


# -- the words themselves


def test_a_key_that_a_language_lacks_is_said_in_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.id.toml").write_text('x = "satu {n}"\n[deep]\ny = "dua"\n', encoding="utf-8")
    (tmp_path / "a.en.toml").write_text('x = "one {n}"\n', encoding="utf-8")
    words = Words([tmp_path])
    assert words.say("en", "a.x", {"n": 1}) == "one 1"
    assert words.say("en", "a.deep.y") == "dua"
    assert words.say("xx", "a.x", {"n": "{n}"}) == "satu {n}"
    with pytest.raises(KeyError):
        words.say("id", "a.z")


def test_a_file_that_is_no_toml_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "a.id.toml").write_text("x = ", encoding="utf-8")
    with pytest.raises(tomllib.TOMLDecodeError):
        Words([tmp_path])

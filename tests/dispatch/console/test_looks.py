"""What the page says and how it looks, as far as files can tell: every word in both languages, ink that can be read."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONSOLE = ROOT / "dispatch" / "console" / "static"
WORLD = ROOT / "modem" / "virtual" / "static"
HALVES = pytest.mark.parametrize("static", [CONSOLE, WORLD], ids=["console", "world"])

AA = 4.5  # WCAG 2.2, 1.4.3: contrast of text
INKS = ("ink", "soft", "wood", "fire", "go", "wait", "link")
GROUNDS = ("ground", "panel", "raised", "sunk")


def words(static: Path, language: str) -> dict[str, str]:
    read: dict[str, str] = json.loads((static / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return read


@HALVES
def test_both_languages_say_the_same_things(static: Path) -> None:
    indonesian, english = words(static, "id"), words(static, "en")
    assert sorted(indonesian) == sorted(english)
    fields = re.compile(r"\{(\w+)\}")
    for key, text in indonesian.items():
        assert text.strip(), key
        assert sorted(fields.findall(text)) == sorted(fields.findall(english[key])), key


@HALVES
def test_every_word_that_a_module_asks_for_is_there(static: Path) -> None:
    known = words(static, "id")
    asked = re.compile(r"""\b(?:word|known)\(\s*"([a-z_.]+)\"""")
    for module in static.glob("*.js"):
        for key in asked.findall(module.read_text(encoding="utf-8")):
            assert key in known, f"{module.name} asks for {key}"


@HALVES
def test_no_module_makes_a_page_of_a_string_or_reaches_out(static: Path) -> None:
    sinks = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc|javascript:"
    )
    for file in [*static.glob("*.js"), *static.glob("*.css"), *static.glob("*.html")]:
        text = file.read_text(encoding="utf-8")
        assert not sinks.search(text), file.name
        foreign = re.findall(r"https?://[^\s\"')]+", text)
        assert [one for one in foreign if not one.startswith("http://www.w3.org/")] == [], file.name


@HALVES
def test_every_file_that_is_imported_is_there_and_no_file_is_a_hall(static: Path) -> None:
    for module in static.glob("*.js"):
        text = module.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, module.name
        for name in re.findall(r"""from "\./([^"]+)\"""", text):
            assert (static / name).is_file(), f"{module.name} imports {name}"


@HALVES
def test_motion_stops_for_those_who_ask(static: Path) -> None:
    moving = [file for file in static.glob("*.css") if "@keyframes" in file.read_text(encoding="utf-8")]
    calm = [file for file in static.glob("*.css") if "prefers-reduced-motion" in file.read_text(encoding="utf-8")]
    assert moving
    assert calm


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_can_be_read_on_every_ground(theme: str, ground: str, ink: str) -> None:
    colours = theme_colours()[theme]
    assert contrast(colours[ink], colours[ground]) >= AA


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("white", "go-fill"),
        ("white", "fire-fill"),
        ("fire", "fire-wash"),
        ("go", "go-wash"),
        ("wait", "wait-wash"),
        ("soft", "fire-wash"),
        ("ink", "fire-wash"),
    ],
)
def test_filled_buttons_and_washes_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = theme_colours()[theme] | {"white": "#ffffff"}
    assert contrast(colours[ink], colours[ground]) >= AA


def theme_colours() -> dict[str, dict[str, str]]:
    text = (CONSOLE / "theme.css").read_text(encoding="utf-8")
    light, dark = (block for block in re.findall(r":root[^{]*\{([^}]*)\}", text)[:2])
    token = re.compile(r"--([\w-]+):\s*(#[0-9a-f]{6});")
    day = dict(token.findall(light))
    return {"light": day, "dark": day | dict(token.findall(dark))}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    edges = [1, 3, 5, 7]
    parts = [int(colour[a:b], 16) / 255 for a, b in pairwise(edges)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

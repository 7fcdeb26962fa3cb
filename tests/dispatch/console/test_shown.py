"""Hostile text: shown as text, with what is invisible made visible."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from hypothesis import given
from hypothesis import strategies as st

from dispatch.console.shown import shown, shown_json
from tests.fixtures.console_house import FakeHouse, incident

NAUGHTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea></title><b>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "=HYPERLINK(1)",
    "*#06#",
    "ATD+62811;\r\nAT+CMGS",
    "tolong \U0001f525\U0001f468\u200d\U0001f692",
    "ÄÖÜ €[]{}~\\|",
    "ﷺ 田中さん",
    "x" * 1530,
    "",
]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("TOLONG RAMPOK", "TOLONG RAMPOK"),
        ("dua\nbaris", "dua\nbaris"),
        ("dua\r\nbaris", "dua\nbaris"),
        ("a\rb", "a⟦␍⟧b"),
        ("a\x00b\x07c\x1ad\x1be", "a⟦␀⟧b⟦␇⟧c⟦␚⟧d⟦␛⟧e"),
        ("a\tb", "a⟦␉⟧b"),
        ("\x7f\x85", "⟦U+007F⟧⟦U+0085⟧"),
        ("081\u202e2345", "081⟦RLO⟧2345"),
        ("ram\u200bpok\ufeff", "ram⟦ZWSP⟧pok⟦BOM⟧"),
        ("\u2066a\u2069", "⟦LRI⟧a⟦PDI⟧"),
        ("\u2028\u2029", "⟦LS⟧⟦PS⟧"),
        ("\ud83d", "⟦U+D83D⟧"),
        ("\U000e0041", "⟦U+E0041⟧"),
        ("a" + "\u0301" * 40, "a" + "\u0301" * 3 + "⟦+⟧"),
        ("\U0001f468\u200d\U0001f692", "\U0001f468\u200d\U0001f692"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, seen: str) -> None:
    assert shown(text) == seen


@given(st.text(st.characters()))
def test_nothing_invisible_is_left_and_what_is_visible_is_not_touched(text: str) -> None:
    seen = shown(text)
    hidden = {char for char in seen if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\n", "\u200d"}
    seen.encode("utf-8")
    if text.isascii() and text.isprintable():
        assert seen == text


def test_every_string_of_a_document_is_treated() -> None:
    assert shown_json({"a": ["\u202e", {"b": ("\x00", 1, None, True, 1.5)}]}) == {
        "a": ["⟦RLO⟧", {"b": ["⟦␀⟧", 1, None, True, 1.5]}]
    }


@pytest.mark.parametrize("text", NAUGHTY)
async def test_naughty_text_arrives_as_data_and_never_as_a_page(
    page: TestClient[Any, Any], house: FakeHouse, text: str
) -> None:
    house.put(incident(1, messages=[{"id": 1, "text": text}], caller=text))
    answer = await page.get("/console/incidents/1")
    assert answer.content_type == "application/json"
    assert (await answer.json())["incident"]["messages"][0]["text"] == shown(text)
    async with page.get("/console/events") as stream:
        while not (line := (await stream.content.readline()).decode()).startswith("data: {"):
            continue
        while '"messages"' not in line:
            line = (await stream.content.readline()).decode()
        assert json.loads(line.removeprefix("data: "))["caller"] == shown(text)

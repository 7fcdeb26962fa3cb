"""Texts with holes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.template import Template, TemplateFault, fill_tree, holes, laid_over, tree_of


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("", ""),
        ("CON {text}", "CON <a>"),
        ("{text}{text}", "<a><a>"),
        ("{{text}}", "{text}"),
        ("{{{text}}}", "{<a>}"),
        ("100 %d & {text}!", "100 %d & <a>!"),
    ],
)
def test_holes_are_filled_and_the_rest_stays(written: str, filled: str) -> None:
    assert Template.of(written).fill({"text": "<a>"}) == filled


@pytest.mark.parametrize("written", ["{", "}", "{Text}", "{te xt}", "{}", "a}b", "{text"])
def test_a_brace_that_opens_no_hole_is_a_fault(written: str) -> None:
    with pytest.raises(TemplateFault, match="lone"):
        Template.of(written)


@settings(deadline=None)
@given(st.text(), st.text())
def test_what_fills_a_hole_is_never_a_template_itself(before: str, value: str) -> None:
    doubled = before.replace("{", "{{").replace("}", "}}")
    assert Template.of(doubled + "{x}").fill({"x": value}) == before + value


@settings(deadline=None)
@given(st.text())
def test_any_text_survives_a_json_body(text: str) -> None:
    tree = tree_of({"a": [{"message": "<{text}>"}], "n": 1, "yes": True})
    assert json.loads(json.dumps(fill_tree(tree, {"text": text}))) == {
        "a": [{"message": f"<{text}>"}],
        "n": 1,
        "yes": True,
    }
    assert list(holes(tree)) == ["text"]


def test_tables_are_laid_over_each_other_and_all_else_replaces() -> None:
    below = tree_of({"sms": {"text": "{text}", "type": "gsm"}, "list": [1, 2]})
    above = tree_of({"sms": {"type": "ucs2"}, "list": [3], "new": "x"})
    assert fill_tree(laid_over(below, above), {"text": "halo"}) == {
        "sms": {"text": "halo", "type": "ucs2"},
        "list": [3],
        "new": "x",
    }

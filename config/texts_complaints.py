"""Texts and words of e-Masyarakat (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_complaint": frozenset(),  # the menu's line
}

PHRASES: Mapping[str, str] = {}

WIDTHS: Mapping[str, int] = {
    "category": 20,  # a category's label: a line of a menu at the most
    "office": 20,  # an office's short label
}

WORDS: frozenset[str] = frozenset()

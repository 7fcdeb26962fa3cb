"""Texts and words of the list of further services (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "more_title": frozenset(),
    "label_services": frozenset(),
}
PHRASES: Mapping[str, str] = {}
WIDTHS: Mapping[str, int] = {}
WORDS = frozenset({"more"})

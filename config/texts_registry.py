"""Texts and words of the registry (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {}

PHRASES: Mapping[str, str] = {}

WIDTHS: Mapping[str, int] = {}

WORDS: frozenset[str] = frozenset()

"""Figures as the reader's language writes them. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from dispatch.console.words import FIRST

POINTS: Mapping[str, tuple[str, str]] = {"id": (",", "."), "en": (".", ",")}
"""By language: what stands before decimals, what between thousands."""


def number_said(number: float, language: str, places: int = 0) -> str:
    """``1.250`` and ``12,5``; in English ``1,250`` and ``12.5``."""
    comma, dot = POINTS.get(language, POINTS[FIRST])
    return f"{number:,.{places}f}".translate({ord(","): dot, ord("."): comma})


def rupiah_said(rupiah: float, language: str) -> str:
    """``Rp 1.250``."""
    return f"Rp {number_said(rupiah, language)}"

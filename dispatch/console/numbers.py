"""Figures as the reader's language writes them, and as a form or an address brings them. Pure."""

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


def number_typed(typed: str, figures: int = 9) -> int | None:
    """The number that was typed, of at most so many figures; None: it is none."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= figures else None

"""The number of a lingkungan, the quarter a kepling is the head of, however it is written."""

from __future__ import annotations

import re

from gateway.words import fold

ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii")
_DIGITS = re.compile(r"\d{1,2}")
_PARTS = re.compile(r"[\W_]+")


def lingkungan_number(written: str) -> str:
    """Without zeros before it: ``Lk. III``, ``LK3``, ``03`` and ``3`` are the same; empty: there is none."""
    parts = [part for part in _PARTS.split(fold(written)) if part]
    last = re.sub(r"^(?:lingkungan|lingk|lk)(?=.)", "", parts[-1]) if parts else ""
    if _DIGITS.fullmatch(last) and last.isascii():
        return str(int(last)) if int(last) else ""
    return str(ROMAN.index(last) + 1) if last in ROMAN else ""

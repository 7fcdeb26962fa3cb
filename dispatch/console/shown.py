"""Text of strangers made safe to look at: what cannot be seen, or turns the line around, is written out as a mark.

Escaping is the page's own business (it only ever sets text, never HTML); this is about what escaping does not help
against: a right-to-left override that reverses a number, a zero-width space within a word, a bell character.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

OPEN, CLOSE = "\u27e6", "\u27e7"  # ⟦ ⟧ around a mark; the page draws what stands between them as a small plate
MOST_COMBINING = 3  # marks on one letter: no living orthography stacks more, "Zalgo" text climbs over its neighbours

_NAMES: Mapping[str, str] = {
    "\u00ad": "SHY",
    "\u061c": "ALM",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u2028": "LS",
    "\u2029": "PS",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\ufeff": "BOM",
}
_KEPT = frozenset("\n\u200d\ufe0f")  # a line's end; ZWJ and VS16 belong to emoji
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def shown(text: str) -> str:
    """``text`` with every control, bidi, invisible, unassigned or lone-surrogate character as ``⟦NAME⟧``, the rest as
    it was. CR before LF is dropped (a line's end is a line's end)."""
    out: list[str] = []
    stacked = 0
    for char in text.replace("\r\n", "\n"):
        category = unicodedata.category(char)
        stacked = stacked + 1 if category in ("Mn", "Me") and char not in _KEPT else 0
        if stacked > MOST_COMBINING:
            if stacked == MOST_COMBINING + 1:
                out.append(_plate("+"))
        elif char in _KEPT or category not in _INVISIBLE:
            out.append(char)
        else:
            out.append(_plate(_name(char)))
    return "".join(out)


def shown_json(value: Any) -> Any:
    """A JSON value in which every string, keys excepted, went through ``shown``."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, Mapping):
        return {key: shown_json(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [shown_json(one) for one in value]
    return value


def _name(char: str) -> str:
    if char in _NAMES:
        return _NAMES[char]
    if ord(char) < 0x20:
        return chr(0x2400 + ord(char))  # the Control Pictures block: ␀ ␇ ␛
    return f"U+{ord(char):04X}"


def _plate(name: str) -> str:
    return f"{OPEN}{name}{CLOSE}"

"""The GSM 7-bit default alphabet (3GPP TS 23.038, 6.2.1 and 6.2.1.1): what fits 160 to an SMS."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

ESC = 0x1B

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Position is code. 0x1B is the escape to ``EXTENSION`` and stands for no character."""

EXTENSION: Mapping[int, str] = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}

_WIDTH: Mapping[str, int] = {
    **{char: 1 for code, char in enumerate(BASIC) if code != ESC},
    **dict.fromkeys(EXTENSION.values(), 2),
}

_LIKE: Mapping[str, str] = {
    "`": "'",
    "´": "'",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "•": "-",
    "·": ".",
    "…": "...",
    "×": "x",
    "÷": "/",
    "ç": "Ç",
    "\t": " ",
    "\u00a0": " ",
    "\u2028": "\n",
    "\u2029": "\n",
    "™": "TM",
    "©": "(C)",
    "®": "(R)",
    "°": "o",
    "œ": "oe",
    "Œ": "OE",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
}
"""What reads the same to a person, for what the alphabet lacks and Unicode does not decompose."""

ONE_SMS = 160  # septets in one SMS; 140 octets (3GPP TS 23.040, 9.2.3.24)
ONE_PART = 153  # septets in one part of a long SMS with an 8-bit reference (6 octets of header)


def septets(text: str) -> int | None:
    """How many septets ``text`` takes; None when it holds a character outside the alphabet (then UCS-2 is needed)."""
    total = 0
    for char in text:
        width = _WIDTH.get(char)
        if width is None:
            return None
        total += width
    return total


def transliterate(text: str) -> str:
    """``text`` in the alphabet, as like as it can be; what has no likeness becomes ``?``, invisible marks nothing.

    ``septets(transliterate(text))`` is never None."""
    return "".join(char if char in _WIDTH else _likeness(char) for char in unicodedata.normalize("NFC", text))


def _likeness(char: str) -> str:
    if char in _LIKE:
        return _LIKE[char]
    plain = unicodedata.normalize("NFKD", char)
    shown = [part for part in plain if not unicodedata.category(part).startswith(("M", "C"))]
    if not shown:
        return ""
    return "".join(part if part in _WIDTH else _LIKE.get(part, "?") for part in shown)


def clip(text: str, width: int) -> str:
    """``text`` in the alphabet, cut to at most ``width`` septets (a cut is shown by two dots where they fit)."""
    text = transliterate(text)
    if _length(text) <= width:
        return text
    end = ".." if width > 4 else ""
    kept = ""
    for char in text:
        if _length(kept) + _WIDTH[char] + len(end) > width:
            break
        kept += char
    return kept.rstrip() + end


def _length(text: str) -> int:
    return sum(_WIDTH[char] for char in text)

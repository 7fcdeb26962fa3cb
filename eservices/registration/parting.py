"""What somebody typed behind DAFTAR, parted into its fields by whatever marks it has. Pure; holds no word."""

from __future__ import annotations

import re
from collections.abc import Collection

from gateway.number import normal
from gateway.words import fold

_SPACER = re.compile(r"[<(\[{]\s*spasi\s*[>)\]}]|\bspasi\b[>)\]}]?", re.IGNORECASE)  # typed as the advert prints it
_STRONG = re.compile(r"[#*;|\r\n\t_]+")
_SLASH = re.compile(r"(?<!\d)/|/(?!\d)")  # "rt 1/2" is one field
_COMMA = re.compile(r",(?!\d)|(?<!\d),")
_DASH = re.compile(r"(?<!\d)\s*[-\u2013\u2014]+\s*|\s*[-\u2013\u2014]+\s*(?!\d)")
_DOT = re.compile(r"(?<=[^\W_])\.(?!\d)|(?<=[^\W\d_])\.")
_BEFORE = re.compile(r"([^\W_]+)$")
_TRIM = " \t\r\n.,;:#*|/_-<>()[]{}\"'"
_PHONES = (
    re.compile(r"(?<![\d+])(?:\+62|62|0062|0)8\d{7,11}(?!\d)"),
    re.compile(r"(?<![\d+])(?:\+62|62|0)[ .-]?8\d{1,3}(?:[ .-]\d{3,5}){2,3}(?!\d)"),
    re.compile(r"(?<![\d+])8[1-35-9]\d{8,10}(?!\d)"),
)


def phone_in(text: str, own: str) -> tuple[str, str]:
    """Another's number (E.164) in the text, and the text without any."""
    found = ""
    for form in _PHONES:
        for one in form.finditer(text):
            number = normal(one[0])
            found = found or (number if number is not None and number != own else "")
        text = form.sub(" ", text)
    return found, text


def parted(text: str, abbreviations: Collection[str]) -> list[str]:
    """Its fields, trimmed, none empty. The strongest kind of mark parts; weaker ones then belong to a field (an
    address has commas). ``abbreviations``: words after which a dot parts nothing ("Jl.")."""
    text = _SPACER.sub("#", text)
    for mark in (_STRONG, _SLASH, _COMMA, _DASH):
        fields = _split(mark, text)
        if len(fields) > 1:
            return fields
    return _by_dots(text, abbreviations)


def _split(mark: re.Pattern[str], text: str) -> list[str]:
    return [field for field in (part.strip(_TRIM) for part in mark.split(text)) if field]


def _by_dots(text: str, abbreviations: Collection[str]) -> list[str]:
    parts, start = [], 0
    for dot in _DOT.finditer(text):
        before = _BEFORE.search(text[start : dot.start()])
        word = fold(before[1]) if before is not None else ""
        if (len(word) > 2 or word.isdigit()) and word not in abbreviations:
            parts.append(text[start : dot.start()])
            start = dot.end()
    return [field for field in (part.strip(_TRIM) for part in (*parts, text[start:])) if field]

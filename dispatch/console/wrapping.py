"""Words into lines of a column: at blanks, and within a word that no line holds. Pure."""

from __future__ import annotations

from collections.abc import Callable

Width = Callable[[str], float]
"""How broad a letter is."""


def wrapped(text: str, room: float, width: Width) -> list[str]:
    """``text`` as lines of at most ``room`` (in the unit of ``width``; a single broader letter stands alone). At least
    one line; every letter but the blanks and ends at which lines were broken is kept."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _paragraph(paragraph, room, width)
    return lines


def _paragraph(text: str, room: float, width: Width) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for word in text.split(" "):
        broad = sum(map(width, word))
        gap = width(" ") if line else 0.0
        if line and used + gap + broad > room:
            lines.append(line)
            line, used, gap = "", 0.0, 0.0
        if broad > room:
            *full, word = _broken(word, room, width)
            lines += full
            broad = sum(map(width, word))
        line = f"{line} {word}" if line else word
        used += gap + broad
    lines.append(line)
    return lines


def _broken(word: str, room: float, width: Width) -> list[str]:
    pieces, used, begins = [], 0.0, 0
    for place, letter in enumerate(word):
        broad = width(letter)
        if place > begins and used + broad > room:
            pieces.append(word[begins:place])
            used, begins = 0.0, place
        used += broad
    return [*pieces, word[begins:]]

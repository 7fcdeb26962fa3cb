"""Numbers as people type them, in digits and in words ("dua puluh lima", "lapan", "2 rb", "setengah"). Pure; the words
are data (``config/times.py``).

Also the tokens of such texts: unlike ``gateway.words`` they keep their places and the marks between digits, and part
what is typed together ("jam8", "7mlm").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.times import TimeWords
from gateway.words import fold, plain, unglue

_TOKEN = re.compile(r"\d+|[^\W\d_]+|[/.,:;\-+]")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['`´‘’ʼ](?=[^\W\d_])")
_GROUPS = (".", ",")
LEAST_GLUED = 7  # letters of number words typed as one ("duapuluh"); below it is another word


@dataclass(frozen=True, slots=True)
class Token:
    """Digits, letters or one mark, folded; ``start`` and ``end``: its place in the folded text. ``joined``: nothing
    stands between it and the one before."""

    text: str
    start: int
    end: int
    joined: bool

    @property
    def digits(self) -> bool:
        return self.text.isdecimal()


LONGEST_TOKEN = 24  # characters: a longer run of digits is no number that anybody says
CUT = "~"  # ends a token that was longer


def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text. Folding keeps places except for a few characters that no date is written in."""
    folded = _APOSTROPHE.sub("", fold(text))
    out: list[Token] = []
    for found in _TOKEN.finditer(folded):
        joined = bool(out) and out[-1].end == found.start()
        said = found[0] if not found[0].isalpha() else plain(found[0])
        said = said if len(said) <= LONGEST_TOKEN else f"{said[:LONGEST_TOKEN]}{CUT}"
        out.append(Token(said, found.start(), found.end(), joined))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number and the tokens it takes: ``end`` is the first that is none of it. ``words``: it was not in digits."""

    value: float
    end: int
    words: bool

    @property
    def whole(self) -> int | None:
        """The value, if it is a whole number."""
        return int(self.value) if self.value == int(self.value) else None


def number(text: str, words: TimeWords) -> float | None:
    """The number that is the whole text; None: it is something else, or more."""
    said = tokens(text)
    found = numeral(said, 0, words) if said else None
    return found.value if found is not None and found.end == len(said) else None


def numeral(said: Sequence[Token], at: int, words: TimeWords) -> Numeral | None:
    """The number that begins at that token; None: none does."""
    if at >= len(said):
        return None
    fraction = _fraction(said, at, words)
    if fraction is not None:
        return fraction
    sums, here, spelt = _Sums(), at, False
    while here < len(said):
        told = _unit(said, here, words) if sums.unit is None else None
        if told is not None and told[0] <= sums.room:
            sums, here, spelt = replace(sums, unit=told[0]), told[1], spelt or told[2]
            continue
        whole = words.numbers.get(said[here].text, 0) if sums.unit is None else 0
        scale = whole if whole in words.scales.values() else _scale(said[here].text, words)
        if scale is None or (sums.unit is None and scale != whole and not (sums.group and scale >= 1_000)):
            break
        after = _scaled(replace(sums, unit=1.0) if scale == whole else sums, scale)
        if after is None:
            break
        sums, here, spelt = after, here + 1, True
    return Numeral(sums.total + sums.group + (sums.unit or 0), here, spelt) if here > at else None


@dataclass(frozen=True, slots=True)
class _Sums:
    """A number half read: whole thousands, what stands below them, what awaits its multiplier, and the most that may
    still be added to the group."""

    total: float = 0.0
    group: float = 0.0
    unit: float | None = None
    room: float = float("inf")


def _scaled(sums: _Sums, scale: int) -> _Sums | None:
    """The sums after a multiplier; None: it does not belong to this number."""
    unit = sums.unit
    if scale in (1_000, 1_000_000):
        return _Sums(total=sums.total + (sums.group + (unit or 0)) * scale, room=scale - 1)
    if unit is None or not 1 <= unit <= 9:
        return None
    value = 10 + unit if scale == TEENS else unit * scale
    if value > sums.room:
        return None
    return replace(sums, group=sums.group + value, unit=None, room={TEENS: 0, 10: 9}.get(scale, 99))


TEENS = 11  # stands for "belas" among the multipliers


def _scale(word: str, words: TimeWords) -> int | None:
    return TEENS if words.has("number_words.teens", word) else words.scales.get(word)


def _unit(said: Sequence[Token], at: int, words: TimeWords) -> tuple[float, int, bool] | None:
    """Digits, a word of a value, or "se" before a multiplier: the value, what comes after, whether in words."""
    word = said[at].text
    if said[at].digits:
        return _digits(said, at)
    if word in words.numbers and words.numbers[word] < 100:
        return words.numbers[word], at + 1, True
    follows = _scale(said[at + 1].text, words) if at + 1 < len(said) else None
    if words.has("number_words.one", word) and follows is not None:
        return 1, at + 1, True
    if len(word) >= LEAST_GLUED and (value := _glued(word, words)) is not None:
        return value, at + 1, True
    return None


def _digits(said: Sequence[Token], at: int) -> tuple[float, int, bool]:
    """``25``, ``50.000``, ``1,5``: groups of three after the first mark, or one decimal mark."""
    here, written = at + 1, said[at].text
    while _follows(said, here) and len(said[here + 1].text) == 3 and len(written) <= 12 and said[at].text != "0":
        written, here = written + said[here + 1].text, here + 2
    if here == at + 1 and _follows(said, here) and said[here].text == "," and len(said[here + 1].text) <= 2:
        return float(f"{written}.{said[here + 1].text}"), here + 2, False
    return float(written), here, False


def _follows(said: Sequence[Token], at: int) -> bool:
    """Whether a mark of a number and more digits stand there, nothing between."""
    if at + 1 >= len(said) or said[at].text not in _GROUPS:
        return False
    return said[at].joined and said[at + 1].digits and said[at + 1].joined


def _glued(word: str, words: TimeWords) -> float | None:
    """The value of number words typed as one: ``duapuluhlima``."""
    one, teens = words.lists.get("number_words.one", frozenset()), words.lists.get("number_words.teens", frozenset())
    known = frozenset({*words.numbers, *words.scales, *teens}) - one
    pieces = unglue(word, known)
    if len(pieces) < 2 or not all(piece.known for piece in pieces):
        return None
    apart = tuple(Token(piece.text, place, place, False) for place, piece in enumerate(pieces))
    found = numeral(apart, 0, words)
    return found.value if found is not None and found.end == len(apart) else None


def _fraction(said: Sequence[Token], at: int, words: TimeWords) -> Numeral | None:
    """A half, a quarter, ``1/2``; and of a thousand or a million."""
    value, here = _part(said, at, words)
    if value is None:
        return None
    scale = _scale(said[here].text, words) if here < len(said) else None
    if scale is not None and scale >= 1_000:
        return Numeral(value * scale, here + 1, True)
    return Numeral(value, here, True)


def _part(said: Sequence[Token], at: int, words: TimeWords) -> tuple[float | None, int]:
    shown = "".join(one.text for one in said[at : at + 3])
    if shown in ("1/2", "1/4") and not (at + 3 < len(said) and said[at + 3].text == "/"):
        return (0.5 if shown == "1/2" else 0.25), at + 3
    for name, value in (("number_words.half", 0.5), ("number_words.quarter", 0.25)):
        if words.has(name, said[at].text):
            return value, at + 1
    return None, at

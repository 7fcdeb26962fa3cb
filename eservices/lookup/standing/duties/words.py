"""What staff answer: ``4821 PROSES``, ``selesai 4821``, ``kode 4821 sudah kami teruskan``. Pure; the words are the
description's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from config.lookup_keys import slip
from gateway.words import fold, plain

MOST_BEFORE = 4  # words before a code: "sudah kami teruskan kode 4821"; more is a letter of its own
_CODE = re.compile(r"(?<!\d)\d{4}(?!\d)")
_WORD = re.compile(r"[^\W_]+")
_FIRST = re.compile(r"(?:kode|code|kd|no|nomor)?\W*(\d{4})(?!\d)")

Words = Mapping[str, Sequence[str]]
"""Phrases by the value of the column that they mean."""


def codes_in(text: str) -> list[str]:
    """Figures that may be a code."""
    return list(dict.fromkeys(_CODE.findall(fold(text))))


def begins_with_code(text: str) -> bool:
    """Whether a code is the first thing that was typed."""
    return _FIRST.match(fold(text).strip()) is not None


def value_before_code(text: str, words: Words) -> str | None:
    """The value that a few words name with which the text begins, a code behind them: ``TERUSKAN 4821``."""
    before, code, _ = fold(text).partition(next(iter(codes_in(text)), "?"))
    return value_in(before, words) if code and len(_WORD.findall(before)) <= MOST_BEFORE else None


def value_in(text: str, words: Words) -> str | None:
    """The one value that the text names; the longest phrase wins. None: none, or several."""
    typed = [plain(one) for one in _WORD.findall(fold(text)) if not one.isdigit()]
    for slips in (False, True):
        found = sorted(_found(typed, words, slips=slips), reverse=True)
        values = {value for many, value in found if many == found[0][0]}
        if values:
            return values.pop() if len(values) == 1 else None
    return None


def _found(typed: Sequence[str], words: Words, *, slips: bool) -> Iterable[tuple[int, str]]:
    for value, phrases in words.items():
        for phrase in phrases:
            wanted = [plain(one) for one in _WORD.findall(fold(phrase))]
            ends = len(typed) - len(wanted) + 1
            if wanted and any(_same(typed[at : at + len(wanted)], wanted, slips=slips) for at in range(ends)):
                yield len(wanted), value


def _same(typed: Sequence[str], wanted: Sequence[str], *, slips: bool) -> bool:
    return all(one == other or (slips and slip(one, other)) for one, other in zip(typed, wanted, strict=True))

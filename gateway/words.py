"""What people type, made comparable. Pure; holds no word of any language.

Each word is kept twice: ``typed`` is safe for addresses (``lk4``, ``12a``, ``km19`` stay what they are), ``plain`` is
for looking words up (``t0l0ng`` → ``tolong``, ``tolooong`` → ``tolong``, ``cepat2`` → ``cepat``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache

_SPACER = re.compile(r"[<(\[{]\s*spasi\s*[>)\]}]|\bspasi\b")  # "<spasi>" of adverts, typed as it was read
_TOKEN = re.compile(r"[^\W_]+|[\u2600-\u27bf\U0001f000-\U0001faff]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['`´‘’ʼ](?=[^\W\d_])")
_SIGNS = re.compile(r"(?<=[^\W\d_])[@$](?=[^\W\d_])")
_SIGN_LETTERS = {"@": "a", "$": "s"}
_ASCII_CONTROLS = dict.fromkeys((*range(32), 127), " ")
_DIGIT_LETTERS = str.maketrans("013456789", "oieasgtbg")
_INNER = re.compile(r"(?<=[^\W\d_])\d(?=[^\W\d_])")  # one digit between letters: a letter in disguise
_LEADING = re.compile(r"^\d(?=[^\W\d_]{3})")  # one before a word of three letters or more ("5iapa")
_TRAILING = re.compile(r"(?<=[^\W\d_]{4})\d+$")  # after a word: "cepat2" says it twice, "kode1" carries a number
_TWICE = re.compile(r"(?<=[^\W\d_]{3})2(?=[^\W\d_]{1,4}$)")  # "bacok2an": said twice, in the middle
LEAST_SPELT = 3  # single letters in a row that are one spelt word ("t o l o n g", "S.O.S"); two are initials
REMEMBERED = 4096  # words whose looked-up form is remembered: people use the same ones
UNKNOWN_PIECE = 2  # cost of a stretch without a known word in it, and one more for each of its letters


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, as typed (folded to small letters) and as it is looked up."""

    typed: str
    plain: str


def fold(text: str) -> str:
    """Small letters without accents, ornaments (full-width, bold …), invisible or control characters."""
    if text.isascii():  # nearly every text; the long way makes the same of it
        return text.translate(_ASCII_CONTROLS).lower()
    parts = []
    for char in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf"):
            continue
        parts.append(" " if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") else char)
    return unicodedata.normalize("NFKC", "".join(parts)).lower()


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in order: letters and digits, and each emoji as a word of its own."""
    folded = fold(text)
    if "spasi" in folded:
        folded = _SPACER.sub(" ", folded)
    folded = _APOSTROPHE.sub("", folded)
    if "@" in folded or "$" in folded:
        folded = _SIGNS.sub(lambda sign: _SIGN_LETTERS[sign[0]], folded)
    return tuple(map(_word, _spelt(_TOKEN.findall(folded))))


@lru_cache(REMEMBERED)
def _word(typed: str) -> Word:
    return Word(typed, plain(typed))


def normal(text: str) -> str:
    """The text as looked-up words with one space between. ``normal(normal(t)) == normal(t)`` for ordinary words."""
    return " ".join(word.plain for word in words(text))


def plain(typed: str) -> str:
    """One folded word for looking up: digits that stand for letters read, stretched letters shortened."""
    if not typed.isalpha() and not typed.isdigit():
        typed = _TWICE.sub("", _TRAILING.sub("", typed))
        typed = _LEADING.sub(lambda digit: digit[0].translate(_DIGIT_LETTERS), typed)
        typed = _INNER.sub(lambda digit: digit[0].translate(_DIGIT_LETTERS), typed)
    return _STRETCHED.sub(r"\1", typed)


def _spelt(tokens: Sequence[str]) -> Sequence[str]:
    """Join three or more single letters in a row."""
    if all(len(token) > 1 for token in tokens):
        return tokens
    out: list[str] = []
    run: list[str] = []
    for token in (*tokens, ""):
        if len(token) == 1 and token.isalpha():
            run.append(token)
            continue
        out.extend(["".join(run)] if len(run) >= LEAST_SPELT else run)
        run.clear()
        if token:
            out.append(token)
    return out


def squash(text: str) -> str:
    """Letters and digits only, folded: the form in which ``Paya Roba`` and ``payaroba`` are equal."""
    return "".join(word.typed for word in words(text))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word typed without spaces; ``known``: it is one of the words looked for."""

    text: str
    known: bool


def unglue(word: str, known: Container[str], longest: int = 24) -> tuple[Piece, ...]:
    """Cut a word typed without spaces into the fewest known words, with what is left between them as it is.

    A word that is known, or in which nothing is, comes back whole. Cost grows with ``len(word) * longest``."""
    best: list[tuple[int, int, bool]] = [(0, 0, False)]  # cost up to here, where the last piece began, was it known
    for end in range(1, len(word) + 1):
        options = []
        for start in range(max(0, end - longest), end):
            cost, _, was_known = best[start]
            if end - start >= 2 and word[start:end] in known:
                options.append((cost + 1, start, True))
            elif start == 0 or was_known:
                options.append((cost + UNKNOWN_PIECE + end - start, start, False))
        # an unknown stretch longer than ``longest`` goes on where it is
        if end > 1 and not best[end - 1][2]:
            options.append((best[end - 1][0] + 1, best[end - 1][1], False))
        best.append(min(options))
    pieces: list[Piece] = []
    end = len(word)
    while end > 0:
        _, start, is_known = best[end]
        pieces.append(Piece(word[start:end], is_known))
        end = start
    return tuple(reversed(pieces))

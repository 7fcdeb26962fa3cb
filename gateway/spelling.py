"""What is written for what: short forms and slang read as the words they stand for, keys that lie side by side, and
what surrounds a text without being part of it. Pure; the words are data. Addresses are read apart from it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from gateway.words import normal

MOST_STEPS = 4  # how often a word that is written for another may itself be written for a third
LONGEST_COURTESY = 4  # words of a greeting or a closing
LONGEST_NAME = 6  # words after a closing ("wassalam, Budi Santoso lk 4"); what is longer is part of the text
_DASHED = re.compile(r"(?:^|\s)(?:--+|~+|—|–)\s*([A-Za-z][A-Za-z .'-]{0,30})[\s!?\"'”’)]*$")  # "-- Budi", "~ Siti A."
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PHONE_KEYS = ("abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")


class Spelling:
    """Built once for a city. ``keep``: words that are left as they are (a place, a kind of emergency)."""

    def __init__(self, written: Mapping[str, str], keep: Collection[str] = ()) -> None:
        self._long: dict[str, tuple[str, ...]] = {}
        pairs = {short: tuple(long.split()) for short, long in written.items() if short not in keep}
        for short in pairs:
            self._long[short] = _followed((short,), pairs)

    def words(self, word: str) -> tuple[str, ...]:
        """The word or words that a looked-up word stands for; itself if it stands for none."""
        return self._long.get(word) or (word,)

    def phrase(self, phrase: str) -> str:
        """Every word of a phrase as it is read. ``phrase(phrase(p)) == phrase(p)``."""
        return " ".join(long for word in phrase.split() for long in self.words(word))

    def phrases(self, phrases: Iterable[str]) -> frozenset[str]:
        """The same for a list."""
        return frozenset(map(self.phrase, phrases))

    def __contains__(self, word: object) -> bool:
        return word in self._long


def _followed(words: tuple[str, ...], pairs: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the words come to in the end. A circle ends where it began to turn."""
    for _ in range(MOST_STEPS):
        longer = tuple(long for word in words for long in pairs.get(word, (word,)))
        if longer == words:
            break
        words = longer
    return words


def _beside() -> frozenset[tuple[str, str]]:
    pairs = {(a, b) for key in _PHONE_KEYS for a in key for b in key if a != b}
    for row in _ROWS:
        pairs |= set(pairwise(row))
    for upper, lower in pairwise(_ROWS):
        for at, low in enumerate(lower):
            pairs |= {(up, low) for up in upper[at : at + 2]}
    return frozenset(pairs | {(b, a) for a, b in pairs})


_BESIDE = _beside()


def key_slips(typed: str, meant: str) -> int | None:
    """How many letters of a word are the neighbour's on a keyboard (qwerty), or another letter of the same key of a
    phone with twelve keys. None if the words differ in any other way."""
    if len(typed) != len(meant):
        return None
    wrong = [(a, b) for a, b in zip(typed, meant, strict=True) if a != b]
    return len(wrong) if all(pair in _BESIDE for pair in wrong) else None


def unsigned(text: str) -> tuple[str, str]:
    """The text without a name after two dashes at its end, and that name."""
    found = _DASHED.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def without_greeting(tokens: Sequence[str], greetings: Collection[str]) -> tuple[str, ...]:
    """The words after the greetings that open a text. All of it if it is nothing else."""
    at = 0
    while at < len(tokens):
        length = next((n for n in _lengths(tokens, at) if " ".join(tokens[at : at + n]) in greetings), 0)
        if not length:
            break
        at += length
    return tuple(tokens[at:]) or tuple(tokens)


def without_closing(tokens: Sequence[str], closings: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words up to the last closing ("wassalam", "ttd", "sent from my …"), and the closing with what follows it."""
    for at in range(len(tokens) - 1, max(0, len(tokens) - LONGEST_NAME - LONGEST_COURTESY - 1), -1):
        for length in _lengths(tokens, at):
            rest = len(tokens) - at - length
            if rest <= LONGEST_NAME and " ".join(tokens[at : at + length]) in closings:
                return tuple(tokens[:at]), tuple(tokens[at:])
    return tuple(tokens), ()


def _lengths(tokens: Sequence[str], at: int) -> range:
    return range(min(LONGEST_COURTESY, len(tokens) - at), 0, -1)


def pairs_of(said: Iterable[str]) -> dict[str, str]:
    """A city's own slang as it stands in its pack: "kede = warung". What is no such pair is left out."""
    halves = (one.partition("=") for one in said)
    pairs = {normal(short): normal(long) for short, sign, long in halves if sign}
    return {short: long for short, long in pairs.items() if long and short and " " not in short}

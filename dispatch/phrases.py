"""Phrases of word lists, found in a text in one walk over its words. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate

LONGEST = 4  # words of a phrase
Span = tuple[int, int]
"""Words from the first to the second (exclusive)."""


class Index:
    """Many lists at once; built once. ``lists``: phrases by the name of their list."""

    def __init__(self, lists: Mapping[str, Collection[str]]) -> None:
        within: dict[str, list[str]] = defaultdict(list)
        for name, phrases in lists.items():
            for phrase in phrases:
                within[phrase].append(name)
        self._within = {phrase: tuple(names) for phrase, names in within.items()}
        self._reach = reach(within)

    def find(self, tokens: Sequence[str]) -> Mapping[str, Sequence[Span]]:
        """Where phrases stand, by list: in order, the longest first, none of a list overlapping."""
        found: dict[str, list[Span]] = defaultdict(list)
        within = self._within
        for at, token in enumerate(tokens):
            if token not in self._reach:
                continue
            runs = list(accumulate(tokens[at : at + self._reach[token]], "{} {}".format))
            for length in range(len(runs), 0, -1):
                for name in within.get(runs[length - 1], ()):
                    spans = found[name]
                    if not spans or spans[-1][1] <= at:
                        spans.append((at, at + length))
        return found


def reach(phrases: Iterable[str]) -> dict[str, int]:
    """How many words the longest phrase has that begins with a word, up to ``LONGEST``."""
    found: dict[str, int] = {}
    for phrase in phrases:
        first, *rest = phrase.split() or [phrase]
        found[first] = max(found.get(first, 0), min(len(rest) + 1, LONGEST))
    return found


def phrases(tokens: Sequence[str], among: Collection[str]) -> list[Span]:
    """Where phrases of one list stand, as by ``Index.find``."""
    found: list[Span] = []
    at = 0
    while at < len(tokens):
        for end in range(min(len(tokens), at + LONGEST), at, -1):
            if " ".join(tokens[at:end]) in among:
                found.append((at, end))
                at = end - 1
                break
        at += 1
    return found


def texts(tokens: Sequence[str], spans: Collection[Span]) -> tuple[str, ...]:
    """The words at those places, each phrase once."""
    return tuple(dict.fromkeys(" ".join(tokens[begin:end]) for begin, end in spans))

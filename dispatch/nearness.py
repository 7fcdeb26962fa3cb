"""How near a word as typed is to a word as meant. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

LEAST_TYPO = 5  # letters of a word that may hold a slip
TWO_SLIPS_FROM = 8  # letters of a word that may hold two
VOWELS = frozenset("aiueo")


def nearest(token: str, among: Sequence[str], slips: int) -> str | None:
    """The word within so many slips (one letter more, less, other, or two exchanged), its first letter right; of two
    that are as near the longer."""
    if len(token) < LEAST_TYPO - 1 or not token.isalpha() or (slips > 1 and len(token) < TWO_SLIPS_FROM):
        return None
    found = process.extract(token, among, scorer=OSA.distance, processor=None, score_cutoff=slips, limit=5)
    fitting = [
        (distance, -len(word), str(word))
        for word, distance, _ in found
        if word[0] == token[0] and len(word) >= LEAST_TYPO and distance <= slips
    ]
    return min(fitting)[2] if fitting else None


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one slip or none, their first letters equal."""
    return one[:1] == other[:1] and OSA.distance(one, other, score_cutoff=1) <= 1


def skeleton(word: str) -> str:
    """The consonants of a word, and its first letter."""
    return word[:1] + "".join(char for char in word[1:] if char not in VOWELS)


def inside(short: str, long: str) -> bool:
    """Whether the letters of one word stand in the other, in order."""
    rest = iter(long)
    return all(char in rest for char in short)

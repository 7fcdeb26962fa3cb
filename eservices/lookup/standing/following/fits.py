"""Which news a word that somebody follows means. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eservices.lookup.matching import meant

MOST_WORDS = 5  # that one phone follows of one look-up
MOST_KEYS = 500  # that they mean of what is new; nobody is told of more at once


def fitting(keys: Iterable[str], words: Sequence[str]) -> list[str]:
    """Those of the keys that one of the words means, as it would be read if it were asked for."""
    known = set(keys)
    found = {key for word in words for key in ([word] if word in known else meant(known, word, grown=True))}
    return sorted(found & known)[:MOST_KEYS]

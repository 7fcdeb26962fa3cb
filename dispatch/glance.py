"""Whether a text is surely no emergency: told at a fifth of what it costs to read it. Pure.

Most letters are ordinary, and each is looked at before it is kept. A glance never says that a letter is an emergency;
what it does not know to be peaceful is read (``Reader``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from dispatch.reading import Reader
from dispatch.vocabulary import REMEMBERED


class Glance:
    """Built once for a reader."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._vocabulary = reader, reader.vocabulary
        language, city = reader.language, reader.city
        lists = (reader.cancel, reader.quiet, language.help, language.urgent, language.distress, language.ominous)
        every = [tuple(phrase.split()) for one in lists for phrase in one]
        every += [*self._vocabulary.phrases, *self._vocabulary.scenes.keys]
        numbers = {code.number for code in city.codes if code.number}
        self._stirring = {one[0] for one in every if len(one) == 1} | numbers | language.emoji
        self._stirring_pairs = frozenset(one[:2] for one in every if len(one) > 1)
        self._calm: Callable[[str], bool] = lru_cache(REMEMBERED)(self._calm_word)

    def peaceful(self, text: str) -> bool:
        """True: surely nobody is to be rung for it, it cancels nothing, and it is no bare number. False: read it."""
        tokens = self._vocabulary.tokens(text)
        if not any(map(str.isalpha, tokens)) or not all(map(self._calm, tokens)):  # without words a number is a code
            return False
        return self._stirring_pairs.isdisjoint(pairwise(tokens)) and not self._vocabulary.scenes.any(tokens)

    def _calm_word(self, token: str) -> bool:
        """Whether no reading that rings, asks or cancels can rest on this one word: it is no number and no sign, in no
        such list, is no word of emergency and no cry, however it is spelt."""
        if token in self._stirring or not token.isascii() or token.isdigit():
            return False
        return self._vocabulary.calm(token) and not self._reader.misspelt_cancel((token,))

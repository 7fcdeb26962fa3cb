"""The word that a letter begins with, and what stands after it: ``DAFTAR siti#paya roba``, ``lapor: jalan berlubang``.
Pure; holds no word of any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from gateway.asking import Names
from gateway.dialogue import Dialogue
from gateway.words import fold, plain

LONGEST_WORD = 24  # characters of a letter that is nothing but a word
LONGEST_HEAD = 3  # words of a head ("daftar ke dokter")
LEAST_SLIP = 5  # letters of a head that may hold a slip of the thumb
REMEMBERED = 1024  # texts whose beginning is remembered between the keeping and the handling of their letters
_TOKEN = re.compile(r"[^\W_]+")
_LEAD = re.compile(r"^[\W_]+")


@dataclass(frozen=True, slots=True)
class Headed:
    """What a letter begins: the dialogue's name, and the rest of the letter, as it was typed."""

    name: str
    said: str


class Heads:
    """``words``: (word, name) that are the whole of a letter; ``heads``: those that may be followed by more."""

    @classmethod
    def of(cls, dialogues: Iterable[Dialogue]) -> Heads:
        """Those of the dialogues."""
        dialogues = tuple(dialogues)
        words = ((word, one.name) for one in dialogues for word in one.words)
        return cls(words, ((head, one.name) for one in dialogues for head in one.heads))

    def __init__(self, words: Iterable[tuple[str, str]], heads: Iterable[tuple[str, str]]) -> None:
        heads = tuple(heads)
        self._whole = Names((*words, *heads))
        self._heads = {tuple(_looked_up(head)): name for head, name in heads}
        self._single = {head[0]: name for head, name in self._heads.items() if len(head) == 1}
        self.find = lru_cache(REMEMBERED)(self._find)

    def _find(self, text: str, slips: bool = True) -> Headed | None:
        """What the text begins; None: it begins nothing. ``slips`` False: only by a word as it is written ("Ujang" is
        no "ulang" where a name is awaited)."""
        text = text.strip()
        name = self._whole.find(text, slips=slips) if 0 < len(text) <= LONGEST_WORD else None
        if name is not None:
            return Headed(name, "")
        found = list(_TOKEN.finditer(text))[: LONGEST_HEAD + 1]
        tokens = [plain(fold(one[0])) for one in found]
        if len(found) < 2 or not tokens[0]:
            return None
        for many in range(min(LONGEST_HEAD, len(tokens) - 1), 0, -1):
            name = self._heads.get(tuple(tokens[:many]))
            if name is not None:
                return Headed(name, _rest(text, found[many - 1].end()))
        name = self._slipped(tokens[0]) if slips else None
        return Headed(name, _rest(text, found[0].end())) if name is not None else None

    def _slipped(self, token: str) -> str | None:
        """The one head that is a slip away from the word."""
        if len(token) < LEAST_SLIP:
            return None
        near = {
            name
            for head, name in self._single.items()
            if head[0] == token[0] and len(head) >= LEAST_SLIP and OSA.distance(head, token, score_cutoff=1) <= 1
        }
        return near.pop() if len(near) == 1 else None


def _looked_up(head: str) -> Sequence[str]:
    return [plain(one) for one in _TOKEN.findall(fold(head))]


def _rest(text: str, end: int) -> str:
    """What stands after the head, without the marks that part it."""
    return _LEAD.sub("", text[end:]) if not text[end:].lstrip().startswith(("+", '"')) else text[end:].strip()

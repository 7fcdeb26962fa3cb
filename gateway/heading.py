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
from gateway.words import fold, plain, squash

LONGEST_WORD = 24  # characters of a letter that is nothing but a word
LONGEST_HEAD = 3  # words of a head ("daftar ke dokter")
LEAST_SLIP = 5  # letters of a head that may hold a slip of the thumb
LEAST_GLUED = 4  # letters of a head, and behind it, that are typed as one word ("infopuskesmas")
AGAIN = "2"  # behind a word: it is said twice ("usulan2 warga"); a number only where nothing follows
REMEMBERED = 1024  # texts whose beginning is remembered between the keeping and the handling of their letters
_TOKEN = re.compile(r"[^\W_]+")
_FIGURED = re.compile(r"([^\W\d_]+)(\d+)")
_LEAD, _TAIL = re.compile(r"^[\W_]+"), re.compile(r"[\W_]+$")


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
        no "ulang" where a name is awaited). A head that is typed twice is one, and so is all of a letter."""
        text = text.strip()
        tokens = _TOKEN.findall(text)
        if len(tokens) > 1 and len(set(map(fold, tokens))) == 1:
            text = tokens[0]  # "STOP! STOP! STOP!"
        name = self._whole.find(text, slips=slips) if 0 < len(text) <= LONGEST_WORD else None
        if name is not None:
            return Headed(name, "")
        headed = self._headed(text, slips)
        again = self._find(headed.said, slips=False) if headed is not None and headed.said else None
        return again if headed is not None and again is not None and again.name == headed.name else headed

    def _headed(self, text: str, slips: bool) -> Headed | None:
        """The longest head, and what stands behind it, with or without a blank."""
        found = list(_TOKEN.finditer(text))[: LONGEST_HEAD + 1]
        tokens = [plain(fold(one[0])) for one in found]
        if not tokens or not tokens[0]:
            return None
        figured = _FIGURED.match(found[0][0])
        if figured and (len(found) == 1 or figured[2] != AGAIN) and (name := self._single.get(fold(figured[1]))):
            return Headed(name, text[found[0].start() + figured.start(2) :])
        for many in range(min(LONGEST_HEAD, len(tokens) - 1), 0, -1):
            if name := self._heads.get(tuple(tokens[:many])):
                return Headed(name, _rest(text, found[0].start(), found[many - 1].end()))
        if not slips:
            return None
        if len(found) == 1:
            return self._glued(found[0][0])
        name = self._slipped(tokens[0])
        return Headed(name, _rest(text, found[0].start(), found[0].end())) if name is not None else None

    def _glued(self, word: str) -> Headed | None:
        """A letter of one word, which is a long head and more."""
        for many in range(len(word) - LEAST_GLUED, LEAST_GLUED - 1, -1):
            if word.isalpha() and (name := self._single.get(fold(word[:many]))):
                return Headed(name, word[many:])
        return None

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


def _rest(text: str, start: int, end: int) -> str:
    """What stands after the head, without the marks that part it; what is typed twice with its head ("pbb 12.75…, pbb
    12.75…") once."""
    said = _LEAD.sub("", text[end:]) if not text[end:].lstrip().startswith(("+", '"')) else text[end:].strip()
    one, head, other = said.lower().partition(text[start:end].lower())
    twice = one and head and squash(one) == squash(other)
    return _TAIL.sub("", said[: len(one)]) if twice and len(one + head + other) == len(said) else said

"""The words of emergency, found in what people type: as written, with affixes, without spaces, without vowels, with
a slip of the thumb. Pure; the words are the city's (``codes.toml``) and its language's. Whole words go first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.language import Language, language_of
from gateway.words import normal, unglue, words

if TYPE_CHECKING:
    from config.city import City

LONGEST_PHRASE = 5  # words
LEAST_ROOT = 5  # letters that must remain when affixes are taken off: shorter roots are other words too often
LEAST_TYPO = 5  # letters of a word that may hold a slip
TWO_SLIPS_FROM = 8  # letters of a word that may hold two
LEAST_SKELETON = 4  # consonants that still tell a word typed without vowels ("rmpk")
LEAST_GLUED = 6  # letters of a word worth cutting up
LEAST_CORE = 5  # letters of a word that is believed inside a longer unknown one
VOWELS = frozenset("aiueo")
REMEMBERED = 4096  # words whose reading is remembered: people use the same ones


class How(IntEnum):
    """How a word was recognised, surest first."""

    WHOLE = 0  # as written in the list, or with an affix
    GLUED = 1  # cut out of a word typed without spaces
    SHORT = 2  # without its vowels
    SLIP = 3  # one slip in a word of six letters or more
    GUESS = 4  # more slips, or in a short word


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A word or phrase of a kind of emergency, at words ``begin`` to ``end`` (exclusive)."""

    kind: str
    word: str
    typed: str
    begin: int
    end: int
    how: How

    def __str__(self) -> str:
        said = self.word if self.how is How.WHOLE else f"{self.word} (typed '{self.typed}')"
        return f"{self.kind}: {said}"


class Vocabulary:
    """All words of emergency of one city, built once."""

    def __init__(self, city: City, names: frozenset[str] = frozenset()) -> None:
        """``names``: words of place names, which are never misspellings of something else."""
        self.language: Language = language_of(city.languages)
        self._kinds: dict[tuple[str, ...], str] = {}
        for code in city.codes:
            for word in code.words:
                self._kinds[tuple(normal(word).split())] = code.kind
        self._firsts = frozenset(phrase[0] for phrase in self._kinds if phrase)
        self.cry_kind = next(
            (code.kind for code in city.codes if self.language.help.intersection(map(normal, code.words))), None
        )
        roots = [phrase[0] for phrase in self._kinds if len(phrase) == 1]
        self._roots = {root: self._kinds[root,] for root in roots if root not in self.language.help}
        self._near = sorted(root for root in self._roots if len(root) >= LEAST_TYPO)
        self._help = sorted(word for word in self.language.help if len(word) >= LEAST_TYPO and " " not in word)
        self._skeletons = {
            skeleton(root): root for root in sorted(roots, key=len) if len(skeleton(root)) >= LEAST_SKELETON
        }
        self.names = names
        self._common = self.language.ordinary | self._listed() | names
        forms = {word for word in (*self.language.quiet, *self.language.cancel) if len(word) > 3 and " " not in word}
        self._glue = (
            frozenset(self._roots)
            | self.language.help
            | self.language.joints
            | forms
            | {n for n in names if len(n) > 3}
        )
        self._heads = ("", *sorted(self.language.prefixes, key=len, reverse=True))
        self._tails = ("", *sorted(self.language.suffixes, key=len, reverse=True))
        remembered = lru_cache(REMEMBERED)
        self._pieces: Callable[[str], tuple[str, ...]] = remembered(self._cut)
        self._reading: Callable[[str], tuple[How, str] | None] = remembered(self._read)
        self.cry: Callable[[str], str | None] = remembered(self._cry)

    def _listed(self) -> frozenset[str]:
        """Single words that mean something already."""
        language = self.language
        every = (
            language.help, language.urgent, language.present, language.past, language.complaint, language.service,
            language.question, language.hypothetical, language.negation, language.drill, language.cancel,
            language.quiet, language.joints, language.address.street, language.address.lane, language.address.area,
            language.address.district, language.address.ward, language.address.locative, language.address.stops,
        )  # fmt: skip
        return frozenset(word for one in every for phrase in one for word in phrase.split())

    # -- the text as words ------------------------------------------------------------------------------------------

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of the text as looked up, those typed without spaces cut apart."""
        return tuple(piece for word in words(text) for piece in self._pieces(word.plain))

    def _cut(self, word: str) -> tuple[str, ...]:
        known = word in self._common or word in self._roots
        if known or len(word) < LEAST_GLUED or not word.isalpha() or self._root_of(word) or self._slip(word, 1):
            return (word,)
        pieces = unglue(word, self._glue)
        content = [p.text for p in pieces if p.known and (p.text in self._roots or p.text in self.language.help)]
        whole = all(piece.known for piece in pieces) and bool(content)
        core = any(len(text) >= LEAST_CORE for text in content)
        return tuple(piece.text for piece in pieces) if whole or core else (word,)

    def calm(self, token: str) -> bool:
        """Whether the word alone is neither one of emergency nor a cry, however it is spelt."""
        known = (token,) in self._kinds or (token not in self._common and self._reading(token) is not None)
        return not known and self.cry(token) is None

    @property
    def phrases(self) -> list[tuple[str, ...]]:
        """Every word and phrase of a kind, as words."""
        return list(self._kinds)

    # -- the words of emergency --------------------------------------------------------------------------------------

    def hits(self, tokens: Sequence[str]) -> list[Hit]:
        """Every word of emergency in order, none overlapping. A cry ("tolong") is none."""
        found: list[Hit] = []
        at = 0
        while at < len(tokens):
            hit = self._phrase(tokens, at) or self._word(tokens, at)
            if hit is not None:
                found.append(hit)
            at = at + 1 if hit is None else hit.end
        return found

    def _phrase(self, tokens: Sequence[str], at: int) -> Hit | None:
        if tokens[at] not in self._firsts:
            return None
        for end in range(min(len(tokens), at + LONGEST_PHRASE), at, -1):
            phrase = tuple(tokens[at:end])
            kind = self._kinds.get(phrase)
            if kind is not None and " ".join(phrase) not in self.language.help:
                said = " ".join(phrase)
                return Hit(kind=kind, word=said, typed=said, begin=at, end=end, how=How.WHOLE)
        return None

    def _word(self, tokens: Sequence[str], at: int) -> Hit | None:
        """A single word that is not in the list as it stands. After "jl" it is a street's name."""
        token = tokens[at]
        address = self.language.address
        if token in self._common or (at and tokens[at - 1] in address.street | address.lane):
            return None
        found = self._reading(token)
        if found is None:
            return None
        how, root = found
        return Hit(kind=self._roots[root], word=root, typed=token, begin=at, end=at + 1, how=how)

    def _read(self, token: str) -> tuple[How, str] | None:
        """The surest reading of a word."""
        return next(iter(self._readings(token)), None)

    def _readings(self, token: str) -> Iterable[tuple[How, str]]:
        if root := self._root_of(token):
            yield How.WHOLE, root
        vowels = sum(char in VOWELS for char in token)
        short = self._skeletons.get(skeleton(token)) if vowels <= 1 else None
        if short in self._roots and len(token) < len(short or ""):
            yield How.SHORT, short or ""
        if one := self._slip(token, 1):
            yield (How.SLIP if len(token) > LEAST_TYPO else How.GUESS), one
        if two := self._slip(token, 2):
            yield How.GUESS, two

    def _root_of(self, token: str) -> str | None:
        """The word without what stands before and after it, if that is a word of emergency."""
        for head in self._heads:
            if not token.startswith(head):
                continue
            for tail in self._tails:
                root = token[len(head) : len(token) - len(tail)]
                if token.endswith(tail) and root in self._roots and (root == token or len(root) >= LEAST_ROOT):
                    return root
        return None

    def _slip(self, token: str, slips: int) -> str | None:
        return _nearest(token, self._near, slips)

    def _cry(self, token: str) -> str | None:
        """The cry for help that a word is, as written or with a slip."""
        if token in self.language.help:
            return token
        if token in self._common or token in self._roots or token[:1] != "t":
            return None
        return _nearest(token, self._help, 1)


def _nearest(token: str, among: Sequence[str], slips: int) -> str | None:
    """The word within so many slips (one letter more, less, other, or two exchanged), its first letter right."""
    if len(token) < LEAST_TYPO - 1 or not token.isalpha() or (slips > 1 and len(token) < TWO_SLIPS_FROM):
        return None
    found = process.extract(token, among, scorer=OSA.distance, processor=None, score_cutoff=slips, limit=5)
    for word, distance, _ in found:
        if word[0] == token[0] and len(word) >= LEAST_TYPO and distance <= slips:
            return str(word)
    return None


def one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one slip or none, their first letters equal."""
    return one[:1] == other[:1] and OSA.distance(one, other, score_cutoff=1) <= 1


def skeleton(word: str) -> str:
    """The consonants of a word, and its first letter."""
    return word[:1] + "".join(char for char in word[1:] if char not in VOWELS)

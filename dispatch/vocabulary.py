"""The words of emergency, found in what people type: as written, with affixes, without spaces, without vowels, with
a slip of the thumb. Pure; the words are the city's (``codes.toml``) and its language's. Whole words go first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from config.language import Language, language_of, lists
from dispatch.nearness import LEAST_TYPO, TWO_SLIPS_FROM, VOWELS, inside, nearest, skeleton
from dispatch.scenes import Scenes
from dispatch.tokens import Known, Tokens
from gateway.spelling import Spelling, key_slips, pairs_of
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

LONGEST_PHRASE = 5  # words
LEAST_ROOT = 5  # letters that must remain when affixes are taken off: shorter roots are other words too often
LEAST_DAILY = 4  # letters of a word of an office that is looked for in a word typed without spaces
LEAST_SKELETON = 4  # consonants that still tell a word typed without vowels ("rmpk")
LEAST_KEYED = 6  # letters of a word that may hold two neighbours' letters
MOST_KEYED = 2
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
        spoken = language_of(city)
        roots = {word for code in city.codes for word in map(normal, code.words)}
        address = spoken.address
        kept = roots | names | address.street | address.lane | address.area | address.district | address.ward
        self.spelling = Spelling({**spoken.spelling, **pairs_of(city.words.get("slang", ()))}, kept)
        self.language: Language = respelt(spoken, self.spelling)
        self._kinds: dict[tuple[str, ...], str] = {}
        for code in city.codes:
            for word in code.words:
                self._kinds[tuple(self.spelling.phrase(normal(word)).split())] = code.kind
        self._firsts = frozenset(phrase[0] for phrase in self._kinds if phrase)
        self.cry_kind = next(
            (code.kind for code in city.codes if self.language.help.intersection(map(normal, code.words))), None
        )
        self.names = names
        self.joints = spoken.joints | self.spelling.phrases(spoken.joints)
        beside = self.joints | self.language.urgent | self.language.perhaps_present | self.language.present
        self.scenes = Scenes(spoken.scenes, self.spelling, beside | names)
        self._learn(spoken)
        remembered = lru_cache(REMEMBERED)
        self._reading: Callable[[str], tuple[How, str] | None] = remembered(self._read)
        self.cry: Callable[[str], str | None] = remembered(self._cry)

    def _learn(self, spoken: Language) -> None:
        """Which words are looked for, and which are something else already."""
        language, names = self.language, self.names
        roots = [phrase[0] for phrase in self._kinds if len(phrase) == 1]
        self._roots = {root: self._kinds[root,] for root in roots if root not in language.help}
        self._near = sorted(root for root in self._roots if len(root) >= LEAST_TYPO)
        self._help = sorted(word for word in language.help if len(word) >= LEAST_TYPO and " " not in word)
        self._skeletons = {
            skeleton(root): root for root in sorted(roots, key=len) if len(skeleton(root)) >= LEAST_SKELETON
        }
        listed = _listed(spoken) | _listed(language) | names
        self._common = language.ordinary | listed
        parts = {word for phrase in self._kinds if len(phrase) > 1 for word in phrase}
        telling = self.scenes.vocabulary | parts
        self._known = spoken.known | telling
        self._heads = ("", *sorted(language.prefixes, key=len, reverse=True))
        self._tails = ("", *sorted(language.suffixes, key=len, reverse=True))
        forms = {word for word in (*spoken.quiet, *spoken.cancel) if len(word) > 3 and " " not in word}
        cries, places = spoken.help | language.help, {name for name in names if len(name) > 3}
        wanted = (spoken.complaint, spoken.complaint_heads, spoken.service, spoken.service_heads, spoken.cancel)
        daily = {word for one in wanted for phrase in one for word in phrase.split() if len(word) >= LEAST_DAILY}
        self._tokens = Tokens(
            Known(
                spelling=self.spelling,
                roots=frozenset(self._roots),
                cries=cries - spoken.uneasy,
                telling=telling,
                common=self._common,
                plain=self._known,
                glue=frozenset(self._roots) | cries | spoken.joints | forms | places | daily,
                daily=daily,
                matters=self._matters,
            )
        )

    # -- the text as words ------------------------------------------------------------------------------------------

    def tokens(self, text: str) -> tuple[str, ...]:
        """The words of the text as they are read."""
        return self._tokens.of(text)

    def _matters(self, word: str) -> bool:
        """Whether a word of emergency or a cry is in it, as written or with a slip."""
        return bool(self._root_of(word) or self._cry(word) or self._slip(word, 1))

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
        if token in self._known:
            return
        vowels = sum(char in VOWELS for char in token)
        short = self._skeletons.get(skeleton(token)) if vowels <= 1 else None
        if short in self._roots and len(token) < len(short or ""):
            yield How.SHORT, short or ""
        if one := self._slip(token, 1):
            yield (How.SLIP if len(token) > LEAST_TYPO else How.GUESS), one
        if dropped := self._dropped(token):
            yield How.SLIP, dropped
        if keys := self._keys(token):
            yield How.GUESS, keys
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
        return nearest(token, self._near, slips)

    def _dropped(self, token: str) -> str | None:
        """A word of which two letters were left out ("tngelam")."""
        if not LEAST_KEYED <= len(token) < TWO_SLIPS_FROM:
            return None
        fitting = (one for one in self._near if len(one) - len(token) == MOST_KEYED and one[0] == token[0])
        return next((one for one in fitting if inside(token, one) and one[-1] == token[-1]), None)

    def _keys(self, token: str) -> str | None:
        """A short word with two letters of which each is its neighbour's on the keys ("tamlok" for "rampok")."""
        if not LEAST_KEYED <= len(token) < TWO_SLIPS_FROM:
            return None
        return next((word for word in self._near if (key_slips(token, word) or MOST_KEYED + 1) <= MOST_KEYED), None)

    def _cry(self, token: str) -> str | None:
        """The cry for help that a word is, as written or with a slip."""
        if token in self.language.help:
            return token
        if token in self._common or token in self._roots or token[:1] != "t":
            return None
        return nearest(token, self._help, 1)


def _listed(language: Language) -> frozenset[str]:
    """Single words that mean something already."""
    address = language.address
    every = (
        language.help, language.favours, language.urgent, language.present, language.past, language.complaint,
        language.service, language.question, language.hypothetical, language.conditional, language.negation,
        language.drill, language.cancel, language.quiet, language.joints, language.trade, language.advert,
        language.news, language.salutations, language.signatures, language.self, language.others, language.far,
        language.unreal, address.street, address.lane, address.area, address.district, address.ward, address.locative,
        address.stops,
    )  # fmt: skip
    return frozenset(word for one in every for phrase in one for word in phrase.split())


UNSPELT = frozenset({"emoji", "prefixes", "suffixes", "ordinary", "joints"})  # compared as they are typed


def respelt(language: Language, spelling: Spelling) -> Language:
    """The language with every list as the spelling reads it."""
    spelt = {name: spelling.phrases(words) for name, words in lists(language).items() if name not in UNSPELT}
    return replace(language, **spelt)  # type: ignore[arg-type]

"""What else a text says beside a word of emergency: that it is over, or not so, or a joke, or for sale. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from config.language import Language
from dispatch.vocabulary import Hit

LONGEST_SIGN = 4  # words
NEAR = 2  # words: how far before a word of emergency "kalau", "rawan" … still belong to it
TAKEN = "\u0000"  # stands where an idiom was


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The lists of the language that occur, each as the phrases found."""

    help: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    perhaps_present: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    fraud: tuple[str, ...] = ()
    complaint: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    drill: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()

    def saw(self) -> tuple[str, ...]:
        """Each sign in words, for the timeline."""
        names = (
            "help",
            "urgent",
            "present",
            "past",
            "idioms",
            "fraud",
            "complaint",
            "service",
            "question",
            "drill",
            "distress",
            "emoji",
        )
        return tuple(f"{name}: {phrase}" for name in names for phrase in getattr(self, name))


@lru_cache(maxsize=16)  # one text is looked through for a dozen lists, one after the other
def _runs(tokens: tuple[str, ...]) -> frozenset[str]:
    """Every run of words that could be a phrase."""
    places = range(len(tokens))
    return frozenset(" ".join(tokens[at:end]) for at in places for end in range(at + 1, at + LONGEST_SIGN + 1))


def phrases(tokens: Sequence[str], among: Collection[str]) -> list[tuple[int, int]]:
    """Where phrases of a list stand, as (begin, end), the longest first, none overlapping."""
    if _runs(tuple(tokens)).isdisjoint(among):
        return []
    found = []
    at = 0
    while at < len(tokens):
        for end in range(min(len(tokens), at + LONGEST_SIGN), at, -1):
            if " ".join(tokens[at:end]) in among:
                found.append((at, end))
                at = end - 1
                break
        at += 1
    return found


def said(tokens: Sequence[str], among: Collection[str]) -> tuple[str, ...]:
    """The phrases of a list that occur."""
    return tuple(dict.fromkeys(" ".join(tokens[begin:end]) for begin, end in phrases(tokens, among)))


def without_idioms(tokens: Sequence[str], language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words with every idiom blotted out, and the idioms."""
    left = list(tokens)
    idioms = phrases(tokens, language.idioms)
    for begin, end in idioms:
        left[begin:end] = [TAKEN] * (end - begin)
    return tuple(left), tuple(" ".join(tokens[begin:end]) for begin, end in idioms)


def signs_of(
    tokens: Sequence[str], language: Language, cries: Sequence[str], tests: Collection[str], asks: bool
) -> Signs:
    """All signs of a text. ``cries``: the cries found in it; ``tests``: the city's words for a test; ``asks``: it ends
    with a question mark."""
    left, idioms = without_idioms(tokens, language)
    question = said(left, language.question)
    drills = [
        (begin, end) for begin, end in phrases(left, language.drill | set(tests)) if not _denied(left, begin, language)
    ]
    return Signs(
        help=tuple(dict.fromkeys(cries)),
        urgent=said(left, language.urgent),
        present=said(left, language.present),
        perhaps_present=said(left, language.perhaps_present),
        past=said(left, language.past),
        idioms=idioms,
        fraud=said(tokens, language.fraud),
        complaint=said(left, language.complaint),
        service=said(left, language.service),
        question=question or (("?",) if asks else ()),
        drill=tuple(" ".join(left[begin:end]) for begin, end in drills),
        distress=said(left, language.distress),
        emoji=tuple(token for token in left if token in language.emoji),
    )


def _denied(tokens: Sequence[str], at: int, language: Language) -> bool:
    before = tokens[max(0, at - NEAR) : at]
    return any(word in language.negation for word in before)


def denied(hit: Hit, tokens: Sequence[str], language: Language) -> bool:
    """ "bukan rampok", "tidak ada kebakaran": said not to be."""
    before = tokens[max(0, hit.begin - 1) : hit.begin]
    if any(word in language.negation for word in before):
        return True
    pair = " ".join(tokens[max(0, hit.begin - 2) : hit.begin])
    return pair in language.negation or (pair.endswith(" ada") and pair.split()[0] in language.negation)


def supposed(hit: Hit, tokens: Sequence[str], language: Language) -> bool:
    """ "kalau ada kebakaran", "rawan begal", "video kebakaran": not said to be happening."""
    before = tokens[max(0, hit.begin - NEAR) : hit.begin]
    return any(word in language.hypothetical for word in before)

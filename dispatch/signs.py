"""What else a text says beside a word of emergency: that it is over, or not so, or a joke, or for sale. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from config.language import Language
from dispatch.phrases import Span, phrases, texts

NEAR = 2  # words: how far before a word of emergency "kalau", "rawan" … still belong to it
SCOPE = 5  # words: how far "kalau" reaches
MAYBE = ("bisa", "boleh", "tidak", "mungkin")  # "kalau bisa cepat" supposes nothing
AFTERWARDS = frozenset({"sudah", "sehat", "trauma", "takut", "pulih", "sembuh", "aman"})  # "sekarang sudah di rumah"
WHERE = frozenset({"di", "ke", "dari", "kota", "daerah", "provinsi"})
TAKEN = "\u0000"  # stands where an idiom was


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The lists of the language that occur, each as the phrases found. ``please``: a request of everyday life follows
    the cry. ``complaint_head``, ``service_head``: what the text opens with."""

    help: tuple[str, ...] = ()
    please: tuple[str, ...] = ()
    urgent: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    perhaps_present: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    fraud: tuple[str, ...] = ()
    advert: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    trade: tuple[str, ...] = ()
    complaint_head: tuple[str, ...] = ()
    complaint: tuple[str, ...] = ()
    service_head: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    drill: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    ominous: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    future: tuple[str, ...] = ()
    habit: tuple[str, ...] = ()
    emoji: tuple[str, ...] = ()

    def saw(self) -> tuple[str, ...]:
        """Each sign in words, for the timeline."""
        names = (one.name for one in fields(self) if one.name != "perhaps_present")
        return tuple(f"{name.replace('_', ' ')}: {phrase}" for name in names for phrase in getattr(self, name))


def blotted(tokens: Sequence[str], spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """The words with what stands there taken out, its place kept."""
    left = list(tokens)
    for begin, end in spans:
        left[begin:end] = [TAKEN] * (end - begin)
    return tuple(left)


Found = Mapping[str, Sequence[Span]]
"""Where phrases of the lists stand, by list."""


def signs_of(
    whole: Sequence[str],
    tokens: Sequence[str],
    told: Found,
    found: Found,
    language: Language,
    idioms: Sequence[str],
    cries: Sequence[str],
    asks: bool,
) -> Signs:
    """All signs of a text. ``whole``: its words, with what was ``told`` in them; ``tokens``: the same with the idioms
    blotted out, with what was ``found``; ``cries``: the cries in it; ``asks``: it ends with a question mark."""

    def said(name: str) -> tuple[str, ...]:
        return texts(tokens, found.get(name, ()))

    def kept(name: str, keep: Callable[[Span], bool]) -> tuple[str, ...]:
        return texts(tokens, [span for span in found.get(name, ()) if keep(span)])

    outright = {name: texts(whole, told.get(name, ())) for name in OUTRIGHT}
    plain = {name: said(name) for name in PLAIN}
    return Signs(
        **outright,
        **plain,
        help=tuple(dict.fromkeys(cries)),
        please=kept("favours", lambda span: _requested(span, found.get("help", ()))) if cries else (),
        present=kept("present", lambda span: not AFTERWARDS & set(tokens[span[1] : span[1] + 2])),
        past=kept("past", lambda span: not (span[0] and tokens[span[0] - 1] in language.since)),
        idioms=tuple(idioms),
        complaint_head=kept("complaint_heads", lambda span: span[0] == 0),
        service_head=kept("service_heads", lambda span: span[0] == 0),
        question=said("question") or (("?",) if asks else ()),
        drill=kept("drill", lambda span: not _denied(tokens, span[0], language)),
        far=kept("far", lambda span: plain["news"] != () or _placed(tokens, span)),
    )


OUTRIGHT = ("fraud", "advert", "complaint", "service")  # looked for in idioms as well
PLAIN = (
    "urgent", "perhaps_present", "recent", "news", "trade", "distress", "ominous", "future", "habit", "emoji",
)  # fmt: skip


def _placed(tokens: Sequence[str], span: Span) -> bool:
    """Said to be a place: of one word it could be a name."""
    return span[1] - span[0] > 1 or (span[0] > 0 and tokens[span[0] - 1] in WHERE)


def _requested(favour: Span, cries: Collection[Span]) -> bool:
    """Asked for right after a cry, or in front of one ("dicek tolong")."""
    return any(0 <= favour[0] - cry[1] <= NEAR or 0 <= cry[0] - favour[1] <= NEAR for cry in cries)


def _denied(tokens: Sequence[str], at: int, language: Language) -> bool:
    before = tokens[max(0, at - NEAR) : at]
    return any(word in language.negation for word in before)


def denied(begin: int, end: int, tokens: Sequence[str], language: Language) -> bool:
    """ "bukan rampok", "tidak ada kebakaran": what begins there is said not to be; nor is "ambulans tidak jadi"."""
    before = tokens[max(0, begin - 1) : begin]
    if any(word in language.negation for word in before):
        return True
    if any(first <= 1 for first, _ in phrases(tuple(tokens[end : end + NEAR + 2]), language.cancel)):
        return True
    pair = " ".join(tokens[max(0, begin - 2) : begin])
    return pair in language.negation or (pair.endswith(" ada") and pair.split()[0] in language.negation)


def supposed(begin: int, end: int, tokens: Sequence[str], language: Language, *, fear: bool = True) -> bool:
    """ "kalau ada kebakaran", "rawan begal", "kebakaran di film": not said to be happening. ``fear`` False: "takut ada
    orang di dalam" supposes nothing."""
    near = tuple(tokens[max(0, begin - NEAR) : begin])
    if not fear and "takut" in near:
        return False
    if any(word in language.hypothetical for word in near):
        return True
    if any(
        last - first > 1
        for first, last in phrases(tuple(tokens[max(0, begin - NEAR - 1) : begin]), language.hypothetical)
    ):
        return True
    far = range(max(0, begin - SCOPE), begin)
    if any(tokens[at] in language.conditional and _follows(tokens, at) not in MAYBE for at in far):
        return True
    after = tokens[end : end + NEAR + 1]
    return any(one == "di" and other in language.unreal for one, other in pairwise(after))


def _follows(tokens: Sequence[str], at: int) -> str:
    return tokens[at + 1] if at + 1 < len(tokens) else ""

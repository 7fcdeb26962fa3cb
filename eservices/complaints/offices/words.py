"""What an official types: ``123 4821 SELESAI sudah ditambal`` in every order and form in which people type it. Pure;
the words are the city's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA

from config.city_offices import Offices
from gateway.words import fold, plain, squash

CODE_DIGITS = 4
LONGEST_PHRASE = 4  # words of a phrase
LEAST_SLIP = 5  # letters of a word that may hold a slip of the thumb
LEAST_ENDING = 2  # letters that a ``*`` at the end of a phrase stands for, at the least
LONGEST_SAID = 300  # characters of an answer that are kept: two SMS
NUMBERS = 2  # a ticket's and a code
_TOKEN = re.compile(r"\d{3,}|[^\W_]+")
_GLUED = re.compile(r"([^\W\d_]{3,})(\d{3,})")
_ALIKE = str.maketrans("oil", "011")  # letters that a thumb types for digits
_SPACER = re.compile(r"[<(\[{]\s*spasi\s*[>)\]}]|\bspasi\b", re.IGNORECASE)  # of adverts, typed as it was read
_EDGE = " \t\r\n.,;:/#*-_!()[]<>\"'"


class Verb(StrEnum):
    """What an official does with a ticket."""

    WORKING = "working"
    DONE = "done"
    REFUSE = "refuse"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``numbers``: at most two, in the order typed: a ticket's, a code. ``verb`` None: not understood. ``said``: the
    official's words. ``polite``: the verb is a word that residents use for their own tickets too."""

    numbers: tuple[str, ...]
    verb: Verb | None
    said: str
    polite: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """Those of the numbers that may be codes."""
        return tuple(one for one in self.numbers if len(one) == CODE_DIGITS)


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    begins: int
    ends: int


class OfficeWords:
    """``words``: the city's, by meaning (``office_working`` …); ``residents``: those that residents use as well."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        meant = {
            Verb.NOT_OURS: "office_not_ours",
            Verb.REFUSE: "office_refuse",
            Verb.DONE: "office_done",
            Verb.WORKING: "office_working",
        }
        self._phrases: dict[tuple[str, ...], Verb] = {
            _looked_up(phrase): verb for verb, key in meant.items() for phrase in words.get(key, ())
        }
        self._single = {phrase[0]: verb for phrase, verb in self._phrases.items() if len(phrase) == 1}
        self._not = {plain(word) for word in words.get("office_not", ())}
        self._filler = {plain(word) for word in words.get("office_filler", ())}
        residents = (*words.get("ticket_done", ()), *words.get("ticket_not_yet", ()))
        self._residents = {plain(fold(word)) for word in residents}

    def read(self, text: str) -> Answer | None:
        """None: it has not the form of an answer (no number stands in front, or beside the verb in front)."""
        text = _SPACER.sub(lambda found: " " * len(found[0]), text)
        shown = text if len(fold(text)) == len(text) else fold(text)
        tokens = list(_tokens(fold(text)))
        numbers: list[str] = []
        verb: Verb | None = None
        phrase, at = (0, 0), 0
        while at < len(tokens):
            number = _number(tokens[at].word)
            if number is not None and self._counts(number, numbers, verb):
                numbers.append(number)
                at += 1
            elif self._polite(tokens, at) and not (verb is not None and _coded(numbers)):
                at += 1
            elif verb is None and (found := self._verb_at(tokens, at))[0]:
                verb, phrase = found[0], (at, at + found[1])
                at += found[1]
            else:
                break
        if not numbers:
            return None
        first = tokens[phrase[0]].word if verb is not None else ""
        polite = plain(first) in self._residents
        if verb is None:
            verb = self._somewhere(tokens[at:])
        more = not all(plain(one.word) in self._filler for one in tokens[at:])
        said = shown[tokens[at].begins :] if more else ""
        if phrase[1] - phrase[0] > 1 and phrase[1] == at:  # the verb is a sentence: it is part of what was said
            said = shown[tokens[phrase[0]].begins :]
        return Answer(numbers=tuple(numbers), verb=verb, said=said.strip(_EDGE)[:LONGEST_SAID], polite=polite)

    def _counts(self, number: str, numbers: Sequence[str], verb: Verb | None) -> bool:
        """Whether it is a ticket's or a code, and not a number of metres in the answer."""
        if len(numbers) >= NUMBERS:
            return False
        return not (verb is not None and numbers) or (not _coded(numbers) and len(number) == CODE_DIGITS)

    def _polite(self, tokens: Sequence[_Token], at: int) -> bool:
        """A word that only stands beside a number: "tiket", "kode", "pak"."""
        return plain(tokens[at].word) in self._filler and self._verb_at(tokens, at)[0] is None

    def _verb_at(self, tokens: Sequence[_Token], at: int) -> tuple[Verb | None, int]:
        """The verb that begins there, and how many words it has. The longest phrase wins."""
        words = tuple(plain(one.word) for one in tokens[at : at + LONGEST_PHRASE])
        for many in range(len(words), 0, -1):
            verb = self._phrases.get(words[:many]) or self._open(words[:many])
            if verb is not None and not self._alone_only(words[:many], at + many < len(tokens)):
                return verb, many
        return self._slipped(words[0]), 1

    def _open(self, words: tuple[str, ...]) -> Verb | None:
        """A phrase that ends in ``*``: the last word may go on."""
        for cut in range(len(words[-1]) - LEAST_ENDING, 1, -1):
            verb = self._phrases.get((*words[:-1], words[-1][:cut] + "*"))
            if verb is not None:
                return verb
        return None

    def _alone_only(self, words: tuple[str, ...], goes_on: bool) -> bool:
        """``sudah`` by itself says that it is done; with more, the more says what."""
        return goes_on and len(words) == 1 and words[0] in self._residents

    def _slipped(self, word: str) -> Verb | None:
        if len(word) < LEAST_SLIP or word in self._not or word in self._residents:
            return None
        near = {
            verb
            for known, verb in self._single.items()
            if len(known) >= LEAST_SLIP and known[0] == word[0] and OSA.distance(known, word, score_cutoff=1) <= 1
        }
        return near.pop() if len(near) == 1 else None

    def _somewhere(self, tokens: Sequence[_Token]) -> Verb | None:
        """The one verb among the words, where none stands in front and nothing turns it round."""
        found: set[Verb] = set()
        at = 0
        while at < len(tokens):
            verb, many = self._verb_at(tokens, at)
            if verb is None:
                if plain(tokens[at].word) in self._not:
                    return None
                at += 1
                continue
            if verb is Verb.NOT_OURS and many == 1:
                return None  # "bukan" by itself, in the midst of a sentence
            found.add(verb)
            at += many
        return found.pop() if len(found) == 1 else None


def named_office(offices: Offices, said: str) -> str | None:
    """The one office that the words name; None: none, or several."""
    tokens = [one.word for one in _tokens(fold(said))]
    runs = {
        "".join(tokens[begins:ends])
        for begins in range(len(tokens))
        for ends in range(begins + 1, min(len(tokens), begins + LONGEST_PHRASE * 2) + 1)
    }
    named = {
        one.id
        for one in offices.offices.values()
        if runs & {squash(name) for name in (one.id, one.name, *one.labels.values())}
    }
    return named.pop() if len(named) == 1 else None


def _coded(numbers: Sequence[str]) -> bool:
    return any(len(one) == CODE_DIGITS for one in numbers)


def _looked_up(phrase: str) -> tuple[str, ...]:
    return tuple(plain(word) if not word.endswith("*") else word for word in fold(phrase).split())


def _tokens(folded: str) -> Iterable[_Token]:
    for found in _TOKEN.finditer(folded):
        glued = _GLUED.fullmatch(found[0])
        if glued is not None:
            yield _Token(glued[1], found.start(), found.start() + len(glued[1]))
            yield _Token(glued[2], found.start() + len(glued[1]), found.end())
        else:
            yield _Token(found[0], found.start(), found.end())


def _number(word: str) -> str | None:
    """The digits of a ticket's number or a code; ``48l1`` is one as well."""
    if sum(char.isdigit() for char in word) >= 2 and len(word) == CODE_DIGITS:
        word = word.translate(_ALIKE)
    return (word.lstrip("0") or None) if word.isascii() and word.isdigit() and 3 <= len(word) <= 7 else None

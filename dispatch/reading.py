"""What a text is: an emergency and of what kind, a cancel, or something else. Pure; words are data, and every reading
says what it saw.

In doubt between ringing a person and doing nothing a person is rung; a siren sounds only where a word of emergency
stands that nothing beside it takes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from config.language import lists
from dispatch.gazetteer import gazetteer_of
from dispatch.intents import About, Act, Intent, Reading
from dispatch.mentions import number_of
from dispatch.nearness import one_slip
from dispatch.phrases import Index, Span, phrases, texts
from dispatch.scenes import PEACEFUL, Seen
from dispatch.signs import Found, Signs, blotted, denied, signs_of
from dispatch.verdict import SHORT_TEXT, Case, code_of
from dispatch.vocabulary import Hit, Vocabulary
from dispatch.wishes import for_an_office
from gateway.spelling import unsigned, without_closing, without_greeting
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

__all__ = ["About", "Act", "Intent", "Reader", "Reading", "read"]

HUSHED_TEXT = 5  # words: in a longer text "diam" at the end tells of somebody else
CANCEL_TEXT = 6  # words: a longer text that holds "batal" may say much else
_AML = re.compile(r"\s*A\W{0,2}ML=\d")  # 'A"ML=1;lt=…', its quotation mark sometimes lost on the way
_MAP = re.compile(r"https?://\S*(?:map|goo\.gl|osm|openstreetmap|waze)\S*", re.IGNORECASE)  # a place, no advert
_DIALLED = re.compile(r"[*#\d]*\*[*#\d]*#")  # "*#06#" is dialled, and is no code of the city
_DIGITS = re.compile(r"[^0-9a-z]*([0-9]{1,2})[^0-9a-z]*")  # "kjg2" is a word


class Reader:
    """Reads for one city; built once, used for every letter."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.vocabulary = Vocabulary(city, gazetteer_of(city).single)
        self.language = self.vocabulary.language
        spelt = self.vocabulary.spelling.phrases
        self._codes = {code.number: code for code in city.codes if code.number}
        self.cancel = self.language.cancel | spelt(city.words.get("cancel", ()))
        hushing = spelt(city.quiet.words)
        self.quiet = self.language.quiet | self.language.quiet_phrases | hushing
        first = frozenset(phrase for phrase in self.quiet if phrase not in self.language.quiet_phrases)
        anywhere = self.language.quiet_phrases | {phrase for phrase in hushing if len(phrase.split()) > 2}
        self._matter = self.cancel | self.language.distress | self.quiet
        beyond = frozenset(map(normal, city.words.get("outside", ())))
        beyond = frozenset(name for name in beyond if name.split()[0] not in self.language.address.district)
        tests = self.language.drill | spelt(city.words.get("test", ()))
        own = {"drill": tests, "beyond": beyond, "cancel": self.cancel, "hush_first": first, "hush": anywhere}
        self._long_names = frozenset(
            " ".join(normal(name).split()[:2])
            for area in city.areas.values()
            for name in (area.name, *area.variants)
            if " " in name
        )
        self._about = self.vocabulary.joints | self.language.urgent | self.language.address.locative
        self._index = Index({**lists(self.language), **own})

    def read(self, text: str) -> Reading:
        """Never raises, whatever the text."""
        if _AML.match(text):
            return self._own_position()
        tokens = self._body(_MAP.sub(" ", text) if "://" in text else text)
        told = self._index.find(tokens)
        quiet, body = self._quiet(tokens, told)
        reading = self._judge(text, body, told if body is tokens else self._index.find(body), quiet)
        if not quiet and (hushed := self._hushed_at_last(text, tokens, told)) is not None:
            quiet, reading = True, hushed
        hush = quiet or bool(told.get("quiet_soft")) or reading.kind in self.city.quiet.kinds
        quiet = hush and reading.intent is Intent.EMERGENCY
        return replace(reading, quiet=True) if quiet else reading

    def _own_position(self) -> Reading:
        """A phone in an emergency call sends its position by itself (AML, ETSI TS 103 625): somebody called."""
        found = code_of(self.city, self.vocabulary.cry_kind)
        kind, agency = (found.kind, found.agency) if found else (self.vocabulary.cry_kind, None)
        intent = Intent.EMERGENCY if found else Intent.OTHER
        act = Act.PERSON if found else Act.ASK
        return Reading(intent=intent, act=act, kind=kind, agency=agency, now=True, saw=("a phone's own position",))

    def _body(self, text: str) -> tuple[str, ...]:
        """The words without what courtesy puts around them; a name that could be a cry is none."""
        body, name = unsigned(text)
        tokens = self.vocabulary.tokens(body)
        if name:
            signed = self.vocabulary.tokens(name)
            if not tokens or not self._dull(signed):
                tokens += signed
        if len(tokens) <= 1:
            return tokens
        kept, closing = without_closing(tokens, self.language.signatures)
        if closing and self._dull(closing):
            tokens = kept
        opened = without_greeting(tokens, self.language.salutations)
        return opened if self._dull(tokens[: len(tokens) - len(opened)]) else tokens

    def _dull(self, tokens: Sequence[str]) -> bool:
        """Whether nothing in the words could matter: no emergency, no cry, no number, no cancel."""
        if phrases(tokens, self._matter):
            return False
        if any(token.isdigit() or not self.vocabulary.calm(token) for token in tokens):
            return False
        spots = self.vocabulary.scenes.spots(tokens)
        return not self.vocabulary.hits(tokens) and not self.vocabulary.scenes.seen(tokens, spots)

    def _judge(self, text: str, tokens: tuple[str, ...], told: Found, quiet: bool) -> Reading:
        if not _DIALLED.fullmatch(text.strip()) and (coded := self._coded(tokens)):
            return coded
        vocabulary = self.vocabulary
        spots = vocabulary.scenes.spots(tokens)
        figures = vocabulary.scenes.figures(spots)
        spans = (*told.get("idioms", ()), *figures)
        left = blotted(tokens, spans) if spans else tokens
        found = self._index.find(left) if spans else told
        cries = [cry for token in left if (cry := vocabulary.cry(token))]
        cries += [phrase for phrase in texts(left, found.get("help", ())) if " " in phrase]
        asks = text.rstrip().endswith("?")
        signs = signs_of(tokens, left, told, found, self.language, texts(tokens, spans), cries, asks)
        hits = vocabulary.hits(left)
        if self._cancels(left, found.get("cancel", ()), hits, signs):
            return Reading(intent=Intent.CANCEL, act=Act.NONE, saw=("cancel",))
        if spans:
            spots = vocabulary.scenes.spots(left)
        seen = vocabulary.scenes.seen(left, spots)
        signs = _with_peace(signs, seen)
        scenes = [one for one in seen if one.kind not in PEACEFUL]
        judged = Case(self.city, vocabulary, left, hits, scenes, signs, quiet).judge()
        if judged.intent is Intent.EMERGENCY and not quiet and for_an_office(signs, left, hits, vocabulary, self.city):
            judged = replace(judged, intent=Intent.COMPLAINT, act=Act.NONE)
        others = texts(left, found.get("others", ()))
        beyond = any(begin and left[begin - 1] == "di" for begin, _ in found.get("beyond", ()))
        return self._placed(judged, signs, others, beyond)

    @staticmethod
    def _placed(reading: Reading, signs: Signs, others: Sequence[str], beyond: bool) -> Reading:
        """The reading with whom it is about, and when and where that is said to be."""
        over = bool(signs.past) and not signs.present
        return replace(
            reading,
            now=reading.intent is Intent.EMERGENCY and not over,
            past=over,
            elsewhere=bool(signs.far or beyond),
            about=About.OTHER if others else About.SELF,
            saw=(
                *reading.saw,
                *signs.saw(),
                *(f"about: {other}" for other in others),
                *(["beyond the city"] if beyond else []),
            ),
        )

    # -- the short forms -------------------------------------------------------------------------------------------

    def _coded(self, tokens: Sequence[str]) -> Reading | None:
        """A code: the digit alone, "kode 2", or the digit in front of a place or of words of emergency."""
        bare = _DIGITS.fullmatch(" ".join(tokens)) if not any(t.isalpha() for t in tokens) else None
        digit = bare[1].lstrip("0") or "0" if bare else None
        if any(map(str.isalnum, tokens)):
            tokens = [token for token in tokens if token.isalnum()]  # "kode 1 🙏"
        headed = len(tokens) == 2 and tokens[0] in self.language.code_heads and tokens[1] in self._codes
        number = digit or (tokens[1] if headed else tokens[0] if tokens and self._leads(tokens) else None)
        code = self._codes.get(number or "")
        if code is None:
            return None if digit is None else Reading(intent=Intent.OTHER, act=Act.NONE, digit=digit, saw=("a number",))
        found = code_of(self.city, code.kind) or code
        return Reading(
            intent=Intent.EMERGENCY,
            act=Act.RING,
            kind=found.kind,
            agency=found.agency,
            digit=digit,
            now=True,
            saw=(f"code {code.number}",),
        )

    def _leads(self, tokens: Sequence[str]) -> bool:
        """ "1 jl kentang", "1 rampok", "1 tolong": the number is a code and the rest says more."""
        if len(tokens) < 2 or tokens[0] not in self._codes:
            return False
        address = self.language.address
        heads = address.street | address.lane | address.area | address.ward | {"di"}
        if tokens[1] in heads | self.language.help or self.vocabulary.hits(tokens[1:2]):
            return True
        return self._placed_only(tokens[1:])

    def _placed_only(self, tokens: Sequence[str]) -> bool:
        """ "2 nangka lk 4", "1 paya roba": a name of several words or with its lingkungan, and nothing else ("3 damai"
        may be anything)."""
        heads, names = self.language.address.ward, self.vocabulary.names
        words = [token for token in tokens if number_of(token) is None and token.rstrip("0123456789") not in heads]
        listed = bool(words) and words[0] in names and all(word in names or word in self._about for word in words)
        return listed and (len(words) < len(tokens) or " ".join(words[:2]) in self._long_names)

    @staticmethod
    def _quiet(tokens: tuple[str, ...], told: Found) -> tuple[bool, tuple[str, ...]]:
        """Whether silence is asked for, and the words without that."""
        first, anywhere = told.get("hush_first", ()), told.get("hush", ())
        if first and first[0][0] == 0:
            return True, tokens[first[0][1] :]
        for begin, end in reversed(anywhere):
            tokens = (*tokens[:begin], *tokens[end:])
        return bool(anywhere), tokens

    def _hushed_at_last(self, text: str, tokens: tuple[str, ...], told: Found) -> Reading | None:
        """ "1 diam", "ada maling, diam diam": the last word of a short text whose rest is an emergency by itself."""
        first, end = told.get("hush_first", ()), len(tokens)
        while end and not tokens[end - 1].isalnum():  # a picture after it
            end -= 1
        if not first or first[-1][1] != end or end > HUSHED_TEXT:
            return None
        body = tokens[: first[-1][0]]
        reading = self._judge(text, body, self._index.find(body), False)
        return reading if reading.intent is Intent.EMERGENCY else None

    def _cancels(self, tokens: Sequence[str], said: Sequence[Span], hits: Sequence[Hit], signs: Signs) -> bool:
        """Takes an alarm back. A word of emergency wins, unless it only names what is cancelled ("batal rampok")."""
        spans = said or self.misspelt_cancel(tokens)
        if not spans or len(tokens) > CANCEL_TEXT + len(signs.help):
            return False
        begin, end = spans[0]
        if any(word in self.language.negation or word == "jangan" for word in tokens[max(0, begin - 2) : begin]):
            return False
        named = [
            hit
            for hit in hits
            if hit.begin not in range(end, end + 3) and not denied(hit.begin, hit.end, tokens, self.language)
        ]
        return not named and not (signs.help and hits)

    def misspelt_cancel(self, tokens: Sequence[str]) -> list[tuple[int, int]]:
        """ "BTAL", "batl": only where the text is little else."""
        if not tokens or len(tokens) > SHORT_TEXT or len(tokens[0]) < 4 or tokens[0] in self.language.ordinary:
            return []
        near = any(one_slip(tokens[0], word) for word in self.cancel if " " not in word and len(word) > 4)
        return [(0, 1)] if near else []


def _with_peace(signs: Signs, seen: Sequence[Seen]) -> Signs:
    """The signs with the scenes that are for the office, or for somebody's money."""
    complaints = tuple(one.words for one in seen if one.kind == "complaint")
    frauds = tuple(one.words for one in seen if one.kind == "fraud")
    if not complaints and not frauds:
        return signs
    return replace(signs, complaint=(*signs.complaint, *complaints), fraud=(*signs.fraud, *frauds))


@lru_cache(maxsize=2)
def reader_of(city: City) -> Reader:
    """The reader of a city: building one takes a tenth of a second, and every desk needs it."""
    return Reader(city)


def read(text: str, city: City) -> Reading:
    """One text on its own: see ``Reader.read``. Building a reader takes some milliseconds."""
    return reader_of(city).read(text)

"""What a text is: an emergency and of what kind, a cancel, or something else. Pure; words are data, and every reading
says what it saw.

In doubt between ringing a person and doing nothing a person is rung; a siren sounds only where a word of emergency
stands that nothing beside it takes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from dispatch.gazetteer import Gazetteer
from dispatch.signs import Signs, denied, phrases, said, signs_of, supposed, without_idioms
from dispatch.vocabulary import Hit, How, Vocabulary, one_slip

if TYPE_CHECKING:
    from config.city import City, Code

SHORT_TEXT = 3  # words: so short a text is nothing but the word of emergency in it
CRY_TEXT = 6  # words: a cry with little round it
CANCEL_TEXT = 6  # words: a longer text that holds "batal" may say much else
_DIGITS = re.compile(r"[^0-9]*([0-9]{1,2})[^0-9]*")


class Intent(StrEnum):
    """What the writer wants."""

    EMERGENCY = "emergency"
    CANCEL = "cancel"
    PAST = "past"
    COMPLAINT = "complaint"
    SERVICE = "service"
    QUESTION = "question"
    FRAUD = "fraud"
    DRILL = "drill"
    OTHER = "other"


class Act(StrEnum):
    """What is to be done."""

    RING = "ring"  # siren and officers
    PERSON = "person"  # officers are rung, the siren waits for a person's word
    ASK = "ask"  # one question
    NONE = "none"  # kept and answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``kind`` and ``agency``: of the city's codes, where it is an emergency. ``quiet``: nothing may sound in the
    writer's hand. ``digit``: the whole text is this number, which may also answer a question of ours. ``also``: other
    kinds that are named. ``saw``: what led to it, for the timeline and for tests."""

    intent: Intent
    act: Act
    kind: str | None = None
    agency: str | None = None
    quiet: bool = False
    digit: str | None = None
    also: tuple[str, ...] = ()
    saw: tuple[str, ...] = ()


class Reader:
    """Reads for one city; built once, used for every letter."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.vocabulary = Vocabulary(city, Gazetteer(city).single)
        self.language = self.vocabulary.language
        self._codes = {code.number: code for code in city.codes if code.number}
        self.cancel = self.language.cancel | set(city.words.get("cancel", ()))
        quiet = self.language.quiet | self.language.quiet_phrases | set(city.quiet.words)
        self._quiet_first = frozenset(phrase for phrase in quiet if phrase not in self.language.quiet_phrases)
        self._quiet_anywhere = self.language.quiet_phrases | {p for p in city.quiet.words if len(p.split()) > 2}
        self._tests = frozenset(city.words.get("test", ()))

    def read(self, text: str) -> Reading:
        """Never raises, whatever the text."""
        tokens = self.vocabulary.tokens(text)
        quiet, tokens = self._quiet(tokens)
        reading = self._judge(text, tokens, quiet)
        hush = quiet or reading.kind in self.city.quiet.kinds
        return replace(reading, quiet=hush and reading.intent is Intent.EMERGENCY)

    def _judge(self, text: str, tokens: tuple[str, ...], quiet: bool) -> Reading:
        if coded := self._coded(text, tokens):
            return coded
        left, _ = without_idioms(tokens, self.language)
        cries = [cry for token in left if (cry := self.vocabulary.cry(token))]
        cries += [phrase for phrase in said(left, self.language.help) if " " in phrase]
        signs = signs_of(tokens, self.language, cries, self._tests, text.rstrip().endswith("?"))
        hits = self.vocabulary.hits(left)
        if self._cancels(left, hits, signs):
            return Reading(intent=Intent.CANCEL, act=Act.NONE, saw=("cancel",))
        judged = _Case(self, left, hits, signs, quiet).judge()
        return replace(judged, saw=(*judged.saw, *signs.saw()))

    # -- the short forms -------------------------------------------------------------------------------------------

    def _coded(self, text: str, tokens: Sequence[str]) -> Reading | None:
        """A code: the digit alone, "kode 2", or the digit in front of a place or of words of emergency."""
        bare = _DIGITS.fullmatch(" ".join(tokens)) if not any(t.isalpha() for t in tokens) else None
        digit = bare[1].lstrip("0") or "0" if bare else None
        headed = len(tokens) == 2 and tokens[0] in self.language.code_heads and tokens[1] in self._codes
        number = digit or (tokens[1] if headed else tokens[0] if tokens and self._leads(tokens) else None)
        code = self._codes.get(number or "")
        if code is None:
            return None if digit is None else Reading(intent=Intent.OTHER, act=Act.NONE, digit=digit, saw=("a number",))
        return replace(self._emergency(code.kind, Act.RING, f"code {code.number}"), digit=digit)

    def _leads(self, tokens: Sequence[str]) -> bool:
        """ "1 jl kentang", "1 rampok", "1 tolong": the number is a code and the rest says more."""
        if len(tokens) < 2 or tokens[0] not in self._codes:
            return False
        address = self.language.address
        heads = address.street | address.lane | address.area | address.ward | {"di"}
        return tokens[1] in heads | self.language.help or bool(self.vocabulary.hits(tokens[1:2]))

    def _quiet(self, tokens: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
        """Whether silence is asked for, and the words without that."""
        spans = phrases(tokens, self._quiet_first)
        if spans and spans[0][0] == 0:
            return True, tokens[spans[0][1] :]
        anywhere = phrases(tokens, self._quiet_anywhere)
        for begin, end in reversed(anywhere):
            tokens = (*tokens[:begin], *tokens[end:])
        return bool(anywhere), tokens

    def _cancels(self, tokens: Sequence[str], hits: Sequence[Hit], signs: Signs) -> bool:
        """Takes an alarm back. A word of emergency wins, unless it only names what is cancelled ("batal rampok")."""
        spans = phrases(tokens, self.cancel) or self.misspelt_cancel(tokens)
        if not spans or len(tokens) > CANCEL_TEXT + len(signs.help):
            return False
        begin, end = spans[0]
        if any(
            word in self.language.negation or word in ("jangan", "jgn") for word in tokens[max(0, begin - 2) : begin]
        ):
            return False
        named = [hit for hit in hits if hit.begin not in range(end, end + 3) and not denied(hit, tokens, self.language)]
        return not named and not (signs.help and hits)

    def misspelt_cancel(self, tokens: Sequence[str]) -> list[tuple[int, int]]:
        """ "BTAL", "batl": only where the text is little else."""
        if not tokens or len(tokens) > SHORT_TEXT or len(tokens[0]) < 4 or tokens[0] in self.language.ordinary:
            return []
        near = any(one_slip(tokens[0], word) for word in self.cancel if " " not in word and len(word) > 4)
        return [(0, 1)] if near else []

    # -- readings ---------------------------------------------------------------------------------------------------

    def _emergency(self, kind: str | None, act: Act, *saw: str) -> Reading:
        found: Code | None = next((code for code in self.city.codes if code.kind == kind), None)
        agency = found.agency if found else None
        return Reading(intent=Intent.EMERGENCY, act=act, kind=kind, agency=agency, saw=saw)


@dataclass(frozen=True, slots=True)
class _Case:
    """One text being judged: its words (idioms blotted out), the words of emergency in it, and the signs."""

    reader: Reader
    tokens: tuple[str, ...]
    hits: Sequence[Hit]
    signs: Signs
    quiet: bool

    def judge(self) -> Reading:
        language = self.reader.language
        live = [hit for hit in self.hits if not denied(hit, self.tokens, language)]
        live = [hit for hit in live if not supposed(hit, self.tokens, language)]
        if self.signs.fraud and not [hit for hit in live if hit.word not in language.bait]:
            return Reading(intent=Intent.FRAUD, act=Act.NONE)
        if self.signs.drill and (reading := self._drill(live)):
            return reading
        if live:
            return self._live(live)
        if self.signs.distress:
            return self._distress()
        return self._without_kind()

    def _drill(self, live: Sequence[Hit]) -> Reading | None:
        """Announced as none, and nobody cries."""
        meant = not (self.signs.help or self.signs.urgent) or len(self.tokens) <= SHORT_TEXT
        return Reading(intent=Intent.DRILL, act=Act.NONE, saw=tuple(map(str, live))) if meant else None

    def _live(self, live: Sequence[Hit]) -> Reading:
        """Words of emergency that nothing directly before them takes back."""
        signs, language = self.signs, self.reader.language
        ranked = sorted(live, key=lambda hit: (hit.word in language.mild, hit.how, hit.begin))
        first = ranked[0]
        loud = bool(signs.help or signs.urgent or self.quiet)
        if signs.past and not signs.present:
            act = Act.PERSON if loud or signs.perhaps_present else Act.NONE
            return self._of(ranked, act, Intent.PAST)
        if first.word in language.mild:
            return self._mild(ranked, loud)
        if signs.fraud:
            return self._of(ranked, Act.PERSON)
        if signs.question and not loud and self._asks_first():
            return self._of(ranked, Act.PERSON, Intent.QUESTION)
        if loud or self._asserted(first):
            return self._of(ranked, Act.RING if self._sure(first, loud) else Act.PERSON)
        if signs.question:
            return self._of(ranked, Act.PERSON, Intent.QUESTION)
        if signs.complaint or signs.service:
            return self._of(ranked, Act.PERSON, Intent.COMPLAINT if signs.complaint else Intent.SERVICE)
        return self._of(ranked, Act.RING if self._sure(first, loud) else Act.PERSON)

    def _sure(self, hit: Hit, loud: bool) -> bool:
        """A guessed word rings no siren, unless there is little else in the text."""
        return hit.how < How.GUESS or len(self.tokens) <= (CRY_TEXT if loud else SHORT_TEXT)

    def _mild(self, ranked: Sequence[Hit], loud: bool) -> Reading:
        """ "sakit", "banjir": as often no emergency. It rings with a cry; a person judges it where it stands alone."""
        signs = self.signs
        if signs.service or signs.question:
            intent = Intent.SERVICE if signs.service else Intent.QUESTION
            return self._of(ranked, Act.PERSON if loud else Act.NONE, Intent.EMERGENCY if loud else intent)
        if signs.complaint or signs.fraud:
            return self._of(ranked, Act.PERSON, Intent.EMERGENCY if loud else Intent.COMPLAINT)
        return self._of(ranked, Act.RING if loud else Act.PERSON)

    def _asserted(self, hit: Hit) -> bool:
        """ "ada rampok": said to be there."""
        return hit.begin > 0 and self.tokens[hit.begin - 1] == "ada"

    def _asks_first(self) -> bool:
        """ "apakah benar ada kebakaran": the text opens as a question."""
        return bool(phrases(self.tokens[:1], self.reader.language.question))

    def _distress(self) -> Reading:
        """No word of any kind, but one that nobody writes in peace."""
        over = self.signs.past and not self.signs.present
        if over and not self.signs.help:
            return Reading(intent=Intent.PAST, act=Act.PERSON)
        loud = bool(self.signs.help or self.signs.urgent or self.quiet or len(self.signs.distress) > 1)
        return self.reader._emergency(self.reader.vocabulary.cry_kind, Act.RING if loud else Act.PERSON)

    def _without_kind(self) -> Reading:
        """A cry alone; else what the office, the clinic or nobody has to answer."""
        signs, kind = self.signs, self.reader.vocabulary.cry_kind
        other = self._peaceful()
        if signs.help and other is None and self._bare_cry():
            return self.reader._emergency(kind, Act.RING, "a bare cry")
        if self.quiet:
            return self.reader._emergency(kind, Act.PERSON, "quiet, and no word of emergency")
        if signs.help and (other is None or signs.urgent):
            return self.reader._emergency(kind, Act.PERSON, "a cry, and no word of emergency")
        if other is not None:
            return Reading(intent=other, act=Act.NONE)
        if signs.urgent or (signs.emoji and len(signs.emoji) == len(self.tokens)):
            return self.reader._emergency(kind, Act.PERSON, "urgent, and no word of emergency")
        return Reading(intent=Intent.OTHER, act=Act.NONE)

    def _peaceful(self) -> Intent | None:
        signs = self.signs
        if signs.service:
            return Intent.SERVICE
        if signs.complaint:
            return Intent.COMPLAINT
        if signs.question:
            return Intent.QUESTION
        return None

    def _bare_cry(self) -> bool:
        """Nothing but a cry, its urgency, and a place."""
        reader, language = self.reader, self.reader.language
        about = (
            language.joints
            | language.address.locative
            | language.address.ward
            | language.urgent
            | language.perhaps_present
        )
        names = reader.vocabulary.names
        if self.hits:
            return False
        cries = {at for begin, end in phrases(self.tokens, language.help) for at in range(begin, end)}
        words = [
            token for at, token in enumerate(self.tokens) if at not in cries and reader.vocabulary.cry(token) is None
        ]
        rest = [token for token in words if token not in about and token not in names]
        strong = any(cry in ("sos", "mayday") for cry in self.signs.help)
        placed = any(token in language.address.street for token in self.tokens)
        return (not rest or strong or (placed and len(rest) <= 2)) and len(self.tokens) - len(rest) <= CRY_TEXT + 4

    def _of(self, hits: Sequence[Hit], act: Act, intent: Intent = Intent.EMERGENCY) -> Reading:
        reading = self.reader._emergency(hits[0].kind, act, *map(str, hits))
        others = dict.fromkeys(hit.kind for hit in hits if hit.kind != hits[0].kind)
        return replace(reading, intent=intent, also=tuple(others))


def read(text: str, city: City) -> Reading:
    """One text on its own: see ``Reader.read``. Building a reader takes some milliseconds."""
    return Reader(city).read(text)

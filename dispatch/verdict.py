"""What the words of one text come to. Pure: the words of emergency, the scenes and the signs in, a reading out.

A siren sounds only where a word of emergency stands that nothing beside it takes back. Between ringing a person and
doing nothing a person is rung; where a person would be rung for every second such text, the writer is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dispatch.intents import Act, Intent, Reading
from dispatch.phrases import phrases
from dispatch.scenes import Seen
from dispatch.signs import Signs, denied, supposed
from dispatch.vocabulary import Hit, How, Vocabulary
from dispatch.wishes import CRY_TEXT, asks_first, bare_cry, wish

if TYPE_CHECKING:
    from config.city import City, Code

SHORT_TEXT = 3  # words: so short a text is nothing but the word of emergency in it
LONG_TEXT = 12  # words: in so long a text a cry alone would have said of what
FEARED = ("robbery", "violence", "sos")  # who is afraid of somebody in the house writes so: "takut ada orang di dalam"
ADVERT = 2  # words of selling that make an advert
NOW = 4  # words: how near "sekarang" belongs to a word of emergency
OMINOUS = 2  # words that say nothing alone
NEWS = 2  # words of reporting that make news


@dataclass(frozen=True, slots=True)
class Case:
    """One text being judged: its words (figures of speech blotted out), what was found in them, and the signs."""

    city: City
    vocabulary: Vocabulary
    tokens: tuple[str, ...]
    hits: Sequence[Hit]
    scenes: Sequence[Seen]
    signs: Signs
    quiet: bool

    @property
    def loud(self) -> bool:
        """Something beside the word of emergency says that it is one."""
        return bool(self.signs.help or self.signs.urgent or self.quiet)

    def judge(self) -> Reading:
        live = [hit for hit in self.hits if self._meant(hit.begin, hit.end)]
        live = [hit for hit in live if self._believed(hit)]
        scenes = [one for one in self.scenes if self._meant(one.begin, one.end, fear=one.kind not in FEARED)]
        strong = [seen for seen in scenes if not seen.weak]
        if self._fraud(live, strong):
            return Reading(intent=Intent.FRAUD, act=Act.NONE)
        if self.signs.drill and (reading := self._drill(live)):
            return reading
        if live and self.signs.future and self.signs.service and not self.loud:
            return self._of(live, scenes, Act.NONE, Intent.SERVICE)
        if (live or scenes) and self._told(live):
            return self._of(live, scenes, Act.NONE, Intent.OTHER)
        if (live or scenes) and self.signs.past and not self._goes_on(live, scenes):
            return self._past(live, scenes)
        if live and not (strong and self._mild_only(live)):
            return self._live(live, scenes)
        if scenes:
            return self._scene(live, scenes, bool(strong))
        if self.signs.distress:
            return self.emergency(self.vocabulary.cry_kind, Act.RING if self.loud else Act.PERSON)
        return self._without_kind()

    @property
    def cried(self) -> bool:
        """A cry that is no everyday request."""
        return bool(self.signs.help) and not self.signs.please

    def _believed(self, hit: Hit) -> bool:
        """A mild word guessed from another is none, unless somebody cries."""
        return hit.how < How.GUESS or hit.word not in self.vocabulary.language.mild or self.cried or self.quiet

    def _meant(self, begin: int, end: int, *, fear: bool = True) -> bool:
        language = self.vocabulary.language
        own = self.tokens[begin] in language.negation  # "tidak bernafas" denies nothing
        if not own and denied(begin, end, self.tokens, language):
            return False
        if self.signs.habit and not self.cried and not self.signs.present:
            return False
        # who must not be heard supposes nothing
        return self.quiet or not supposed(begin, end, self.tokens, language, fear=fear)

    # -- not from here, not now ------------------------------------------------------------------------------------

    def _fraud(self, live: Sequence[Hit], strong: Sequence[Seen]) -> bool:
        """Wants money. What such letters say to frighten proves nothing; a word of emergency that they do not use
        does, and a scene with a cry."""
        fraud, bait = self.signs.fraud, self.vocabulary.language.bait
        if len(fraud) > 1 and not self.signs.help:
            return True
        if not fraud or [hit for hit in live if hit.word not in bait]:
            return False
        return not (strong and self.signs.help and len(fraud) == 1)

    def _drill(self, live: Sequence[Hit]) -> Reading | None:
        """Announced as none, and nobody cries."""
        cries = [cry for cry in self.signs.help if cry not in self.vocabulary.language.uneasy]
        meant = not (cries or self.signs.urgent) or len(self.tokens) <= SHORT_TEXT or not live
        return Reading(intent=Intent.DRILL, act=Act.NONE, saw=tuple(map(str, live))) if meant else None

    def _told(self, live: Sequence[Hit]) -> bool:
        """Sold, reported, or passed on from far away: nobody cries, and nothing is asserted."""
        signs = self.signs
        if signs.help or self.quiet or len(self.tokens) <= CRY_TEXT:
            return False
        if len(signs.advert) >= ADVERT or len(signs.news) >= NEWS or (signs.news and signs.far):
            return True
        return bool(signs.far) and not phrases(self.tokens, self.vocabulary.language.self)

    def _past(self, live: Sequence[Hit], scenes: Sequence[Seen]) -> Reading:
        signs = self.signs
        if signs.complaint and (signs.please or signs.complaint_head or len(signs.complaint) > 1) and not signs.urgent:
            return self._of(live, scenes, Act.NONE, Intent.COMPLAINT)
        if signs.service and not self.loud:
            return self._of(live, scenes, Act.NONE, Intent.SERVICE)
        again = signs.perhaps_present and bool(live)
        act = Act.PERSON if self.cried or signs.urgent or self.quiet or again else Act.NONE
        return self._of(live, scenes, act, Intent.PAST)

    def _goes_on(self, live: Sequence[Hit], scenes: Sequence[Seen]) -> bool:
        """Beside the emergency it is said that it goes on; "minggu lalu ditabrak, sekarang kaki sakit" says so of the
        foot."""
        spans = phrases(self.tokens, self.vocabulary.language.present) if self.signs.present else ()
        both: list[Hit | Seen] = [*live, *scenes]
        spots = [(one.begin, one.end) for one in both if not self._is_mild(one)]
        return any(begin - NOW <= last and first <= end + NOW for first, last in spans for begin, end in spots)

    def _is_mild(self, one: Hit | Seen) -> bool:
        return isinstance(one, Hit) and one.word in self.vocabulary.language.mild

    # -- words of emergency -----------------------------------------------------------------------------------------

    def _mild_only(self, live: Sequence[Hit]) -> bool:
        return all(hit.word in self.vocabulary.language.mild for hit in live)

    def _live(self, live: Sequence[Hit], scenes: Sequence[Seen]) -> Reading:
        """Words of emergency that nothing directly before them takes back."""
        signs, language = self.signs, self.vocabulary.language
        ranked = sorted(live, key=lambda hit: (hit.word in language.mild, hit.how, hit.begin))
        first = ranked[0]
        if first.word in language.mild:
            return self._mild(ranked)
        if signs.fraud or (signs.far and not signs.help):
            return self._of(ranked, scenes, Act.PERSON)
        if signs.question and not self.loud and asks_first(self.tokens, self.vocabulary.language):
            return self._of(ranked, scenes, Act.PERSON, Intent.QUESTION)
        ring = Act.RING if self._sure(first) and not self._over(first) else Act.PERSON
        if self.loud or self._asserted(first) or scenes:
            return self._of(ranked, scenes, ring)
        if signs.question:
            return self._of(ranked, scenes, Act.PERSON, Intent.QUESTION)
        if signs.complaint or signs.service:
            return self._of(ranked, scenes, Act.PERSON, Intent.COMPLAINT if signs.complaint else Intent.SERVICE)
        if len(signs.trade) > 1 or signs.advert:
            return self._of(ranked, scenes, Act.ASK, Intent.OTHER)
        return self._of(ranked, scenes, ring)

    def _sure(self, hit: Hit) -> bool:
        """A guessed word rings no siren, unless there is little else in the text."""
        return hit.how < How.GUESS or len(self.tokens) <= (CRY_TEXT if self.loud else SHORT_TEXT)

    def _over(self, hit: Hit) -> bool:
        """Found out when it is done, or a while ago; nobody cries that it goes on."""
        done = hit.word in self.vocabulary.language.done
        return (done or bool(self.signs.recent)) and not (self.loud or self.signs.present)

    def _mild(self, ranked: Sequence[Hit]) -> Reading:
        """ "sakit", "banjir": as often no emergency. It rings with a cry; a person judges it where it stands alone."""
        signs = self.signs
        if signs.future and not self.loud:
            return self._peaceful_or(Intent.OTHER)
        if signs.habit or (signs.complaint and signs.please):
            return self._of(ranked, (), Act.ASK if self.loud else Act.NONE, Intent.COMPLAINT)
        if signs.service or signs.question:
            intent = Intent.SERVICE if signs.service else Intent.QUESTION
            return self._of(
                ranked, (), Act.PERSON if self.loud else Act.NONE, Intent.EMERGENCY if self.loud else intent
            )
        if signs.complaint or signs.fraud:
            return self._of(ranked, (), Act.PERSON, Intent.EMERGENCY if self.loud else Intent.COMPLAINT)
        return self._of(ranked, (), Act.RING if self.loud or signs.present else Act.PERSON)

    def _asserted(self, hit: Hit) -> bool:
        """ "ada rampok": said to be there."""
        return hit.begin > 0 and self.tokens[hit.begin - 1] == "ada"

    # -- no word of emergency ---------------------------------------------------------------------------------------

    def _scene(self, live: Sequence[Hit], scenes: Sequence[Seen], strong: bool) -> Reading:
        """Nobody names it, and all can see it."""
        signs = self.signs
        booked = bool(signs.service_head) and not self.loud
        if strong and not booked:
            sure = any(seen.sure for seen in scenes) or len({seen.words for seen in scenes if not seen.weak}) > 1
            ring = (
                (sure or self._loud_beside(scenes) or (live and self.loud))
                and not signs.far
                and not signs.trade
                and not signs.recent
            )
            doubtful = len(signs.complaint) > 1 and not signs.present and not sure
            if doubtful and not self.loud:
                return self._of(live, scenes, Act.ASK, Intent.COMPLAINT)
            return self._of(live, scenes, Act.RING if ring else Act.PERSON)
        apart = len({seen.begin for seen in scenes})
        if strong or self.quiet or self.cried or (apart > 1 and not (signs.trade or signs.question)):
            return self._of(live, scenes, Act.ASK if booked else Act.PERSON, Intent.SERVICE if booked else None)
        asked = signs.question and (signs.question[-1] == "?" or asks_first(self.tokens, self.vocabulary.language))
        if asked and not self.loud:
            return self._of(live, scenes, Act.ASK, Intent.QUESTION)
        office = signs.service_head or signs.complaint_head or signs.complaint
        if signs.future or office or len(signs.trade) > 1 or len(signs.advert) >= ADVERT:
            return self._peaceful_or(Intent.OTHER)
        return self._of(live, scenes, Act.ASK)

    def _loud_beside(self, scenes: Sequence[Seen]) -> bool:
        """A cry that is not itself the scene ("cepat datang")."""
        within = " ".join(seen.words for seen in scenes).split()
        cries = (*self.signs.help, *self.signs.urgent)
        return self.quiet or any(word not in within for cry in cries for word in cry.split())

    def _without_kind(self) -> Reading:
        """A cry alone; else what the office, the clinic or nobody has to answer."""
        signs, kind = self.signs, self.vocabulary.cry_kind
        other = wish(self.signs, self.tokens, self.vocabulary.language)
        cry = self.cried
        if cry and other is None and (not self.hits and bare_cry(self.signs, self.tokens, self.vocabulary)):
            return self.emergency(kind, Act.RING, "a bare cry")
        if self.quiet:
            return self.emergency(kind, Act.PERSON, "quiet, and no word of emergency")
        if cry and (other is None or signs.urgent):
            return self._cry(other)
        if other is not None:
            return Reading(intent=other, act=Act.NONE)
        if signs.urgent and len(self.tokens) <= SHORT_TEXT and not signs.trade and not signs.please:
            return self.emergency(kind, Act.PERSON, "urgent, and no word of emergency")
        if signs.emoji and all(token in signs.emoji for token in self.tokens):
            return self.emergency(kind, Act.PERSON, "a sign, and no word")
        if len(signs.ominous) >= OMINOUS and not (signs.trade or signs.advert or signs.past or signs.idioms):
            return self.emergency(kind, Act.ASK, "ominous words")
        return Reading(intent=Intent.OTHER, act=Act.NONE)

    def _cry(self, other: Intent | None) -> Reading:
        """A cry and words that say nothing of an emergency."""
        signs, kind = self.signs, self.vocabulary.cry_kind
        if signs.trade or signs.advert:
            return Reading(intent=other or Intent.OTHER, act=Act.NONE)
        if other is not None and not [word for word in signs.urgent if word not in self.vocabulary.language.uneasy]:
            return Reading(intent=other, act=Act.NONE)
        if all(cry in self.vocabulary.language.uneasy for cry in signs.help):
            return self.emergency(kind, Act.ASK, "an uneasy word")
        if len(self.tokens) > LONG_TEXT or other is not None:
            return replace(self.emergency(kind, Act.ASK, "a cry in other words"), intent=other or Intent.OTHER)
        return self.emergency(kind, Act.PERSON, "a cry, and no word of emergency")

    def _peaceful_or(self, intent: Intent) -> Reading:
        return Reading(intent=wish(self.signs, self.tokens, self.vocabulary.language) or intent, act=Act.NONE)

    # -- readings ---------------------------------------------------------------------------------------------------

    def emergency(self, kind: str | None, act: Act, *saw: str) -> Reading:
        """An emergency of that kind of the city; of its kind for a bare cry where it has no such kind."""
        found = code_of(self.city, kind) or code_of(self.city, self.vocabulary.cry_kind)
        return Reading(
            intent=Intent.EMERGENCY,
            act=act,
            kind=found.kind if found else self.vocabulary.cry_kind,
            agency=found.agency if found else None,
            saw=saw,
        )

    def _vague(self, seen: Seen) -> tuple[bool, bool, bool]:
        """How little a scene says of what it is."""
        return seen.weak, code_of(self.city, seen.kind) is None or seen.kind == self.vocabulary.cry_kind, not seen.sure

    def _of(
        self, hits: Sequence[Hit], scenes: Sequence[Seen], act: Act, intent: Intent | None = Intent.EMERGENCY
    ) -> Reading:
        """The kind of the surest word, else that of the first scene."""
        named = [hit.kind for hit in hits] + [seen.kind for seen in sorted(scenes, key=self._vague)]
        reading = self.emergency(named[0], act, *map(str, hits), *map(str, scenes))
        others = tuple(kind for kind in dict.fromkeys(named) if kind != reading.kind and code_of(self.city, kind))
        return replace(reading, intent=intent or Intent.EMERGENCY, also=others)


def code_of(city: City, kind: str | None) -> Code | None:
    """The city's code of that kind."""
    return next((code for code in city.codes if code.kind == kind), None)
